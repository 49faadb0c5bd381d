"""Every library we name has its line that says what it does for us, and no other has one."""

import json
import re
import tomllib

from django.conf import settings


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
