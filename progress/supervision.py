"""What the numbers of progress/workload.py are for a workplace, and whose work a supervisor sees first. In a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Length
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.needs import EvidenceKind
from people.models import Membership, Supervision, User, Workplace
from people.permissions import GRANTS, May, Role
from progress.models import LogEntry, ProgressLog
from progress.models.log import ProgressLogQuerySet
from progress.workload import NOTHING, Learner, Limits, Load, Suggestion, Supervisor, Waiting, suggest, with_room

Whose = tuple[UUID, UUID]  # a workplace and a learner


def loads_of(entries: QuerySet[LogEntry]) -> dict[Whose, Load]:
    """Return what waits among some entries, by workplace and learner. One query; how long evidence is, never its words."""
    evidence = "evidence_links__evidence"
    counted = (
        entries.filter(state=LogEntry.State.DECLARED)
        .annotate(
            letters=Coalesce(Sum(Length(f"{evidence}__text")), 0),
            files=Count(evidence, filter=~Q(evidence_links__evidence__file="")),
            places=Count(evidence, filter=Q(evidence_links__evidence__kind=EvidenceKind.SEEN_IN_WORKPLACE)),
        )
        .order_by()
        .values_list("log__workplace", "learner", "outcome__kind", "outcome__sign_individually", "letters", "files", "places")
    )
    found: dict[Whose, Load] = {}
    for workplace, learner, *facts in counted:
        found[workplace, learner] = found.get((workplace, learner), NOTHING) + Load.of(Waiting(*facts))
    return found


@dataclass(frozen=True)
class Workload:
    """Who supervises whom at one workplace, and what waits: supervisors and learners by name."""

    workplace: Workplace
    supervisors: tuple[Supervisor, ...]
    without: tuple[Learner, ...]

    @cached_property
    def suggestion(self) -> Suggestion | None:
        """Return the one change that helps most, or None."""
        return suggest(self.supervisors, self.without)

    @property
    def stuck(self) -> list[Supervisor]:
        """Return who is above a limit, when no change would help any of them."""
        helped = self.suggestion and self.suggestion.giver
        return [] if helped else [one for one in self.supervisors if one.is_above]

    @property
    def first_choice(self) -> UUID | None:
        """Return who has the most room for somebody new."""
        return next((one.id for one in with_room(self.supervisors, Learner(self.workplace.pk, ""))), None)

    @property
    def supervised(self) -> list[tuple[Learner, Supervisor]]:
        """Return everybody who has a supervisor, by name, each with hers."""
        pairs = [(learner, one) for one in self.supervisors for learner in one.people]
        return sorted(pairs, key=lambda pair: (pair[0].name, pair[0].id))


def workload_of(workplace: Workplace) -> Workload:
    """Read it for everybody who works at a workplace today. Three queries."""
    has_log = Exists(ProgressLog.objects.filter(workplace=OuterRef("workplace"), learner=OuterRef("user")))
    here = Membership.objects.current().filter(workplace=workplace).select_related("user").annotate(has_log=has_log)
    held = sorted(here, key=lambda one: (one.user.full_name, one.user_id, one.ended_on is None))
    signing = {one.user_id: one for one in held if May.SIGN_OFF in GRANTS[one.role]}  # of two roles, the one that stays
    rows = {row.learner_id: row for row in Supervision.objects.current().filter(workplace=workplace) if row.supervisor_id in signing}
    loads = loads_of(LogEntry.objects.filter(log__workplace=workplace))
    learners = {
        one.user_id: _learner(one.user, loads.get((workplace.pk, one.user_id), NOTHING), rows) for one in held if _learns(one, rows)
    }
    people: dict[UUID, list[Learner]] = {}
    for learner in learners.values():
        if learner.supervision:
            people.setdefault(rows[learner.id].supervisor_id, []).append(learner)
    supervisors = tuple(_supervisor(one, workplace, people.get(one.user_id, [])) for one in signing.values())
    return Workload(workplace, supervisors, tuple(one for one in learners.values() if not one.supervision))


def _learner(user: User, load: Load, supervised: Mapping[UUID, Supervision]) -> Learner:
    row = supervised.get(user.pk)
    return Learner(user.pk, user.full_name, load, row.pk if row else None)


def _learns(membership: Membership, supervised: Mapping[UUID, Supervision]) -> bool:
    """Return whether somebody may need a supervisor: a care worker, and anybody else once she keeps a log here."""
    keeps = membership.role == Role.LEARNER or membership.has_log  # type: ignore[attr-defined]
    return May.KEEP_A_LOG in GRANTS[membership.role] and (keeps or membership.user_id in supervised)


def _supervisor(membership: Membership, workplace: Workplace, people: Iterable[Learner]) -> Supervisor:
    limits = Limits(workplace.review_ceiling, membership.review_minutes)
    return Supervisor(membership.user_id, membership.user.full_name, limits, tuple(people), membership.last_day, membership.pk)


class Desk(NamedTuple):
    """A workplace where somebody signs off, with her limits: whether she has people of her own there, and whether anybody has."""

    workplace: UUID
    name: str
    ceiling: int
    minutes: int | None
    has_people: bool
    is_shared_out: bool


def desks_of(user: User) -> list[Desk]:
    """Return where somebody may sign off today, by name. One query."""
    supervised = Supervision.objects.current().filter(workplace=OuterRef("pk"))
    signs = Membership.objects.current().that(May.SIGN_OFF).filter(workplace=OuterRef("pk"), user=user)
    minutes = Subquery(signs.order_by(F("ended_on").desc(nulls_first=True)).values("review_minutes")[:1])
    found = Workplace.objects.where(user, May.SIGN_OFF).annotate(
        minutes=minutes, has_people=Exists(supervised.filter(supervisor=user)), is_shared_out=Exists(supervised)
    )
    rows = found.order_by("name").values_list("pk", "name", "review_ceiling", "minutes", "has_people", "is_shared_out")
    return [Desk(*row) for row in rows]


def loads_on(desks: Iterable[Desk], user: User) -> list[tuple[Desk, Load]]:
    """Return what waits from somebody's own people, by desk: one query, none when she has nobody."""
    hers = [desk for desk in desks if desk.has_people]
    if not hers:
        return []
    logs = ProgressLog.objects.for_desk_of(user).with_supervisor(user).filter(Q(is_first=True))
    by_learner = loads_of(LogEntry.objects.filter(log__in=logs.values("pk")))
    loads: dict[UUID, Load] = {}
    for (workplace, _learner), load in by_learner.items():
        loads[workplace] = loads.get(workplace, NOTHING) + load
    return [(desk, loads.get(desk.workplace, NOTHING)) for desk in hers]


@dataclass(frozen=True)
class Pile:
    """One choice on To review: whose work to show, and how many wait in it."""

    key: str
    words: str | Promise
    count: int
    logs: ProgressLogQuerySet


YOURS, EVERYONE, WITHOUT = "yours", "everyone", "without"


def piles(logs: ProgressLogQuerySet, desks: Iterable[Desk], user: User) -> list[Pile]:
    """Return what a supervisor can look at: her own people's logs, everybody's, and those of people who have no supervisor.

    Somebody who has no people of her own at a workplace covers there, or is new: all that waits there is hers to begin with.
    One query, and no more than the one pile where nobody has a supervisor.
    """
    nobody_hers = [desk.workplace for desk in desks if not desk.has_people]
    marked = logs.with_supervisor(user, nobody_hers)
    yours, without = Q(is_first=True), Q(supervisor_name=None)
    counts = marked.aggregate(everyone=Count("pk"), yours=Count("pk", filter=yours), without=Count("pk", filter=without))
    everyone = Pile(EVERYONE, _("Everyone here"), counts["everyone"], marked)
    if not any(desk.is_shared_out for desk in desks):
        return [everyone]
    own = [Pile(YOURS, _("Your people"), counts["yours"], marked.filter(yours))] if any(desk.has_people for desk in desks) else []
    return [*own, everyone, Pile(WITHOUT, _("Without a supervisor"), counts["without"], marked.filter(without))]


def chosen(piles: list[Pile], asked: str) -> Pile:
    """Return the pile that was asked for, else the first in which somebody waits."""
    named = next((pile for pile in piles if pile.key == asked), None)
    return named or next((pile for pile in piles if pile.count), piles[0])
