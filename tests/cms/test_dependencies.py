"""Every library we name has its line that says what it does for us, and no other has one. Who tries the product needs few."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.conf import settings

WITHOUT = """
import json, sys
sys.modules |= dict.fromkeys(json.loads(sys.argv[1]))  # to import one of these fails, as where it is not installed
import django
django.setup()
from django.core.management import call_command
from reports.rendering import render_pdf, seal_certificate, sealed
from tests.reports.samples import sample
call_command("check")
seal_certificate()
print(sealed(render_pdf(sample(3, 1, 1)))[:5].decode())
"""


def names_in_use() -> set[str]:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    named = {re.split(r"[\[<>=]", line)[0] for lines in lists for line in lines}
    return named | set(json.loads((settings.BASE_DIR / "package.json").read_text())["devDependencies"])


def test_every_library_has_its_line():
    page = (settings.BASE_DIR / "docs" / "dependencies.md").read_text()
    assert set(re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)) == names_in_use()


def not_installed_to_try_it() -> list[str]:
    """Return what can be imported here and not where only `make demo` was run."""
    wanted = set(re.findall(r"^([\w.-]+)==", (settings.BASE_DIR / "requirements.txt").read_text(), re.MULTILINE))
    plain = {module: {re.sub(r"[-_.]+", "-", name).lower() for name in names} for module, names in packages_distributions().items()}
    return [module for module, names in plain.items() if not names & wanted]


@pytest.mark.once
def test_a_pdf_is_made_and_sealed_with_the_libraries_of_the_demonstration_alone(tmp_path: Path):
    hidden = not_installed_to_try_it()
    assert {"pkcs11", "psycopg", "pytest"} <= set(hidden)
    free = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, json.dumps(hidden)],
        cwd=settings.BASE_DIR,
        env=free | {"DJANGO_SETTINGS_MODULE": "cms.settings", "COUNTERSIGN_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["%PDF-"]), done.stderr[-500:]
