"""One piece of work that several learners did: recorded for each, and signed in the same act where it waits."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User, Workplace
from people.permissions import Role
from progress import together
from progress.models import Evidence, LogEntry, ProgressLog, SignOff
from progress.verification import verify
from tests.cast import PASSWORD, add_account, declare, employ, entry_of, make_framework, person, sign

HERE = "/review/record/"


@pytest.fixture
def logs(log: ProgressLog, rosewood: Workplace) -> list[ProgressLog]:
    """Three learners of Rosewood House: all have sent 1.2, and the first has sent 1.3 too, which is signed one at a time."""
    found = [log]
    for name in ("bola", "chen"):
        learner = person(name, f"{name.title()} Learner")
        employ(learner, rosewood, Role.LEARNER)
        found.append(ProgressLog.open(by=learner, framework=log.framework, workplace=rosewood, submission=uuid4()))
    for one in found:
        send(one, "1.2")
    send(log, "1.3")
    return found


def send(log: ProgressLog, code: str) -> None:
    add_account(entry_of(log, code))
    declare(entry_of(log, code))


@pytest.fixture
def hers(client: Client, grace: User) -> Client:
    client.force_login(grace)
    return client


def at(logs: list[ProgressLog]) -> str:
    return HERE + "?" + "&".join(f"log={log.pk}" for log in logs)


def form(log: ProgressLog, *codes: str, **more: Any) -> dict[str, Any]:
    words = {"kind": "observation", "title": "Hoist training", "seen_on": str(timezone.localdate()), "text": "They checked the sling."}
    return {**words, "outcomes": ids(log, *codes), "submission": str(uuid4()), **more}


def checked(hers: Client, logs: list[ProgressLog], sent: dict[str, Any]) -> dict[str, Any]:
    """Go to the page where she checks, and return what its button sends."""
    page = hers.post(at(logs), sent, follow=True).content.decode()
    assert "Check before signing" in page
    seen = dict(re.findall(r'name="(seen-[^"]+)" value="(\d+)"', page))
    return {**sent, **seen, "signed": "1"}


def ids(log: ProgressLog, *codes: str) -> list[str]:
    return [str(entry_of(log, code).outcome_id) for code in codes]


def ticked(page: str) -> list[str]:
    """Return the outcomes that are ticked, in the order of the page."""
    return re.findall(r'name="outcomes" value="([^"]+)"[^>]* checked', page)


def states(logs: list[ProgressLog], code: str) -> list[str]:
    return [entry_of(log, code).state for log in logs]


def test_an_observation_of_three_learners_is_signed_in_one_act(hers: Client, logs: list[ProgressLog], grace: User) -> None:
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    assert Evidence.objects.filter(kind="observation").count() == 0
    assert hers.post(at(logs), sent)["Location"] == "/review/"
    assert states(logs, "1.2") == ["signed_off"] * 3
    assert {(sign.signer, sign.method) for sign in SignOff.objects.all()} == {(grace, "observation")}
    assert [len(entry_of(log, "1.2").pieces) for log in logs] == [2, 2, 2]
    assert verify().findings == []


def test_pressed_twice_it_is_recorded_and_signed_once(hers: Client, logs: list[ProgressLog]) -> None:
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    assert [hers.post(at(logs), sent).status_code for _press in range(2)] == [302, 302]
    assert (Evidence.objects.filter(kind="observation").count(), SignOff.objects.count()) == (3, 3)


def test_without_the_tick_it_is_recorded_and_nothing_is_signed(hers: Client, logs: list[ProgressLog]) -> None:
    assert hers.post(at(logs), form(logs[0], "1.2")).status_code == 302
    assert (states(logs, "1.2"), Evidence.objects.filter(kind="observation").count()) == (["declared"] * 3, 3)


def test_what_nobody_sent_is_only_recorded(hers: Client, logs: list[ProgressLog]) -> None:
    LogEntry.objects.get(pk=entry_of(logs[1], "1.2").pk).call_back(by=logs[1].learner, submission=uuid4())
    page = hers.post(at(logs), form(logs[0], "1.2", sign="on"), follow=True).content.decode()
    assert "Not sent to you yet" in page
    hers.post(at(logs), checked(hers, logs, form(logs[0], "1.2", sign="on")))
    assert sorted(states(logs, "1.2")) == ["open", "signed_off", "signed_off"]


def test_what_is_signed_one_at_a_time_is_never_signed_with_others(hers: Client, logs: list[ProgressLog]) -> None:
    sent = checked(hers, logs, form(logs[0], "1.2", "1.3", sign="on"))
    alone = entry_of(logs[0], "1.3")
    assert f"seen-{alone.pk}" not in sent
    forged = {**sent, f"seen-{alone.pk}": str(alone.version)}
    assert "Sign off 1.3 on its own page." in hers.post(at(logs), forged).content.decode()
    assert (states(logs, "1.2"), Evidence.objects.filter(kind="observation").count()) == (["declared"] * 3, 0)


def test_what_changed_since_she_checked_is_looked_at_again(hers: Client, logs: list[ProgressLog]) -> None:
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    add_account(entry_of(logs[1], "1.2"), "Something new")
    assert "1.2 has changed since you opened the page." in hers.post(at(logs), sent).content.decode()
    assert states(logs, "1.2") == ["declared"] * 3


def test_what_a_colleague_signed_since_she_checked_is_told(hers: Client, logs: list[ProgressLog], grace: User) -> None:
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    sign(entry_of(logs[1], "1.2"), grace)
    assert "Somebody else has signed one of these" in hers.post(at(logs), sent).content.decode()
    assert (states(logs, "1.2"), SignOff.objects.count()) == (["declared", "signed_off", "declared"], 1)
    assert Evidence.objects.filter(kind="observation").count() == 0


def test_the_password_is_asked_for_after_ten_minutes(hers: Client, logs: list[ProgressLog]) -> None:
    session = hers.session
    session["proved_at"] = int((timezone.now() - timedelta(minutes=11)).timestamp())
    session.save()
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    page = hers.post(at(logs), sent).content.decode()
    assert "Your password" in page
    assert states(logs, "1.2") == ["declared"] * 3
    assert hers.post(at(logs), {**sent, "password": PASSWORD}).status_code == 302
    assert states(logs, "1.2") == ["signed_off"] * 3


def test_practice_away_from_work_is_not_signed_with_it(hers: Client, logs: list[ProgressLog]) -> None:
    page = hers.post(at(logs), form(logs[0], "1.2", kind="simulation", sign="on")).content.decode()
    assert "What was practised away from work is recorded, and not signed off with it." in page
    assert "They checked the sling." in page


def test_she_is_asked_who_was_there(hers: Client, logs: list[ProgressLog]) -> None:
    page = hers.get(HERE).content.decode()
    assert [name in page for name in ("Amina Okafor", "Bola Learner", "Chen Learner")] == [True] * 3
    assert "Choose who was there." in hers.get(f"{HERE}?go=1").content.decode()


def test_people_on_different_sets_are_not_taken_together(hers: Client, log: ProgressLog, lena: User, rosewood: Workplace) -> None:
    other = ProgressLog.open(by=lena, framework=make_framework(key="other"), workplace=rosewood, submission=uuid4())
    assert "Choose people who work on the same set of outcomes." in hers.get(at([log, other])).content.decode()


def test_a_learner_of_another_home_does_not_exist_for_her(hers: Client, log: ProgressLog, yusuf: User, birch: Workplace) -> None:
    foreign = ProgressLog.open(by=yusuf, framework=log.framework, workplace=birch, submission=uuid4())
    assert [hers.get(at([foreign])).status_code, hers.post(at([log, foreign]), form(log, "1.2")).status_code] == [404, 404]
    assert "Yusuf Karim" not in hers.get(HERE).content.decode()


def test_a_learner_has_no_such_page(client: Client, log: ProgressLog) -> None:
    client.force_login(log.learner)
    assert [client.get(HERE).status_code, client.get(at([log])).status_code] == [404, 404]


def test_she_can_change_it_before_she_signs(hers: Client, logs: list[ProgressLog]) -> None:
    checked(hers, logs, form(logs[0], "1.2", "1.1", sign="on"))
    page = hers.get(f"{at(logs)}&again").content.decode()
    assert ("They checked the sling." in page, ticked(page)) == (True, ids(logs[0], "1.2", "1.1"))


def test_the_check_has_an_address_of_its_own_until_it_is_signed(hers: Client, logs: list[ProgressLog]) -> None:
    """Back and a reload find it again; a page that answers a form would be gone."""
    sent = checked(hers, logs, form(logs[0], "1.2", sign="on"))
    assert "Check before signing" in hers.get(f"{at(logs)}&check").content.decode()
    hers.post(at(logs), sent)
    assert hers.get(f"{at(logs)}&check")["Location"] == at(logs)


def test_what_was_kept_for_some_is_not_shown_for_others(hers: Client, logs: list[ProgressLog]) -> None:
    checked(hers, logs, form(logs[0], "1.2", sign="on"))
    assert hers.get(f"{at(logs[:2])}&check")["Location"] == at(logs[:2])


def test_every_outcome_stays_ticked_when_signing_was_refused(hers: Client, logs: list[ProgressLog], grace: User) -> None:
    sent = checked(hers, logs, form(logs[0], "1.1", "1.2", sign="on"))
    add_account(entry_of(logs[1], "1.2"), "Something new")
    page = hers.post(at(logs), sent).content.decode()
    assert ticked(page) == ids(logs[0], "1.2", "1.1")


def test_what_was_sent_comes_first_and_says_by_whom(hers: Client, logs: list[ProgressLog]) -> None:
    page = hers.get(at(logs)).content.decode()
    assert re.findall(r"<summary>(.+)</summary>", page) == ["Sent for sign-off", "1 Understanding dementia"]
    assert [page.count(f"Sent by {names}") for names in ("Amina Okafor, Bola Learner, Chen Learner", "Amina Okafor")] == [1, 2]
    assert page.count("High risk: it is recorded here, and signed off on its own page") == 1


def test_what_was_signed_everywhere_while_she_pressed_is_told_and_nothing_is_lost(
    hers: Client, logs: list[ProgressLog], grace: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form was right when it was read; a colleague signs before it is recorded. (`make faults` found this.)"""
    record = together.record_together

    def a_moment_later(*args: Any, **kwargs: Any) -> None:
        for log in logs:
            sign(entry_of(log, "1.2"), grace)
        record(*args, **kwargs)

    monkeypatch.setattr(together, "record_together", a_moment_later)
    page = hers.post(at(logs), form(logs[0], "1.1", "1.2")).content.decode()
    assert ("1.2 has been signed off since you opened the page." in page, "They checked the sling." in page) == (True, True)
    assert Evidence.objects.filter(kind="observation").count() == 0


def test_where_nothing_is_left_to_sign_nobody_is_asked_who_she_is(hers: Client, logs: list[ProgressLog]) -> None:
    session = hers.session
    session["proved_at"] = int((timezone.now() - timedelta(minutes=11)).timestamp())
    session.save()
    page = hers.post(at(logs), sent := form(logs[0], "1.1", sign="on"), follow=True).content.decode()
    assert ("Check before you record" in page, "Your password" in page) == (True, False)
    assert hers.post(at(logs), {**sent, "signed": "1"}).status_code == 302
    assert (Evidence.objects.filter(kind="observation").count(), SignOff.objects.count()) == (3, 0)
