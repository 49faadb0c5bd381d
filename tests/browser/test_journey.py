"""The main job, once, end to end, as its people do it: on a phone, at a desk, and on a phone without JavaScript."""

from typing import Any

import pytest

from courses.models import ModulePage
from people.models import JoinCode, User, Workplace
from progress.models import LogEntry, ProgressLog, SignOff
from tests.browser.conftest import Visitor
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
MODULE = "/courses/dementia-care/what-dementia-is/"


def take_the_module(amina: Visitor) -> None:
    amina.open(MODULE)
    amina.press("Start the module")
    amina.page.get_by_label("Think of a day.").fill("I had just come to England.")
    amina.press("Save")
    amina.press("Continue")
    amina.page.get_by_label("Close the door now.").check()
    amina.press("Check my answer")
    assert "Not quite. The worry stays." in amina.page.content()
    amina.page.get_by_label("Ask who is waiting.").check()
    amina.press("Check my answer")
    assert "You answer the feeling." in amina.page.content()
    amina.press("Finish the module")
    assert "Module finished" in amina.page.content()


def show_and_declare(amina: Visitor, code: str) -> None:
    amina.press("Open my progress log")
    amina.page.get_by_role("link", name=code).click()
    amina.page.wait_for_load_state()
    amina.check()
    amina.press("Write about something you did")
    amina.press("Add this evidence")
    assert amina.page.title().startswith("Error: ")
    amina.page.get_by_label("Title").fill("Breakfast with a lady who taught")
    amina.page.get_by_label("Your account").fill("I sat down first. <script>alert(1)</script>")
    amina.press("Add this evidence")
    amina.press("Send to your supervisor")
    amina.press(f"Send outcome {code} to my supervisor")
    assert f"Outcome {code} is with your supervisor" in amina.page.content()


def sign_off(grace: Visitor, learner: str, code: str) -> None:
    grace.open("/review/")
    grace.press(f"Review {learner}, Dementia care")
    assert "I sat down first. &lt;script&gt;" in grace.page.content()
    grace.press("Check before signing")
    assert grace.page.title().startswith("Error: ")
    grace.page.get_by_role("radio", name="Sign off").check()
    grace.press("Check before signing")
    assert grace.page.title().startswith("Error: ")
    grace.page.get_by_label("If you sign off: how was it shown?").select_option("professional_discussion")
    grace.press("Check before signing")
    grace.press("Change my decisions")
    assert grace.page.get_by_role("radio", name="Sign off").is_checked()
    grace.press("Check before signing")
    grace.press(f"Sign off outcome {code}")
    assert "You signed off 1 outcome" in grace.page.content()


def test_a_module_taken_an_outcome_signed_off(visit: Any, module: ModulePage, priya: User, grace: User, rosewood: Workplace) -> None:
    code = JoinCode.make(rosewood, by=priya)
    amina = visit()
    amina.open("/")
    amina.press("I have a join code")
    amina.press("Join")
    assert amina.page.title().startswith("Error: ")
    amina.page.get_by_label("Join code").fill(code.code.lower())
    amina.page.get_by_label("Your full name").fill("Amina Okafor")
    amina.page.get_by_label("Choose a username").fill("amina")
    amina.page.get_by_label("Password").fill(PASSWORD)
    amina.press("Join")
    amina.press("Open my log for Dementia care")
    amina.press("Open my log")
    take_the_module(amina)
    show_and_declare(amina, "1.2")

    supervisor = visit()
    supervisor.sign_in(grace)
    sign_off(supervisor, "Amina Okafor", "1.2")
    supervisor.page.go_back()
    supervisor.page.wait_for_load_state()

    entry = LogEntry.objects.get(outcome__code="1.2")
    assert (entry.state, SignOff.objects.get().signer) == ("signed_off", grace)
    amina.open(entry.get_absolute_url())
    assert "Grace Mwangi, Senior care worker, Rosewood House" in amina.page.content()
    amina.open(ProgressLog.objects.get().get_absolute_url())
    amina.press("Sign out")
    assert "Sign in" in amina.page.content()


def test_sending_a_decision_twice_decides_once(visit: Any, declared: LogEntry, grace: User, module: ModulePage) -> None:
    supervisor = visit()
    supervisor.sign_in(grace)
    supervisor.open(f"/review/{declared.log_id}/")
    supervisor.page.get_by_role("radio", name="Return").check()
    supervisor.page.get_by_label("If you return it: what has to change?").fill("Say what she answered.")
    supervisor.press("Check before signing")
    supervisor.press("Return 1 outcome")
    supervisor.page.go_back()
    supervisor.page.wait_for_load_state()
    supervisor.press("Return 1 outcome")
    assert "You returned 1 outcome" in supervisor.page.content()
    assert declared.events.filter(type="returned").count() == 1


EMPTY = [
    "/",
    "/courses/",
    "/courses/dementia-care/",
    MODULE,
    f"{MODULE}finished/",
    "/help/",
    "/about/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/join/",
    "/verify/",
    "/nothing-here/",
]


def test_every_public_page(visit: Any, module: ModulePage) -> None:
    somebody = visit()
    for path in EMPTY:
        somebody.open(path)


def test_every_page_of_a_learner_and_a_manager(
    visit: Any, module: ModulePage, declared: LogEntry, amina: User, priya: User, rosewood: Workplace
) -> None:
    learner = visit()
    learner.sign_in(amina)
    log = declared.log_id
    for path in [
        "/learn/",
        f"/learn/logs/{log}/",
        f"/learn/logs/{log}/1.2/",
        f"/learn/logs/{log}/1.1/",
        f"/learn/logs/{log}/1.3/evidence/seen-in-workplace/",
        f"/learn/logs/{log}/1.2/sent/",
        f"/learn/logs/{log}/1.2/call-back/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ]:
        learner.open(path)
    manager = visit()
    manager.sign_in(priya)
    manager.open("/learn/")
    manager.open(f"/team/{rosewood.pk}/")
    manager.press("Make a new code")
    member = amina.memberships.get().pk
    manager.open(f"/team/{rosewood.pk}/{member}/role/")
    manager.open(f"/team/{rosewood.pk}/{member}/end/")
