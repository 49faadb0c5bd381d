"""The guide for operators names every setting, and no other."""

import re

from django.conf import settings
from django.utils.module_loading import import_string

from cms.environment import KNOWN


def test_every_setting_is_in_the_guide():
    guide = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert sorted(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", guide, re.MULTILINE)) == sorted(KNOWN)


def test_everything_that_beat_sends_is_there():
    tasks = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert [import_string(task).name for task in tasks] == tasks
