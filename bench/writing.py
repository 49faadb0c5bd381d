"""`python -m bench.writing [200]`: tab killed, network cut, session ended, server killed, at random moments while somebody writes.

Nothing older than five seconds of typing may be lost (trust.md). A real Chromium, the real web server in processes of its own,
killed with kill -9; several learners write at once. Exit 0 when nothing was lost, else 1 with each trial that lost something.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

os.environ["COUNTERSIGN_DATA_DIR"] = FOLDER = tempfile.mkdtemp(prefix="countersign-writing-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop runs in this thread

import django

django.setup()

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from bench.server import free_port
from bench.site import session_of
from cms.management.commands.serve import Command
from courses.models import ModulePage
from courses.packs.loader import load_pack
from courses.packs.reader import read_pack
from people.models import User
from progress.models import Draft

WRITERS = 6
OLDEST_LOSS = 5.0  # seconds of typing
LONGEST = 12.0  # seconds somebody writes before the fault
PASSWORD = "three-plain-words"
WORDS = [
    "I",
    "sat",
    "down",
    "beside",
    "her",
    "and",
    "waited.",
    "She",
    "looked",
    "at",
    "the",
    "window,",
    "then",
    "at",
    "me,",
    "and",
    "I",
    "did",
    "not",
    "speak.",
    "",
]


class WebServer:
    """The product's web server, in a session of its own, so that all of it can be killed at once."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return at once."""
        (web,) = (child for child in Command()._children(self.port) if child.name == "web")
        self.process = subprocess.Popen(web.command, start_new_session=True, stderr=subprocess.DEVNULL)

    async def answers(self) -> None:
        """Wait until it does."""
        while True:
            try:
                if urllib.request.urlopen(f"http://localhost:{self.port}/health/", timeout=5).status == 200:
                    return
            except OSError:
                await asyncio.sleep(0.2)

    def kill(self) -> None:
        """Kill it with all its children, as a machine without power does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Writing:
    """What one person has typed so far, and when."""

    page: Page
    form: Locator
    typed: list[tuple[float, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all of it."""
        return self.typed[-1][1] if self.typed else ""

    def older_than(self, moment: float) -> str:
        """Return what stood there at a moment."""
        return next((text for at, text in reversed(self.typed) if at <= moment), "")

    async def go_on(self, seconds: float) -> None:
        """Type, a word at a time with pauses of a tired hand, for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self.page.keyboard.insert_text(f"{random.choice(WORDS)} ")
            self.typed.append((time.monotonic(), await self.form.locator("textarea").input_value()))
            await asyncio.sleep(random.choice([0.05, 0.2, 0.4, 1.5]))


class Faults:
    """The trials, each of which returns what was lost in words, or nothing."""

    def __init__(self, server: WebServer, module: ModulePage, activity: str) -> None:
        self.server, self.module = server, module
        self.place = f"/learn/modules/{module.pk}/words/{activity}/"
        self.step = next(step.number for step in module.outline().steps if any(part.id == activity for part in step.parts))
        self.address = f"http://localhost:{server.port}"
        self.seated = 0  # how many have sat down and begun

    async def sit_down(self, browser: Browser, user: User) -> tuple[BrowserContext, Writing]:
        """Open the step with an empty page before her."""
        Draft.objects.filter(writer=user).delete()
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        await context.add_cookies([{"name": "session", "value": session_of(user), "url": self.address}])
        page = await context.new_page()
        await page.goto(f"{self.address}/learn/")  # marks the browser as hers
        await page.goto(f"{self.address}{self.module.url}step/{self.step}/")
        form = page.locator(f"form[data-draft='{self.place}']")
        await form.locator("textarea").click()
        return context, Writing(page, form)

    def kept(self, user: User) -> str:
        """Return what the server has."""
        draft = Draft.objects.filter(writer=user, place=self.place).first()
        return str(draft.fields["words"]) if draft else ""

    async def verdict(self, user: User, writing: Writing, moment: float) -> str:
        """Compare what is kept with what was typed more than five seconds before the moment of the fault."""
        await asyncio.sleep(0.5)
        must, kept = writing.older_than(moment - OLDEST_LOSS), self.kept(user)
        return "" if kept.startswith(must) else f"kept {len(kept)} of {len(must)} letters"

    async def tab_killed(self, user: User, context: BrowserContext, writing: Writing) -> str:
        """The phone kills the tab: no event tells the page."""
        moment = time.monotonic()
        await crash(context, writing.page)
        return await self.verdict(user, writing, moment)

    async def network_cut(self, user: User, context: BrowserContext, writing: Writing) -> str:
        """No signal, she goes on writing, and half the time the tab goes too; else the signal comes back."""
        moment = time.monotonic()
        await context.set_offline(True)
        await writing.go_on(random.uniform(0.5, 6))
        if random.random() < 0.5:
            await crash(context, writing.page)
            return await self.verdict(user, writing, moment)
        await context.set_offline(False)
        return await self.all_of_it(user, writing)

    async def session_ended(self, user: User, context: BrowserContext, writing: Writing) -> str:
        """Her session is gone; she goes on writing, presses Save, signs in, and finds her words."""
        Session.objects.filter(session_key__in=[c["value"] for c in await context.cookies() if c["name"] == "session"]).delete()
        await writing.go_on(random.uniform(0.5, 3))
        await writing.form.get_by_role("button", name="Save").click()
        await writing.page.get_by_label("Username").fill(user.username)
        await writing.page.get_by_label("Password", exact=True).fill(PASSWORD)
        async with writing.page.expect_navigation(url=lambda address: "/login/" not in address):
            await writing.page.get_by_role("button", name="Sign in").click()
        shown = f"{await writing.page.locator('main').inner_text()} {await values_of(writing.page)}"
        return (
            ""
            if " ".join(writing.text.split()) in " ".join(shown.split())
            else f"the words did not come back after signing in: {writing.page.url}"
        )

    async def server_killed(self, user: User, context: BrowserContext, writing: Writing) -> str:
        """The server dies and comes back; she goes on writing, and half the time the tab dies in between."""
        moment = time.monotonic()
        if random.random() < 0.5:
            await crash(context, writing.page)
            return await self.verdict(user, writing, moment)
        await writing.go_on(random.uniform(1, 5))
        return await self.all_of_it(user, writing)

    async def all_of_it(self, user: User, writing: Writing) -> str:
        """Wait until all of it is kept; say so when that does not happen within fifteen seconds."""
        for _attempt in range(60):
            if self.kept(user) == writing.text:
                return ""
            await asyncio.sleep(0.25)
        return f"only {len(self.kept(user))} of {len(writing.text)} letters 15 s after everything was well again"


async def values_of(page: Page) -> str:
    """Return what stands in the fields of a page, and in those that are sent again unseen."""
    values: list[str] = await page.locator("textarea, input[type=hidden]").evaluate_all("all => all.map(one => one.value)")
    return " ".join(values)


async def crash(context: BrowserContext, page: Page) -> None:
    """Kill the tab's process."""
    session = await context.new_cdp_session(page)
    crashing = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait([crashing], timeout=1)
    crashing.cancel()


async def one(faults: Faults, browser: Browser, user: User, kind: str, *, until: asyncio.Event | None = None) -> tuple[str, str]:
    """Run one trial, and return its kind and what was lost."""
    context, writing = await faults.sit_down(browser, user)
    faults.seated += 1
    if until is None:
        await writing.go_on(random.uniform(0, LONGEST))
    else:
        while not until.is_set():
            await writing.go_on(0.1)
    try:
        return kind, await getattr(faults, kind)(user, context, writing)
    finally:
        await asyncio.wait([asyncio.ensure_future(context.close())], timeout=5)


async def together(faults: Faults, browser: Browser, users: list[User], server: WebServer) -> list[tuple[str, str]]:
    """Let everybody write, kill the server at a random moment, and bring it back."""
    await server.answers()
    dead, faults.seated = asyncio.Event(), 0
    trials = [asyncio.ensure_future(one(faults, browser, user, "server_killed", until=dead)) for user in users]
    while faults.seated < len(users):
        await asyncio.sleep(0.1)
    await asyncio.sleep(random.uniform(0, LONGEST))
    server.kill()
    dead.set()
    await asyncio.sleep(random.uniform(0, 3))
    server.start()
    return list(await asyncio.gather(*trials))


async def run(faults: Faults, users: list[User], server: WebServer, number: int) -> list[tuple[str, str]]:
    """Run so many trials, a quarter of each kind."""
    results: list[tuple[str, str]] = []
    waiting = [kind for kind in ("tab_killed", "network_cut", "session_ended") for _n in range(number // 4)]
    random.shuffle(waiting)

    async def keep_writing(user: User) -> None:
        while waiting:
            results.append(await one(faults, browser, user, waiting.pop()))

    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        await asyncio.gather(*(keep_writing(user) for user in users))
        while len(results) < number:
            results += await together(faults, browser, users[: number - len(results)], server)
        await browser.close()
    return results


def prepare() -> tuple[ModulePage, list[User]]:
    """Fill an empty site: the dementia course, and people who write."""
    call_command("migrate", verbosity=0)
    call_command("make_site")
    load_pack(read_pack(settings.BASE_DIR / "courses" / "content" / "dementia-care"))
    users = [User.objects.create_user(f"writer{n}", PASSWORD, full_name=f"Writer Number {n}") for n in range(WRITERS)]
    return ModulePage.objects.get(slug="talking-when-words-are-hard"), users


def main() -> int:
    """Run the trials and say what came of them."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    module, users = prepare()
    activity = next(part.id for step in module.outline().steps for part in step.asking if part.kind == "reflection")
    server: Any = WebServer()
    server.start()
    asyncio.run(server.answers())
    try:
        results = asyncio.run(run(Faults(server, module, activity), users, server, number))
    finally:
        server.kill()
        shutil.rmtree(FOLDER, ignore_errors=True)
    for kind, count in sorted(Counter(kind for kind, _lost in results).items()):
        print(f"{kind:15} {count:4} trials, {sum(bool(lost) for which, lost in results if which == kind)} lost something")
    lost = [f"{kind}: {words}" for kind, words in results if words]
    print("\n".join(lost) if lost else f"{len(results)} trials: nothing older than {OLDEST_LOSS:.0f} seconds was lost.")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
