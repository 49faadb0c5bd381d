"""The units of qualifications in a pack: `units.yaml`, which a pack may leave out."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from courses.models import Framework, OutcomeLink, Unit
from courses.packs.contents import digest, place_of_a_unit, units_data
from courses.packs.problems import Problem
from courses.packs.source import Source

FILE = "units.yaml"


def units_problems(source: Source, codes: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with the units beyond their shape; `codes` are the framework's outcomes."""
    units = source.data["units"]
    named = Counter((unit["qualification"], unit["code"]) for unit in units)
    for u, unit in enumerate(units):
        if named[unit["qualification"], unit["code"]] > 1:
            yield source.problem(("units", u, "code"), f"The unit “{unit['code']}” stands here twice. Put its outcomes together.")
        yield from _links_problems(source, u, unit, codes)


def _links_problems(source: Source, u: int, unit: dict[str, Any], codes: set[str]) -> Iterator[Problem]:
    named = Counter(link["code"] for link in unit["outcomes"])
    for o, link in enumerate(unit["outcomes"]):
        place = ("units", u, "outcomes", o, "code")
        if link["code"] not in codes:
            yield source.problem(place, f"There is no outcome “{link['code']}” in framework.yaml.")
        elif named[link["code"]] > 1:
            yield source.problem(place, f"The outcome “{link['code']}” stands twice in this unit. Keep one.")


def with_defaults(units: list[dict[str, Any]], codes: list[str]) -> list[dict[str, Any]]:
    """Return units as the site gives them back: in order, and each link with its strength. `codes`: the framework's outcomes in order."""
    made = [
        {
            **unit,
            "outcomes": [
                {"code": link["code"], "strength": link.get("strength", OutcomeLink.Strength.WHOLE.value), "why": link["why"]}
                for link in sorted(unit["outcomes"], key=lambda link: codes.index(link["code"]))
            ],
        }
        for unit in units
    ]
    return sorted(made, key=place_of_a_unit)


def load_units(framework: Framework, wanted: list[dict[str, Any]], *, force: bool) -> str:
    """Bring an edition's links to what a pack says, and return what was done: “new”, “changed”, “kept”, or nothing.

    Links that an author changed since the last load are kept, unless `force`.
    """
    held = units_data(framework)
    if held == wanted:
        return ""
    if held and digest(held) != framework.units_pack_digest and not force:
        return "kept"
    OutcomeLink.objects.filter(outcome__framework=framework).delete()
    outcomes = {outcome.code: outcome for outcome in framework.outcomes.all()}
    for data in wanted:
        named = {"qualification": data["qualification"], "code": data["code"]}
        unit, _new = Unit.objects.update_or_create(**named, defaults={"title": data["title"]})
        OutcomeLink.objects.bulk_create(
            OutcomeLink(unit=unit, outcome=outcomes[link["code"]], strength=link["strength"], why=link["why"]) for link in data["outcomes"]
        )
    Framework.objects.filter(pk=framework.pk).update(units_pack_digest=digest(wanted))
    return "changed" if held else "new"
