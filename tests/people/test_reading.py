"""Reading help: size, spacing and colours are kept with the person, for a visitor on her device, and nothing else gets in."""

import pytest
from django.test import Client

from courses.models import ModulePage
from people.models import User
from people.reading import choices_in

LARGE = {"size": "large", "spacing": "wide", "colours": "strong"}
ON_THE_PAGE = 'data-size="large" data-spacing="wide" data-colours="strong"'


def test_a_person_finds_her_choice_on_every_device(client: Client, amina: User) -> None:
    client.force_login(amina)
    response = client.post("/reading/", {**LARGE, "next": "/learn/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/learn/")
    another = Client()
    another.force_login(User.objects.get(pk=amina.pk))
    assert ON_THE_PAGE in another.get("/learn/").content.decode()


def test_a_visitor_keeps_it_on_her_device(client: Client, module: ModulePage) -> None:
    response = client.post("/reading/", LARGE)
    cookie = response.cookies["reading"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("size=large spacing=wide colours=strong", True, "Lax")
    assert ON_THE_PAGE in client.get("/courses/").content.decode()
    assert ON_THE_PAGE not in Client().get("/courses/").content.decode()


def test_ordinary_is_a_choice_too(client: Client, amina: User) -> None:
    client.force_login(amina)
    client.post("/reading/", LARGE)
    client.post("/reading/", {"size": "", "spacing": "", "colours": ""})
    assert User.objects.get(pk=amina.pk).reading == ""


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_it_leads_back_to_this_site_only(client: Client, module: ModulePage, target: str) -> None:
    assert client.post("/reading/", {"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ("size=large", {"size": "large"}),
        ("size=huge colours=dark", {"colours": "dark"}),
        ('size="><script> onload=x', {}),
        ("", {}),
        ("size= spacing=wide", {"spacing": "wide"}),
    ],
)
def test_what_is_not_offered_is_left_out(kept: str, found: dict[str, str]) -> None:
    assert choices_in(kept) == found
