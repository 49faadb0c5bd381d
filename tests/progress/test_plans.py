"""A day for a task at work: My learning reminds her on that day, until she writes how it went."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import ModulePage
from people.models import User
from progress.models import Plan

STEP = "/courses/dementia-care/what-dementia-is/step/2/"
CARD = "You wanted to try this at work"


@pytest.fixture
def her(client: Client, amina: User, module: ModulePage) -> Client:
    client.force_login(amina)
    return client


def choose(client: Client, module: ModulePage, days: str, activity: str = "t-wait") -> int:
    return client.post(f"/learn/modules/{module.pk}/plan/{activity}/", {"days": days}).status_code


def reminded(client: Client) -> bool:
    return CARD in client.get("/learn/").content.decode()


@pytest.mark.parametrize(("days", "on_the_day"), [("0", True), ("1", False), ("14", False)])
def test_she_is_reminded_on_the_day_and_not_before(her: Client, module: ModulePage, days: str, on_the_day: bool) -> None:
    assert choose(her, module, days) == 302
    assert reminded(her) is on_the_day
    Plan.objects.update(day=timezone.localdate() - timedelta(days=3))
    assert reminded(her)


def test_the_reminder_leads_to_the_place_where_she_writes(her: Client, module: ModulePage) -> None:
    choose(her, module, "0")
    assert f'href="{STEP}#t-wait"' in her.get("/learn/").content.decode()
    assert "You want to try this on" in her.get(STEP).content.decode()


def test_it_goes_when_she_writes_how_it_went(her: Client, module: ModulePage) -> None:
    choose(her, module, "0")
    her.post(f"/learn/modules/{module.pk}/words/t-wait/", {"words": "I waited."})
    assert (Plan.objects.count(), reminded(her)) == (0, False)


def test_another_day_takes_the_place_of_the_first_and_none_takes_it_away(her: Client, module: ModulePage) -> None:
    choose(her, module, "0")
    choose(her, module, "7")
    assert [plan.day for plan in Plan.objects.all()] == [timezone.localdate() + timedelta(days=7)]
    choose(her, module, "")
    assert Plan.objects.count() == 0


@pytest.mark.parametrize(("days", "activity"), [("400", "t-wait"), ("x", "t-wait"), ("1", "r-word"), ("1", "q-first"), ("1", "nothing")])
def test_nothing_else_can_be_planned(her: Client, module: ModulePage, days: str, activity: str) -> None:
    assert (choose(her, module, days, activity), Plan.objects.count()) == (404, 0)


def test_a_task_that_is_gone_reminds_nobody(her: Client, module: ModulePage) -> None:
    choose(her, module, "0")
    ModulePage.objects.get(pk=module.pk).unpublish()
    assert not reminded(her)


def test_nobody_is_reminded_of_what_somebody_else_planned(her: Client, module: ModulePage, lena: User) -> None:
    choose(her, module, "0")
    another = Client()
    another.force_login(lena)
    assert not reminded(another)
    assert "You want to try this on" not in another.get(STEP).content.decode()
