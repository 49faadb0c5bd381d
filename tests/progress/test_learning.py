"""Taking a module: places, answers, finishing, and what it does to a log."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from courses.models import ModulePage
from people.models import User
from progress.learning import after
from progress.models import Answer, LogEntry, ModulePlace, ProgressLog
from tests.cast import entry_of

BASE = "/courses/dementia-care/what-dementia-is/"


@pytest.fixture
def her(client: Client, amina: User) -> Client:
    client.force_login(amina)
    return client


def answer(client: Client, module: ModulePage, activity: str, **given: object):  # type: ignore[no-untyped-def]
    way = "answer" if activity.startswith("q-") else "words"
    return client.post(f"/learn/modules/{module.pk}/{way}/{activity}/", given)


def go_on(client: Client, module: ModulePage, step: str):  # type: ignore[no-untyped-def]
    return client.post(f"/learn/modules/{module.pk}/continue/{step}/")


@pytest.mark.parametrize("address", ["", "step/1/", "step/2/", "finished/"])
def test_anybody_reads_a_module(client: Client, module: ModulePage, address: str) -> None:
    assert client.get(BASE + address).status_code == 200


@pytest.mark.parametrize("number", [0, 3, 99])
def test_there_is_no_step_beyond_the_last(client: Client, module: ModulePage, number: int) -> None:
    assert client.get(f"{BASE}step/{number}/").status_code == 404


def test_a_step_says_where_it_stands(client: Client, module: ModulePage) -> None:
    assert "Step 2 of 2" in client.get(f"{BASE}step/2/").content.decode()


def test_reading_records_nothing(her: Client, module: ModulePage) -> None:
    for address in ("", "step/1/", "step/2/", "finished/"):
        her.get(BASE + address)
    assert (ModulePlace.objects.count(), Answer.objects.count()) == (0, 0)


def test_continue_moves_her_place_and_she_resumes_there(her: Client, module: ModulePage) -> None:
    assert go_on(her, module, "one-morning")["Location"] == f"{BASE}step/2/"
    assert "Carry on at step 2 of 2" in her.get(BASE).content.decode()
    assert "Step 2 of 2, about 10 minutes left" in her.get("/learn/").content.decode()


def test_a_wrong_answer_teaches_and_a_right_one_stays_right(her: Client, module: ModulePage) -> None:
    assert answer(her, module, "q-first", chosen="2")["Location"] == f"{BASE}step/2/#q-first"
    page = her.get(f"{BASE}step/2/").content.decode()
    assert ("Not quite. The worry stays." in page, "You answer the feeling." in page) == (True, False)
    for chosen in ("1", "2"):
        answer(her, module, "q-first", chosen=chosen)
    kept = Answer.objects.get()
    assert (kept.is_right, kept.was_right_first_time, kept.tries, kept.revision_id) == (True, False, 3, module.live_revision_id)


def test_the_same_answer_sent_twice_is_one_try(her: Client, module: ModulePage) -> None:
    for _time in range(2):
        answer(her, module, "q-first", chosen="2")
    assert Answer.objects.get().tries == 1


def test_somebody_not_signed_in_tries_a_question_and_nothing_is_kept(client: Client, module: ModulePage) -> None:
    page = answer(client, module, "q-first", chosen="1").content.decode()
    assert ("You answer the feeling." in page, Answer.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [({}, "Choose an answer."), ({"chosen": "9"}, "Choose one of the answers shown."), ({"chosen": ["1", "2"]}, "Choose one answer only.")],
)
def test_a_bad_answer_gets_a_clear_error(her: Client, module: ModulePage, given: dict[str, object], said: str) -> None:
    page = answer(her, module, "q-first", **given).content.decode()
    assert (said in page, "<title>Error: " in page, Answer.objects.count()) == (True, True, 0)


def test_her_words_are_kept_and_shown_again(her: Client, module: ModulePage) -> None:
    answer(her, module, "r-word", words="I waited.\n<b>Then</b> I asked.")
    assert Answer.objects.get().given == {"words": "I waited.\n<b>Then</b> I asked."}
    page = her.get(f"{BASE}step/1/").content.decode()
    assert ("I waited.\n&lt;b&gt;Then&lt;/b&gt; I asked." in page, "Saved " in page) == (True, True)


def test_words_over_the_cap_come_back_with_an_error_and_every_word(her: Client, module: ModulePage) -> None:
    long = "word " * 700
    page = answer(her, module, "r-word", words=long).content.decode()
    assert ("Your text is too long. Use 3000 characters or fewer." in page, long.strip() in page) == (True, True)


def test_a_module_is_finished_only_when_every_question_is_right(her: Client, module: ModulePage) -> None:
    go_on(her, module, "one-morning")
    answer(her, module, "q-first", chosen="2")
    assert go_on(her, module, "what-first")["Location"] == f"{BASE}finished/"
    assert "Nearly there" in her.get(f"{BASE}finished/").content.decode()
    answer(her, module, "q-first", chosen="1")
    assert "Module finished" in her.get(f"{BASE}finished/").content.decode()


def finish(client: Client, module: ModulePage) -> None:
    answer(client, module, "q-first", chosen="1")
    go_on(client, module, "one-morning")
    go_on(client, module, "what-first")


def test_the_end_of_a_hard_subject_says_who_helps(her: Client, module: ModulePage) -> None:
    module.afterword = "Talk to somebody you trust."
    module.save_revision().publish()
    finish(her, module)
    assert "Talk to somebody you trust." in her.get(f"{BASE}finished/").content.decode()


def test_the_end_of_a_module_offers_the_next_that_she_has_not_finished(amina: User, module: ModulePage) -> None:
    course = module.course
    second, third = (
        course.add_child(instance=ModulePage(title=title, slug=title, summary=title, steps="[]")) for title in ("second", "third")
    )
    assert [after(page, amina) for page in (module, second, third)] == [second, third, module]
    ModulePlace.objects.create(learner=amina, module=second, step_id="", finished_at=timezone.now())
    assert [after(page, amina) for page in (module, second, third)] == [third, third, module]
    ModulePlace.objects.create(learner=amina, module=module, step_id="")
    ModulePlace.objects.create(learner=amina, module=third, step_id="", finished_at=timezone.now())
    assert [after(page, amina) for page in (module, second, third)] == [None, module, module]
    assert after(module, AnonymousUser()) == second


def marks(log: ProgressLog) -> dict[str, tuple[bool, bool, str]]:
    entries = LogEntry.objects.filter(log=log).select_related("outcome")
    return {e.outcome.code: (e.knowledge_met_at is not None, e.practice_met_at is not None, e.state) for e in entries}


def test_a_finished_module_meets_the_knowledge_of_its_outcomes_and_nothing_else(her: Client, module: ModulePage, log: ProgressLog) -> None:
    finish(her, module)
    assert marks(log) == {"1.1": (True, False, "open"), "1.2": (False, False, "open"), "1.3": (True, False, "open")}


def test_a_log_opened_later_is_given_what_was_finished_before(her: Client, module: ModulePage, amina: User, rosewood: object) -> None:
    finish(her, module)
    her.post(
        f"/learn/start/{module.course.framework_id}/", {"workplace": str(rosewood.pk), "submission": "6b9d0a57-3c6b-4b8e-9d6e-5a1f4b2c8e11"}
    )  # type: ignore[attr-defined]
    log = ProgressLog.objects.get(learner=amina)
    assert marks(log)["1.1"] == (True, False, "open")


def test_finishing_twice_marks_once(her: Client, module: ModulePage, log: ProgressLog) -> None:
    finish(her, module)
    finish(her, module)
    assert list(entry_of(log, "1.1").events.values_list("type", flat=True)) == ["knowledge_met"]


def test_somebody_new_begins_with_the_first_module_and_other_courses_are_folded(her: Client, module: ModulePage) -> None:
    page = her.get("/learn/").content.decode()
    assert ("Your next module" in page, "1 module</summary>" in page) == (True, True)
    go_on(her, module, "one-morning")
    page = her.get("/learn/").content.decode()
    assert ("Carry on where you stopped" in page, "1 module</summary>" in page) == (True, False)
