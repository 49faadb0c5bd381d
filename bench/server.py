"""The real web server, started as `manage.py serve` starts it, asked as a browser asks, its CPU read from the kernel."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from cms.management.commands.serve import Command

HOST = "localhost"
PATIENCE = 60  # seconds until the server answers for the first time
TOKEN = "b" * 32  # a CSRF token is any 32 letters that stand both in the cookie and in the form


@dataclass
class Answer:
    """What came back: its status, its text as the server wrote it, and all bytes that crossed the wire for it."""

    status: int
    body: bytes
    wire: int
    encoding: str
    kind: str


@dataclass
class Server:
    """A running web server and one browser's connection to it."""

    port: int
    pid: int
    cookies: dict[str, str] = field(default_factory=dict)
    _kept: http.client.HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Send one request, over the connection that is open if it still is."""
        try:
            return self._ask(path, form)
        except http.client.RemoteDisconnected:  # it was idle for longer than the server keeps one
            self._kept = None
            return self._ask(path, form)

    def forget(self) -> None:
        """Let the next request open a connection of its own."""
        self._kept = None

    def _ask(self, path: str, form: dict[str, str] | None) -> Answer:
        connection = self._kept = self._kept or http.client.HTTPConnection(HOST, self.port, timeout=30)
        self.cookies["csrf"] = TOKEN
        headers = {"Accept-Encoding": "gzip, deflate, br", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if body else "GET", path, body, headers)
        response = connection.getresponse()
        read = response.read()
        for pair in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = pair.partition(";")[0].partition("=")
            self.cookies[name] = value
        lines = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        if response.getheader("Connection") == "close":
            self._kept = None
        return Answer(
            response.status, read, len(read) + lines, response.getheader("Content-Encoding", ""), response.getheader("Content-Type", "")
        )

    def cpu(self) -> float:
        """Return the milliseconds of user and system time that the server's processes have used so far."""
        return sum(_on_cpu(pid) for pid in [self.pid, *children_of(self.pid)]) / 1_000_000


def _on_cpu(pid: int) -> int:
    """Return the nanoseconds a process's threads have run. (Its user and system times come in steps of 10 ms.)"""
    return sum(int(thread.read_text().split()[0]) for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def children_of(pid: int) -> list[int]:
    """Return the processes a process started, from whichever of its threads."""
    return [int(child) for thread in Path(f"/proc/{pid}/task").glob("*/children") for child in thread.read_text().split()]


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serving(application: str, settings: str) -> Iterator[Server]:
    """Run gunicorn with the product's own options on a free port, and stop it again."""
    port = free_port()
    (web,) = (child for child in Command()._children(port) if child.name == "web")
    command = [application if word == "cms.wsgi" else word for word in web.command]
    process = subprocess.Popen(command, env={**os.environ, "DJANGO_SETTINGS_MODULE": settings}, stderr=sys.stderr)
    server = Server(port, process.pid)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait_for(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            server.ask("/health/")
        except OSError:
            server.forget()
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The web server did not answer within {PATIENCE} s.")


class Assets(HTMLParser):
    """Everything a page makes a browser fetch: styles, scripts, icons, pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads. (Print styles are loaded too, and counted.)"""
        given = dict(attrs)
        if tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload"}:
            self.found.append(given.get("href") or "")
        elif tag in {"script", "img", "source", "video", "audio", "iframe", "embed"} and given.get("src"):
            self.found.append(given["src"] or "")


def assets_of(page: str, base: str) -> list[str]:
    """Return the addresses a page loads, in order, each once."""
    parser = Assets()
    parser.feed(page)
    return list(dict.fromkeys(urljoin(base, address) for address in parser.found))


def is_elsewhere(address: str) -> bool:
    """Return whether an address leaves this site."""
    return urlsplit(address).netloc not in {"", HOST} or urlsplit(address).scheme in {"http", "https"}
