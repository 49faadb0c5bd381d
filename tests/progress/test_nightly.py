"""Every night the records are checked, and whoever runs the site sees what it came to."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from cms.authoring.groups import AUTHORS
from people.models import User
from progress.checkpoint import make_checkpoint
from progress.models import LedgerCheck, LogEntry, ProgressLog
from progress.nightly import check_the_ledger
from tests.cast import PASSWORD
from tests.progress.test_verification import cut_the_tail, own_key, unguarded  # noqa: F401 – a fixture


def test_untouched_records_are_said_to_be_whole(signed: LogEntry, client: Client, ada: User) -> None:
    check = check_the_ledger()
    assert (check.logs, check.events, check.findings, check.said) == (1, 4, 0, "")
    client.force_login(ada)
    assert "Events: 4. Logs: 1. Nothing was found." in client.get("/admin/").content.decode()


def test_a_changed_record_is_told_on_the_first_page_and_in_the_log(
    signed: LogEntry, client: Client, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    unguarded("UPDATE progress_signoff SET signer_name = 'Somebody Else'")
    check_the_ledger()
    client.force_login(ada)
    page = client.get("/admin/").content.decode()
    assert "1 finding on " in page
    assert "The signature on the record is not the one that was signed." in page
    assert [record.levelname for record in caplog.records if record.name == "progress.nightly"] == ["ERROR"]


def test_a_tail_cut_since_yesterday_is_found_against_yesterdays_checkpoint(signed: LogEntry) -> None:
    make_checkpoint(timezone.now() - timedelta(hours=21))
    cut_the_tail(signed.log)
    check = check_the_ledger()
    assert check.said.endswith("The checkpoint knows 4 events; those after event 3 were cut off.")


def test_a_checkpoint_that_was_changed_is_a_finding(signed: LogEntry, settings: Any) -> None:
    path = make_checkpoint(timezone.now() - timedelta(hours=21))
    path.chmod(0o644)
    path.write_text(path.read_text().replace("\n1\n", "\n2\n"))
    assert "was not signed with this site's key, or was changed since." in check_the_ledger().said


def test_authors_are_not_told(log: ProgressLog, client: Client) -> None:
    check_the_ledger()
    author = User.objects.create_user("writer", PASSWORD, full_name="Alex Author")
    author.groups.add(Group.objects.get(name=AUTHORS))
    client.force_login(author)
    page = client.get("/admin/").content.decode()
    assert "Nothing was found" not in page


def test_a_check_that_does_not_come_is_missed(signed: LogEntry, client: Client, ada: User) -> None:
    check_the_ledger()
    LedgerCheck.objects.update(began_at=timezone.now() - timedelta(days=3))
    client.force_login(ada)
    assert "Nobody has checked since." in client.get("/admin/").content.decode()
