"""The data of the progress-log PDF: a log read once, in a fixed number of queries, into plain values."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Framework
from people.permissions import Role
from progress.models import Evidence, LedgerEvent, LogEntry, ProgressLog, Sample, SignOff
from reports.bundle import ledger_of
from reports.codes import new_code
from reports.models import LogExport
from reports.photos import small_photo
from reports.record import Area, Assurer, FrameworkWords, LogRecord, Piece, Row, Signatory, Signature, Witness
from reports.units import NoSuchUnit, units_of

MARKS_ON_A_LETTER = 3  # 20,000 combining accents took 9 s (trust.md 7); no language stacks more than three
Hand = tuple[str, str, str, str]  # name, status, workplace and employer of somebody, on the day she signed or agreed
ACCOUNTS_CAP = 60_000  # characters of reflective accounts printed in full; longer logs name the rest in the index


def read_export(export: LogExport, *, seal: str = "") -> LogRecord:
    """Read the log of an export that was claimed, and give the paper its code. `seal`: the fingerprint of what it will be sealed with."""
    return read_record(export.log, export_id=export.pk, code=new_code(), issued_at=timezone.now(), seal=seal)


def read_again(export: LogExport, *, code: str, only_for: UUID | None = None) -> LogRecord:
    """Read the log of a paper that was issued and is still true, as that paper says it. `code`: what stands on it.

    `only_for`: the unit whose outcomes are wanted, and nothing else. Raise NoSuchUnit when the edition has no link to it.
    """
    issued_at = export.finished_at or export.created_at
    return read_record(export.log, export_id=export.pk, code=code, issued_at=issued_at, only_for=only_for)


def read_record(
    log: ProgressLog, *, export_id: UUID, code: str, issued_at: datetime, seal: str = "", only_for: UUID | None = None
) -> LogRecord:
    """Read `log` as it stands, all of it at one place of its ledger. Raise CannotRun where this site has no key to sign that place with."""
    units = units_of(log.framework)
    if only_for and only_for not in units:
        raise NoSuchUnit
    unit = units[only_for] if only_for else None
    with log.writing():
        entries = list(log.entries.with_everything())
        pieces = list(log.evidence.select_related("added_by").prefetch_related("links"))
        ledger = ledger_of(log)
    references = {piece.pk: f"E{number}" for number, piece in enumerate(pieces, start=1)}
    if unit:
        wanted = {link.code for link in unit.links}
        entries = [entry for entry in entries if entry.outcome.code in wanted]
        pieces = [piece for piece in pieces if {link.entry_id for link in piece.links.all()} & {entry.pk for entry in entries}]
    signed = [(entry.outcome.code, sign_off) for entry in entries if (sign_off := entry.live_sign_off)]
    said = _said_when_signing(signed)
    return LogRecord(
        export_id=str(export_id),
        learner=printable(log.learner.full_name),
        workplace=printable(log.workplace.name),
        employer=printable(log.workplace.employer.name),
        framework=framework_words(log.framework),
        areas=_areas(entries, references),
        signatories=_signatories(signed, said),
        witnesses=_witnesses(pieces, {entry.pk: entry.outcome.code for entry in entries}),
        evidence=_evidence(pieces, references, entries, _seen_there(signed, said)),
        position=log.head_seq,
        head=log.head_hash,
        issued_at=issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        issued_on=day(issued_at),
        code=code,
        verify_url=f"{settings.SITE_URL}{reverse('reports:verify')}?{urlencode({'code': code})}",
        assurers=_assurers(signed),
        ledger=ledger,
        seal=seal,
        units=(unit,) if unit else tuple(units.values()),
        only_for=unit,
    )


def day(moment: date | datetime) -> date:
    """Return the day, in London."""
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def printable(text: str) -> str:
    """Return a text as ink shows it: no control or direction characters, and no tower of accents on one letter."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category not in {"Cc", "Cf", "Co", "Cs", "Cn"} and marks <= MARKS_ON_A_LETTER:
            kept.append(character)
        elif character in "\n\t":
            kept.append(" ")
        elif character in "\u200c\u200d":  # joiners that Persian and Hindi spelling needs
            kept.append(character)
    return "".join(kept).strip()


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a longer text, as ink shows them."""
    return tuple(line for part in text.splitlines() if (line := printable(part)))


def framework_words(framework: Framework) -> FrameworkWords:
    """Return how paper names an edition, and whose words its outcomes are in."""
    return FrameworkWords(
        title=framework.title,
        edition=framework.edition,
        publisher=framework.publisher,
        status="" if framework.status == Framework.Status.CURRENT else str(framework.get_status_display()),
        attribution=framework.attribution,
        is_own_wording=framework.is_own_wording,
    )


def _areas(entries: Iterable[LogEntry], references: dict[UUID, str]) -> tuple[Area, ...]:
    rows: dict[tuple[int, str, str], list[Row]] = {}
    for entry in entries:
        area = entry.outcome.area
        rows.setdefault((area.position, area.code, area.title), []).append(_row(entry, references))
    return tuple(Area(code, title, tuple(inside)) for (_position, code, title), inside in sorted(rows.items()))


def _row(entry: LogEntry, references: dict[UUID, str]) -> Row:
    outcome, sign_off = entry.outcome, entry.live_sign_off
    numbers = sorted(references[piece.pk] for piece in entry.pieces)
    return Row(
        code=outcome.code,
        text=sign_off.outcome_text if sign_off else outcome.text,
        kind=str(outcome.get_kind_display()),
        state=entry.state,
        status=entry.status,
        shown=sign_off.method_in_words if sign_off else "",
        signature=_signature(sign_off) if sign_off else None,
        knowledge_met_on=entry.knowledge_met_at and day(entry.knowledge_met_at),
        practice_met_on=entry.practice_met_at and day(entry.practice_met_at),
        evidence=tuple(sorted(numbers, key=lambda reference: int(reference[1:]))),
        workplace_specific=outcome.workplace_specific,
        sign_individually=outcome.sign_individually,
    )


def _signature(sign_off: SignOff) -> Signature:
    return Signature(
        name=printable(sign_off.signer_name),
        status=printable(sign_off.signer_status),
        workplace=printable(sign_off.workplace_name),
        employer=printable(sign_off.employer_name),
        day=day(sign_off.signed_at),
    )


def _said_when_signing(signed: Iterable[tuple[str, SignOff]]) -> dict[int, dict[str, Any]]:
    """Return what the ledger says of each sign-off, by its event, in the order they were signed. One query."""
    events = LedgerEvent.objects.filter(pk__in=[sign_off.event_id for _code, sign_off in signed]).order_by("seq")
    return {pk: json.loads(payload)["data"] for pk, payload in events.values_list("pk", "payload")}


def _signatories(signed: Iterable[tuple[str, SignOff]], said: dict[int, dict[str, Any]]) -> tuple[Signatory, ...]:
    """Return everyone who signed, once for each role and workplace they signed in, the first to sign first."""
    by_hand: dict[tuple[UUID, str, str, str, str], list[tuple[str, SignOff]]] = {}
    for code, sign_off in signed:
        hand = (sign_off.signer_id, sign_off.signer_name, sign_off.signer_status, sign_off.workplace_name, sign_off.employer_name)
        by_hand.setdefault(hand, []).append((code, sign_off))
    in_order = sorted(by_hand.values(), key=lambda theirs: min(sign_off.signed_at for _code, sign_off in theirs))
    return tuple(_signatory(theirs, said) for theirs in in_order)


def _signatory(theirs: list[tuple[str, SignOff]], said: dict[int, dict[str, Any]]) -> Signatory:
    signature = _signature(theirs[0][1])
    moments = [sign_off.signed_at for _code, sign_off in theirs]
    return Signatory(
        name=signature.name,
        status=signature.status,
        workplace=signature.workplace,
        employer=signature.employer,
        codes=tuple(code for code, _sign_off in theirs),
        first=day(min(moments)),
        last=day(max(moments)),
        by_passkey=tuple(code for code, sign_off in theirs if "passkey" in said[sign_off.event_id]["proof"]),
    )


def _assurers(signed: Sequence[tuple[str, SignOff]]) -> tuple[Assurer, ...]:
    """Return every quality assurer who agreed with sign-offs that stand, once for each role and workplace, the first to agree first."""
    agreed: list[tuple[str, Any]] = [
        (code, by.sampled) for code, by in signed if by.sampled and by.sampled.outcome == Sample.Outcome.AGREED
    ]
    said = dict(LedgerEvent.objects.filter(pk__in=[sample.decided_event_id for _code, sample in agreed]).values_list("pk", "payload"))
    by_hand: dict[Hand, list[tuple[str, datetime]]] = {}
    for code, sample in agreed:
        then = json.loads(said[sample.decided_event_id])["data"]
        status = then["assurer"]["job_title"] or str(Role(then["assurer"]["role"]).label)
        hand = (sample.decided_by.full_name, status, then["workplace"]["name"], then["workplace"]["employer"])
        by_hand.setdefault(hand, []).append((code, sample.decided_at))
    made = [_assurer(hand, theirs) for hand, theirs in by_hand.items()]
    return tuple(assurer for _first, assurer in sorted(made, key=itemgetter(0)))


def _assurer(hand: Hand, agreed: Sequence[tuple[str, datetime]]) -> tuple[datetime, Assurer]:
    """Return somebody who agreed, with the moment of the first time."""
    name, status, workplace, employer = map(printable, hand)
    moments = [at for _code, at in agreed]
    first, last = min(moments), max(moments)
    return first, Assurer(name, status, workplace, employer, tuple(code for code, _at in agreed), day(first), day(last))


def _witnesses(pieces: Iterable[Evidence], codes: dict[UUID, str]) -> tuple[Witness, ...]:
    said = [piece for piece in pieces if piece.witness_name]
    return tuple(
        Witness(
            name=printable(piece.witness_name),
            job=printable(piece.witness_job),
            relation=printable(piece.witness_relation),
            codes=tuple(codes[link.entry_id] for link in piece.links.all() if link.entry_id in codes),
            day=piece.seen_on,
        )
        for piece in said
    )


def _seen_there(signed: Iterable[tuple[str, SignOff]], said: dict[int, dict[str, Any]]) -> dict[str, str]:
    """Return, for each piece that stays at the workplace, who signed having seen it there, and when."""
    by_event = {sign_off.event_id: sign_off for _code, sign_off in signed}
    found: dict[str, str] = {}
    for pk, data in said.items():
        about = {"name": by_event[pk].signer_name, "day": by_event[pk].day_in_words}
        for piece in data.get("seen_where_kept", []):
            found[piece] = _("Seen there by %(name)s, %(day)s") % about
    return found


def _evidence(
    pieces: Iterable[Evidence], references: dict[UUID, str], entries: Iterable[LogEntry], seen: dict[str, str]
) -> tuple[Piece, ...]:
    room = ACCOUNTS_CAP
    index: list[Piece] = []
    stands: dict[UUID, list[str]] = {}
    for entry in entries:
        for piece in entry.pieces:
            stands.setdefault(piece.pk, []).append(entry.outcome.code)
    newer = {piece.replaces_id: references[piece.pk] for piece in pieces}
    for piece in pieces:
        printed = paragraphs(piece.text) if len(piece.text) <= room else ()
        room -= len(piece.text) if printed else 0
        kind = _kind(piece, references, newer.get(piece.pk, ""))
        index.append(_piece(piece, references[piece.pk], kind, tuple(stands.get(piece.pk, [])), printed, seen.get(str(piece.pk), "")))
    return tuple(index)


def _kind(piece: Evidence, references: dict[UUID, str], newer: str) -> str:
    """Return what a piece is, which version, and by which other one it was replaced."""
    said = [piece.kind_by(piece.log.learner_id)]
    if piece.replaces_id:
        said.append(_("version %(number)d, in place of %(before)s") % {"number": piece.version, "before": references[piece.replaces_id]})
    if newer:
        said.append(_("replaced by %(newer)s") % {"newer": newer})
    return ", ".join(said)


def _piece(piece: Evidence, reference: str, kind: str, codes: tuple[str, ...], printed: tuple[str, ...], seen: str) -> Piece:
    stays = piece.kind == Evidence.Kind.SEEN_IN_WORKPLACE
    here = _("Printed in this log, under “Accounts in full”") if printed else _("Kept in Countersign, with this log")
    if piece.file_sha256:
        about = {"file": piece.file_in_words, "hash": piece.file_sha256[:16]}
        here = _("Kept in Countersign, with this log: %(file)s, SHA-256 %(hash)s…") % about
    return Piece(
        reference=reference,
        title=printable(piece.heading),
        kind=printable(kind),
        codes=codes,
        day=day(piece.seen_on or piece.added_at),
        kept=_("Its words cannot be read any more")
        if piece.is_erased
        else printable(f"{piece.kept_where}. {seen}".removesuffix(". "))
        if stays
        else here,
        paragraphs=printed,
        photo=small_photo(piece),
    )
