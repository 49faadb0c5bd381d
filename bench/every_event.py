"""A small ledger in which every kind of event, evidence and proof stands, made by the product's own verbs.

In Amina's log some words were erased; of Zofia, who left, everything.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.core.context import request_context
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone

from bench.site import MEDIA
from courses.models import Area, Framework, Outcome
from people.models import Employer, Membership, User, Workplace
from people.passkeys import approved
from people.permissions import Role
from people.proof import PASSKEY, PASSWORD, Proof
from progress.decision import Decision, approval
from progress.erasure import Reason, erase_person, erase_piece, erase_text
from progress.models import Evidence, LogEntry, Method, ProgressLog, Sample, Upload, WitnessRequest
from tests.authenticator import Phone, base64url

READY, SEEN = "I am ready.", "I have looked at it. I sign under my own name."
CARD = MEDIA.parents[3] / "cms" / "demo" / "word-card.jpg"


def build() -> None:
    """Migrate an empty database and fill it: two learners, a supervisor, a quality assurer, six outcomes, and what was erased since."""
    call_command("migrate", verbosity=0)
    home = Workplace.objects.create(employer=Employer.objects.create(name="Rosewood Care"), name="Rosewood House")
    framework = Framework.objects.create(key="small", title="Small set", edition="1", wording="own")
    area = Area.objects.create(framework=framework, code="1", title="All of it", position=1)
    for n, kind in enumerate(["knowledge", "practice", "both", "practice", "practice", "both"], 1):
        Outcome.objects.create(framework=framework, area=area, code=f"1.{n}", text=f"Explain “{n}”, and show it.", kind=kind, position=n)
    grace = _person("grace", "Grace Mwangi", home, Role.SUPERVISOR, "Senior care worker")
    idris = _person("idris", "Idris Bello", home, Role.QUALITY_ASSURER, "Quality lead")
    phones = {n: Phone(grace, algorithm) for n, algorithm in ((3, "ES256"), (5, "EdDSA"), (6, "RS256"))}
    for username, name in (("amina", "Amina Okafor"), ("zofia", "Zofia Zielińska")):
        her = _person(username, name, home, Role.LEARNER, "")
        _fill(ProgressLog.open(by=her, framework=framework, workplace=home, submission=uuid4()), grace, idris, phones)
    _erase_some_words()


def _erase_some_words() -> None:
    ada = User.objects.create_superuser("ada", uuid4().hex, full_name="Ada Author")
    amina, zofia = User.objects.get(username="amina"), User.objects.get(username="zofia")
    log = amina.logs.get()
    erase_text(log, log.events.get(type="returned").seq, "reason", by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4())
    erase_piece(log.evidence.get(title="Breakfast"), by=ada, reason=Reason.NAMES_SOMEBODY, submission=uuid4())
    zofia.memberships.get().end(by=ada)
    erase_person(zofia, by=ada, reason=Reason.ASKED, submission=uuid4())


def _person(username: str, full_name: str, home: Workplace, role: Role, title: str) -> User:
    user = User.objects.create_user(username, full_name=full_name)
    since = timezone.localdate() - timedelta(days=30)
    Membership.objects.create(user=user, workplace=home, role=role, job_title=title, started_on=since)
    return user


def _entry(log: ProgressLog, n: int) -> LogEntry:
    return LogEntry.objects.with_everything().get(log=log, outcome__code=f"1.{n}")


def _fill(log: ProgressLog, grace: User, idris: User, phones: Mapping[int, Phone]) -> None:
    her, fresh = log.learner, Proof(PASSWORD, timezone.now())
    day = timezone.localdate() - timedelta(days=3)
    _entry(log, 1).note_knowledge({"id": 1, "title": "A module"}, submission=uuid4())
    account: dict[str, Any] = {"kind": "reflective_account", "title": "Breakfast", "text": "I sat down first.\nI waited."}
    Evidence.add(log, [_entry(log, 2), _entry(log, 3)], by=her, submission=uuid4(), **account)
    card = Upload.take(SimpleUploadedFile(CARD.name, CARD.read_bytes()), by=her)
    Evidence.add(log, [_entry(log, 4)], by=her, submission=uuid4(), kind="work_product", title="A card", text="Words.", upload=card)
    seen: dict[str, Any] = {"kind": "seen_in_workplace", "title": "A plan", "text": "Signs.", "seen_on": day, "kept_where": "Office"}
    Evidence.add(log, [_entry(log, 5)], by=her, submission=uuid4(), **seen)
    watched: dict[str, Any] = {"kind": "observation", "title": "At supper", "text": "She asked first.", "seen_on": day}
    Evidence.record(log, [_entry(log, 5), _entry(log, 6)], by=grace, submission=uuid4(), **watched)
    first = Evidence.add(
        log, [_entry(log, 6)], by=her, submission=uuid4(), kind="reflective_account", title="A walk", text="We went slowly."
    )
    second = first.replace(by=her, submission=uuid4(), title="A walk", text="We went slowly, and she led.")
    second.replace(by=her, submission=uuid4(), title="A longer walk", text="She led.")
    asked = WitnessRequest.ask(log, [_entry(log, 6)], by=her, remember="The lift", submission=uuid4())
    who = {"witness_name": "Ruth Lane", "witness_job": "Nurse", "witness_relation": "I visit"}
    asked.give([_entry(log, 6)], submission=uuid4(), text="She waited.", seen_on=day, **who)
    for n in range(1, 7):
        _entry(log, n).declare(by=her, statement=READY, submission=uuid4())
    _entry(log, 1).call_back(by=her, submission=uuid4())
    entry = _entry(log, 2)
    entry.send_back(by=grace, proof=fresh, reason="Say what she answered.", seen=entry.version, submission=uuid4())
    for n in (3, 4, 5, 6):
        entry = _entry(log, n)
        said: dict[str, Any] = {"by": grace, "submission": uuid4(), "method": Method.OBSERVATION, "statement": SEEN}
        said["note"] = "Well done." if n == 3 else ""
        proof = _approved(phones[n], entry, said) if n in phones else fresh
        entry.sign_off(proof=proof, seen=entry.version, looked_at={piece.pk for piece in entry.kept_elsewhere}, **said)
    entry = _entry(log, 4)
    entry.withdraw_sign_off(by=grace, proof=fresh, reason="The wrong card.", seen=entry.version, submission=uuid4())
    _assure(log, idris, fresh)
    log.note_document(uuid4(), "ab" * 32, 5, by=her, submission=uuid4())


def _approved(phone: Phone, entry: LogEntry, said: Mapping[str, Any]) -> Proof:
    """Sign a sign-off with a passkey, as the check page and the phone do between them."""
    seed = secrets.token_bytes(32)
    asked = approval([Decision.signing(entry, seed=seed, **said)], seed)
    with request_context(RequestFactory().get("/", headers={"host": "localhost"})):  # passkeys belong to the address people use
        assertion = approved(phone.answer(base64url(asked.challenge)), asked.challenge, [phone.public])
    return Proof(PASSKEY, timezone.now(), asked.hashes, assertion, seed)


def _assure(log: ProgressLog, idris: User, fresh: Proof) -> None:
    """Sample three sign-offs: agree with one, ask for action on one, and leave one to be decided."""
    samples = {}
    for n, why in ((3, ["too_quick", "share"]), (5, ["own_choice"]), (6, [])):
        entry = _entry(log, n)
        samples[n] = Sample.take(entry, by=idris, proof=fresh, why=why, seen=entry.version, submission=uuid4())
    samples[3].agree(by=idris, proof=fresh, seen=_entry(log, 3).version, submission=uuid4())
    seen = _entry(log, 5).version
    samples[5].ask_for_action(by=idris, proof=fresh, reason="Say what she chose.", seen=seen, submission=uuid4())
