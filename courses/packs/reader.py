"""Read a pack from a folder and check everything in it, before anybody writes a thing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wagtail.blocks import RichTextBlock

from courses.activities.outcomes import OutcomeCodeBlock
from courses.packs.files import FILE_BLOCKS, file_objection
from courses.packs.html import html_objections
from courses.packs.problems import PackRefused, Problem
from courses.packs.shape import shape_problems
from courses.packs.source import Place, Source, read_source
from courses.packs.steps import KINDS, leaves
from courses.packs.units import FILE as UNITS
from courses.packs.units import units_problems, with_defaults

OUTCOME_DEFAULTS: dict[str, Any] = {
    "guidance": "",
    "workplace_specific": False,
    "sign_individually": False,
    "evidence_needed": 1,
    "evidence_kinds": [],
    "evidence_months": 0,
}


@dataclass(frozen=True)
class Pack:
    """A pack that was found to be good: the data of its files, as the schemas describe them."""

    folder: Path
    about: dict[str, Any]
    framework: dict[str, Any]
    modules: list[dict[str, Any]]
    units: list[dict[str, Any]] = field(default_factory=list)  # empty where the pack says nothing of them


def read_pack(folder: Path) -> Pack:
    """Return the pack in `folder`, or raise PackRefused with every problem in it."""
    problems: list[Problem] = []
    about = _file(folder, "pack.yaml", "pack", problems)
    framework = _file(folder, "framework.yaml", "framework", problems)
    if about is None or framework is None:
        raise PackRefused(problems)
    names = [f"modules/{key}.yaml" for key in about.data["modules"]]
    modules = [source for name in names if (source := _file(folder, name, "module", problems))]
    problems += _framework_problems(about, framework)
    codes = [outcome["code"] for area in framework.data["areas"] for outcome in area["outcomes"]]
    for source in modules:
        problems += _module_problems(folder, source, set(codes))
    units = _file(folder, UNITS, "units", problems) if (folder / UNITS).exists() else None
    problems += units_problems(units, set(codes)) if units else []
    problems += [about.problem(("intro",), says) for says in html_objections(about.data.get("intro", ""))]
    problems += _left_out(folder, names)
    if problems:
        raise PackRefused(problems)
    linked = with_defaults(units.data["units"], codes) if units else []
    return Pack(folder, about.data, _with_defaults(framework.data), [source.data for source in modules], linked)


def _file(folder: Path, name: str, kind: str, problems: list[Problem]) -> Source | None:
    """Read one file; return None, with the reasons in `problems`, when its shape is wrong."""
    before = len(problems)
    source = read_source(folder, name, problems)
    if source is not None:
        problems += shape_problems(source, kind)
    return source if len(problems) == before else None


def _with_defaults(framework: dict[str, Any]) -> dict[str, Any]:
    areas = [{**area, "outcomes": [{**OUTCOME_DEFAULTS, **outcome} for outcome in area["outcomes"]]} for area in framework["areas"]]
    return {"attribution": "", **framework, "areas": areas}


def _framework_problems(about: Source, framework: Source) -> Iterator[Problem]:
    if about.data["edition"] != framework.data["edition"]:
        yield about.problem(
            ("edition",), f"The framework’s edition is “{framework.data['edition']}”. A pack teaches the edition it carries."
        )
    areas = [(("areas", a), area) for a, area in enumerate(framework.data["areas"])]
    outcomes = [((*place, "outcomes", o), outcome) for place, area in areas for o, outcome in enumerate(area["outcomes"])]
    for things in (areas, outcomes):
        yield from _twice(framework, [((*place, "code"), thing["code"]) for place, thing in things], "code")


def _module_problems(folder: Path, source: Source, codes: set[str]) -> Iterator[Problem]:
    if source.name != f"modules/{source.data['key']}.yaml":
        yield source.problem(("key",), f"The key must be the file’s name: {Path(source.name).stem}.")
    for number, code in enumerate(source.data["outcomes"]):
        if code not in codes:
            yield source.problem(("outcomes", number), f"There is no outcome “{code}” in framework.yaml.")
    steps = [(("steps", s), step) for s, step in enumerate(source.data["steps"])]
    parts = [((*place, "content", p), part) for place, step in steps for p, part in enumerate(step["content"])]
    yield from _twice(source, [((*place, "id"), step["id"]) for place, step in steps], "step id")
    yield from _twice(source, [((*place, "id"), part["id"]) for place, part in parts if "id" in part], "id")
    for place, part in parts:
        yield from _part_problems(folder, source, place, part)


def _part_problems(folder: Path, source: Source, place: Place, part: dict[str, Any]) -> Iterator[Problem]:
    for block, value, within in leaves(KINDS[part["type"]], part):
        if isinstance(block, FILE_BLOCKS) and (objection := file_objection(folder / value)):
            yield source.problem((*place, *within), f"{value}: {objection}")
        if isinstance(block, RichTextBlock):
            yield from (source.problem((*place, *within), says) for says in html_objections(value))
        if isinstance(block, OutcomeCodeBlock) and value not in source.data["outcomes"]:
            yield source.problem((*place, *within), f"This module does not serve the outcome “{value}”. Add it to the module’s outcomes.")
    for name, says in KINDS[part["type"]].objections(part).items():
        yield source.problem((*place, name), says)


def _twice(source: Source, named: list[tuple[Place, str]], what: str) -> Iterator[Problem]:
    count = Counter(name for _place, name in named)
    seen: set[str] = set()
    for place, name in named:
        if count[name] > 1 and name in seen:
            yield source.problem(place, f"The {what} “{name}” was used before. Give each its own.")
        seen.add(name)


def _left_out(folder: Path, names: list[str]) -> list[Problem]:
    """Return the module files nobody would ever see, because pack.yaml does not list them."""
    found = sorted(path.relative_to(folder).as_posix() for path in (folder / "modules").glob("*.yaml"))
    return [Problem(name, 1, "pack.yaml does not list this module.") for name in found if name not in names]
