"""The guide for operators names every setting, and no other."""

import re

from django.conf import settings

from cms.environment import KNOWN


def test_every_setting_is_in_the_guide():
    guide = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert sorted(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", guide, re.MULTILINE)) == sorted(KNOWN)
