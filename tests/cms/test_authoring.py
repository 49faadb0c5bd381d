"""Authors at work: frameworks and their editions, what keeps a module from being published, coverage, and how questions do."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.authoring.groups import AUTHORS, REVIEWERS
from cms.tasks import publish_what_is_due
from courses.models import Framework, ModulePage, Unit
from people.models import User
from progress.actions import record_answer
from progress.models import ProgressLog
from tests.cast import STEPS, make_framework, person


@pytest.fixture
def alex(module: ModulePage) -> User:
    """An author: writes, and sends for review."""
    user = person("alex", "Alex Author")
    user.groups.add(Group.objects.get(name=AUTHORS))
    return user


@pytest.fixture
def rosa(module: ModulePage, client: Client) -> User:
    """A reviewer, signed in."""
    user = person("rosa", "Rosa Reviewer")
    user.groups.add(Group.objects.get(name=REVIEWERS))
    client.force_login(user)
    return user


# Editions


@pytest.mark.parametrize(
    ("name", "value", "refused"), [("title", "Another", True), ("edition", "Another", True), ("status", "withdrawn", False)]
)
def test_of_an_edition_in_use_only_the_status_changes(log: ProgressLog, name: str, value: str, refused: bool) -> None:
    framework = Framework.objects.get(pk=log.framework_id)
    setattr(framework, name, value)
    if refused:
        with pytest.raises(ValidationError, match="in use"):
            framework.full_clean()
    else:
        framework.full_clean()


def test_an_outcome_of_an_edition_in_use_cannot_change(log: ProgressLog) -> None:
    outcome = log.framework.outcomes.get(code="1.1")
    outcome.text = "Other words"
    with pytest.raises(ValidationError, match="Make a new edition instead"):
        outcome.full_clean()


def test_no_part_of_an_edition_in_use_can_be_moved_out_of_it(log: ProgressLog) -> None:
    other = log.framework.new_edition("2027")
    outcome, area = log.framework.outcomes.get(code="1.1"), log.framework.areas.get()
    outcome.framework, outcome.area, outcome.code = other, other.areas.get(), "1.9"
    area.framework, area.code = other, "9"
    for part in (outcome, area):
        with pytest.raises(ValidationError, match="is in use"):
            part.full_clean()


def words(framework: Framework) -> list[tuple[Any, ...]]:
    return list(framework.outcomes.values_list("area__code", "code", "text", "guidance", "kind", "evidence_needed", "position"))


def test_a_new_edition_is_a_copy_that_may_change(client: Client, log: ProgressLog, rosa: User) -> None:
    page = client.post(f"/admin/frameworks/{log.framework_id}/new-edition/", {"edition": "2027"}, follow=True)
    copy = Framework.objects.get(edition="2027")
    assert page.redirect_chain[-1][0] == f"/admin/snippets/courses/framework/edit/{copy.pk}/"
    assert (words(copy), copy.frozen_at) == (words(log.framework), None)
    copy.outcomes.get(code="1.1").full_clean()


def test_modules_follow_their_course_to_another_edition(log: ProgressLog, module: ModulePage) -> None:
    copy = log.framework.new_edition("2027")
    copy.outcomes.get(code="1.3").delete()
    course = module.course
    course.framework = copy
    course.save_revision().publish()
    assert [page.title for page in course.bring_modules_along()] == ["What dementia is"]
    assert [(outcome.code, outcome.framework) for outcome in ModulePage.objects.get().outcomes.all()] == [("1.1", copy)]
    assert course.bring_modules_along() == []


@pytest.mark.parametrize("edition", ["", "Example edition 2026"])
def test_a_new_edition_needs_a_name_of_its_own(client: Client, log: ProgressLog, rosa: User, edition: str) -> None:
    page = client.post(f"/admin/frameworks/{log.framework_id}/new-edition/", {"edition": edition})
    assert ("error-message" in page.content.decode(), Framework.objects.count()) == (True, 1)


def test_nothing_of_an_edition_in_use_can_be_deleted(client: Client, log: ProgressLog, rosa: User) -> None:
    for kind, thing in (("framework", log.framework), ("area", log.framework.areas.get()), ("outcome", log.framework.outcomes.first())):
        client.post(f"/admin/snippets/courses/{kind}/delete/{thing.pk}/")  # type: ignore[union-attr]
    assert (Framework.objects.count(), log.framework.outcomes.count()) == (1, 3)


def test_an_author_links_outcomes_to_a_unit_also_where_the_edition_is_in_use(client: Client, log: ProgressLog, alex: User) -> None:
    client.force_login(alex)
    first, second = log.framework.outcomes.all()[:2]
    rows = [{"outcome": one.pk, "strength": strength, "why": "You can say why."} for one, strength in ((first, "whole"), (second, "part"))]
    named = {"qualification": "Care Certificate, March 2025", "code": "Standard 9", "title": "Awareness of dementia"}
    sent = nested_form_data({**named, "links": inline_formset(rows)})
    client.post("/admin/snippets/courses/unit/add/", sent)
    unit = Unit.objects.get(**named)
    assert list(unit.links.values_list("outcome__code", "strength").order_by("outcome__code")) == [("1.1", "whole"), ("1.2", "part")]
    twice = nested_form_data({**named, "code": "Standard 1", "links": inline_formset([rows[0], rows[0]])})
    assert client.post("/admin/snippets/courses/unit/add/", twice).status_code == 200  # the form again, with what is wrong
    assert Unit.objects.get() == unit


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [("1.1", "Dementia care"), ("1.2", "Dementia care"), ("1.3", "Dementia care"), ("1.1", "Falls"), ("1.2", "Falls")]),
        ({"q": "1.2"}, [("1.2", "Dementia care"), ("1.2", "Falls")]),
        ({"q": "NUMBER 3"}, [("1.3", "Dementia care")]),
        ({"set": "falls", "q": "explain"}, [("1.1", "Falls"), ("1.2", "Falls")]),
    ],
)
def test_an_outcome_is_chosen_by_its_set_and_its_words(
    client: Client, alex: User, framework: Framework, wanted: dict[str, str], found: list[tuple[str, str]]
) -> None:
    make_framework(2, key="falls")
    Framework.objects.filter(key="falls").update(title="Falls")
    chosen = {"framework": str(Framework.objects.get(key=wanted["set"]).pk)} if "set" in wanted else {}
    client.force_login(alex)
    shown = client.get(reverse("wagtailsnippetchoosers_courses_outcome:choose_results"), {"q": wanted.get("q", ""), **chosen})
    assert [(outcome.code, outcome.framework.title) for outcome in shown.context["results"]] == found
    assert shown.content.decode().count("Falls, Example edition 2026") == sum(title == "Falls" for _code, title in found)


# Publishing


def form(module: ModulePage, steps: Any, **more: str) -> dict[str, Any]:
    """Return what the editor sends, with these steps."""
    data = nested_form_data(
        {
            "title": module.title,
            "slug": module.slug,
            "summary": module.summary,
            "minutes": module.minutes,
            "steps": streamfield([("step", as_sent(step)) for step in steps]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
        }
    )
    for number, step in enumerate(steps):
        data[f"steps-{number}-id"] = step["id"]
        for place, part in enumerate(step["value"]["content"]):
            data[f"steps-{number}-value-content-{place}-id"] = part["id"]
    return data | {"outcomes": [str(outcome.pk) for outcome in module.outcomes.all()]} | more


def as_sent(step: Any) -> dict[str, Any]:
    parts = [(part["type"], {name: _field(name, value) for name, value in part["value"].items()}) for part in step["value"]["content"]]
    return {"title": step["value"]["title"], "content": streamfield(parts)}


def _field(name: str, value: Any) -> Any:
    if name == "html":
        return json.dumps(
            {
                "entityMap": {},
                "blocks": [{"key": "a", "text": "Words.", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}],
            }
        )
    if not isinstance(value, list):
        return value
    rows = [
        ({**row, "right": "on"} if row.get("right") else {k: v for k, v in row.items() if k != "right"}) if isinstance(row, dict) else row
        for row in value
    ]
    return {
        "count": len(rows),
        **{str(n): {"deleted": "", "order": str(n), "type": "item", "id": "", "value": row} for n, row in enumerate(rows)},
    }


def other_answer_right() -> Any:
    steps = json.loads(json.dumps(STEPS))
    for option in steps[1]["value"]["content"][0]["value"]["options"]:
        option["right"] = not option["right"]
    return steps


def publish(client: Client, module: ModulePage, steps: Any, **more: str) -> tuple[bool, str]:
    """Press Publish, and return whether it was published, and the page that came back."""
    before = ModulePage.objects.get(pk=module.pk).live_revision_id
    page = client.post(f"/admin/pages/{module.pk}/edit/", form(module, steps, **{"action-publish": "1"}, **more)).content.decode()
    return ModulePage.objects.get(pk=module.pk).live_revision_id != before, page


def test_a_change_of_meaning_is_published_only_by_somebody_who_says_that_she_knows(client: Client, module: ModulePage, rosa: User) -> None:
    published, page = publish(client, module, other_answer_right())
    assert (published, "means something else now. Who had it right keeps the mark" in page) == (False, True)
    published, _page = publish(client, module, other_answer_right(), knows_changes="on")
    assert published


def test_what_means_the_same_is_published_without_a_question(client: Client, module: ModulePage, rosa: User) -> None:
    assert publish(client, module, STEPS)[0]


def test_a_draft_may_be_unfinished_and_cannot_be_published(client: Client, module: ModulePage, rosa: User) -> None:
    steps = json.loads(json.dumps(STEPS))
    for option in steps[1]["value"]["content"][0]["value"]["options"]:
        option["right"] = False
    response = client.post(f"/admin/pages/{module.pk}/edit/", form(module, steps))
    assert response.status_code == 302
    module.refresh_from_db()
    assert module.get_latest_revision_as_object().steps[1].value["content"][0].value["options"][0]["right"] is False
    published, page = publish(client, module, steps)
    assert (published, "No answer is right. Mark at least one." in page) == (False, True)


def test_what_is_due_is_published_at_its_time(module: ModulePage) -> None:
    module.title, module.go_live_at = "In spring", timezone.now() + timezone.timedelta(hours=1)
    module.save_revision().publish()
    assert ModulePage.objects.get().title == "What dementia is"
    waiting = module.revisions.get(approved_go_live_at__isnull=False)
    waiting.content["go_live_at"] = waiting.approved_go_live_at = timezone.now()  # the hour has passed
    waiting.save()
    publish_what_is_due()
    assert ModulePage.objects.get().title == "In spring"


def test_an_author_sees_every_step_as_a_learner_does(client: Client, module: ModulePage, alex: User) -> None:
    client.force_login(alex)
    address = f"/admin/pages/{module.pk}/edit/preview/"
    assert client.post(address, form(module, other_answer_right())).json()["is_valid"]
    found = {mode: client.get(f"{address}?mode={mode}").content.decode() for mode, _name in module.preview_modes}
    assert list(found) == ["", "step/1/", "step/2/", "paper/"]
    assert ["Step 2 of 2" in found["step/2/"], "Start the module" in found[""], "paper-boxes" in found["paper/"]] == [True] * 3


# What authors learn


def test_how_a_question_does_counts_first_answers_and_names_nobody(
    client: Client, module: ModulePage, rosa: User, amina: User, lena: User, yusuf: User
) -> None:
    question = module.outline().steps[1].asking[0]
    for learner, tries in ((amina, ["2", "1"]), (lena, ["1"]), (yusuf, ["2"])):
        for key in tries:
            record_answer(module, question, {"chosen": [key]}, by=learner)
    page = client.get(f"/admin/questions/{module.pk}/").content.decode()
    text = " ".join(page.split())
    assert ["1 of 3 (33 %)" in text, "<div>Close the door now. <small>× 2</small></div>" in text] == [True, True]
    assert [name in page for name in ("Amina", "Lena", "Yusuf")] == [False] * 3


def test_coverage_shows_the_share_and_the_gaps(client: Client, module: ModulePage, rosa: User) -> None:
    text = " ".join(client.get("/admin/coverage/").content.decode().split())
    assert "2 of 3 outcomes (66 %)" in text
    text = " ".join(client.get(f"/admin/coverage/{module.course.pk}/").content.decode().split())
    assert ["Not taught. No task practises it." in text, "checked in step 2" in text, "practised in step 2" in text] == [True] * 3


# People


def test_an_author_is_made_by_a_command_and_may_not_publish(module: ModulePage, capsys: pytest.CaptureFixture[str]) -> None:
    for _again in range(2):
        call_command("make_author", "ada", "Ada Author")
    ada = User.objects.get(username="ada")
    assert (ada.is_staff, ada.is_superuser, module.permissions_for_user(ada).can_edit()) == (True, False, True)
    assert module.permissions_for_user(ada).can_publish() is False
    call_command("make_author", "ada", "Ada Author", "--reviewer")
    assert module.permissions_for_user(User.objects.get(username="ada")).can_publish()
    with pytest.raises(CommandError, match="is the username of Ada Author"):
        call_command("make_author", "ada", "Somebody Else")


def test_somebody_who_only_writes_begins_in_the_admin(client: Client, alex: User, amina: User) -> None:
    for user, first in ((alex, "/admin/"), (amina, "/learn/")):
        client.force_login(user)
        assert client.get("/start/").headers["Location"] == first


def test_a_module_that_somebody_has_taken_cannot_be_deleted(client: Client, module: ModulePage, rosa: User, amina: User) -> None:
    record_answer(module, module.outline().steps[1].asking[0], {"chosen": ["1"]}, by=amina)
    page = client.post(f"/admin/pages/{module.pk}/delete/", follow=True)
    assert (page.status_code, ModulePage.objects.count()) == (200, 1)
    assert (
        "Somebody has taken this module. Unpublish it instead: it is then no longer shown, and every record stays." in page.content.decode()
    )
    page = client.post(f"/admin/pages/{module.course.pk}/delete/", follow=True)
    assert (page.status_code, ModulePage.objects.count()) == (200, 1)
    page = client.post(f"/admin/bulk/wagtailcore/page/delete/?id={module.pk}&next=/admin/", follow=True)
    assert (page.status_code, ModulePage.objects.count()) == (200, 1)


def test_a_module_that_nobody_has_taken_can_be_deleted(client: Client, module: ModulePage, rosa: User) -> None:
    client.post(f"/admin/bulk/wagtailcore/page/delete/?id={module.pk}&next=/admin/")
    assert ModulePage.objects.count() == 0
