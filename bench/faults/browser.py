"""A person's browser: it keeps cookies, reads forms, and presses again when no answer comes."""

import http.client
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import urlencode, urljoin
from uuid import uuid4

PATIENCE = 60  # seconds until somebody gives up on one answer
PRESSES = 240  # how often somebody presses before she gives up on the site
PAUSE = 0.5  # seconds between two presses
PASSWORD = "three-plain-words"
GONE = "she was gone"
OUR_PAGE = b"Sending it twice does no harm."  # templates/400.html and 500.html, which say what to do
INTERRUPTED = 400  # Django's answer when it cannot keep the session, for whatever reason
BARE = "without our page"
Fields = dict[str, list[str]]
Files = dict[str, tuple[str, bytes]]  # the name of a field: the file's name and bytes


class GaveUp(Exception):
    """The site did not answer for minutes."""


@dataclass
class Form:
    """A form as a browser holds it: where it is sent, what stands in its fields, and what each field offers."""

    action: str
    fields: Fields = field(default_factory=dict)
    choices: Fields = field(default_factory=dict)
    asks_password: bool = False


class Page(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""
        self.feed(text)

    def to(self, part: str) -> Form | None:
        """Return the first form whose address holds `part`; None when the page has none."""
        return next((form for form in self.forms if part in form.action), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form, or a field of it."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input" and given.get("name"):
            self._input(self.forms[-1], given)
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select:
            self.forms[-1].choices.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = given["name"]
            self.forms[-1].fields[self._area] = [""]

    def handle_endtag(self, tag: str) -> None:
        """Leave a field."""
        if tag in {"select", "textarea"}:
            self._select = self._area = ""

    def handle_data(self, data: str) -> None:
        """Take what stands in a text field."""
        if self._area:
            self.forms[-1].fields[self._area][0] += data

    def _input(self, form: Form, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        if kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind == "password":
            form.asks_password = True
        elif kind != "file":
            form.fields[name] = [given.get("value", "")]


@dataclass
class Answer:
    """What the site said at last, and how often it was asked."""

    status: int
    location: str
    body: bytes
    presses: int = 1

    @property
    def is_done(self) -> bool:
        """Whether a form did what it is for: this site then leads somewhere else."""
        return self.status == 302

    @property
    def page(self) -> Page:
        """Return the forms of the page."""
        return Page(self.body.decode())


@dataclass(frozen=True)
class Missed:
    """One request that got no proper answer: from when to when (monotonic seconds), what was asked, and what came instead."""

    began: float
    ended: float
    asked: str
    came: str


class Browser:
    """One person's browser. `missed` is told of every request that failed."""

    def __init__(self, port: int, username: str, missed: Callable[[Missed], None], chance: Random) -> None:
        self.port, self.username, self.missed, self.chance = port, username, missed, chance
        self.cookies: dict[str, str] = {}

    def open(self, path: str) -> Answer:
        """Open a page, signing in where the site asks for it."""
        return self._insist("GET", path)

    def send(self, path: str, fields: Fields, files: Files | None = None) -> Answer:
        """Send a form until it is answered. Now and then the signal is lost first, or she presses once more for good measure."""
        if self.chance.random() < 0.02:
            self._lose_signal(path, fields, files)
        answer = self._press(path, fields, files)
        if answer.is_done and self.chance.random() < 0.02:
            self._press(path, fields, files)
        return answer

    def _press(self, path: str, fields: Fields, files: Files | None) -> Answer:
        return self._insist("POST", path, fields, files)

    def _encoded(self, fields: Fields | None, files: Files | None) -> tuple[bytes, str]:
        if fields is None:
            return b"", ""
        fields = {**fields, "csrfmiddlewaretoken": [self.cookies.get("csrf", "")]}
        if not files:
            return urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"
        border = uuid4().hex
        parts = [_part(border, f'name="{name}"', value.encode()) for name, values in fields.items() for value in values]
        parts += [_part(border, f'name="{name}"; filename="{called}"', content) for name, (called, content) in files.items()]
        return b"".join([*parts, f"--{border}--\r\n".encode()]), f"multipart/form-data; boundary={border}"

    def _insist(self, method: str, path: str, fields: Fields | None = None, files: Files | None = None) -> Answer:
        """Ask until there is an answer that is not a failure of the site."""
        came = ""
        for press in range(1, PRESSES + 1):
            began = time.monotonic()
            try:
                answer = self._ask(method, path, *self._encoded(fields, files))
            except (OSError, http.client.HTTPException) as error:
                came = type(error).__name__
            else:
                if answer.is_done and "/accounts/login/" in answer.location:
                    self.sign_in()
                    continue
                if answer.status < 500 and answer.status != INTERRUPTED:
                    answer.presses = press
                    return answer
                came = f"{answer.status}" if OUR_PAGE in answer.body else f"{answer.status} {BARE}"
            self.missed(Missed(began, time.monotonic(), f"{method} {path}", came))
            time.sleep(PAUSE)
        raise GaveUp(f"{method} {path}: {came}")

    def sign_in(self) -> None:
        """Go through the one door."""
        self._insist_on_the_door()
        fields = {"login": [self.username], "password": [PASSWORD], "next": ["/help/"]}
        answer = self._insist("POST", "/accounts/login/", fields)
        if not answer.is_done:
            raise GaveUp(f"{self.username} cannot sign in: {answer.status}")

    def _insist_on_the_door(self) -> None:
        while "csrf" not in self.cookies:
            began = time.monotonic()
            try:
                self._ask("GET", "/accounts/login/", b"", "")
            except (OSError, http.client.HTTPException) as error:
                self.missed(Missed(began, time.monotonic(), "GET the door", type(error).__name__))
            if "csrf" not in self.cookies:
                time.sleep(PAUSE)

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        connection = self._requested(method, path, body, kind)
        try:
            response = connection.getresponse()
            read = response.read()
        finally:
            connection.close()
        for pair in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = pair.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, urljoin(path, response.getheader("Location", "")), read)

    def _requested(self, method: str, path: str, body: bytes, kind: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body or None, headers)
        return connection

    def _lose_signal(self, path: str, fields: Fields, files: Files | None) -> None:
        """Send a form and be gone before the answer comes."""
        began = time.monotonic()
        with suppress(OSError):
            self._requested("POST", path, *self._encoded(fields, files)).close()
        self.missed(Missed(began, time.monotonic(), f"POST {path}", GONE))


def _part(border: str, named: str, content: bytes) -> bytes:
    kind = "\r\nContent-Type: application/octet-stream" if "filename=" in named else ""
    return f"--{border}\r\nContent-Disposition: form-data; {named}{kind}\r\n\r\n".encode() + content + b"\r\n"
