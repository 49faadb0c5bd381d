"""Who supervises whom: one at a time, somebody who may sign off there today, and never oneself."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from people.models import AuditEvent, Refused, Supervision, User, Workplace
from people.permissions import Role
from people.supervision import agree_limits
from tests.cast import employ, person


@pytest.fixture
def ruth(rosewood: Workplace) -> User:
    user = person("ruth", "Ruth Lane")
    employ(user, rosewood, Role.SUPERVISOR, "Team leader")
    return user


def assign(learner: User, supervisor: User, at: Workplace, by: User) -> Supervision:
    (made,) = Supervision.assign([learner], supervisor, at=at, by=by)
    return made


def who(learner: User, at: Workplace) -> str:
    now = Supervision.of(learner, at)
    return now.supervisor.username if now else ""


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("at").values_list("verb", flat=True))


def test_a_manager_gives_somebody_a_supervisor_and_then_another(
    rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User
) -> None:
    first = assign(amina, grace, rosewood, priya)
    second = first.move_to(ruth, by=priya)
    first.refresh_from_db()
    assert (first.ended_at, second.ended_at) == (second.started_at, None)
    assert (who(amina, rosewood), second.decided_by, events()) == ("ruth", priya, ["gave a supervisor", "changed the supervisor"])


def test_pressed_twice_it_is_recorded_once(rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User) -> None:
    first = assign(amina, grace, rosewood, priya)
    assert assign(amina, grace, rosewood, priya) == first
    assert first.move_to(ruth, by=priya) == first.move_to(ruth, by=priya)
    assert (Supervision.objects.count(), len(events())) == (2, 2)


@pytest.mark.parametrize(
    ("learner", "supervisor", "by", "says"),
    [
        ("grace", "grace", "priya", "Nobody supervises themselves. Choose somebody else."),
        ("amina", "lena", "priya", "Lena Novak cannot sign off at Rosewood House. Choose somebody else."),
        ("amina", "priya", "priya", "Priya Shah cannot sign off at Rosewood House. Choose somebody else."),
        ("amina", "olu", "priya", "Olu Adeyemi cannot sign off at Rosewood House. Choose somebody else."),
        ("amina", "tom", "priya", "Tom Ellery cannot sign off at Rosewood House. Choose somebody else."),
        ("yusuf", "grace", "priya", "Yusuf Karim does not work at Rosewood House."),
        ("idris", "grace", "priya", "Idris Bello does not work at Rosewood House."),
        ("amina", "grace", "grace", "Only a manager of Rosewood House can change this."),
        ("amina", "grace", "tom", "Only a manager of Rosewood House can change this."),
    ],
)
def test_what_is_refused(
    rosewood: Workplace, priya: User, learner: str, supervisor: str, by: str, says: str, request: pytest.FixtureRequest
) -> None:
    one, other, manager = (request.getfixturevalue(name) for name in (learner, supervisor, by))
    with pytest.raises(Refused) as refused:
        assign(one, other, rosewood, manager)
    assert (refused.value.messages, Supervision.objects.count(), events()) == ([says], 0, [])


def test_somebody_who_has_a_supervisor_is_moved_and_not_given_away(
    rosewood: Workplace, amina: User, lena: User, grace: User, ruth: User, priya: User
) -> None:
    assign(amina, grace, rosewood, priya)
    with pytest.raises(Refused, match=r"Grace Mwangi supervises Amina Okafor now."):
        Supervision.assign([lena, amina], ruth, at=rosewood, by=priya)
    assert (who(amina, rosewood), who(lena, rosewood)) == ("grace", "")


def test_a_move_from_an_old_page_is_refused(rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User) -> None:
    seen = assign(amina, grace, rosewood, priya)
    seen.move_to(ruth, by=priya)
    third = person("sam", "Samuel Osei")
    employ(third, rosewood, Role.SUPERVISOR)
    with pytest.raises(Refused, match=r"The supervisor of Amina Okafor has changed since you opened the page. Look at it again."):
        seen.move_to(third, by=priya)
    assert who(amina, rosewood) == "ruth"


def test_the_database_says_never_too(rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User) -> None:
    assign(amina, grace, rosewood, priya)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.create(workplace=rosewood, learner=amina, supervisor=ruth, decided_by=priya)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.create(workplace=rosewood, learner=ruth, supervisor=ruth, decided_by=priya)
    for ceiling in (0, 201):
        with pytest.raises(IntegrityError), transaction.atomic():
            Workplace.objects.update(review_ceiling=ceiling)
    with pytest.raises(IntegrityError), transaction.atomic():
        grace.memberships.update(review_minutes=2401)


@pytest.mark.parametrize("ends", ["supervisor", "learner"])
def test_a_role_that_ends_leaves_nobody_and_the_next_supervisor_begins_anew(
    rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User, ends: str
) -> None:
    assign(amina, grace, rosewood, priya)
    role = (grace if ends == "supervisor" else amina).memberships.get()
    role.end(by=priya)
    assert who(amina, rosewood) == ""
    employ(role.user, rosewood, role.role)  # she comes back
    assert who(amina, rosewood) == "grace"
    role.user.memberships.get(ended_on=None).end(by=priya)
    if ends == "supervisor":
        assign(amina, ruth, rosewood, priya)
        assert (who(amina, rosewood), Supervision.objects.filter(ended_at=None).count()) == ("ruth", 1)


def test_another_title_keeps_her_people_and_her_minutes(rosewood: Workplace, amina: User, grace: User, priya: User) -> None:
    assign(amina, grace, rosewood, priya)
    agree_limits(rosewood, 20, {grace.memberships.get().pk: 45}, by=priya)
    now = grace.memberships.get().change_role(Role.SUPERVISOR, job_title="Deputy manager", by=priya)
    assert (who(amina, rosewood), now.review_minutes) == ("grace", 45)


def test_nothing_is_left_behind_when_the_trail_cannot_be_written(
    rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = assign(amina, grace, rosewood, priya)

    def fail(*_args: Any, **_more: Any) -> None:
        raise OSError

    monkeypatch.setattr(AuditEvent, "record", fail)
    with pytest.raises(OSError, match=r"^$"):
        first.move_to(ruth, by=priya)
    with pytest.raises(OSError, match=r"^$"):
        agree_limits(rosewood, 30, {}, by=priya)
    rosewood.refresh_from_db()
    assert (who(amina, rosewood), Supervision.objects.count(), rosewood.review_ceiling) == ("grace", 1, 20)


def test_limits_are_agreed_by_a_manager_and_said_once(rosewood: Workplace, birch: Workplace, grace: User, tom: User, priya: User) -> None:
    hers, elsewhere = grace.memberships.get(), tom.memberships.get()
    for _press in range(2):
        agree_limits(rosewood, 25, {hers.pk: 60, elsewhere.pk: 10}, by=priya)
    agree_limits(rosewood, 25, {hers.pk: None}, by=priya)
    with pytest.raises(Refused, match=r"Only a manager of Birch Lodge can change this."):
        agree_limits(birch, 5, {}, by=priya)
    for row in (rosewood, birch, hers, elsewhere):
        row.refresh_from_db()
    assert (rosewood.review_ceiling, birch.review_ceiling, hers.review_minutes, elsewhere.review_minutes) == (25, 20, None, None)
    assert events() == ["agreed a ceiling of 25", "agreed 60 minutes a week", "took back the minutes"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_managers_at_once_one_decides_and_the_others_are_told(
    rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User
) -> None:
    managers = [person(f"manager{n}", f"Manager Number {n}") for n in range(10)]
    for one in managers:
        employ(one, rosewood, Role.MANAGER)
    start = Barrier(len(managers))

    def press(number: int) -> str:
        start.wait()
        try:
            assign(amina, (grace, ruth)[number % 2], rosewood, managers[number])
        except Refused as refused:
            return str(refused.messages[0])
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(managers)) as pool:
        said = list(pool.map(press, range(len(managers))))
    winner = Supervision.objects.get(ended_at=None).supervisor
    assert sorted(said) == sorted(["done"] * 5 + [f"{winner.full_name} supervises Amina Okafor now."] * 5)
    assert (Supervision.objects.count(), events()) == (1, ["gave a supervisor"])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_is_refused(rosewood: Workplace, amina: User, grace: User, ruth: User, priya: User) -> None:
    seen = assign(amina, grace, rosewood, priya)
    others = [person(f"other{n}", f"Other Number {n}") for n in range(2)]
    for one in others:
        employ(one, rosewood, Role.SUPERVISOR)
    start = Barrier(2)

    def press(to: User) -> bool:
        start.wait()
        try:
            Supervision.objects.get(pk=seen.pk).move_to(to, by=priya)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(press, others))
    assert (sorted(done), who(amina, rosewood)) == ([False, True], others[done.index(True)].username)
    assert Supervision.objects.count() == 2
