"""Units of qualifications that a log may help to show, as its paper names them."""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from courses.models import Framework
from courses.models import Unit as UnitOfQualification
from reports.record import Link, Unit


class NoSuchUnit(Exception):
    """The edition has no link to this unit, or none any more."""


def units_of(framework: Framework) -> dict[UUID, Unit]:
    """Return the units that outcomes of an edition may help to show, by their keys."""
    return {unit.pk: _unit(unit) for unit in UnitOfQualification.objects.linked_to(framework)}


def links_digest(units: Iterable[Unit]) -> str:
    """Return what tells one state of the links from another: SHA-256 of them; nothing where there are none."""
    said = tuple(units)
    return sha256(repr(said).encode()).hexdigest() if said else ""


def _unit(unit: UnitOfQualification) -> Unit:
    links = tuple(Link(link.outcome.code, link.is_whole, link.why) for link in unit.here)
    return Unit(unit.qualification, unit.code, unit.title, links)
