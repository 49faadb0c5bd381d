"""What the site holds now, as the data of a pack; and a digest of it, to see whether an author changed it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from courses.models import CoursePage, Framework, ModulePage, Unit
from courses.packs.files import file_hash, kept_hash
from courses.packs.steps import KINDS, NameOf, plain, steps_of


def framework_data(framework: Framework) -> dict[str, Any]:
    """Return a framework as `framework.yaml` holds it."""
    names = ("key", "title", "publisher", "edition", "status", "licence", "attribution", "wording")
    areas = framework.areas.prefetch_related("outcomes").order_by("position")
    return {name: getattr(framework, name) for name in names} | {"areas": [_area(area) for area in areas]}


def _area(area: Any) -> dict[str, Any]:
    names = (
        "code",
        "text",
        "guidance",
        "kind",
        "workplace_specific",
        "sign_individually",
        "evidence_needed",
        "evidence_kinds",
        "evidence_months",
    )
    outcomes = [{name: getattr(outcome, name) for name in names} for outcome in area.outcomes.all()]
    return {"code": area.code, "title": area.title, "outcomes": outcomes}


def units_data(framework: Framework) -> list[dict[str, Any]]:
    """Return the units that an edition has links to, as `units.yaml` holds them, in an order that no database changes."""
    held = [
        {
            "qualification": unit.qualification,
            "code": unit.code,
            "title": unit.title,
            "outcomes": [{"code": link.outcome.code, "strength": link.strength, "why": link.why} for link in unit.here],
        }
        for unit in Unit.objects.linked_to(framework)
    ]
    return sorted(held, key=place_of_a_unit)


def place_of_a_unit(unit: dict[str, Any]) -> tuple[str, int, str]:
    """Return what units are ordered by: Standard 3 before Standard 10."""
    return unit["qualification"], len(unit["code"]), unit["code"]


def about_data(course: CoursePage) -> dict[str, Any]:
    """Return a course as `pack.yaml` holds it, without its list of modules."""
    about = {
        "key": course.pack_key or course.slug,
        "title": course.title,
        "edition": course.framework.edition,
        "language": course.language,
        "licence": course.licence,
        "authors": course.authors.split(", "),
        "summary": course.summary,
    }
    return about | ({"intro": course.intro} if course.intro else {})


def module_data(page: ModulePage, name_of: NameOf) -> dict[str, Any]:
    """Return a module as `modules/<key>.yaml` holds it; `name_of` gives what stands for a picture or a recording."""
    return {
        "key": page.slug,
        "title": page.title,
        "summary": page.summary,
        "minutes": page.minutes,
        "outcomes": [outcome.code for outcome in sorted(page.outcomes.all(), key=lambda outcome: outcome.position)],
        "aims": page.aim_list,
        "sources": page.source_list,
        **({"words": page.words.splitlines()} if page.words else {}),
        **({"afterword": page.afterword} if page.afterword else {}),
        "steps": steps_of(page.steps, name_of),
    }


def digest(data: Any) -> str:
    """Return the SHA-256 of some plain data, 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def page_digest(page: ModulePage) -> str:
    """Return the digest of a module in the site. A picture or recording stands by its content, so that a new file name is no change."""
    return digest(module_data(page, kept_hash))


def pack_digest(module: dict[str, Any], folder: Path) -> str:
    """Return the digest of a module in a pack, the same as of the page it becomes."""
    steps = [{**step, "content": [_by_content(part, folder) for part in step["content"]]} for step in module["steps"]]
    return digest({**module, "steps": steps})


def _by_content(part: dict[str, Any], folder: Path) -> dict[str, Any]:
    named = {name: part[name] for name in ("type", "id") if name in part}
    return named | plain(KINDS[part["type"]], part, lambda name: file_hash(folder / name))
