"""Cover: a colleague signs off for dated days, and not a day longer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.models import AuditEvent, Membership, Refused, User, Workplace
from people.permissions import Role
from progress.models import LogEntry
from tests.cast import employ, entry_of, person, sign


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def colleague(rosewood: Workplace) -> User:
    """A supervisor of another home of the same employer."""
    user = person("ruth", "Ruth Lane")
    employ(user, Workplace.objects.create(employer=rosewood.employer, name="Rosewood Cottage"), Role.SUPERVISOR, "Team leader")
    return user


def lend(user: User, to: Workplace, by: User, first: int = 0, last: int = 6) -> Membership:
    return Membership.lend(user, to, first=today() + timedelta(days=first), last=today() + timedelta(days=last), by=by)


def on_day(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    day = today() + timedelta(days=number)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: day)


@pytest.mark.parametrize(("day", "may_sign"), [(0, False), (1, True), (3, True), (4, False)])
def test_she_signs_on_these_days_and_on_no_other(
    declared: LogEntry, colleague: User, priya: User, client: Client, monkeypatch: pytest.MonkeyPatch, day: int, may_sign: bool
) -> None:
    lend(colleague, declared.log.workplace, priya, first=1, last=3)
    client.force_login(colleague)
    on_day(day, monkeypatch)
    assert (client.get(f"/review/{declared.log_id}/").status_code == 200) is may_sign
    if may_sign:
        sign(entry_of(declared.log, "1.2"), colleague)
    else:
        with pytest.raises(Refused, match=r"You do not supervise at Rosewood House."):
            sign(entry_of(declared.log, "1.2"), colleague)


def test_a_sign_off_stays_when_the_cover_has_ended(
    declared: LogEntry, colleague: User, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(colleague, declared.log.workplace, priya)
    sign(entry_of(declared.log, "1.2"), colleague)
    on_day(10, monkeypatch)
    signature = entry_of(declared.log, "1.2").live_sign_off
    assert signature is not None
    assert (signature.signer_name, signature.signer_status) == ("Ruth Lane", "Team leader")


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 1), (0, 57)])
def test_days_that_make_no_sense_are_refused(rosewood: Workplace, colleague: User, priya: User, first: int, last: int) -> None:
    with pytest.raises(Refused, match=r"Choose days from today on, and eight weeks at most."):
        lend(colleague, rosewood, priya, first, last)


def test_who_signs_here_anyway_is_not_lent_a_desk_and_nobody_lends_one_to_herself(
    rosewood: Workplace, grace: User, colleague: User, priya: User
) -> None:
    with pytest.raises(Refused, match=r"Grace Mwangi signs off here on these days already."):
        lend(grace, rosewood, priya)
    lend(colleague, rosewood, priya)
    with pytest.raises(Refused, match=r"Ruth Lane signs off here on these days already."):
        lend(colleague, rosewood, priya, first=6, last=8)
    with pytest.raises(Refused, match=r"You cannot change your own role."):
        lend(priya, rosewood, priya)


def test_the_manager_arranges_it_sees_it_and_cancels_it(rosewood: Workplace, colleague: User, priya: User, client: Client) -> None:
    client.force_login(priya)
    form = {"colleague": str(colleague.pk), "first": str(today() + timedelta(days=1)), "last": str(today() + timedelta(days=7))}
    assert client.post(f"/team/{rosewood.pk}/cover/", form)["Location"] == f"/team/{rosewood.pk}/"
    assert "Ruth Lane covers from" in client.get(f"/team/{rosewood.pk}/").content.decode()
    lent = Membership.objects.get(user=colleague, workplace=rosewood)
    assert AuditEvent.objects.filter(verb="lent a desk").count() == 1
    client.post(f"/team/{rosewood.pk}/{lent.pk}/end/")
    assert not Membership.objects.current(today() + timedelta(days=2)).filter(pk=lent.pk).exists()


def test_nobody_of_another_employer_is_offered_or_taken(rosewood: Workplace, tom: User, priya: User, client: Client) -> None:
    client.force_login(priya)
    assert "Tom Ellery" not in client.get(f"/team/{rosewood.pk}/cover/").content.decode()
    form: dict[str, Any] = {"colleague": str(tom.pk), "first": str(today()), "last": str(today())}
    assert "Choose a colleague from the list." in client.post(f"/team/{rosewood.pk}/cover/", form).content.decode()
    assert Membership.objects.filter(user=tom, workplace=rosewood).count() == 0
