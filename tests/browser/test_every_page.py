"""Every page, empty, full and after a mistake: on a narrow phone, and at a desk in the dark. Axe on each.

A page with an address that no row opens fails the test, and so does a form that no row sends back with an error.
(Wagtail's own admin is left out: Wagtail tests it.)
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.urls import resolve
from playwright.sync_api import Browser, Page

from courses.activities import BLOCKS
from courses.models import ModulePage
from people.models import JoinCode, User, Workplace
from people.permissions import Role
from progress.models import Evidence, ProgressLog
from tests.browser.conftest import Visitor
from tests.browser.worlds import LONG_WORD, Places, home_where_everything_has, home_where_nothing_has_happened
from tests.cast import PASSWORD, employ, entry_of
from tests.cms.test_who_sees_what import EXPECTED
from tests.database import on_postgres

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(on_postgres(), reason="a page looks the same on either database; the journeys run on both"),
]

NARROW = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
DARK_DESK = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}

EMPTY = {
    "nobody": ["/", "/courses/", "/help/", "/about/", "/join/", "/verify/", "/accounts/login/", "/nothing-here/"],
    "amina": [
        "/",
        "/courses/",
        "/learn/",
        "/learn/logs/{log}/",
        "/learn/logs/{log}/1.1/",
        "/learn/logs/{log}/1.2/",
        "/learn/logs/{log}/1.3/",
        "/learn/logs/{log}/1.2/evidence/reflective-account/",
    ],
    "lena": ["/learn/", "/notices/", "/notices/choices/", "/notices/address/"],
    "grace": ["/learn/", "/review/", "/review/{log}/", "/review/{log}/done/", "/learn/logs/{log}/"],
    "priya": ["/learn/", "/team/{workplace}/", "/team/{workplace}/workload/", "/team/{workplace}/logs/", "/quality/{workplace}/report/"],
    "idris": [
        "/learn/",
        "/learn/logs/{log}/",
        "/quality/",
        "/quality/{workplace}/",
        "/quality/{workplace}/plan/",
        "/quality/{workplace}/report/",
        "/quality/notes/",
    ],
    "ada": ["/learn/"],
}
STEPS, EACH_KIND = "every step of every module", "a step with each kind of activity"
FULL = {
    "nobody": [
        "/",
        "/courses/",
        "{course}",
        EACH_KIND,
        "/help/",
        "/about/",
        "/reading/",
        "/handouts/{handout_ready}/",
        "/handouts/{handout_pending}/",
        "/handouts/{handout_failed}/",
        "/witness/{token}/",
        "/notices/stop/{stop}/",
        "/notices/stop/nothing/",
        "/witness/nothing/",
        "/witness/thanks/",
        "/verify/?code={valid_code}",
        "/verify/?code={older_code}",
        "/verify/?code={withdrawn_code}",
        "/verify/?code={broken_code}",
        "/verify/?sha256={hash}",
        "/verify/?sha256={portfolio_hash}",
        "/verify/?sha256=nothing",
        "/verify/files/{check_covered}/",
        "/verify/files/{check_stripped}/",
        "/verify/files/{check_waiting}/",
        "/accounts/login/",
        "/new-password/",
        "/accounts/inactive/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/password/reset/key/abc-set-password/",
    ],
    "amina": [
        "/",
        "/courses/",
        "{course}",
        STEPS,
        "/reading/",
        "/learn/",
        "/notices/",
        "/notices/choices/",
        "/notices/address/",
        "/notices/address/{address_link}/",
        "/join/",
        "/learn/logs/{log}/",
        "/learn/logs/{log}/1.1/",
        "/learn/logs/{log}/1.2/",
        "/learn/logs/{log}/1.5/",
        "/learn/logs/{log}/1.6/",
        "/learn/logs/{log}/1.7/",
        "/learn/logs/{log}/2.4/",
        "/learn/logs/{log}/2.5/",
        "/learn/logs/{log}/3.3/",
        "/learn/logs/{log}/8.2/",
        "/learn/logs/{log}/9.6/",
        "/learn/logs/{log}/1.4/",
        "/learn/logs/{log}/3.3/evidence/reflective-account/",
        "/learn/logs/{log}/3.3/evidence/seen-in-workplace/",
        "/learn/logs/{log}/3.3/evidence/work-product/",
        "/learn/logs/{log}/3.3/evidence/prior-learning/",
        "/learn/logs/{log}/3.3/evidence/{account}/new-version/",
        "/learn/logs/{log}/3.3/evidence/{photo}/new-version/",
        "/learn/evidence/{replaced}/versions/",
        "/learn/logs/{log}/3.3/witness/",
        "/learn/witness/{asked}/",
        "/learn/witness/{taken_back}/",
        "/learn/witness/{answered}/",
        "/witness/{token}/",
        "/learn/logs/{log}/1.7/declare/",
        "/learn/logs/{log}/2.5/sent/",
        "/learn/logs/{log}/2.5/call-back/",
        "/exports/{ready}/",
        "/exports/{erased}/",
        "/exports/{pending}/",
        "/exports/{failed}/",
        "/packs/{pack_ready}/",
        "/packs/{pack_pdf}/",
        "/packs/{pack_pending}/",
        "/packs/{pack_failed}/",
        "/statements/{statement_ready}/",
        "/statements/{statement_pending}/",
        "/statements/{statement_failed}/",
        "/account/",
        "/account/everything/",
        "/account/everything/{leaving_ready}/",
        "/account/everything/{leaving_pending}/",
        "/account/everything/{leaving_failed}/",
        "/accounts/passkeys/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ],
    "lena": ["/learn/", "/learn/start/{framework}/", "{course}"],
    "grace": [
        "/learn/",
        "/notices/",
        "/learn/logs/{log}/due/",
        "/review/",
        "/review/?people=everyone",
        "/review/?people=without",
        "/review/{log}/",
        "/learn/sessions/{session_open}/",
        "/learn/sessions/{session_ended}/",
        "/review/{log}/?only=8.2",
        "/review/{long}/",
        "/review/{log}/record/",
        "/review/record/",
        "/review/record/?go=1",
        "/review/record/?log={log}&log={long}",
        "/review/{log}/1.5/withdraw/",
        "/learn/logs/{log}/",
        "/learn/logs/{long}/",
        "/learn/logs/{log}/2.5/",
        "/exports/{ready}/",
    ],
    "priya": [
        "/learn/",
        "/team/{workplace}/",
        "/team/{workplace}/cover/",
        "/team/{workplace}/workload/",
        "/team/{workplace}/logs/",
        "/quality/{workplace}/report/",
        "/team/{workplace}/logs/{collection_ready}/",
        "/team/{workplace}/logs/{collection_pending}/",
        "/team/{workplace}/logs/{collection_failed}/",
        "/team/{workplace}/{member}/role/",
        "/team/{workplace}/{member}/end/",
        "/team/{workplace}/{member}/password/",
        "/team/{workplace}/{learner}/password/",
        "/learn/logs/{long}/",
    ],
    "idris": [
        "/learn/",
        "/learn/logs/{log}/",
        "/learn/logs/{log}/2.1/",
        "/quality/",
        "/quality/{workplace}/",
        "/quality/sign-offs/{looked_at}/?why=share&why=too_quick",
        "/quality/sign-offs/{sample_agreed}/",
        "/quality/sign-offs/{sample_begun}/",
        "/quality/sign-offs/{sample_action}/",
        "/quality/sign-offs/{looked_at}/action/",
        "/quality/{workplace}/plan/",
        "/quality/{workplace}/note/",
        "/quality/{workplace}/report/",
        "/quality/notes/",
    ],
}
# Who makes the mistake, where, what is typed (by the label of its field), and what is pressed.
MISTAKES: list[tuple[str, str, dict[str, str], str]] = [
    ("nobody", "/accounts/login/", {}, "Sign in"),
    ("nobody", "/accounts/login/", {"Username": "amina", "Password": "a wrong guess"}, "Sign in"),
    ("nobody", "/accounts/password/reset/", {}, "Send me a link"),
    ("nobody", "/join/", {}, "Join"),
    ("nobody", "/join/", {"Join code": "AAAA-2222", "Choose a username": "AMINA", "Password": "short"}, "Join"),
    ("nobody", "/new-password/", {}, "Change password"),
    ("nobody", "/new-password/", {"Username": "amina", "Password code": "ABCD2345", "Password": PASSWORD}, "Change password"),
    ("nobody", "/verify/", {}, "Check the code"),
    ("nobody", "/verify/", {"Verification code": "ABCDEFGH"}, "Check the code"),
    ("nobody", "/verify/", {}, "Check the file"),
    ("nobody", "{question}", {}, "Check my answer"),
    ("nobody", "{matching}", {}, "Check my answer"),
    ("nobody", "{ordering}", {}, "Check my answer"),
    ("nobody", "{sorting}", {}, "Check my answer"),
    ("nobody", "{find_in_picture}", {}, "Check my answer"),
    ("nobody", "{knowledge_check}", {}, "Check my answers"),
    ("amina", "{question}", {}, "Check my answer"),
    ("amina", "{reflection}", {}, "Save"),
    ("amina", "{try_at_work}", {}, "Save"),
    ("lena", "{how_sure}", {}, "Save"),
    ("lena", "{life_story}", {}, "Save"),
    ("lena", "{group_session}", {}, "I am here"),
    ("grace", "/learn/sessions/{session_open}/", {}, "End the session"),
    ("amina", "/join/", {}, "Join"),
    ("amina", "/learn/logs/{log}/3.3/", {}, "Use this here too"),
    ("amina", "/learn/logs/{log}/3.3/evidence/reflective-account/", {}, "Add this evidence"),
    ("amina", "/learn/logs/{log}/3.3/evidence/seen-in-workplace/", {}, "Add this evidence"),
    ("amina", "/learn/logs/{log}/3.3/evidence/work-product/", {}, "Add this evidence"),
    ("amina", "/learn/logs/{log}/3.3/evidence/prior-learning/", {}, "Add this evidence"),
    ("amina", "/learn/logs/{log}/3.3/evidence/{account}/new-version/", {"Title": ""}, "Add this version"),
    ("amina", "/learn/logs/{log}/3.3/witness/", {}, "Make the link"),
    ("nobody", "/witness/{token}/", {"Your full name": "Ruth Lane"}, "Send what I saw"),
    ("priya", "/team/{workplace}/cover/", {}, "Lend the desk"),
    ("priya", "/team/{workplace}/workload/", {}, "Give them this supervisor"),
    ("priya", "/team/{workplace}/workload/", {}, "Move them"),
    ("priya", "/learn/logs/{log}/due/", {"Which day?": "2020-01-31"}, "Save the day"),
    ("amina", "/notices/address/", {"E-mail address": "amina at home"}, "Send me a link"),
    ("amina", "/accounts/password/change/", {}, "Change password"),
    ("amina", "/accounts/reauthenticate/", {"Password": "a wrong guess"}, "Continue"),
    ("lena", "/learn/start/{framework}/", {}, "Open my log"),
    ("grace", "/review/{log}/", {}, "Check before signing"),
    ("grace", "/review/{log}/record/", {}, "Record this"),
    ("grace", "/review/record/", {}, "Continue"),
    ("grace", "/review/{log}/1.5/withdraw/", {}, "Take the sign-off back"),
    ("idris", "/quality/sign-offs/{looked_at}/action/", {}, "Ask for action"),
    ("idris", "/quality/{workplace}/plan/", {"How many of every 100 sign-offs?": "500"}, "Change the plan"),
    ("idris", "/quality/{workplace}/note/", {}, "Write the note"),
]
# Forms whose mistakes a row above makes on the page they stand on, and some that nobody can fill in wrongly in a browser.
ON_ANOTHER_PAGE = {
    "reports:team_logs",
    "reports:everything",
    "reports:check_file",  # its mistakes are made at /verify/
    "reports:request_pack",
    "progress:plan",
    "progress:join_group",
    "progress:answer",
    "progress:write",
    "progress:use_evidence",
    "progress:review_check",
    "people:change_role",
    "people:reading",
    "progress:assign",
    "progress:move",
    "progress:limits",
    "people:letters",
}


@pytest.fixture(params=[NARROW, DARK_DESK], ids=["narrow phone", "dark desk"])
def people(request: pytest.FixtureRequest, chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Return a function that gives somebody of the cast at a browser, signed in."""
    here: dict[str, Visitor] = {}

    def arrive(name: str) -> Visitor:
        if name not in here:
            context = chromium.new_context(**request.param, locale="en-GB")
            context.set_default_timeout(10_000)
            here[name] = Visitor(context, live_server.url, scripts=True)
            if name != "nobody":
                here[name].is_signed_in(User.objects.get(username=name))
        return here[name]

    yield arrive
    for visitor in here.values():
        visitor.context.close()


@pytest.fixture
def empty(rosewood: Workplace, amina: User, lena: User, grace: User, priya: User, idris: User, ada: User) -> Places:
    return home_where_nothing_has_happened(rosewood, amina, grace)


@pytest.fixture
def full(rosewood: Workplace, amina: User, lena: User, grace: User, priya: User, idris: User, birch: Workplace) -> Places:
    JoinCode.make(rosewood, by=priya)
    employ(lena, birch, Role.LEARNER, "Night care worker")  # works in two homes, and is asked where
    return home_where_everything_has(rosewood, amina, grace)


def every_step() -> list[str]:
    """Return the address of every module, of each of its steps, and of its end."""
    addresses = []
    for module in ModulePage.objects.live().order_by("path"):
        steps = [f"step/{number}/" for number in range(1, module.outline().count + 1)]
        addresses += [f"{module.url}{rest}" for rest in ["", *steps, "paper/", "finished/"]]
    return addresses


def asking(kind: str) -> str:
    """Return the address of a step with this kind of activity: of the last module, which nobody has taken, if it is there."""
    found = [
        f"{module.url}step/{step.number}/"
        for module in ModulePage.objects.order_by("-path")
        for step in module.outline().steps
        if kind in {part.kind for part in step.parts}
    ]
    assert found, f"No module uses {kind}."
    return found[0]


def asked() -> Places:
    """Return where each kind of activity stands."""
    return {kind: asking(kind) for kind in BLOCKS}


def addresses_of(rows: list[str], places: Places) -> list[str]:
    many = {STEPS: every_step, EACH_KIND: lambda: list(dict.fromkeys(asked().values()))}
    return [address.format(**places) for row in rows for address in many.get(row, lambda row=row: [row])()]


def wrong_with(visitor: Visitor, address: str) -> list[str]:
    """Open an address and return all that is wrong with the page."""
    visitor.page.goto(visitor.address + address)
    return visitor.findings()


def forms_of(page: Page) -> set[str]:
    """Return the views that a page's forms send something to that somebody typed or chose."""
    asked = "forms => forms.filter(f => f.querySelector('input:not([type=hidden]), textarea, select')).map(f => f.action)"
    return {view_of(action) for action in page.locator("main form").evaluate_all(asked)}


def view_of(address: str) -> str:
    path = re.sub(r"^https?://[^/]*|[?#].*", "", address)
    return resolve(path).view_name or path


def walk(people: Any, table: dict[str, list[str]], places: Places) -> tuple[dict[Any, list[str]], set[str], set[str]]:
    """Open everything in a table; return what is wrong by page, the views opened, and the views their forms send to."""
    wrong, views, forms = {}, set(), set()
    for name, rows in table.items():
        visitor = people(name)
        for address in addresses_of(rows, places):
            if found := wrong_with(visitor, address):
                wrong[name, address] = found
            views.add(view_of(visitor.page.url))
            forms |= forms_of(visitor.page)
    return wrong, views, forms


def test_pages_where_nothing_has_happened(people: Any, empty: Places) -> None:
    wrong, _views, _forms = walk(people, EMPTY, empty)
    assert wrong == {}


# Shown only on the way to a signature, or without a page of its own.
OPENED_ELSEWHERE = {
    "progress:review_check",
    "progress:review_done",
    "progress:evidence_file",
    "progress:upload",
    "reports:download",
    "reports:record",
    "reports:download_handout",
    "reports:download_pack",
    "reports:download_collection",
    "reports:download_leaving_pack",
    "reports:download_statement",
    "reports:program",
    "reports:quality_csv",
    "theme",
    "health",
}


def test_pages_where_everything_has(people: Any, full: Places) -> None:
    wrong, views, forms = walk(people, FULL, full)
    assert wrong == {}
    module = ModulePage.objects.all()[:1].get()
    places = full | {
        "export": full["ready"],
        "handout": full["handout_ready"],
        "pack": full["pack_ready"],
        "collection": full["collection_ready"],
        "statement": full["statement_ready"],
        "leaving": full["leaving_ready"],
        "check": full["check_covered"],
        "piece": Evidence.objects.exclude(file="")[:1].get().pk,
        "session": full["session_open"],
        "membership": full["member"],
        "module": module.pk,
        "upload": uuid4(),
        "sign_off": full["looked_at"],
    }
    pages = {view_of(row.removeprefix("GET ").format(**places)) for row, each in EXPECTED.items() if row.startswith("GET ") and "2" in each}
    admin = {view for view in pages if view.startswith("wagtailadmin")}
    assert pages - admin - views - OPENED_ELSEWHERE == set()
    assert forms - {view_of(address.format(**full, **asked())) for _who, address, _typed, _button in MISTAKES} - ON_ANOTHER_PAGE == set()


def test_pages_after_a_mistake(people: Any, full: Places) -> None:
    wrong = {}
    for name, row, typed, button in MISTAKES:
        visitor, address = people(name), row.format(**full, **asked())
        visitor.page.goto(visitor.address + address)
        for label, words in typed.items():
            visitor.page.get_by_label(label).first.fill(words)
        visitor.page.locator("main").get_by_role("button", name=button).first.click()
        visitor.page.wait_for_load_state()
        found = visitor.findings()
        if not visitor.page.title().startswith("Error: "):
            found.append(f"the title is {visitor.page.title()!r}, without “Error: ”")
        if found:
            wrong[name, address, button] = found
    assert wrong == {}


def test_pages_on_the_way_to_a_signature(people: Any, full: Places, amina: User) -> None:
    grace = people("grace")
    grace.open(f"/review/{full['log']}/")
    for number, choice in enumerate(["Sign off", "Return"]):
        grace.page.get_by_role("radio", name=choice).nth(number).check()
    grace.page.get_by_label("If you sign off: how was it shown?").nth(0).select_option("observation")
    grace.page.get_by_label("If you return it: what has to change?").nth(1).fill(f"Say what she answered. {LONG_WORD}")
    grace.press("Check before signing")
    hers = entry_of(ProgressLog.objects.get(pk=full["log"]), "2.5")
    hers.call_back(by=amina, submission=uuid4())
    grace.press("Sign off 1 and return 1")
    assert grace.page.title().startswith("Error: ")
    grace.press("Change my decisions")
    grace.press("Check before signing")


def test_pages_on_the_way_to_a_signature_for_several(people: Any, full: Places) -> None:
    grace = people("grace")
    grace.open(f"/review/record/?log={full['log']}&log={full['long']}")
    grace.page.get_by_label("What was it?").fill("Helping at breakfast")
    grace.page.get_by_label("What did the learner do or say?").fill("They waited.")
    grace.page.get_by_label("Sent by").first.check()
    grace.page.get_by_label("Sign off those that were sent to me").check()
    grace.press("Record this")
    assert "Check before signing" in grace.page.title()
    grace.press("Change it")
    grace.press("Record this")
    grace.press("Record it and sign off")
    assert "Recorded: Helping at breakfast. 1 outcome signed off." in grace.page.inner_text("main")


def test_pages_for_trouble(people: Any, full: Places) -> None:
    amina = people("amina")
    amina.open(f"/learn/logs/{full['log']}/3.3/evidence/reflective-account/")
    amina.page.get_by_label("Title").fill("Breakfast")
    amina.page.get_by_label("Your account").fill(f"I sat down beside her first. {LONG_WORD}")
    amina.context.clear_cookies(name="session")
    amina.press("Add this evidence")
    amina.page.get_by_label("Username").fill("amina")
    amina.page.get_by_label("Password", exact=True).fill(PASSWORD)
    amina.press("Sign in")
    assert amina.page.locator("h1").inner_text() == "Your words are still here"
    amina.press("Send it now")
    amina.open(f"/learn/logs/{full['log']}/3.3/evidence/reflective-account/")
    amina.page.get_by_label("Title").fill("Supper")
    amina.page.get_by_label("Your account").fill("She laughed at the pudding, and then she ate it.")
    amina.context.clear_cookies(name="csrf")
    amina.press("Add this evidence")
    for template in ["400.html", "429.html", "500.html"]:
        show(amina, template)


def show(visitor: Visitor, template: str) -> None:
    """Open a page that no test should be able to bring about, with the site's own styles."""
    body = render_to_string(template)
    visitor.page.route(f"**/{template}", lambda route: route.fulfill(content_type="text/html", body=body))
    visitor.open(f"/{template}")
