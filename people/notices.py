"""Telling people what has happened. A notice is written in the transaction of the act: never lost, and never told of an act that was undone.

A new kind: a line in `Kind` (people/notice_models.py), and its two templates in templates/people/notices/.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.models import Kind as Kind  # whoever tells names a kind
from people.models import Membership, Notice, User, Workplace, in_sight_of
from people.notice_models import FOR_A_DESK, KEPT_FOR, NoticeQuerySet
from people.permissions import May
from people.roles_sql import asked_by, quoted, she_may, works_there


@dataclass(frozen=True)
class About:
    """What a notice is about, in facts. Never in words of a learner: letters lie about on shared computers.

    `title`: the framework, or what the author called a task. `log`, `workplace`: whose page it leads to, so that
    nobody is told of a log she may not see. `address` of one outcome, `log_address` of several. `once`: a name
    under which a person is told one time only.
    """

    learner: User
    title: str
    address: str
    log_address: str = ""
    workplace: Workplace | None = None
    log: UUID | None = None
    codes: tuple[str, ...] = ()
    day: date | None = None
    once: str = ""


def tell(people: Iterable[User], kind: Kind, *, about: About, by: User | None = None) -> None:
    """Leave a notice with each of `people`, in the caller's transaction (which holds the log, where it is about one).

    Left out: `by`, who knows, and everybody who may not see the log today. What is still unread and in no letter
    is said in one notice: twenty outcomes signed in one act are one line.
    """
    with transaction.atomic(savepoint=False):
        to = [person for person in _who_may_see(people, about) if by is None or person.pk != by.pk]
        said = {} if about.once or not about.codes else _not_read_yet(to, kind, about, by)
        for notice in said.values():
            _add_to(notice, about)
        _write(said.values(), "codes", "address", made_at=timezone.now())
        new = [_notice(person, kind, about, by) for person in to if person.pk not in said]
        Notice.objects.bulk_create(new, ignore_conflicts=bool(about.once))


def settle(kinds: Iterable[Kind], *, log: UUID, code: str | None = None) -> None:
    """Take an outcome (None: the whole notice) out of what nobody has read yet, because it is so no longer.

    It was called back, decided on, sent again; or the log has another day.
    """
    with transaction.atomic(savepoint=False):
        about_it = Notice.objects.select_for_update().unread().filter(kind__in=list(kinds), log=log).order_by("pk")
        found = [notice for notice in about_it if code is None or code in notice.codes]
        for notice in found:
            notice.codes = [other for other in notice.codes if code not in (None, other)]
        if empty := [notice.pk for notice in found if not notice.codes]:
            Notice.objects.filter(pk__in=empty).delete()
        _write([notice for notice in found if notice.codes], "codes")


def notices_of(user: User) -> NoticeQuerySet:
    """Return what `user` was told and may still see: of a log that is no longer hers to see there is nothing, not even a number."""
    desks = Workplace.objects.where(user, May.SIGN_OFF)
    return Notice.objects.filter(in_sight_of(user), ~Q(kind__in=FOR_A_DESK) | Q(workplace__in=desks), to=user)


# A person without a role has one row too, with nothing but the number in it.
_ROLES_AND_NEWS = f"""
    SELECT r.*, c.news FROM (
        SELECT COUNT(*) AS news FROM people_notice n WHERE n.to_id = %(user)s AND n.read_at IS NULL
        AND (n.learner_id = %(user)s OR {she_may(May.SEE_LOGS, "n.workplace_id")} AND {works_there("n.learner_id", "n.workplace_id")})
        AND (n.kind NOT IN ({quoted(FOR_A_DESK)}) OR {she_may(May.SIGN_OFF, "n.workplace_id")})
    ) c LEFT JOIN people_membership r ON r.user_id = %(user)s
"""  # noqa: S608 – made of this file's own names


def roles_and_news_of(user: User) -> tuple[list[Membership], int]:
    """Return the roles somebody holds today, and how many of `notices_of` her are unread. One query (a test holds the two together)."""
    rows = list(Membership.objects.raw(_ROLES_AND_NEWS, asked_by(user)))
    return [row for row in rows if row.pk and row.is_current], rows[0].news  # type: ignore[attr-defined]


def those_who(may: May, at: Workplace) -> "list[User]":
    """Return the people who may do something at one workplace today."""
    held = Membership.objects.current().that(may).filter(workplace=at)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))


def forget_old() -> int:
    """Delete the notices older than 90 days, and return how many."""
    return Notice.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _who_may_see(people: Iterable[User], about: About) -> list[User]:
    """Return those of `people` who may see the log today: its learner, and who looks at a workplace where the learner works."""
    asked = list({person.pk: person for person in people}.values())
    others = [person.pk for person in asked if person.pk != about.learner.pk]
    if not others:
        return asked
    here = Membership.objects.current().filter(workplace=about.workplace)
    works_here = here.filter(user=about.learner).exists()
    looks = set(here.that(May.SEE_LOGS).filter(user__in=others).values_list("user", flat=True)) if works_here else set()
    return [person for person in asked if person.pk == about.learner.pk or person.pk in looks]


def _not_read_yet(to: list[User], kind: Kind, about: About, by: User | None) -> dict[UUID, Notice]:
    """Return, by person, the notice that these outcomes can be added to."""
    same = Notice.objects.select_for_update().for_a_letter().filter(to__in=to, kind=kind, log=about.log, by=by)
    return {notice.to_id: notice for notice in same.filter(once="").order_by("pk")}


def _add_to(notice: Notice, about: About) -> None:
    notice.codes = list(dict.fromkeys([*notice.codes, *about.codes]))
    notice.address = about.address if notice.count == 1 else about.log_address or about.address


def _write(notices: Iterable[Notice], *fields: str, **more: object) -> None:
    """Write some fields of notices that mostly say the same: one statement for all that do. (`bulk_update` builds a condition for each row, which costs more than asking.)"""
    alike: dict[str, list[Notice]] = {}
    for notice in notices:
        alike.setdefault(repr([getattr(notice, field) for field in fields]), []).append(notice)
    for same in alike.values():
        values = {field: getattr(same[0], field) for field in fields}
        Notice.objects.filter(pk__in=[notice.pk for notice in same]).update(**values, **more)


def _notice(to: User, kind: Kind, about: About, by: User | None) -> Notice:
    return Notice(
        to=to,
        kind=kind,
        learner=about.learner,
        workplace=about.workplace,
        by=by,
        log=about.log,
        title=about.title,
        codes=list(about.codes),
        day=about.day,
        address=about.address if len(about.codes) <= 1 else about.log_address or about.address,
        once=about.once,
    )
