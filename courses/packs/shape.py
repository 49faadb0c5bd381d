"""Whether a file has the right shape: the JSON Schemas beside this file, answered in plain English."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from courses.packs.problems import Problem
from courses.packs.shape_of_parts import part_schema
from courses.packs.source import Place, Source

FOLDER = Path(__file__).parent / "schema"
SCHEMAS: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
SCHEMAS["module"]["$defs"]["part"] = part_schema()
VALIDATORS = {kind: Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}

KINDS = {
    "string": "text; put it in quotes",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a set of names and values",
}
WHY = {
    "alt": "say what the picture shows, for somebody who cannot see it",
    "feedback": "say what a learner reads when she chooses this answer",
    "sources": "say where each fact comes from",
}


def shape_problems(source: Source, kind: str) -> list[Problem]:
    """Return what is wrong with the shape of a file; `kind` is pack, framework or module."""
    return [source.problem(place, says) for error in VALIDATORS[kind].iter_errors(source.data) for place, says in _told(error)]


def _told(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Yield where and what, for one error of the schema."""
    place: Place = tuple(error.absolute_path)
    name = f"“{place[-1]}”" if place and isinstance(place[-1], str) else "This"
    wants: Any = error.validator_value
    if error.validator == "required":
        missing = error.message.split("'")[1]
        yield place, f"“{missing}” is missing{': ' + WHY[missing] if missing in WHY else ''}."
    elif error.validator == "additionalProperties":
        schema: Any = error.schema
        instance: Any = error.instance
        for extra in sorted(set(instance) - set(schema["properties"])):
            yield (*place, extra), f"“{extra}” is not known here. Known: {', '.join(sorted(schema['properties']))}."
    elif error.validator in SAYINGS:
        yield place, f"{name} {SAYINGS[str(error.validator)].format(wants=_words(wants))}."
    else:
        yield place, f"{name} does not fit: {error.message}."


def _words(wants: Any) -> str:
    if isinstance(wants, list):
        return ", ".join(str(item) for item in wants)
    return KINDS.get(str(wants), str(wants))


SAYINGS = {
    "type": "must be {wants}",
    "enum": "must be one of: {wants}",
    "maxLength": "is longer than {wants} characters",
    "minLength": "is empty",
    "minItems": "needs at least {wants}",
    "maxItems": "holds more than {wants}",
    "minimum": "must be {wants} or more",
    "maximum": "must be {wants} or less",
    "uniqueItems": "names the same thing twice",
    "pattern": "has a form that is not allowed here ({wants})",
}
