"""A real browser: Debian's Chromium, driven by Playwright, with axe on every page it opens."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from people.models import User
from tests.cast import PASSWORD

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}

# Playwright runs its own event loop in this thread; Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "No Chromium here. On Debian type: sudo apt-get install chromium"
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser. Every page she opens is checked with axe, and may load nothing from elsewhere."""

    def __init__(self, context: BrowserContext, address: str, *, scripts: bool) -> None:
        self.context = context
        self.scripts = scripts
        self.address = address
        self.page: Page = context.new_page()
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note)
        self.page.on("console", self._hear)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.elsewhere.append(f"asked {request.url}")

    def _hear(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        """Open an address of the site and check it."""
        self.page.goto(self.address + path)
        self.check()
        return self.page

    def press(self, name: str) -> Page:
        """Press the button or follow the link with this name, and check where it leads."""
        main = self.page.locator("main")
        here = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        anywhere = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        (here if here.count() else anywhere).first.click()
        self.page.wait_for_load_state()
        self.check()
        return self.page

    def check(self) -> None:
        """Fail on anything that is wrong with the page."""
        assert (self.page.url, self.findings()) == (self.page.url, [])

    def findings(self) -> list[str]:
        """Return all that is wrong with the page: to axe, of any impact; to the screen; to the rule that nothing comes from elsewhere.

        Axe itself needs JavaScript; without it the same pages are only walked.
        """
        found = [*self.elsewhere, *self.complaints]
        self.elsewhere.clear()
        self.complaints.clear()
        return [*found, *self._axe(), *self._measures()] if self.scripts else found

    def _axe(self) -> list[str]:
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})", TAGS)[
            "violations"
        ]
        return [f"{v['id']}: {v['help']} – {[node['target'] for node in v['nodes']][:3]}" for v in found]

    def _measures(self) -> list[str]:
        width, seen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        wide = [f"{width} pixels wide on a screen of {seen}"] if width > seen else []
        low = self.page.locator(".govuk-button:visible").evaluate_all(
            "all => all.filter(b => b.getBoundingClientRect().height < 44).map(b => b.innerText)"
        )
        return wide + [f"a button lower than 44 pixels: {words}" for words in low]

    def is_signed_in(self, user: User) -> None:
        """Begin with a session of this person's, without the way through the door."""
        client = Client()
        client.force_login(user)
        self.context.add_cookies([{"name": name, "value": kept.value, "url": self.address} for name, kept in client.cookies.items()])

    def sign_in(self, user: User) -> None:
        """Sign in by the one door."""
        self.open("/accounts/login/")
        self.page.get_by_label("Username").fill(user.username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")


@pytest.fixture(params=["phone", "desk", "phone without JavaScript"])
def visit(request: pytest.FixtureRequest, chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Return a function that gives a new visitor, each with a browser of her own."""
    contexts = []

    def arrive() -> Visitor:
        size = DESK if request.param == "desk" else PHONE
        scripts = "without" not in request.param
        context = chromium.new_context(viewport=size, java_script_enabled=scripts, locale="en-GB")
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context, live_server.url, scripts=scripts)

    yield arrive
    for context in contexts:
        context.close()
