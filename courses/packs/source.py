"""YAML files whose every value remembers its line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from courses.packs.problems import Problem

Place = tuple[str | int, ...]

# In YAML 1.1 the answer “No” reads as false and the code 1.10 as 1.1. Here a plain word is a word.
PLAIN = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:null"}
MEANT_AS_WORDS = {"yes", "no", "on", "off", "y", "n"}


class PackLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML's plain kinds only: text, whole numbers, true and false, nothing."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag in PLAIN]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass
class Source:
    """One file of a pack: its `data`, and the line of every place in it."""

    name: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest thing around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, says: str) -> Problem:
        """Return a problem at a place of this file."""
        return Problem(self.name, self.line(place), says)


def read_source(folder: Path, name: str, problems: list[Problem]) -> Source | None:
    """Read one YAML file; add to `problems` and return None when it cannot be read."""
    try:
        text = (folder / name).read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=PackLoader)
    except FileNotFoundError:
        problems.append(Problem(name, 1, "This file is missing."))
    except UnicodeDecodeError:
        problems.append(Problem(name, 1, "This file is not UTF-8 text."))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        says = getattr(error, "problem", None) or "it has a character that YAML does not allow"
        problems.append(Problem(name, mark.line + 1 if mark else 1, f"This is not YAML: {says}."))
    else:
        source = Source(name, None, {})
        source.data = _Walk(source, problems).value(root, ())
        return source
    return None


class _Walk:
    """Turns YAML's tree into plain data and notes each line on the way."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems
        self.seen: set[int] = set()

    def value(self, node: Any, place: Place) -> Any:
        """Return the plain data of one node."""
        if node is None:
            return None
        self.source.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self.seen:  # an alias: eight short lines of them can fill a machine's memory
            self.problems.append(self.source.problem(place, "Write it out: a pack has no “&” and “*” references."))
            return None
        if isinstance(node, yaml.MappingNode):
            self.seen.add(id(node))
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            self.seen.add(id(node))
            return [self.value(item, (*place, number)) for number, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            self.source.lines[(*place, key)] = key_node.start_mark.line + 1
            if key in data:
                self.problems.append(self.source.problem((*place, key), f"“{key}” stands here twice."))
            data[key] = self.value(value_node, (*place, key))
        return data

    def _scalar(self, node: Any) -> Any:
        text: str = node.value
        if node.tag == "tag:yaml.org,2002:int" and text.lstrip("-").isdecimal():
            return int(text)
        if node.tag == "tag:yaml.org,2002:bool" and text.lower() not in MEANT_AS_WORDS:
            return text.lower() == "true"
        if node.tag == "tag:yaml.org,2002:null":
            return None
        return "\n".join(line.strip() for line in text.strip().splitlines())
