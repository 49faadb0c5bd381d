"""Every address of the site, walked by every persona. A pattern nobody declared here fails the walk.

Each row says, for ten people in order, what they get:
2 the page · 3 sent elsewhere · 4 no such page · L the sign-in door · N told that nobody is signed in · W a wrong form
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.signing import dumps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from courses.models import ModulePage
from people import addresses
from people.letters import stop_token
from people.models import Kind, User
from people.notices import tell
from progress.actions import record_answer
from progress.models import GroupSession, LogEntry, ModulePlace, WitnessRequest
from progress.news import about_outcome
from reports.models import Handout, LeavingPack, LogCollection, LogExport, Pack, SealCheck, Statement
from tests.cast import add_account, add_file, an_upload, declare, entry_of, sign

SENT = {"POST /logs/{log}/pack/": {"form": "pdf"}}
PEOPLE = ["nobody", "amina", "lena", "yusuf", "grace", "tom", "olu", "priya", "idris", "ada"]
OWN, VISIBLE, DESK, MANAGED, PUBLIC = "L244444444", "L244244224", "L444244444", "L444444244", "2222222222"
ASSURED = "L444444424"

EXPECTED = {
    "GET /health/": PUBLIC,
    "GET /start/": "L333333333",
    "GET /unsent/": "L333333333",
    "GET /theme/0e504d.css": PUBLIC,
    "GET /reading/": PUBLIC,
    "POST /reading/": "3333333333",
    "GET /join/": PUBLIC,
    "GET /new-password/": "2333333333",
    "GET /verify/": PUBLIC,
    "GET /verify/verify_log.py": PUBLIC,
    "POST /verify/file/": PUBLIC,
    "GET /verify/files/{check}/": PUBLIC,
    "GET /": PUBLIC,
    "GET /courses/": PUBLIC,
    "GET /courses/dementia-care/": PUBLIC,
    "GET /courses/dementia-care/what-dementia-is/": PUBLIC,
    "GET /courses/dementia-care/what-dementia-is/step/1/": PUBLIC,
    "GET /courses/dementia-care/what-dementia-is/paper/": PUBLIC,
    "GET /courses/dementia-care/what-dementia-is/finished/": PUBLIC,
    "GET /help/": PUBLIC,
    "GET /about/": PUBLIC,
    "GET /notices/": "L222222222",
    "POST /notices/{notice}/open/": "L344444444",
    "POST /notices/{desk_notice}/open/": "L444344444",
    "POST /notices/read/": "L444444444",
    "GET /notices/choices/": "L222222222",
    "GET /notices/address/": "L222222222",
    "GET /notices/address/{address_link}/": "L244444444",
    "GET /notices/stop/{stop}/": PUBLIC,
    "POST /notices/stop/{stop}/": PUBLIC,
    "GET /learn/": "L222222222",
    "GET /learn/start/{framework}/": "L222224244",
    "POST /learn/modules/{module}/answer/q-first/": PUBLIC,
    "POST /learn/modules/{module}/words/r-word/": "L222222222",
    "POST /learn/modules/{module}/plan/t-wait/": "L333333333",
    "POST /learn/drafts/": "NWWWWWWWWW",
    "POST /learn/modules/{module}/continue/one-morning/": "L333333333",
    "GET /learn/logs/{log}/": VISIBLE,
    "GET /learn/logs/{log}/due/": "L444244244",
    "GET /learn/logs/{log}/1.2/": VISIBLE,
    "GET /learn/logs/{log}/1.2/evidence/reflective-account/": OWN,
    "GET /learn/logs/{log}/1.2/evidence/seen-in-workplace/": OWN,
    "GET /learn/logs/{log}/1.2/evidence/work-product/": OWN,
    "GET /learn/logs/{log}/1.2/evidence/prior-learning/": OWN,
    "GET /learn/evidence/{piece}/": VISIBLE,
    "GET /learn/evidence/{piece}/versions/": VISIBLE,
    "GET /learn/logs/{log}/1.2/evidence/{piece}/new-version/": OWN,
    "GET /learn/uploads/{upload}/": OWN,
    "POST /learn/logs/{log}/1.2/use-evidence/": OWN,
    "POST /learn/logs/{log}/1.3/use-words/{answer}/": OWN.replace("2", "3"),
    "GET /learn/logs/{log}/1.2/witness/": OWN,
    "GET /learn/witness/{asked}/": OWN,
    "GET /witness/{token}/": PUBLIC,
    "GET /witness/thanks/": PUBLIC,
    "GET /learn/logs/{log}/1.2/declare/": OWN.replace("2", "3"),
    "GET /learn/logs/{log}/1.2/sent/": OWN,
    "GET /learn/logs/{log}/1.2/call-back/": OWN,
    "POST /learn/modules/{module}/lead/q-first/": "L444444444",
    "POST /learn/modules/{module}/join/q-first/": "L444444444",
    "GET /learn/sessions/{session}/": "L444244444",
    "GET /review/": "L444224444",
    "GET /review/{log}/": DESK,
    "GET /review/{log}/check/": DESK.replace("2", "3"),
    "POST /review/{log}/check/": DESK.replace("2", "3"),
    "GET /review/{log}/record/": DESK,
    "GET /review/record/": "L444224444",
    "POST /review/{log}/decide/": DESK,
    "GET /review/{log}/done/": DESK,
    "GET /review/{log}/1.2/withdraw/": DESK,
    "GET /quality/": ASSURED.replace("2", "3"),
    "GET /quality/notes/": "L444224424",
    "GET /quality/sign-offs/{sign_off}/": ASSURED,
    "GET /quality/sign-offs/{sign_off}/action/": ASSURED,
    "GET /quality/{workplace}/": ASSURED,
    "GET /quality/{workplace}/plan/": ASSURED,
    "GET /quality/{workplace}/note/": ASSURED,
    "GET /quality/{workplace}/report/": "L444444224",
    "GET /quality/{workplace}/report.csv": "L444444224",
    "POST /logs/{log}/export/": "L344344334",
    "GET /logs/{log}/record/": OWN,
    "GET /exports/{export}/": VISIBLE,
    "GET /exports/{export}/download/": VISIBLE,
    "POST /handouts/{module}/": "3333333333",
    "POST /logs/{log}/pack/": "L344444444",
    "GET /packs/{pack}/": OWN,
    "GET /packs/{pack}/download/": OWN,
    "POST /statements/{module}/": "L344444444",
    "GET /statements/{statement}/": OWN,
    "GET /statements/{statement}/download/": OWN,
    "GET /handouts/{handout}/": PUBLIC,
    "GET /handouts/{handout}/download/": PUBLIC,
    "GET /team/{workplace}/": MANAGED,
    "POST /team/{workplace}/code/": MANAGED.replace("2", "3"),
    "GET /team/{workplace}/cover/": MANAGED,
    "GET /team/{workplace}/workload/": MANAGED,
    "POST /team/{workplace}/workload/assign/": MANAGED,
    "POST /team/{workplace}/workload/move/": MANAGED,
    "POST /team/{workplace}/workload/limits/": MANAGED,
    "GET /team/{workplace}/logs/": MANAGED,
    "POST /team/{workplace}/logs/": MANAGED.replace("2", "3"),
    "GET /team/{workplace}/logs/{collection}/": MANAGED,
    "GET /team/{workplace}/logs/{collection}/download/": MANAGED,
    "GET /team/{workplace}/{membership}/role/": MANAGED,
    "GET /team/{workplace}/{membership}/password/": MANAGED,
    "GET /team/{workplace}/{membership}/end/": MANAGED,
    "GET /account/": "L222222222",
    "GET /account/everything/": "L222222222",
    "POST /account/everything/": "L333333333",
    "GET /account/everything/{leaving}/": OWN,
    "GET /account/everything/{leaving}/download/": OWN,
    "GET /accounts/passkeys/": "L222222222",
    "GET /accounts/passkeys/added/": "L333333333",
    "GET /accounts/passkeys/add/": "L333333333",
    "GET /accounts/passkeys/1/remove/": "L333333333",
    "GET /accounts/passkeys/sign-in/": "L333333333",
    "GET /accounts/login/": "2333333333",
    "GET /accounts/logout/": "3222222222",
    "GET /accounts/inactive/": PUBLIC,
    "GET /accounts/reauthenticate/": "L222222222",
    "GET /accounts/password/change/": "L222222222",
    "GET /accounts/password/set/": "L333333333",
    "GET /accounts/password/reset/": PUBLIC,
    "GET /accounts/password/reset/done/": PUBLIC,
    "GET /accounts/password/reset/key/done/": PUBLIC,
    "GET /accounts/password/reset/key/abc-set-password/": PUBLIC,
    "GET /accounts/signup/": "4444444444",
    "GET /accounts/email/": "4444444444",
    "GET /accounts/confirm-email/": "4444444444",
    "GET /accounts/confirm-email/abc/": "4444444444",
    "GET /accounts/login/code/confirm/": "4444444444",
    "GET /admin/": "L444444442",
    "GET /admin/users/": "4444444444",
    "GET /admin/groups/": "4444444444",
    "GET /admin/password_reset/": "4444444444",
    "GET /admin/login/": "L44444444L",
    "GET /_util/login/": "LLLLLLLLLL",
    "GET /documents/1/x.pdf": "4444444444",
    "GET /media/x.svg": "4444444444",
}
# Wagtail's own pages for content behind a password (we offer no such content), its pages (walked above),
# and an address of allauth that stands behind a door we shut (walked above).
NOT_OURS = ("account_confirm_email", "wagtaildocs_authenticate_with_password", "wagtailcore_authenticate_with_password", "wagtail_serve")


@pytest.fixture
def places(module: ModulePage, grace: User, priya: User, declared: LogEntry) -> dict[str, Any]:
    log = declared.log
    export = LogExport.objects.create(
        log=log, requested_by=log.learner, state="ready", sha256="0" * 64, code_hash=uuid4().hex, file=ContentFile(b"%PDF-1.7", "walk.pdf")
    )
    looked_at = entry_of(log, "1.1")
    add_account(looked_at)
    declare(looked_at)
    sign(looked_at, grace)
    home = log.workplace
    collection = LogCollection.objects.create(requested_by=priya, workplace=home, employer=home.employer, state="ready")
    asked = WitnessRequest.ask(log, [declared], by=log.learner, remember="Breakfast", submission=uuid4())
    tell([log.learner], Kind.SIGNED_OFF, about=about_outcome(declared), by=grace)
    return {
        "notice": log.learner.notices.get().pk,
        "desk_notice": grace.notices.get().pk,
        "address_link": dumps([log.learner.pk.hex, "amina@example.org", ""], salt=addresses.SALT),
        "stop": stop_token(log.learner),
        "framework": log.framework_id,
        "module": module.pk,
        "log": log.pk,
        "answer": record_answer(module, module.outline().steps[0].asking[0], {"words": "I waited."}, by=log.learner).pk,
        "piece": add_file(declared).pk,
        "upload": an_upload(log.learner).pk,
        "export": export.pk,
        "asked": asked.pk,
        "token": asked.token,
        "pack": Pack.objects.create(
            log=log, requested_by=log.learner, export=export, state="ready", file=ContentFile(b"PK", "walk.zip")
        ).pk,
        "statement": a_statement(log.learner, module).pk,
        "check": SealCheck.objects.create().pk,
        "collection": collection.pk,
        "leaving": LeavingPack.objects.create(learner=log.learner, state="ready", file=ContentFile(b"PK", "walk.zip")).pk,
        "handout": Handout.objects.create(
            module=module, revision=module.live_revision_id, state="ready", file=ContentFile(b"%PDF-1.7", "walk.pdf")
        ).pk,
        "session": GroupSession.lead(module, "g1", "Four chairs", at=log.workplace, by=grace).pk,
        "sign_off": looked_at.sign_offs.get().pk,
        "workplace": log.workplace_id,
        "membership": grace.memberships.get().pk,
    }


def a_statement(learner: User, module: ModulePage) -> Statement:
    """Let somebody have finished a module, and hold a statement of it."""
    ModulePlace.objects.create(learner=learner, module=module, finished_at=timezone.now())
    file = ContentFile(b"%PDF-1.7", "walk.pdf")
    return Statement.objects.create(learner=learner, page=module, state="ready", says="0" * 64, file=file)


def met(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "L"
    return {200: "2", 302: "3", 404: "4", 401: "N", 400: "W"}.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_exactly_what_they_may(client: Client, places: dict[str, Any], who: str, request: pytest.FixtureRequest) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    found = {}
    for row in EXPECTED:
        method, address = row.split()
        found[row] = met(getattr(client, method.lower())(address.format(**places), SENT.get(row)))
    expected = {row: each[PEOPLE.index(who)] for row, each in EXPECTED.items()}
    assert found == expected


@pytest.mark.parametrize("address", ["/learn/logs/{}/", "/review/{}/", "/exports/{}/", "/team/{}/", "/quality/sign-offs/{}/"])
def test_a_foreign_thing_and_a_missing_one_look_the_same(client: Client, places: dict[str, Any], tom: User, address: str) -> None:
    client.force_login(tom)
    foreign = {"/learn": "log", "/revie": "log", "/expor": "export", "/team/": "workplace", "/quali": "sign_off"}[address[:6]]
    answers = [client.get(address.format(pk)) for pk in (places[foreign], uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (re.sub(rb'value="\w{64}"', b"", answer.content) for answer in answers)
    assert first == second


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield (prefix + str(entry.pattern)).replace("^", ""), entry.name


def test_every_address_is_declared(places: dict[str, Any]) -> None:
    resolver = get_resolver()
    addresses = [row.split()[1].format(**places) for row in EXPECTED]
    declared = {resolver.resolve(address).route.replace("^", "") for address in addresses} | {address.lstrip("/") for address in addresses}
    undeclared = [
        route for route, name in patterns(resolver) if route not in declared and name not in NOT_OURS and not route.startswith("admin/")
    ]
    assert undeclared == []


@pytest.mark.parametrize("who", ["amina", "grace", "priya", "idris"])
def test_the_authors_admin_does_not_exist_for_anybody_else(
    client: Client, module: ModulePage, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    plain = [route for route, _name in patterns(get_resolver()) if route.startswith("admin/") and "<" not in route and "(" not in route]
    assert len(plain) > 50
    assert {client.get(f"/{route}", follow=True).status_code for route in plain if route != "admin/login/"} == {404}


def test_lists_and_counts_hold_nothing_of_another_home(client: Client, declared: LogEntry, tom: User, grace: User) -> None:
    client.force_login(grace)
    assert "Amina Okafor" in client.get("/review/").content.decode()
    client.force_login(tom)
    page = client.get("/review/").content.decode()
    assert ("Amina Okafor" in page, "Rosewood" in page, "Nobody is waiting for you" in page) == (False, False, True)
