"""`verify_ledger` finds every fault, names its place, and finds nothing where there is none."""

from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as product
from django.core.management import CommandError, call_command
from django.db import connection

from progress import guards
from progress.checkpoint import Leaf, make_checkpoint, merkle_root, read_checkpoint
from progress.models import LedgerEvent, LogEntry, ProgressLog
from progress.verification import run as reading
from progress.verification import verify
from progress.verification.batch import Batch
from tests.cast import entry_of, just_now, sign
from tests.progress.test_guards import told


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "key.pem"
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"


def unguarded(sql: str, *values: object) -> None:
    """Change the ledger as somebody who runs the database could, and put the guards back as if nothing had been."""
    for name in guards.POSTGRES if connection.vendor == "postgresql" else guards.SQLITE:
        table = guards.EVENTS if name.startswith(guards.EVENTS) else guards.TEXTS
        told(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    told(sql, *values)
    guards.install()


def last(log: ProgressLog) -> LedgerEvent:
    return log.events.order_by("seq").last()


def found(**options: Any) -> list[tuple[int, str]]:
    return [(finding.seq, finding.says) for finding in verify(**options).findings]


def test_nothing_is_found_where_nothing_was_touched(signed):
    done = verify()
    assert (done.findings, done.logs, done.events) == ([], 1, signed.log.events.count())


CHANGED = "Its payload is not what was recorded."
FAULTS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a changed payload": (
        "UPDATE progress_ledgerevent SET payload = replace(payload, 'observation', 'questioning') WHERE type = 'signed_off'",
        [("signed_off", CHANGED), ("signed_off", "The signature on the record is not the one that was signed.")],
    ),
    "a payload that is not JSON": (
        "UPDATE progress_ledgerevent SET payload = 'gone' WHERE type = 'opened'",
        [("opened", CHANGED), ("opened", "Its payload cannot be read.")],
    ),
    "a changed column": (
        "UPDATE progress_ledgerevent SET type = 'note' WHERE type = 'opened'",
        [("note", "The column type does not say what the payload says.")],
    ),
    "a changed time": (
        "UPDATE progress_ledgerevent SET at = '2020-01-01 00:00:00+00:00' WHERE type = 'opened'",
        [("opened", "The column at does not say what the payload says.")],
    ),
    "an edited entry state": (
        "UPDATE progress_logentry SET state = 'signed_off' WHERE version = 0",
        [("", "The state of outcome 1.1 is not what its events say."), ("", "The state of outcome 1.3 is not what its events say.")],
    ),
    "a practice mark from nowhere": (
        "UPDATE progress_logentry SET practice_met_at = NULL WHERE state = 'signed_off'",
        [("", "The state of outcome 1.2 is not what its events say.")],
    ),
    "an edited signature": (
        "UPDATE progress_signoff SET signer_name = signer_name, job_title = 'Registered nurse'",
        [("signed_off", "The signature on the record is not the one that was signed.")],
    ),
    "edited evidence": (
        "UPDATE progress_evidence SET text = 'I did it all alone.'",
        [("evidence_added", "The evidence it speaks of is not the evidence that was recorded.")],
    ),
    "an edited name": (
        "UPDATE progress_ledgertext SET text = 'Somebody Else' WHERE field = 'signer_name'",
        [
            ("signed_off", "The words that belong to it are not the ones that were recorded."),
            ("signed_off", "The signature on the record is not the one that was signed."),
        ],
    ),
    "an edited name on the signature": (
        "UPDATE progress_signoff SET signer_name = 'Somebody Else'",
        [("signed_off", "The signature on the record is not the one that was signed.")],
    ),
    "a day of a sign-off that is changed": (
        "UPDATE progress_signoff SET signed_at = '2020-01-01 00:00:00+00:00'",
        [("signed_off", "The signature on the record is not the one that was signed.")],
    ),
    "another who added it": (
        "UPDATE progress_evidence SET added_by_id = (SELECT signer_id FROM progress_signoff)",
        [("evidence_added", "The evidence it speaks of is not the evidence that was recorded.")],
    ),
    "evidence from nowhere": (
        "UPDATE progress_evidence SET added_at = '2020-01-01 00:00:00'",
        [("evidence_added", "The evidence it speaks of is not the evidence that was recorded.")],
    ),
    "an outcome of another learner": (
        "UPDATE progress_logentry SET learner_id = (SELECT signer_id FROM progress_signoff) WHERE version = 0",
        [("", "One of its outcomes is said to be of another learner.")],
    ),
    "an earlier beginning": (
        "UPDATE progress_progresslog SET opened_at = '2020-01-01 00:00:00+00:00'",
        [("", "Whose log it is, where and since when is not what was recorded when it was opened.")],
    ),
    "evidence taken away": ("DELETE FROM progress_evidencelink", [("", "The evidence beside its outcomes is not what its events say.")]),
    "a moved head": (
        "UPDATE progress_progresslog SET head_seq = head_seq + 1",
        [("", "The log says that it ends at event 5; its chain ends at 4.")],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_and_placed(fault, signed):
    sql, expected = FAULTS[fault]
    unguarded(sql)
    places = {event.type: event.seq for event in signed.log.events.all()}
    assert found() == [(places.get(kind, 0), says) for kind, says in expected]


def test_a_deleted_event_is_found(signed):
    middle = signed.log.events.get(type="declared")
    unguarded("DELETE FROM progress_ledgerevent WHERE id = %s", middle.pk)
    assert (middle.seq + 1, f"Event {middle.seq} is missing before it.") in found()


@pytest.mark.parametrize("name", sorted(guards.POSTGRES if connection.vendor == "postgresql" else guards.SQLITE))
def test_a_dropped_trigger_is_found(name, signed):
    on = f" ON {guards.EVENTS if name.startswith(guards.EVENTS) else guards.TEXTS}" if connection.vendor == "postgresql" else ""
    told(f"DROP TRIGGER {name}{on}")
    assert found() == [(0, f"The guard {name} is missing.")]


def cut_the_tail(log: ProgressLog) -> None:
    """Remove the sign-off and make everything that is left agree, as somebody with the database could."""
    end = last(log)
    unguarded("DELETE FROM progress_signoff")
    unguarded("DELETE FROM progress_ledgertext WHERE event_id = %s", end.pk)
    unguarded("DELETE FROM progress_ledgerevent WHERE id = %s", end.pk)
    before = last(log)
    ProgressLog.objects.update(head_seq=before.seq, head_hash=before.hash)
    LogEntry.objects.filter(state="signed_off").update(state="declared", version=before.seq, practice_met_at=None)


def test_a_cut_tail_shows_against_a_checkpoint_only(signed):
    leaves = read_checkpoint(make_checkpoint())
    seq = signed.log.events.count()
    cut_the_tail(signed.log)
    assert found() == []
    assert found(checkpoint=leaves) == [(0, f"The checkpoint knows {seq} events; those after event {seq - 1} were cut off.")]


def test_a_log_that_is_gone_shows_against_a_checkpoint(signed):
    leaf = Leaf(signed.log_id.__class__(int=7), 3, "0" * 64)
    assert found(checkpoint=[leaf]) == [(0, "The checkpoint knows this log, and it is gone.")]


def test_a_log_written_anew_shows_against_a_checkpoint(signed):
    leaf = Leaf(signed.log_id, 2, "0" * 64)
    assert found(checkpoint=[leaf]) == [(2, "The checkpoint holds another hash for it: the log was written anew.")]


def test_a_learner_who_signed_her_own_log_is_found(signed, amina):
    event = signed.log.events.get(type="signed_off")
    unguarded(
        "UPDATE progress_ledgerevent SET actor_id = learner_id FROM progress_progresslog WHERE progress_ledgerevent.id = %s", event.pk
    )
    assert (event.seq, "The learner decided on her own log.") in found()


def test_later_events_do_not_disturb_an_older_checkpoint(declared, grace):
    leaves = read_checkpoint(make_checkpoint())
    declared.send_back(by=grace, proof=just_now(), reason="Say what she answered.", seen=declared.version, submission=declared.pk)
    assert found(checkpoint=leaves) == []


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def test_the_command_says_0_when_clean_1_with_findings_and_2_when_it_could_not_run(signed, tmp_path):
    path = make_checkpoint()
    assert run("--checkpoint", str(path)) == (0, f"{signed.log.events.count()} events in 1 logs: nothing found\n")
    assert run("--log", str(signed.log_id))[0] == 0
    unguarded("UPDATE progress_logentry SET state = 'open' WHERE state = 'signed_off'")
    code, said = run()
    assert (code, f"log {signed.log_id}: The state of outcome 1.2 is not what its events say." in said) == (1, True)
    assert run("--log", "00000000-0000-4000-8000-000000000000")[0] == 2
    assert run("--checkpoint", str(tmp_path / "none.checkpoint"))[0] == 2


@pytest.mark.parametrize("part", ["checkpoint", "leaves"])
def test_a_checkpoint_that_was_changed_is_not_believed(part, signed):
    path = make_checkpoint().with_suffix(f".{part}")
    path.chmod(0o644)
    path.write_text(path.read_text().replace("4", "5", 1) if part == "leaves" else path.read_text().replace("\n1\n", "\n2\n", 1))
    assert run("--checkpoint", str(path.with_suffix(".checkpoint")))[0] == 2


def test_a_checkpoint_is_never_written_over(signed, settings):
    make_checkpoint()
    make_checkpoint()
    assert len(list(settings.CHECKPOINT_DIR.glob("*.checkpoint"))) == 2


def test_the_merkle_root_is_that_of_rfc_6962():
    # The reference roots of certificate transparency's own test suite, for its first leaves.
    assert merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle_root([""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle_root(["", "\x00"]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert merkle_root(["", "\x00", "\x10"]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


def test_in_production_no_key_is_made_quietly(settings, signed):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="There is no ledger key"):
        call_command("make_checkpoint")
    assert product.CHECKPOINT_DIR.exists() is False


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_the_same(log, grace, lena, rosewood, framework, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 1)
    ProgressLog.open(by=lena, framework=framework, workplace=rosewood, submission=uuid4())
    told("UPDATE progress_logentry SET state = 'signed_off' WHERE version = 0")
    alone, shared = verify(), verify(processes=2)
    assert (shared.logs, shared.events, len(shared.findings)) == (2, 2, 6)
    assert shared == alone


@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_while_it_reads_is_no_finding(declared, grace, monkeypatch):
    read = Batch.findings

    def signed_meanwhile(batch):
        somebody = Thread(target=lambda: (sign(declared, grace), connection.close()))
        somebody.start()
        somebody.join()
        return read(batch)

    monkeypatch.setattr(Batch, "findings", signed_meanwhile)
    assert found() == []
    assert entry_of(declared.log, "1.2").state == "signed_off"
