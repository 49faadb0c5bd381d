"""docker-compose.yml holds together: no container runtime is needed to see a service that could never start.

`faults` reads the file as Compose would and says what is wrong with it. The second half breaks a copy, one fault at a
time, and looks whether it is seen.
"""

import copy
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import celery.beat
import pytest
import yaml
from django.core.management import get_commands
from pytest_django import Settings

from cms.beat import PULSE, Scheduler
from cms.celery import app
from cms.environment import KNOWN, REQUIRED

ROOT = Path(__file__).resolve().parents[2]
OURS = "countersign:"
# What the documentation of each image says it reads. The proxy's two are read by our own Caddyfile.
READ_BY_IMAGE = {
    "caddy": set(re.findall(r"\{\$(\w+)\}", (ROOT / "deploy" / "Caddyfile").read_text())),
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "redis": set(),
    "versity/versitygw": {
        "VGW_BACKEND",
        "VGW_BACKEND_ARG",
        "VGW_PORT",
        "VGW_HEALTH",
        "ROOT_ACCESS_KEY_ID",
        "ROOT_SECRET_ACCESS_KEY",
    },
}
SECRET = re.compile(r"SECRET|PASSWORD|ACCESS_KEY|TOKEN|EMAIL_URL|DATABASE_URL")
GIVEN = re.compile(r"\$\{[A-Z0-9_]+(:[?-][^}]*)?\}")
DEFAULT_SECRET = re.compile(r"\$\{[A-Z0-9_]+:?-[^}]")
SHELL_WORDS = {"test", "find", "grep", "sh"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as it is."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def is_ours(service: dict[str, Any]) -> bool:
    return str(service["image"]).startswith(OURS)


def runs_once(compose: dict[str, Any], name: str) -> bool:
    """Say whether the service ends by itself: somebody waits for its end, or only a person starts it."""
    waits = [other.get("depends_on", {}).get(name, {}).get("condition") for other in compose["services"].values()]
    return "service_completed_successfully" in waits or "profiles" in compose["services"][name]


def words_of(test: list[str]) -> list[str]:
    """Turn a command, or a health check's test, into words; `CMD` and `CMD-SHELL` are Compose's."""
    if test and test[0] in {"CMD", "CMD-SHELL"}:
        shell, test = test[0] == "CMD-SHELL", test[1:]
        return test[0].split() if shell else test
    return test


def commands_of(service: dict[str, Any]) -> Iterator[list[str]]:
    """Give every command the service runs in our image, each a list of words."""
    whole = [*service.get("entrypoint", []), *service.get("command", [])]
    if whole[:2] == ["sh", "-c"]:
        yield from (part.split() for part in whole[2].split("&&"))
    elif whole:
        yield whole
    if check := service.get("healthcheck"):
        yield words_of(check["test"])


def cannot_start(words: list[str]) -> str | None:
    """Say why this command cannot start in our image, or None."""
    if words[:2] == ["python", "manage.py"]:
        return None if words[2] in get_commands() else f"there is no management command {words[2]}"
    if words[:2] == ["python", "-m"]:
        return None if importlib.util.find_spec(words[2]) else f"there is no module {words[2]}"
    if words[0] == "python":
        return None if (ROOT / words[1]).is_file() else f"there is no file {words[1]}"
    if words[0] not in SHELL_WORDS and not (Path(sys.executable).parent / words[0]).exists():
        return f"there is no program {words[0]}"
    module = {"celery": words[2:3], "gunicorn": words[1:2]}.get(words[0], [])
    if module and not importlib.util.find_spec(module[0].partition(":")[0]):
        return f"there is no module {module[0]}"
    return None


def no_such_path(words: list[str]) -> str | None:
    """Say which folder of ours a command names that is not there."""
    for word in words[2:]:
        if "/" in word and not word.startswith(("-", "/", "http", "$")) and not (ROOT / word).exists():
            return f"there is no {word}"
    return None


def known_to(service: dict[str, Any]) -> set[str]:
    return set(KNOWN) if is_ours(service) else READ_BY_IMAGE[str(service["image"]).rpartition(":")[0]]


def literal_secrets(service: dict[str, Any]) -> Iterator[str]:
    """Name every setting whose secret part stands in the file, or has a default there."""
    for name, value in service.get("environment", {}).items():
        text = str(value)
        if not SECRET.search(name) or text.startswith("/"):
            continue
        # An address may name its user and host; only what stands between them is secret.
        secret = re.sub(r"^\w+://\w+:(.+)@[\w.-]+:\d+/\w+$", r"\1", text)
        if not GIVEN.fullmatch(secret) or DEFAULT_SECRET.search(secret):
            yield name


def faults(compose: dict[str, Any]) -> list[str]:
    """Say everything that is wrong with the file."""
    found = []
    for name, service in compose["services"].items():
        if "healthcheck" not in service and not runs_once(compose, name):
            found.append(f"{name}: nobody sees when it is ill")
        if re.search(r":latest$|^[^:]+$", str(service["image"])) and not is_ours(service):
            found.append(f"{name}: the image has no version")
        found += [f"{name}: {word} is read by nobody" for word in sorted(set(service.get("environment", {})) - known_to(service))]
        found += [f"{name}: {word} is a secret in the file" for word in literal_secrets(service)]
        found += [
            f"{name}: waits for {other}, which is not there" for other in service.get("depends_on", {}) if other not in compose["services"]
        ]
        if is_ours(service):
            found += [f"{name}: {word} is not set" for word in REQUIRED if not service["environment"].get(word)]
            found += [f"{name}: {why}" for words in commands_of(service) if (why := cannot_start(words) or no_such_path(words))]
    return found


def test_the_file_has_no_fault(compose: dict[str, Any]) -> None:
    assert faults(compose) == []


def test_it_is_the_whole_product(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"bucket", "migrate", "manage", "web", "worker", "beat", "proxy", "database", "redis", "storage"}
    assert compose["services"]["web"]["deploy"]["replicas"] > 1
    assert "volumes" not in compose["services"]["web"], "a web container keeps nothing"
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_proxy_can_be_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"]["internal"]
    for name in ("database", "redis", "storage"):
        assert compose["services"][name]["networks"] == ["inside"]


def without_health(compose: dict[str, Any]) -> None:
    del compose["services"]["beat"]["healthcheck"]


def with_a_misspelt_setting(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["environment"]["COUNTERSIGN_S3_BUKET"] = "files"


def with_a_misspelt_image_setting(compose: dict[str, Any]) -> None:
    compose["services"]["database"]["environment"]["POSTGRES_USERS"] = "countersign"


def with_a_secret(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["environment"]["SECRET_KEY"] = "k" * 60


def with_a_default_password(compose: dict[str, Any]) -> None:
    compose["services"]["database"]["environment"]["POSTGRES_PASSWORD"] = "${DATABASE_PASSWORD:-countersign}"


def with_a_password_in_an_address(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["environment"]["DATABASE_URL"] = "postgres://countersign:countersign@database:5432/countersign"


def without_a_required_setting(compose: dict[str, Any]) -> None:
    del compose["services"]["worker"]["environment"]["REDIS_URL"]


def with_a_command_nobody_wrote(compose: dict[str, Any]) -> None:
    compose["services"]["bucket"]["command"] = ["python", "manage.py", "make_buckets"]


def with_a_pack_nobody_wrote(compose: dict[str, Any]) -> None:
    compose["services"]["migrate"]["command"][2] += " && python manage.py load_pack courses/content/no-such-pack"


def with_a_program_nobody_installed(compose: dict[str, Any]) -> None:
    compose["services"]["beat"]["command"] = ["celeryd"]


def with_an_application_nobody_wrote(compose: dict[str, Any]) -> None:
    compose["services"]["worker"]["command"][2] = "countersign"


def with_a_health_check_nobody_wrote(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["healthcheck"]["test"] = ["CMD", "python", "deploy/is_well.py"]


def with_an_image_of_no_version(compose: dict[str, Any]) -> None:
    compose["services"]["redis"]["image"] = "redis:latest"


def with_a_wait_for_nobody(compose: dict[str, Any]) -> None:
    compose["services"]["web"]["depends_on"]["cache"] = {"condition": "service_healthy"}


@pytest.mark.parametrize(
    ("breaks", "fault"),
    [
        (without_health, "beat: nobody sees when it is ill"),
        (with_a_misspelt_setting, "web: COUNTERSIGN_S3_BUKET is read by nobody"),
        (with_a_misspelt_image_setting, "database: POSTGRES_USERS is read by nobody"),
        (with_a_secret, "web: SECRET_KEY is a secret in the file"),
        (with_a_default_password, "database: POSTGRES_PASSWORD is a secret in the file"),
        (with_a_password_in_an_address, "web: DATABASE_URL is a secret in the file"),
        (without_a_required_setting, "worker: REDIS_URL is not set"),
        (with_a_command_nobody_wrote, "bucket: there is no management command make_buckets"),
        (with_a_pack_nobody_wrote, "migrate: there is no courses/content/no-such-pack"),
        (with_a_program_nobody_installed, "beat: there is no program celeryd"),
        (with_an_application_nobody_wrote, "worker: there is no module countersign"),
        (with_a_health_check_nobody_wrote, "web: there is no file deploy/is_well.py"),
        (with_an_image_of_no_version, "redis: the image has no version"),
        (with_a_wait_for_nobody, "web: waits for cache, which is not there"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_copy_is_seen(compose: dict[str, Any], breaks: Callable[[dict[str, Any]], None], fault: str) -> None:
    # Aliases of the file share one dictionary; a copy through text gives each service its own.
    broken = yaml.safe_load(yaml.dump(copy.deepcopy(compose), Dumper=NoAliases))
    breaks(broken)
    assert faults(broken) == [fault]


class NoAliases(yaml.SafeDumper):
    """Writes every service out in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def test_the_image_starts_a_web_server_with_options_that_exist() -> None:
    command = re.search(r"^CMD \[(.+?)\]", (ROOT / "Dockerfile").read_text().replace("\\\n", ""), re.M)
    assert command
    words: list[str] = yaml.safe_load(f"[{command[1]}]")
    assert cannot_start(words) is None
    program = Path(sys.executable).parent / words[0]
    done = subprocess.run([program, "--check-config", *words[1:]], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_image_pins_what_it_builds_on_and_names_no_package_host() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", image) for image in re.findall(r"^FROM (\S+)", text, re.M))
    assert "--require-hashes" in text
    assert not re.search(r"index-url|https?://(?!nowhere\.invalid)", text)
    assert re.search(r"^USER countersign$", text, re.M)


@pytest.mark.parametrize("folder", [".git", ".env", "secrets", "var", "tests", "node_modules"])
def test_the_image_gets_nothing_it_should_not_have(folder: str) -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    assert folder in lines or (folder.startswith(".") and ".*" in lines)


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not on this machine")
def test_the_proxy_understands_its_file() -> None:
    environment = {"COUNTERSIGN_HOST": "learn.example.org", "ACME_EMAIL": "post@example.org", "PATH": "/usr/bin:/bin", "HOME": "/tmp"}
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")]
    assert subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("taken", [True, False])
def test_beats_pulse_is_felt_only_when_the_broker_took_a_message(
    taken: bool, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broker(*args: Any, **kwargs: Any) -> None:
        if not taken:
            raise celery.beat.SchedulingError("no broker")

    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(celery.beat.Scheduler, "apply_async", broker)
    scheduler = Scheduler(app, lazy=True)
    scheduler.apply_entry(
        next(iter(scheduler.schedule.values()), None) or scheduler.Entry("sweep", "reports.tasks.sweep_exports", schedule=15, app=app)
    )

    assert (tmp_path / PULSE).exists() == taken


def test_beats_pulse_is_the_file_its_health_check_looks_at(compose: dict[str, Any]) -> None:
    beat = compose["services"]["beat"]
    assert f"{beat['environment']['COUNTERSIGN_DATA_DIR']}/{PULSE}" in beat["healthcheck"]["test"][1]
