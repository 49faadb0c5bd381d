"""What every test stands on: a migrated database, the cast, and a memory without another test's pages."""

import gc

import pytest
from django.core.cache import caches

from courses.models.course import outline_of_revision, paper_of_revision

pytest_plugins = ["tests.database", "tests.cast", "tests.browser_count"]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what pytest keeps for good, as in a worker of ours: every render collects when it ends."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget what is kept by a page's or a revision's number: each test's rows begin to count anew."""
    caches["content"].clear()
    outline_of_revision.cache_clear()
    paper_of_revision.cache_clear()
