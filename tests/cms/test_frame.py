"""The links around every page are written out, because looking each of them up costs every page. Each must lead somewhere."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import ModulePage
from people.models import User

BUTTONS = {"/accounts/logout/"}  # sent by a form


def links(html: str) -> set[str]:
    """Return the addresses in the head and the foot of a page."""
    frame = html.partition("<main")[0].partition("<body>")[2] + html.partition("</main>")[2]
    return set(re.findall(r'(?:href|action)="(/[^"]*)"', frame))


@pytest.mark.usefixtures("module")
def test_every_link_around_a_page_leads_to_a_page(client: Client) -> None:
    anybody = links(client.get("/").content.decode())
    assert {address: client.get(address).status_code for address in anybody} == dict.fromkeys(anybody, 200)


def test_every_link_around_a_page_of_ones_own_leads_to_a_page(client: Client, module: ModulePage, grace: User) -> None:
    client.force_login(grace)
    own = links(client.get("/").content.decode()) - BUTTONS
    assert {address: client.get(address).status_code for address in own} == dict.fromkeys(own, 200)


def test_they_are_the_addresses_their_views_have() -> None:
    names = ["progress:learn", "progress:review", "account_logout", "account_login", "account_change_password", "reports:verify"]
    written = ["/learn/", "/review/", "/accounts/logout/", "/accounts/login/", "/accounts/password/change/", "/verify/"]
    assert [reverse(name) for name in names] == written
