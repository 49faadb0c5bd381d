"""A record on its own: the verifier that knows nothing of the product finds nothing in it, and everything done to it."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings as product
from django.test import Client
from django.urls import reverse

from people.models import User
from people.passkeys import key_in_numbers
from progress.canonical import canonical
from progress.checkpoint import Leaf, note, public_key, signing_key
from progress.models import LogEntry, ProgressLog
from reports.bundle import bundle_of
from tests.authenticator import Phone
from tests.cast import add_file
from tests.progress import test_passkeys as passkeys

VERIFIER = product.BASE_DIR / "static" / "verifier" / "verify_log.py"


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "key.pem"


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def record(signed: LogEntry) -> dict[str, Any]:
    """Amina's record as a file holds it: one outcome signed off."""
    data: dict[str, Any] = json.loads(bundle_of(signed.log))
    return data


def told(path: Path, *more: str) -> tuple[int, list[str]]:
    """Run the verifier as an assessor does: by itself, in a Python that sees no other package."""
    done = subprocess.run([sys.executable, "-I", VERIFIER, path, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_an_untouched_record_says_who_signed_what(signed: LogEntry, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(bundle_of(signed.log))
    status, lines = told(path, "--key", public_key())
    assert (status, lines[0].split(":")[0]) == (0, "No fault found. dementia-care, Example edition 2026")
    assert lines[2].strip() == "1.2  Explain matter number 2"
    assert lines[3].strip().startswith("signed off by Grace Mwangi, Senior care worker, Rosewood House, Rosewood Care, on ")


def test_a_file_of_evidence_is_known_by_its_content(declared: LogEntry, tmp_path: Path) -> None:
    piece = add_file(declared)
    path, photo, other = tmp_path / "record.json", tmp_path / "a.gif", tmp_path / "b.gif"
    path.write_bytes(bundle_of(declared.log))
    photo.write_bytes(piece.file.open("rb").read())
    other.write_bytes(b"GIF89a")
    assert told(path, str(photo))[1][0] == "a.gif: the file of “Our new menu cards”"
    assert told(path, str(other)) == (1, ["b.gif is not a file of this record.", "1 findings. Do not rely on this file."])


def test_another_sites_key_is_told(signed: LogEntry, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(bundle_of(signed.log))
    status, lines = told(path, "--key", "other.example/ledger+00000000+AAAA")
    assert (status, lines[0]) == (1, "It was signed with another key than the one you gave.")


def test_what_is_no_record_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("Dear assessor")
    assert told(path)[0] == 1
    assert told(tmp_path / "nothing.json")[0] == 2


def rewritten(record: dict[str, Any], verifier: ModuleType) -> None:
    """Make the chain agree with itself again, as a forger would who holds everything but the key."""
    log = record["log"]
    head = verifier.sha256(
        "ledger/v1 birth\n" + canonical({name: log[name] for name in ("edition", "framework", "installation")} | {"stream": log["id"]})
    )
    for event in record["events"]:
        head = event["hash"] = verifier.sha256("ledger/v1\n" + head + "\n" + event["payload"])


def change_payload(record: dict[str, Any], kind: str, old: str, new: str) -> None:
    for event in record["events"]:
        if f'"type":"{kind}"' in event["payload"]:
            assert old in event["payload"]
            event["payload"] = event["payload"].replace(old, new)


def test_a_record_written_anew_lacks_the_signature(record: dict[str, Any], verifier: ModuleType) -> None:
    change_payload(record, "signed_off", '"method":"observation"', '"method":"questioning"')
    rewritten(record, verifier)
    assert verifier.findings_in(canonical(record).encode()) == ["The site's signature is over another record."]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"role":"supervisor"', '"role":"learner"', "it was not decided by somebody who supervised this learner."),
        ('"evidence":[{', '"evidence":[{"commitment":"0","id":"0"},{', "it rests on other evidence than stood beside the outcome."),
    ],
)
def test_a_decision_that_could_not_be_is_told_even_when_the_chain_agrees(
    record: dict[str, Any], verifier: ModuleType, old: str, new: str, says: str
) -> None:
    change_payload(record, "signed_off", old, new)
    rewritten(record, verifier)
    assert f"Event 4: {says}" in verifier.findings_in(canonical(record).encode())


def test_a_learner_who_signs_her_own_is_told(record: dict[str, Any], verifier: ModuleType) -> None:
    her = json.loads(record["events"][0]["payload"])["actor"]
    grace = json.loads(record["events"][3]["payload"])["actor"]
    change_payload(record, "signed_off", grace, her)
    rewritten(record, verifier)
    assert "Event 4: the learner decided on her own log, or it was another one's." in verifier.findings_in(canonical(record).encode())


def test_a_record_cut_short_is_told(record: dict[str, Any], verifier: ModuleType) -> None:
    record["events"].pop()
    assert verifier.findings_in(canonical(record).encode()) == ["The site's signature is over another record."]


def test_words_put_in_another_place_are_told(record: dict[str, Any], verifier: ModuleType) -> None:
    record["evidence"][0]["text"] = "I did it all alone."
    assert verifier.findings_in(canonical(record).encode()) == ["Event 2: the evidence it speaks of is not the evidence that was recorded."]


def test_white_space_is_told(record: dict[str, Any], verifier: ModuleType) -> None:
    said = verifier.findings_in(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    assert said == ["The file is not in canonical form: it was changed after it was written."]


@pytest.fixture
def approved(client: Client, declared: LogEntry, grace: User) -> dict[str, Any]:
    """Amina's record, in which Grace signed off with a passkey."""
    client.defaults["HTTP_HOST"] = "localhost"
    client.force_login(grace)
    phone = Phone(grace).is_added()
    form = passkeys.checked(client, declared)
    passkeys.send(client, declared, form, phone.answer(passkeys.challenge(client, declared, form)))
    data: dict[str, Any] = json.loads(bundle_of(declared.log))
    return data


def test_a_decision_signed_with_a_passkey_is_checked_with_nothing_but_python(approved: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(canonical(approved).encode())
    status, lines = told(path)
    assert (status, lines[2], lines[4].endswith("; signed with a passkey")) == (0, "Decisions signed with a passkey: 1", True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"method":"observation"', '"method":"questioning"'),
        ("Explain matter number 2", "Explain matter number 3"),
        ("I sign under my own name.", "I sign under my own name!"),
        ('"name":"Rosewood House"', '"name":"Rosewood Horse"'),
        ('"job_title":"Senior care worker"', '"job_title":"Senior care walker"'),
    ],
)
def test_not_even_the_site_itself_can_change_one_character_of_it(
    approved: dict[str, Any], verifier: ModuleType, old: str, new: str
) -> None:
    change_payload(approved, "signed_off", old, new)
    rewritten(approved, verifier)
    signed_by_the_site_again(approved)
    assert verifier.findings_in(canonical(approved).encode()) == ["Event 4: the passkey approved another decision than this one."]


def test_a_hash_put_among_the_approved_ones_is_told(approved: dict[str, Any], verifier: ModuleType) -> None:
    change_payload(approved, "signed_off", '"approved":[', f'"approved":["{"0" * 64}",')
    rewritten(approved, verifier)
    signed_by_the_site_again(approved)
    said = verifier.findings_in(canonical(approved).encode())
    assert said == ["Event 4: the passkey was asked for something else."]


def signed_by_the_site_again(record: dict[str, Any]) -> None:
    """Sign a record with the site's own key, as whoever runs the site could."""
    last = record["events"][-1]
    record["note"] = note([Leaf(UUID(record["log"]["id"]), len(record["events"]), last["hash"])], signing_key())


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_its_signatures_of_passkeys_agree_with_a_library(verifier: ModuleType, algorithm: str) -> None:
    for number in range(4):
        phone = Phone(User(), algorithm)
        key, message = key_in_numbers(phone.public.public_key), bytes(range(number))
        check, signature = verifier.CHECKS[key["alg"]], phone._signed(message)
        assert check(key, signature, message)
        assert not check(key, signature, message + b"x")
        assert not check(key_in_numbers(Phone(User(), algorithm).public.public_key), signature, message)


def test_its_ed25519_agrees_with_a_library(verifier: ModuleType) -> None:
    for number in range(20):
        key, message = Ed25519PrivateKey.generate(), bytes(range(number))
        public, signature = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), key.sign(message)
        assert verifier.is_signed(public, signature, message)
        assert not verifier.is_signed(public, signature, message + b"x")
        assert not verifier.is_signed(public, signature[:-1] + bytes([signature[-1] ^ 1]), message)
        assert not verifier.is_signed(public, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:], message)


def test_the_ed25519_vector_of_rfc_8032(verifier: ModuleType) -> None:
    """Section 7.1, test 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verifier.is_signed(public, signature, b"\x72")


def test_the_learner_takes_her_record(client: Client, signed: LogEntry, verifier: ModuleType) -> None:
    client.force_login(signed.log.learner)
    assert reverse("reports:record", args=[signed.log_id]) in client.get(signed.log.get_absolute_url()).content.decode()
    response = client.get(reverse("reports:record", args=[signed.log_id]))
    assert (response["Content-Disposition"], response["Cache-Control"]) == (
        'attachment; filename="dementia-care-record-4.json"',
        "no-store, private",
    )
    assert verifier.findings_in(response.content) == []


def test_without_a_key_she_is_told_that_nothing_is_lost(client: Client, signed: LogEntry, settings: Any) -> None:
    settings.PRODUCTION = True
    client.force_login(signed.log.learner)
    page = client.get(reverse("reports:record", args=[signed.log_id]), follow=True).content.decode()
    assert "The file cannot be signed just now. Your record is safe." in page


def test_the_public_page_shows_the_key_and_the_verifier(client: Client, log: ProgressLog, grace: User) -> None:
    page = client.get("/verify/").content.decode()
    assert public_key() in page
    assert reverse("reports:program") in page
