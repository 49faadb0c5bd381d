"""What somebody writes is kept while she writes it, for her alone, and is gone when it is sent."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import ModulePage
from people.models import User
from progress.models import Answer, Draft, Evidence, LogEntry, ProgressLog
from progress.models.draft import KEPT_FOR, MOST_CHARACTERS, MOST_DRAFTS, MOST_FIELDS
from tests.cast import add_account
from tests.cms.test_unsent import sign_in

WORDS = "I sat down beside her first, so that she could see my face."


@pytest.fixture
def her(client: Client, amina: User) -> Client:
    client.force_login(amina)
    return client


@pytest.fixture
def account(log: ProgressLog) -> str:
    """The address of the form for a reflective account."""
    return f"/learn/logs/{log.pk}/1.2/evidence/reflective-account/"


@pytest.fixture
def reflection(module: ModulePage) -> str:
    """The address a reflection is sent to."""
    return f"/learn/modules/{module.pk}/words/r-word/"


def keep(client: Client, place: str, **fields: str) -> Any:
    return client.post("/learn/drafts/", {"place": place, **fields})


def step(client: Client) -> str:
    return client.get("/courses/dementia-care/what-dementia-is/step/1/").content.decode()


def test_words_typed_are_there_when_the_form_opens_again(her: Client, account: str) -> None:
    keep(her, account, title="Breakfast", text=WORDS[:20])
    keep(her, account, title="Breakfast", text=WORDS)
    page = her.get(account).content.decode()
    assert ([words in page for words in ("Breakfast", WORDS, "Draft saved")], Draft.objects.count()) == ([True] * 3, 1)


def test_the_outcome_says_that_a_draft_is_waiting(her: Client, log: ProgressLog, account: str) -> None:
    says = "Your draft is kept."
    outcome = log.get_absolute_url() + "1.2/"
    before = her.get(outcome).content.decode()
    keep(her, account, text=WORDS)
    assert (before.count(says), her.get(outcome).content.decode().count(says)) == (0, 1)


def test_a_reflection_typed_is_there_when_the_step_opens_again(her: Client, reflection: str) -> None:
    keep(her, reflection, words=WORDS)
    page = step(her)
    assert (WORDS in page, re.findall(r"Draft saved \d", page) != [], Answer.objects.count()) == (True, True, 0)


def test_the_answer_says_when_it_was_kept(her: Client, account: str) -> None:
    saved = keep(her, account, text=WORDS).json()["saved"]
    assert len(saved) == len("14:32")


def test_nobody_else_sees_a_draft(her: Client, account: str, reflection: str, grace: User, lena: User) -> None:
    keep(her, account, text=WORDS)
    keep(her, reflection, words=WORDS)
    for other in (grace, lena):
        her.force_login(other)
        assert (WORDS in step(her), WORDS in her.get(account).content.decode()) == (False, False)


def test_a_draft_is_gone_when_its_words_are_sent(her: Client, account: str, reflection: str) -> None:
    keep(her, account, title="Breakfast", text=WORDS)
    keep(her, reflection, words=WORDS)
    her.post(account, {"title": "Breakfast", "text": WORDS, "submission": str(uuid4())})
    her.post(reflection, {"words": WORDS})
    assert (Draft.objects.count(), Evidence.objects.count(), Answer.objects.count()) == (0, 1, 1)


def test_a_refused_form_takes_no_draft_away(her: Client, account: str) -> None:
    keep(her, account, title="", text=WORDS)
    her.post(account, {"title": "", "text": WORDS, "submission": str(uuid4())})
    assert Draft.objects.count() == 1


def test_a_save_that_comes_in_after_the_sending_is_no_draft(her: Client, account: str) -> None:
    sent = {"title": "Breakfast", "text": WORDS, "submission": str(uuid4())}
    her.post(account, sent)
    keep(her, account, **sent)
    assert (WORDS in her.get(account).content.decode(), Draft.objects.count()) == (False, 0)


def test_such_a_save_is_not_kept_even_when_nobody_opens_the_form_again(her: Client, account: str) -> None:
    sent = {"title": "Breakfast", "text": WORDS, "submission": str(uuid4())}
    her.post(account, sent)
    keep(her, account, **sent)
    assert Draft.objects.count() == 0


def test_a_form_opened_again_is_a_new_submission(her: Client, account: str) -> None:
    submission = str(uuid4())
    keep(her, account, title="Breakfast", text=WORDS, submission=submission)
    assert submission not in her.get(account).content.decode()


def test_a_newer_draft_stands_before_an_older_answer(her: Client, reflection: str) -> None:
    her.post(reflection, {"words": "My first thought."})
    keep(her, reflection, words="My second thought.")
    page = step(her)
    assert ("My second thought." in page, Answer.objects.get().given) == (True, {"words": "My first thought."})


def test_a_draft_that_comes_in_after_the_same_words_were_saved_is_none(her: Client, reflection: str) -> None:
    her.post(reflection, {"words": "One line.\r\nAnd another."})
    keep(her, reflection, words="One line.\nAnd another. ")
    assert re.findall(r"(Draft saved|Saved) \d", step(her)) == ["Saved"]
    keep(her, reflection, words="One line more.")
    assert re.findall(r"(Draft saved|Saved) \d", step(her)) == ["Draft saved"]


def test_somebody_signed_out_is_told_so_and_not_led_away(client: Client, account: str) -> None:
    assert (keep(client, account, text=WORDS).status_code, Draft.objects.count()) == (401, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "https://elsewhere.example/"},
        {"place": "/learn/" + "x" * 200},
        {"text": "x" * (MOST_CHARACTERS + 1)},
        {"submission": "no number"},
        {f"field{n}": "x" for n in range(MOST_FIELDS + 1)},
    ],
)
def test_what_no_form_of_ours_can_hold_is_refused(her: Client, account: str, wrong: dict[str, str]) -> None:
    answer = her.post("/learn/drafts/", {"place": account, **wrong})
    assert (answer.status_code, Draft.objects.count()) == (400, 0)


def test_characters_that_no_database_keeps_are_left_out(her: Client, account: str) -> None:
    keep(her, account, text="Before\0 and after \u202e \U0001f9d3")
    assert Draft.objects.get().words == {"text": "Before and after \u202e \U0001f9d3"}


def test_one_person_keeps_so_many_drafts_and_the_oldest_make_room(amina: User) -> None:
    for number in range(MOST_DRAFTS + 2):
        Draft.keep({"words": WORDS}, place=f"/learn/{number}/", by=amina)
    assert Draft.objects.count() == MOST_DRAFTS
    assert not Draft.objects.filter(place__in=["/learn/0/", "/learn/1/"]).exists()


def test_what_nobody_came_back_to_for_a_year_is_forgotten(amina: User) -> None:
    for days, place in ((1, "/learn/older/"), (-1, "/learn/younger/")):
        Draft.keep({"words": WORDS}, place=place, by=amina)
        Draft.objects.filter(place=place).update(saved_at=timezone.now() - KEPT_FOR - timedelta(days=days))
    assert (Draft.forget_old(), Draft.objects.get().place) == (1, "/learn/younger/")


REASON = "Say what you would do at night, when nobody is near."


def desk_fields(entry: LogEntry, **said: str) -> dict[str, str]:
    """What a desk's form holds for one outcome."""
    typed = {"decision": "return", "method": "", "reason": REASON, "seen": str(entry.version), **said}
    return {f"{entry.pk}-{name}": value for name, value in typed.items()}


def desk_page(client: Client, log: ProgressLog) -> str:
    return client.get(f"/review/{log.pk}/").content.decode()


def is_chosen(page: str, decision: str) -> bool:
    return f'value="{decision}"' in page and "checked" in page.split(f'value="{decision}"')[1].split(">", maxsplit=1)[0]


def test_a_reason_begun_at_the_desk_is_there_when_she_comes_back(client: Client, grace: User, declared: LogEntry) -> None:
    client.force_login(grace)
    keep(client, f"/review/{declared.log_id}/", **desk_fields(declared))
    page = desk_page(client, declared.log)
    assert (page.count(REASON), is_chosen(page, "return"), "Draft saved" in page) == (1, True, True)


def test_a_choice_made_before_the_outcome_changed_is_made_again(client: Client, grace: User, declared: LogEntry) -> None:
    client.force_login(grace)
    keep(client, f"/review/{declared.log_id}/", **desk_fields(declared, decision="sign_off", method="observation"))
    add_account(declared, "One more")
    declared.refresh_from_db()
    page = desk_page(client, declared.log)
    assert (REASON in page, is_chosen(page, "sign_off"), is_chosen(page, "leave")) == (True, False, True)


def test_a_decision_takes_its_draft_away(client: Client, grace: User, declared: LogEntry) -> None:
    client.force_login(grace)
    keep(client, f"/review/{declared.log_id}/", **desk_fields(declared))
    client.post(f"/review/{declared.log_id}/decide/", {**desk_fields(declared), "submission": str(uuid4())})
    declared.refresh_from_db()
    assert (declared.state, Draft.objects.count()) == (LogEntry.State.RETURNED, 0)


def test_a_reason_for_taking_a_sign_off_back_is_kept_too(client: Client, grace: User, signed: LogEntry) -> None:
    client.force_login(grace)
    place = f"/review/{signed.log_id}/{signed.outcome.code}/withdraw/"
    keep(client, place, reason=REASON, seen="0")
    page = client.get(place).content.decode()
    client.post(place, {"reason": REASON, "seen": str(signed.version), "submission": str(uuid4())})
    assert (REASON in page, f'name="seen" value="{signed.version}"' in page, Draft.objects.count()) == (True, True, 0)


def test_a_reflection_sent_after_the_session_ended_comes_back(client: Client, amina: User, reflection: str) -> None:
    sign_in(client, "amina")
    step(client)
    del client.cookies["session"]
    assert client.post(reflection, {"words": WORDS})["Location"] == "/accounts/login/?next=/unsent/"
    sign_in(client, "amina")
    assert WORDS in client.get("/unsent/").content.decode()


def test_a_draft_of_an_ended_session_leaves_the_next_session_alone(her: Client, account: str) -> None:
    her.session.flush()
    answer = keep(her, account, text=WORDS)
    assert (answer.status_code, dict(answer.cookies)) == (401, {})
