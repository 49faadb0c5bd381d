"""What a quality assurer did is held to the ledger: verification and the verifier that stands alone find every change to it."""

import json
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from people.models import User
from progress.models import LogEntry, Sample
from reports.bundle import bundle_of
from tests.cast import entry_of, just_now
from tests.progress.test_quality import ask, sampled
from tests.progress.test_verification import found, unguarded
from tests.reports.test_bundle import change_payload, own_key, rewritten, verifier  # noqa: F401 – fixtures

TAKEN, CAME = "The sample on the record is not the one that was taken.", "What came of a sample is not what its events say."
ROWS = {
    "another assurer": ("UPDATE progress_sample SET sampled_by_id = (SELECT id FROM people_user WHERE username = 'priya')", [TAKEN]),
    "another signer": ("UPDATE progress_sample SET signer_id = (SELECT id FROM people_user WHERE username = 'priya')", [TAKEN]),
    "another learner": ("UPDATE progress_sample SET learner_id = (SELECT id FROM people_user WHERE username = 'priya')", [TAKEN]),
    "other reasons": ("UPDATE progress_sample SET why = '[]'", [TAKEN]),
    "another day": ("UPDATE progress_sample SET sampled_at = '2020-01-01 00:00:00+00:00'", [TAKEN]),
    "another outcome": ("UPDATE progress_sample SET outcome = 'agreed'", [CAME]),
    "another who decided": ("UPDATE progress_sample SET decided_by_id = (SELECT id FROM people_user WHERE username = 'priya')", [CAME]),
    "another day of deciding": ("UPDATE progress_sample SET decided_at = '2020-01-01 00:00:00+00:00'", [CAME]),
    "no sample": ("DELETE FROM progress_sample", [TAKEN, CAME]),
    "a signature that stands again": (
        "UPDATE progress_signoff SET withdrawn_at = NULL, withdrawn_by_id = NULL",
        [
            "The signatures that stand are not the ones its events left standing.",
            "A signature was taken back by another event than the record says.",
        ],
    ),
}


@pytest.mark.parametrize("fault", ROWS)
def test_each_change_to_a_sample_is_found(fault: str, signed: LogEntry, idris: User, priya: User) -> None:
    ask(signed, idris)
    assert found() == []
    sql, expected = ROWS[fault]
    unguarded(sql)
    assert [says for _seq, says in found()] == expected


SELF = "A quality assurer looked at what was their own."


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"role":"quality_assurer"', '"role":"supervisor"', "It was not done by somebody who assured quality where this learner worked."),
        ('"why":["share"]', '"why":["batch"]', TAKEN),
    ],
)
def test_a_changed_payload_is_found(old: str, new: str, says: str, signed: LogEntry, idris: User) -> None:
    sampled(signed, idris)
    unguarded("UPDATE progress_ledgerevent SET payload = replace(payload, %s, %s) WHERE type = 'iqa_sampled'", old, new)
    assert says in [told for _seq, told in found()]


def test_an_assurer_who_looked_at_her_own_is_found(signed: LogEntry, idris: User, grace: User) -> None:
    sampled(signed, idris)
    sql = "UPDATE progress_ledgerevent SET payload = replace(payload, %s, %s), actor_id = %s WHERE type = 'iqa_sampled'"
    unguarded(sql, str(idris.pk), str(grace.pk), grace.pk.hex)
    assert SELF in [told for _seq, told in found()]


@pytest.fixture
def record(signed: LogEntry, idris: User, own_key: None) -> dict[str, Any]:  # noqa: F811
    """Amina's record as a file holds it: one outcome signed off, sampled and agreed."""
    sampled(signed, idris).agree(by=idris, proof=just_now(), seen=signed.version, submission=uuid4())
    data: dict[str, Any] = json.loads(bundle_of(signed.log))
    return data


def told(record: dict[str, Any], verifier: ModuleType) -> list[str]:  # noqa: F811
    rewritten(record, verifier)
    findings: list[str] = verifier.findings_in(json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    return [finding for finding in findings if finding != "The site's signature is over another record."]


def test_alone_it_says_who_agreed(signed: LogEntry, record: dict[str, Any], verifier: ModuleType) -> None:  # noqa: F811
    checked = verifier.checked(bundle_of(signed.log))
    assert checked.findings == []
    assert "sampled and agreed by Idris Bello, Quality lead, on " in next(iter(checked.signed.values()))


def test_alone_it_follows_action(signed: LogEntry, idris: User, own_key: None, verifier: ModuleType) -> None:  # noqa: F811
    ask(signed, idris)
    checked = verifier.checked(bundle_of(entry_of(signed.log, "1.2").log))
    assert (checked.findings, checked.signed) == ([], {})


def test_alone_it_finds_a_role_that_assures_nothing(record: dict[str, Any], verifier: ModuleType) -> None:  # noqa: F811
    change_payload(record, "iqa_agreed", '"role":"quality_assurer"', '"role":"supervisor"')
    assert told(record, verifier) == ["Event 6: it was not done by somebody who assured quality where this learner worked."]


def test_alone_it_finds_an_assurer_of_her_own(record: dict[str, Any], verifier: ModuleType) -> None:  # noqa: F811
    grace, idris = (json.loads(record["events"][place]["payload"])["actor"] for place in (3, 5))
    change_payload(record, "iqa_agreed", idris, grace)
    assert told(record, verifier) == ["Event 6: a quality assurer looked at what was their own, or it was another one's log."]


def test_alone_it_finds_agreement_without_a_sample(record: dict[str, Any], verifier: ModuleType) -> None:  # noqa: F811
    del record["events"][4]
    record["events"][4]["payload"] = record["events"][4]["payload"].replace('"seq":6', '"seq":5')
    assert told(record, verifier) == ["Event 5: a sign-off is sampled once, and then decided on once."]


def test_alone_it_finds_a_sample_of_another_sign_off(record: dict[str, Any], verifier: ModuleType) -> None:  # noqa: F811
    event = json.loads(record["events"][3]["payload"])["event_id"]
    change_payload(record, "iqa_sampled", event, str(uuid4()))
    assert told(record, verifier) == ["Event 5: it is about a sign-off that did not stand."]


def test_a_sample_stands_beside_its_event(signed: LogEntry, idris: User) -> None:
    sample = sampled(signed, idris)
    assert Sample.objects.get(event__type="iqa_sampled") == sample
