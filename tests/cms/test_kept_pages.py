"""Pages are kept in memory by each process. Whatever an author does is seen on the next request all the same."""

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from cms.models import TextPage
from courses.models import ModulePage

STEP = "/courses/dementia-care/what-dementia-is/step/1/"


@pytest.fixture(autouse=True)
def seen(client: Client, module: ModulePage) -> None:
    """Open the pages once, so that they are kept."""
    for address in (STEP, "/help/"):
        assert client.get(address).status_code == 200


def status_of(client: Client, address: str) -> int:
    return client.get(address).status_code


def test_a_kept_page_is_shown_again_as_it_was(client: Client) -> None:
    assert client.get(STEP).content == client.get(STEP).content


def test_new_words_show_when_they_are_published_and_not_before(client: Client, module: ModulePage) -> None:
    module.title, module.steps[0].value["title"] = "What dementia does", "A new beginning"
    draft = module.save_revision()
    before = client.get(STEP).content.decode()
    draft.publish()
    after = client.get(STEP).content.decode()
    words = ["What dementia does", "A new beginning"]
    assert ([word in before for word in words], [word in after for word in words]) == ([False, False], [True, True])


def test_old_words_come_back_when_an_author_goes_back_to_them(client: Client, module: ModulePage) -> None:
    old = module.latest_revision
    first = client.get(STEP).content
    module.steps[0].value["title"] = "A new beginning"
    module.save_revision().publish()
    second = client.get(STEP).content
    old.publish()
    assert (second == first, client.get(STEP).content == first) == (False, True)


def test_a_page_taken_down_is_gone_at_once(client: Client, module: ModulePage) -> None:
    module.unpublish()
    assert status_of(client, STEP) == 404


def test_a_page_deleted_is_gone_at_once(client: Client) -> None:
    TextPage.objects.get(slug="help").delete()
    assert status_of(client, "/help/") == 404


def test_a_moved_page_is_found_where_it_is_now(client: Client, module: ModulePage) -> None:
    course = module.get_parent()
    course.slug = "dementia"
    course.save()
    statuses = [status_of(client, STEP), status_of(client, STEP.replace("dementia-care", "dementia"))]
    assert statuses == [404, 200]


def test_a_page_kept_for_signed_in_people_is_closed_at_once_to_others(client: Client, module: ModulePage) -> None:
    PageViewRestriction.objects.create(page=module.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    assert status_of(client, STEP) == 302


def test_an_address_that_was_another_page_leads_to_the_one_that_has_it_now(client: Client) -> None:
    Page.objects.get(slug="help").delete()
    home = Page.objects.get(slug="countersign")
    successor = TextPage(title="Help, again", slug="help", body="<p>Ask Grace.</p>")
    home.add_child(instance=successor)
    assert "Ask Grace." in client.get("/help/").content.decode()
