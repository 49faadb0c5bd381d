"""The environment is read strictly: a production site starts right, or says in a sentence why it does not start."""

import subprocess
import sys
from pathlib import Path

import pytest

from cms.environment import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "COUNTERSIGN_MODE": "production",
    "SECRET_KEY": "kV3xQ9zLr7TfWm2JbYc8HdNs5GpUa4EoKiXw6RtZvBq1MnSyDhFjPgClAe0uI",
    "DATABASE_URL": "postgres://countersign:not-asked@database.invalid:5432/countersign",
    "REDIS_URL": "redis://redis.invalid:6379/0",
    "ALLOWED_HOSTS": "countersign.example",
    "COUNTERSIGN_SITE_URL": "https://countersign.example",
    "COUNTERSIGN_TRUSTED_PROXIES": "1",
    "COUNTERSIGN_LEDGER_KEY_FILE": "/run/secrets/ledger_key",
    "COUNTERSIGN_SEAL_KEY": "/run/secrets/seal_key",
}


def run(folder: Path, *command: str, without: str = "", **changes: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a production environment of its own, and return what it said."""
    environment = {**PRODUCTION, "PATH": "/usr/bin:/bin", "COUNTERSIGN_DATA_DIR": str(folder), **changes}
    environment.pop(without, None)
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def refusal(folder: Path, without: str = "", **changes: str) -> str:
    """Return the last thing a start says that must not succeed."""
    done = run(folder, "-c", "import cms.settings", without=without, **changes)
    assert done.returncode != 0, "It started."
    return done.stderr.strip().splitlines()[-1]


def test_a_production_site_passes_djangos_deployment_check_without_a_word(tmp_path: Path) -> None:
    done = run(tmp_path, "-W", "error::UserWarning", "manage.py", "check", "--deploy", "--fail-level", "DEBUG")

    assert done.stdout.strip() == "System check identified no issues (0 silenced)."
    assert done.stderr == ""
    assert done.returncode == 0


def test_the_deployment_check_can_fail(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY="a" * 60)

    assert "security.W009" in done.stderr
    assert done.returncode != 0


def test_no_check_is_silenced(tmp_path: Path) -> None:
    ask = "from django.conf import settings; print(settings.SILENCED_SYSTEM_CHECKS)"
    assert run(tmp_path, "-c", ask, DJANGO_SETTINGS_MODULE="cms.settings").stdout.strip() == "[]"


def test_a_misspelt_name_is_refused_and_the_right_ones_are_named(tmp_path: Path) -> None:
    said = refusal(tmp_path, COUNTERSIGN_S3_BUKET="files")
    assert "Unknown settings: COUNTERSIGN_S3_BUKET." in said
    assert "COUNTERSIGN_S3_BUCKET" in said


@pytest.mark.parametrize("mode", ["prod", "Production", ""])
def test_a_mode_that_does_not_exist_is_refused(tmp_path: Path, mode: str) -> None:
    assert f"COUNTERSIGN_MODE is “{mode}”. Use local or production." in refusal(tmp_path, COUNTERSIGN_MODE=mode)


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", [False, True])
def test_what_production_cannot_guess_must_be_said(tmp_path: Path, name: str, empty: bool) -> None:
    said = refusal(tmp_path, **{name: ""}) if empty else refusal(tmp_path, without=name)
    assert f"A production site needs these settings too: {name} (" in said


def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, **dict.fromkeys(REQUIRED, ""))
    assert all(f"{name} (" in said for name in REQUIRED)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    assert "SECRET_KEY has 49 characters. Use 50 random ones or more." in refusal(tmp_path, SECRET_KEY="k3" * 24 + "x")


@pytest.mark.parametrize(
    "address",
    [
        "http://countersign.example",
        "countersign.example",
        "https://",
        "https://countersign.example/",
        "https://countersign.example/learn",
        "https://me@countersign.example",
    ],
)
def test_an_address_people_could_not_trust_is_refused(tmp_path: Path, address: str) -> None:
    said = refusal(tmp_path, COUNTERSIGN_SITE_URL=address)
    assert f"COUNTERSIGN_SITE_URL is “{address}”. Use https:// and a host name, with nothing behind it." in said


@pytest.mark.parametrize("number", ["-1", "6"])
def test_an_impossible_number_of_proxies_is_refused(tmp_path: Path, number: str) -> None:
    assert f"COUNTERSIGN_TRUSTED_PROXIES is {number}. Use a number from 0 to 5." in refusal(tmp_path, COUNTERSIGN_TRUSTED_PROXIES=number)


def test_production_makes_no_key_and_no_secret_of_its_own(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", "import cms.settings as s; print(s.LEDGER_KEY_FILE)")

    assert done.stdout.strip() == PRODUCTION["COUNTERSIGN_LEDGER_KEY_FILE"]
    assert list(tmp_path.iterdir()) == []


def test_somebody_who_tries_it_need_say_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import cms.settings as s; print(s.PRODUCTION, len(s.SECRET_KEY) >= 50)"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "COUNTERSIGN_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["False", "True"]
