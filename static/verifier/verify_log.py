#!/usr/bin/env python3
"""Check a Countersign progress log without Countersign: `python3 verify_log.py log.pdf`, or `record.json [evidence files …]`

One file, the standard library of Python 3.9 or later, no network. It was written apart from the product and shares no
code with it. It knows two kinds of file.

- A progress log as a PDF. It checks the seal over every byte (PAdES, ETSI EN 319 142-1), then takes out the ledger that is
  inside, follows it as below, and compares what the paper says with it: who signed which outcome, where, when, and whether
  with a passkey.
- A record as a site writes it for a learner, with her words and the evidence.

Of both it recomputes every hash of the chain, compares every word with what the chain committed to, follows each outcome
through its declarations and decisions, and checks the site's signature (Ed25519, RFC 8032) over where the chain ends. A
decision signed with a passkey is checked with that passkey's own key (WebAuthn): whoever runs the site could not have made
it. In a record, words may be missing only where a later event says that they were erased. Files given after a record are
compared with its evidence by SHA-256. With --checkpoint FILE, a checkpoint of the site or its letter to an employer, it
checks that the chain stood there then.

What it shows: this file is what the site with this key wrote; nothing in it was changed, left out or put in since. What it
cannot show: who held the telephone, what was really seen, and whether a sign-off was withdrawn after the file was made: ask
the site for that. What was signed is a workplace's word; the assessor decides what it is worth. A forger can make a whole
file, but not with the site's keys: compare those that are printed with the site's page “Check a progress log”, or give them
with --key and --seal.

Exit 0: no fault found. 1: findings. 2: the file could not be read.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

FORMAT = "countersign record, version 1"
IN_A_PDF = "countersign ledger, version 1"  # the same without the learner's words and the evidence
PAPER, LEDGER = "progress-log.json", "ledger.json"  # as they are called in a PDF
PAPERS_FORMAT = "countersign progress log, version 1"
SIGNERS = {"supervisor"}
ASSURERS = {"quality_assurer"}
OF_A_NEW_VERSION = ["replaces", "version"]
EVIDENCE = ["added_at", "added_by", "file", "id", "kept_where", "kind", "salt", "seen_on", "sha256", "text", "title", "witness"]


def canonical(value):
    """Return the one text of some JSON (RFC 8785, for objects with ASCII keys and whole numbers)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text):
    """Return the SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read(raw):
    """Return some JSON, having refused what reads in more than one way: numbers with a point, names said twice."""

    def once(pairs):
        if len({name for name, _value in pairs}) != len(pairs):
            raise ValueError("a name stands twice in one object")
        return dict(pairs)

    def refuse(number):
        raise ValueError(f"{number} is not a whole number")

    return json.loads(raw, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse)


class Record:
    """A record while it is checked: what was found so far, and what its events came to."""

    called = "record"

    def __init__(self, raw):
        self.raw = raw
        self.findings = []
        self.signed = {}  # by outcome's entry: the decision that stands, as lines to print
        self.told = {}  # the same, as a paper tells it
        self.by_passkey = {}  # by outcome's entry: whether a passkey signed that decision
        self.heads = {}  # by number of event: the hash there
        self.key = ""
        self.pieces = {}
        self.passkeys, self.approved = {}, 0  # whose each is, and how many decisions they approved

    def check(self):
        """Fill `findings`. A record of another shape raises KeyError, TypeError, ValueError or AttributeError."""
        self.data = read(self.raw)
        if canonical(self.data).encode("utf-8") != self.raw:
            self.findings.append("The file is not in canonical form: it was changed after it was written.")
        self.is_whole = self.data.get("format") != IN_A_PDF
        shape(self.data, ["events", *(["evidence"] if self.is_whole else []), "format", "key", "log", "note"])
        if self.is_whole and self.data["format"] != FORMAT:
            raise ValueError("it says that it is of another format")
        self.log = self.data["log"]
        shape(self.log, ["edition", "framework", "id", "installation"])
        evidence = self.data["evidence"] if self.is_whole else []
        self.pieces = {piece["id"]: piece for piece in evidence}
        if list(self.pieces) != [piece["id"] for piece in evidence]:
            self.findings.append("A piece of evidence stands in it twice.")
        self.chain()
        self.signature()

    def found(self, seq, says):
        """Note what is wrong at an event."""
        self.findings.append(f"Event {seq}: {says}")

    # The chain

    def chain(self):
        """Follow the events from the birth of the log to its end."""
        birth = {name: self.log[name] for name in ("edition", "framework", "installation")}
        self.head = sha256("ledger/v1 birth\n" + canonical(dict(birth, stream=self.log["id"])))
        self.learner, self.states, self.shown, self.spoken_of = None, {}, {}, set()
        self.kinds = {}  # by piece of evidence: its kind, and who recorded it
        self.promised, self.lacking, self.erased_texts, self.erased_pieces = set(), set(), set(), {}
        self.standing, self.samples = {}, {}  # by outcome's entry: number and signer of the sign-off that stands; how far its sample is
        for seq, event in enumerate(self.data["events"], 1):
            shape(event, ["hash", "payload", "texts"])
            self.event(seq, event)
            self.head = self.heads[seq] = event["hash"]
        if not self.data["events"]:
            self.findings.append("The record holds no event.")
        if self.is_whole:
            self.nothing_is_missing()

    def nothing_is_missing(self):
        """Every piece and every word that the events speak of is there, or was erased by a later one."""
        if self.spoken_of != set(self.pieces):
            self.findings.append("A piece of evidence is missing, or stands in it without an event that speaks of it.")
        for seq, _name in sorted(self.lacking - self.erased_texts):
            self.found(seq, "words that belong to it are missing, and no event says that they were erased.")
        for seq, _name in sorted(self.erased_texts - self.lacking):
            self.found(seq, "words of it that were erased are still there.")
        if {name: piece["erased"] for name, piece in self.pieces.items() if "erased" in piece} != self.erased_pieces:
            self.findings.append("What is missing of the evidence is not what its events say was erased.")

    def event(self, seq, event):
        """Check one event: its form, its place, its link, its words; then follow what it did."""
        payload = read(event["payload"])
        if canonical(payload) != event["payload"]:
            self.found(seq, "its payload is not in canonical form.")
        if (payload["stream"], payload["seq"]) != (self.log["id"], seq):
            self.found(seq, "it is not the event that belongs here.")
        if event["hash"] != sha256("ledger/v1\n" + self.head + "\n" + event["payload"]):
            self.found(seq, "it is not what was recorded, or not linked to the event before it.")
        for text in event["texts"].values():
            shape(text, ["salt", "text"])
        held, said = {name: sha256(text["salt"] + text["text"]) for name, text in event["texts"].items()}, payload["texts"]
        self.promised.update((seq, name) for name in said)
        self.lacking.update((seq, name) for name in said if name not in held)
        if any(said.get(name) != promise for name, promise in held.items()):
            self.found(seq, "the words that belong to it are not the ones that were recorded.")
        getattr(self, payload["type"], self.anything)(seq, payload, event["texts"])

    # What each kind of event may do, and what came of it

    def anything(self, seq, payload, texts):
        """Let an event be that changes no outcome."""

    def opened(self, seq, payload, texts):
        """The first event says whose log it is."""
        if seq != 1:
            self.found(seq, "a log is opened once, by its first event.")
        self.learner = payload["actor"]

    def evidence_added(self, seq, payload, texts):
        """The words of a piece are the ones that the chain committed to."""
        said, piece = payload["data"]["evidence"], self.pieces.get(payload["data"]["evidence"]["id"])
        self.spoken_of.add(said["id"])
        self.kinds[said["id"]] = (said["kind"], said.get("added_by", ""))
        if "replaces" in payload["data"]:
            self.new_version(seq, payload, payload["data"]["replaces"])
        self.shown.setdefault(payload["entry"], []).append(said["id"])
        if not self.is_whole:
            return
        if piece is None:
            self.found(seq, "the piece of evidence it speaks of is not in the record.")
            return
        if "erased" in piece:
            shape(piece, ["erased", "id"])
            return
        origin = [name for name in OF_A_NEW_VERSION if name in piece]
        shape(piece, sorted(EVIDENCE + origin))
        words = {name: piece[name] for name in ("kind", "title", "text", "seen_on", "kept_where")}
        if piece["sha256"]:
            words["sha256"] = piece["sha256"]
        shape(piece["witness"], ["witness_job", "witness_name", "witness_relation"])
        if any(piece["witness"].values()):
            words.update(piece["witness"])
        held = {"id": piece["id"], "kind": piece["kind"], "commitment": sha256(piece["salt"] + canonical(words))}
        held.update({name: piece[name] for name in ("added_at", "added_by", "file") if name in said})
        held.update({name: piece[name] for name in origin})
        if held != said:
            self.found(seq, "the evidence it speaks of is not the evidence that was recorded.")
        if "file" not in said and (piece["added_at"], piece["added_by"], piece["file"]) != ("", "", {"kind": "", "size": 0}):
            self.found(seq, "the record says more of this piece than was recorded.")

    def redacted(self, seq, payload, texts):
        """Words may be erased for good, by an event that names what came before it, once."""
        gone = [(text["seq"], text["field"]) for text in payload["data"]["texts"]]
        pieces = payload["data"]["evidence"]
        if not self.promised.issuperset(gone) or not self.spoken_of.issuperset(pieces):
            self.found(seq, "it erases words that were not there.")
        if (
            self.erased_texts.intersection(gone)
            or set(self.erased_pieces).intersection(pieces)
            or len({*gone, *pieces}) < len(gone) + len(pieces)
        ):
            self.found(seq, "it erases words twice.")
        self.erased_texts.update(gone)
        self.erased_pieces.update(dict.fromkeys(pieces, payload["at"]))

    erased = redacted  # of everything personal in the log

    def new_version(self, seq, payload, before):
        """A new version takes an earlier one's place while the outcome is the learner's to work on, by the hand that recorded both."""
        there = self.shown.setdefault(payload["entry"], [])
        if before not in there or self.states.get(payload["entry"], "open") not in {"open", "returned"}:
            self.found(seq, "a new version took a place that was not free for it.")
        else:
            there.remove(before)
        if self.kinds.get(before) != self.kinds[payload["data"]["evidence"]["id"]]:
            self.found(seq, "somebody replaced what another recorded.")

    def declared(self, seq, payload, texts):
        """Only the learner declares, and only what is not waiting or signed."""
        if payload["actor"] != self.learner:
            self.found(seq, "somebody else declared it for the learner.")
        self.move(seq, payload, {"open", "returned"}, "declared")
        self.evidence(seq, payload)

    def declaration_withdrawn(self, seq, payload, texts):
        """A declaration is called back by the learner."""
        if payload["actor"] != self.learner:
            self.found(seq, "somebody else called it back for the learner.")
        self.move(seq, payload, {"declared"}, "open")

    def returned(self, seq, payload, texts):
        """A supervisor returns what waits."""
        self.decision(seq, payload, {"declared"}, "returned")

    def signed_off(self, seq, payload, texts):
        """A supervisor signs what waits."""
        self.decision(seq, payload, {"declared"}, "signed_off")
        self.seen_where_kept(seq, payload["data"])
        data, name = payload["data"], texts["signer_name"]["text"] if self.is_whole or "signer_name" in texts else "…"
        title = data["signer"]["job_title"] or data["signer"]["role"]
        place = f"{data['workplace']['name']}, {data['workplace']['employer']}"
        self.standing[payload["entry"]] = (payload["event_id"], payload["actor"])
        self.samples[payload["entry"]] = ""
        self.told[payload["entry"]] = {
            "code": data["outcome"]["code"],
            "outcome": data["outcome"]["text"],
            "name": name,
            "status": data["signer"]["job_title"],
            "workplace": data["workplace"]["name"],
            "employer": data["workplace"]["employer"],
            "day": london_day(payload["at"]),
        }
        self.by_passkey[payload["entry"]] = "passkey" in data.get("proof", {})
        self.signed[payload["entry"]] = (
            f"{data['outcome']['code']}  {data['outcome']['text']}\n"
            f"      signed off by {name}, {title}, {place}, on {payload['at'][:10]}; shown by {data['method'].replace('_', ' ')}; event {seq}"
            + ("; signed with a passkey" if self.by_passkey[payload["entry"]] else "")
        )

    def seen_where_kept(self, seq, data):
        """A signer says of what stays at the workplace that she has seen it there (sign-offs of early 2026 do not say so)."""
        kinds = {piece["id"]: self.kinds.get(piece["id"], ("", ""))[0] for piece in data["evidence"]}
        kept = sorted(number for number, kind in kinds.items() if kind == "seen_in_workplace")
        if "seen_where_kept" in data and sorted(data["seen_where_kept"]) != kept:
            self.found(seq, "it was signed without the signer's word for what is kept at the workplace.")

    def signoff_withdrawn(self, seq, payload, texts):
        """A supervisor takes a sign-off back."""
        self.decision(seq, payload, {"signed_off"}, "returned")
        self.signed.pop(payload["entry"], None)
        self.told.pop(payload["entry"], None)

    def iqa_sampled(self, seq, payload, texts):
        """A quality assurer chooses a sign-off to look at."""
        self.assurance(seq, payload, "", "waiting")

    def iqa_agreed(self, seq, payload, texts):
        """She agrees with it."""
        self.assurance(seq, payload, "waiting", "agreed")
        if payload["entry"] in self.signed:
            title = payload["data"]["assurer"]["job_title"] or payload["data"]["assurer"]["role"]
            self.signed[payload["entry"]] += (
                f"\n      sampled and agreed by {texts.get('assurer_name', {'text': '…'})['text']}, {title}, on {payload['at'][:10]}; event {seq}"
            )

    def iqa_action(self, seq, payload, texts):
        """She asks for action: the sign-off stands no longer."""
        self.assurance(seq, payload, "waiting", "action")
        if "reason" not in payload["texts"]:
            self.found(seq, "it asks for action without a reason.")
        self.move(seq, payload, {"signed_off"}, "returned")
        self.signed.pop(payload["entry"], None)
        self.told.pop(payload["entry"], None)

    def assurance(self, seq, payload, before, after):
        """Nobody assures what is her own; the assurer holds the role; it is about the sign-off that stands, once."""
        entry, data = payload["entry"], payload["data"]
        if payload["actor"] in (self.learner, data["sign_off"]["signer"]) or data["learner"] != self.learner:
            self.found(seq, "a quality assurer looked at what was their own, or it was another one's log.")
        if data["assurer"]["id"] != payload["actor"] or data["assurer"]["role"] not in ASSURERS:
            self.found(seq, "it was not done by somebody who assured quality where this learner worked.")
        if self.standing.get(entry) != (data["sign_off"]["event"], data["sign_off"]["signer"]) or self.states.get(entry) != "signed_off":
            self.found(seq, "it is about a sign-off that did not stand.")
        if self.samples.get(entry) != before:
            self.found(seq, "a sign-off is sampled once, and then decided on once.")
        self.samples[entry] = after
        self.passkey(seq, payload)
        self.evidence(seq, payload)

    def decision(self, seq, payload, before, after):
        """Nobody decides on her own log; who decides holds the role; the evidence is what stood there."""
        signer = payload["data"]["signer"]
        if payload["actor"] == self.learner or payload["data"]["learner"] != self.learner:
            self.found(seq, "the learner decided on her own log, or it was another one's.")
        if signer["id"] != payload["actor"] or signer["role"] not in SIGNERS:
            self.found(seq, "it was not decided by somebody who supervised this learner.")
        self.passkey(seq, payload)
        self.move(seq, payload, before, after)
        self.evidence(seq, payload)

    def passkey(self, seq, payload):
        """Check a decision that a passkey approved: it signed a challenge over just this payload, less place, time and proof."""
        proof = payload["data"].get("proof", {})
        if "passkey" not in proof:
            return
        shape(proof["passkey"], ["approved", "authenticator_data", "client_data", "credential", "key", "signature"])
        key, approved = proof["passkey"]["key"], proof["passkey"]["approved"]
        client, seen, signature = (unpadded(proof["passkey"][name]) for name in ("client_data", "authenticator_data", "signature"))
        said = {name: value for name, value in payload.items() if name not in ("seq", "at")}
        said["data"] = {name: value for name, value in payload["data"].items() if name != "proof"}
        if sha256("decision/v1\n" + canonical(said)) not in approved:
            self.found(seq, "the passkey approved another decision than this one.")
        asked = json.loads(client)
        challenge = hashlib.sha256(("decisions/v1\n" + "\n".join(approved)).encode()).digest()
        site = hashlib.sha256((urlsplit(asked["origin"]).hostname or "").encode()).digest()
        if asked["type"] != "webauthn.get" or unpadded(asked["challenge"]) != challenge or seen[:32] != site or seen[32] & 5 != 5:
            self.found(seq, "the passkey was asked for something else.")
        if not CHECKS[key["alg"]](key, signature, seen + hashlib.sha256(client).digest()):
            self.found(seq, "the passkey's signature does not hold.")
        if self.passkeys.setdefault(proof["passkey"]["credential"], (payload["actor"], key)) != (payload["actor"], key):
            self.found(seq, "the passkey is another person's, or another key.")
        self.approved += 1

    def evidence(self, seq, payload):
        """What was declared or decided rests on the evidence that stood beside the outcome at that moment."""
        if sorted(piece["id"] for piece in payload["data"]["evidence"]) != sorted(self.shown.get(payload["entry"], [])):
            self.found(seq, "it rests on other evidence than stood beside the outcome.")

    def move(self, seq, payload, before, after):
        """Take an outcome from one state to the next."""
        if self.states.get(payload["entry"], "open") not in before:
            self.found(seq, "it cannot follow what came before it.")
        self.states[payload["entry"]] = after

    # The signature

    def signature(self):
        """Check the site's signed note over where this log ends (C2SP signed note; one leaf, so the root is its hash)."""
        text, _blank, signed = self.data["note"].partition("\n\n\u2014 ")
        origin, number, key = self.data["key"].split("+", 2)
        raw = base64.b64decode(key, validate=True)
        self.key = self.data["key"]
        leaf = f"{self.log['id']} {len(self.data['events'])} {self.head}"
        root = base64.b64encode(hashlib.sha256(b"\0" + leaf.encode()).digest()).decode()
        by, _space, signature = signed.partition(" ")
        sealed = base64.b64decode(signature.removesuffix("\n"), validate=True)
        own = hashlib.sha256(origin.encode() + b"\n" + raw).digest()[:4]
        as_written = f"{text}\n\n\u2014 {origin} {base64.b64encode(sealed).decode()}\n"
        right = (text == f"{origin}\n1\n{root}", by == origin, sealed[:4] == own, number == own.hex(), as_written == self.data["note"])
        if not all(right) or base64.b64encode(raw).decode() != key or raw[:1] != b"\x01":
            self.findings.append("The site's signature is over another record.")
        elif not is_signed(raw[1:], sealed[4:], f"{text}\n".encode()):
            self.findings.append("The site's signature does not hold.")


def shape(value, names):
    """Refuse an object with other members than these."""
    if sorted(value) != names:
        raise ValueError(f"it holds {', '.join(sorted(value))} where {', '.join(names)} belong")


# Ed25519, RFC 8032 section 5.1.7, in the affine terms of its formulas; slow, and only ever used on public data.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


def _x(y, odd):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x % 2 != odd else x


def _point(data):
    y = int.from_bytes(data, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    x = _x(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point, number = _add(point, point), number >> 1
    return total


def is_signed(key, signature, message):
    """Return whether `signature` (64 bytes) is one of `key` (32 bytes) over `message`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if public is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = (_x(BASE_Y, 0), BASE_Y, 1, _x(BASE_Y, 0) * BASE_Y % P)
    left, right = _times(s, base), _add(r, _times(h, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# The signatures of passkeys, by the number of their algorithm (COSE, RFC 9053).
def unpadded(text):
    """Return the bytes of a base64url text without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def number(text):
    """Return the whole number that such a text holds."""
    return int.from_bytes(unpadded(text), "big")


# ECDSA on the curve P-256 with SHA-256 (FIPS 186-5, section 6.4.2; SEC 2, section 2.4.2).
P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
N256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B256 = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G256 = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def _add256(one, two):
    if one is None or two is None:
        return one or two
    (x1, y1), (x2, y2) = one, two
    if x1 == x2 and (y1 + y2) % P256 == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, P256 - 2, P256) if one == two else (y2 - y1) * pow(x2 - x1, P256 - 2, P256)
    x = (slope * slope - x1 - x2) % P256
    return x, (slope * (x1 - x) - y1) % P256


def _times256(times, point):
    total = None
    while times:
        if times & 1:
            total = _add256(total, point)
        point, times = _add256(point, point), times >> 1
    return total


def _two_numbers(der):
    """Return r and s of a signature in DER: two whole numbers, in the one way to write them."""
    found, place = [], 2
    while place < len(der):
        size = der[place + 1]
        found.append(int.from_bytes(der[place + 2 : place + 2 + size], "big"))
        place += 2 + size
    written = b"".join(b"\x02" + bytes([len(n)]) + n for n in (_signed(n) for n in found))
    if len(found) != 2 or der != b"0" + bytes([len(written)]) + written:
        raise ValueError("a signature is not written as it must be")
    return found


def _signed(n):
    return n.to_bytes(n.bit_length() // 8 + 1, "big")


def es256(key, signature, message):
    """Return whether a P-256 key signed a message."""
    point = (number(key["x"]), number(key["y"]))
    r, s = _two_numbers(signature)
    on_curve = max(point) < P256 and (point[1] ** 2 - point[0] ** 3 + 3 * point[0] - B256) % P256 == 0
    if not (on_curve and 0 < r < N256 and 0 < s < N256):
        return False
    h, inverse = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, N256 - 2, N256)
    sum_of = _add256(_times256(h * inverse % N256, G256), _times256(r * inverse % N256, point))
    return sum_of is not None and sum_of[0] % N256 == r


def rs256(key, signature, message):
    """Return whether an RSA key signed a message (RFC 8017, section 8.2.2, with SHA-256)."""
    n, size = number(key["n"]), len(unpadded(key["n"]))
    digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
    padded = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
    opened = pow(int.from_bytes(signature, "big"), number(key["e"]), n)
    return size >= 256 and len(signature) == size and opened.to_bytes(size, "big") == padded


def eddsa(key, signature, message):
    """Return whether an Ed25519 key signed a message."""
    return is_signed(unpadded(key["x"]), signature, message)


CHECKS = {-7: es256, -8: eddsa, -257: rs256}


# A PDF (ISO 32000-1), as a site writes it: cross-reference streams, objects in streams, deflated.
MOST_BYTES = 64 * 1024 * 1024  # of one stream, unpacked
SPACE = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*")
WORD = re.compile(rb"<<|>>|[\[\]]|/[^\0\t\n\f\r ()<>\[\]{}/%]*|<[0-9A-Fa-f\s]*>|[^\0\t\n\f\r ()<>\[\]{}/%]+")
REFERENCE = re.compile(rb"(\d+)[ \r\n]+(\d+)[ \r\n]+R(?![A-Za-z])")
OBJECT = re.compile(rb"\s*(\d+)\s+(\d+)\s+obj")
STREAM = re.compile(rb"\s*stream\r?\n")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Ref(int):
    """The number of an object."""


class Stream:
    """A dictionary with data behind it."""

    def __init__(self, about, data):
        self.about, self.data = about, data


class Pdf:
    """A PDF that is read: its objects, by number."""

    def __init__(self, raw):
        self.raw, self.places, self.kept, self.trailer = raw, {}, {}, {}
        start = raw.rfind(b"startxref")
        if not raw.startswith(b"%PDF-") or start < 0:
            raise ValueError("it is not a whole PDF")
        self.tables(int(WORD.match(raw, SPACE.match(raw, start + 9).end())[0]))

    def tables(self, place):
        """Read where the objects are, the newest table first."""
        read = set()
        while place is not None and place not in read:
            read.add(place)
            table = self.object_at(place)
            for name, value in table.about.items():
                self.trailer.setdefault(name, value)
            self.table(table)
            place = table.about.get("Prev")

    def table(self, table):
        """Note each object that no newer table knows."""
        wide, about = table.about["W"], table.about
        data, step = unpacked(table), sum(wide)
        at = 0
        runs = about.get("Index", [0, about["Size"]])
        for first, count in zip(runs[::2], runs[1::2]):
            for one in range(first, first + count):
                entry, at = data[at : at + step], at + step
                a, b, c = entry[: wide[0]], entry[wide[0] : wide[0] + wide[1]], entry[wide[0] + wide[1] :]
                kind = int.from_bytes(a, "big") if wide[0] else 1
                self.places.setdefault(one, (kind, int.from_bytes(b, "big"), int.from_bytes(c, "big")))

    def object_at(self, place):
        """Return the object that is written at a place of the file."""
        begun = OBJECT.match(self.raw, place)
        if not begun:
            raise ValueError("an object is not where the file says")
        value, end = parse(self.raw, begun.end())
        stream = STREAM.match(self.raw, end) if isinstance(value, dict) else None
        if not stream:
            return value
        return Stream(value, self.raw[stream.end() : stream.end() + self.get(value["Length"])])

    def get(self, value):
        """Return what a value is, or the object it refers to."""
        if not isinstance(value, Ref):
            return value
        if value not in self.kept:
            kind, place, index = self.places.get(value, (0, 0, 0))
            self.kept[value] = None  # an object that refers to itself is nothing
            self.kept[value] = self.object_at(place) if kind == 1 else self.packed(place, index) if kind == 2 else None
        return self.kept[value]

    def packed(self, number, index):
        """Return an object that stands in a stream with others."""
        stream = self.get(Ref(number))
        data = unpacked(stream)
        numbers = [int(one) for one in data[: stream.about["First"]].split()]
        return parse(data, stream.about["First"] + numbers[2 * index + 1])[0]

    def attached(self):
        """Return the files inside, by name."""
        files = [self.get(one) for one in self.get(self.get(self.trailer["Root"]).get("AF", []))]
        return {text_of(file["UF"]): unpacked(self.get(self.get(file["EF"])["F"])) for file in files}

    def signature(self):
        """Return the dictionary of the seal, or None."""
        form = self.get(self.get(self.trailer["Root"]).get("AcroForm")) or {}
        held = [self.get(self.get(field).get("V")) for field in self.get(form.get("Fields", []))]
        return next((one for one in held if one), None)


def parse(data, at):
    """Return the value that begins at a place, and where it ends."""
    at = SPACE.match(data, at).end()
    refers = REFERENCE.match(data, at)
    if refers:
        return Ref(refers[1]), refers.end()
    if data[at : at + 1] == b"(":
        return literal(data, at + 1)
    word = WORD.match(data, at)
    if not word:
        raise ValueError("it is not written as a PDF is")
    if word[0] == b"<<":
        found, end = list_until(data, word.end(), b">>")
        return dict(zip(found[::2], found[1::2])), end
    if word[0] == b"[":
        return list_until(data, word.end(), b"]")
    return plain(word[0]), word.end()


def plain(word):
    """Return a name, a text in hexadecimal digits, a whole number, or what a word means."""
    if word.startswith(b"/"):
        return word[1:].decode("latin-1")
    if word.startswith(b"<"):
        digits = b"".join(word[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    try:
        return int(word)
    except ValueError:
        return {b"true": True, b"false": False, b"null": None}.get(word, word)


def list_until(data, at, end):
    """Return the values up to a closing word, and where that ends."""
    found = []
    while True:
        at = SPACE.match(data, at).end()
        if data.startswith(end, at):
            return found, at + len(end)
        value, at = parse(data, at)
        found.append(value)


def literal(data, at):
    """Return a text in round brackets, and where it ends."""
    found, deep = bytearray(), 1
    while True:
        one = data[at : at + 1]
        if not one:
            raise ValueError("a text in it has no end")
        if one == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(data, at + 1)
            found += bytes([int(octal[0], 8) & 255]) if octal else ESCAPES.get(data[at + 1 : at + 2], data[at + 1 : at + 2])
            at = octal.end() if octal else at + 2
            continue
        deep += (one == b"(") - (one == b")")
        at += 1
        if not deep:
            return bytes(found), at
        found += one


def text_of(value):
    """Return a text string in letters."""
    return value[2:].decode("utf-16-be") if value.startswith(b"\xfe\xff") else value.decode("latin-1")


def unpacked(stream):
    """Return the data of a stream as it was before it was packed."""
    if stream.about.get("Filter") in (None, []):
        return stream.data
    if stream.about["Filter"] not in ("FlateDecode", ["FlateDecode"]):
        raise ValueError("it is packed in a way that a site does not use")
    data = zlib.decompressobj().decompress(stream.data, MOST_BYTES)
    how = stream.about.get("DecodeParms") or {}
    return above_added(data, how["Columns"]) if how.get("Predictor", 1) >= 10 else data


def above_added(data, wide):
    """Undo the predictor of PNG (ISO/IEC 15948, 9.2) of types None and Up, with bytes of one component."""
    before, rows = bytes(wide), []
    for at in range(0, len(data), wide + 1):
        row = data[at + 1 : at + 1 + wide]
        if data[at] not in (0, 2):
            raise ValueError("it is packed in a way that a site does not use")
        before = bytes((a + b) & 255 for a, b in zip(row, before)) if data[at] else row
        rows.append(before)
    return b"".join(rows)


# The seal: a signature in CMS (RFC 5652) over all of the file but itself, by a certificate (RFC 5280), in DER (X.690).
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")  # version 2 (RFC 5035)
COMMON_NAME = bytes.fromhex("0603550403")
ON_P256 = bytes.fromhex("06082a8648ce3d030107")


class Seal:
    """A seal that was read. `sealed`: the part of the file it is for, from the first byte on; `later`: what follows that."""

    def __init__(self, raw):
        signature = Pdf(raw).signature()
        if signature is None:
            raise ValueError("it has no seal. A site seals every progress log: this one was taken apart, or is not from a site")
        start, size, again, rest = signature["ByteRange"]
        if start != 0 or min(size, rest) < 0 or raw[size : size + 1] != b"<" or raw[again - 1 : again] != b">":
            raise ValueError("its seal leaves out more than itself")
        self.sealed, self.later = raw[: again + rest], raw[again + rest :]
        self.read(bytes.fromhex(raw[size + 1 : again - 1].decode()), raw[:size] + raw[again : again + rest])

    def read(self, cms, content):
        """Take the signature apart, and see whether it is one of its certificate over this content."""
        signed = parts(parts(cms)[1])[0]
        _version, _digests, _content, *more = parts(signed)
        certificates = [one for held in more[:-1] if held[:1] == b"\xa0" for one in parts(held)]
        (signer,) = parts(more[-1])
        _version, _sid, _digest, attributes, _algorithm, signature, *_unsigned = parts(signer)
        said = {parts(one)[0]: parts(parts(one)[1])[0] for one in parts(attributes)}
        named = body(parts(parts(parts(said[SIGNING_CERTIFICATE])[0])[0])[0])
        (self.certificate,) = (one for one in certificates if hashlib.sha256(one).digest() == named)
        self.fingerprint = named.hex()
        self.holds = body(said[MESSAGE_DIGEST]) == hashlib.sha256(content).digest()
        self.is_signed = self.checks(body(signature), b"1" + attributes[1:])

    def checks(self, signature, message):
        """Whether the certificate's key signed the message."""
        about = parts(parts(self.certificate)[0])
        _version, _number, _algorithm, _issuer, _dates, subject, key = about[:7]
        self.name = next(
            (body(parts(one)[1]).decode() for held in parts(subject) for one in parts(held) if parts(one)[0] == COMMON_NAME), ""
        )
        kind, public = parts(key)
        point = body(public)[1:]
        if ON_P256 in kind:
            return es256({"x": padless(point[1:33]), "y": padless(point[33:])}, signature, message)
        n, e = (body(one).lstrip(b"\0") for one in parts(point))
        return rs256({"n": padless(n), "e": padless(e)}, signature, message)


def tlv(data, at):
    """Return where the body of a value in DER begins and ends."""
    size, begin = data[at + 1], at + 2
    if size > 127:
        begin += size & 127
        size = int.from_bytes(data[at + 2 : begin], "big")
    if begin + size > len(data):
        raise ValueError("its seal is cut off")
    return begin, begin + size


def body(data):
    """Return what stands in a value in DER."""
    begin, end = tlv(data, 0)
    return data[begin:end]


def parts(data):
    """Return the values that stand in a value in DER, each with its head."""
    at, stop = tlv(data, 0)
    found = []
    while at < stop:
        _begin, end = tlv(data, at)
        found.append(data[at:end])
        at = end
    return found


def padless(data):
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# What a paper says, beside what the ledger in it says.
class Paper:
    """A progress log as a PDF: its seal, the record inside, and what stands against it."""

    called = "progress log"

    def __init__(self, raw):
        self.raw, self.findings, self.record, self.seal, self.said = raw, [], Record(b""), None, {}

    def check(self):
        """Fill `findings`. A file of another shape raises what `Record.check` raises, or zlib.error."""
        self.seal = Seal(self.raw)
        if not self.seal.is_signed:
            self.findings.append("The seal does not hold: it was not made with the key of its own certificate.")
        if not self.seal.holds:
            self.findings.append("The file was changed after it was sealed.")
        files = Pdf(self.seal.sealed).attached()
        if self.seal.later and is_changed(self.raw, self.seal.sealed):
            self.findings.append("Something was put over it after it was sealed. What is listed here is what was sealed.")
        self.said = read(files[PAPER])
        if self.said["format"] != PAPERS_FORMAT:
            raise ValueError("the record inside is of another format")
        self.record = checked(files[LEDGER])
        self.findings += self.record.findings
        if not self.record.findings:
            self.compare()

    def compare(self):
        """See whether the paper says what its ledger says."""
        if self.said["ledger"] != {"place": len(self.record.data["events"]), "head": self.record.head}:
            self.findings.append("The paper names another place of the ledger than the one inside it.")
        told = {told["code"]: told for told in self.record.told.values()}
        paper = {row["code"]: row for area in self.said["areas"] for row in area["outcomes"] if row["signature"]}
        for code in sorted(set(told) ^ set(paper)):
            self.findings.append(f"Outcome {code} is signed off " + ("on the paper only." if code in paper else "in the ledger only."))
        for code in sorted(set(told) & set(paper)):
            row, held = paper[code], dict(told[code])
            says = {"code": row["code"], "outcome": row["text"], **row["signature"]}
            held["status"] = held["status"] or says["status"]  # without a job title the paper names the role
            if {name: ink(value) for name, value in says.items()} != {name: ink(value) for name, value in held.items()}:
                self.findings.append(f"Outcome {code}: the paper does not say what the ledger says.")
        by_passkey = {held["code"] for entry, held in self.record.told.items() if self.record.by_passkey[entry]}
        claimed = {code for one in self.said["signatories"] for code in one.get("by_passkey", [])}  # an older paper claims nothing
        for code in sorted(claimed - by_passkey):
            self.findings.append(f"Outcome {code}: the paper says that a passkey signed it, and the ledger does not.")


def is_changed(raw, sealed):
    """Whether what follows the seal changes what is read or shown. A time stamp (its field, and what checks it) does not."""
    now, then = Pdf(raw), Pdf(sealed)
    ours, theirs = now.get(now.trailer["Root"]), then.get(then.trailer["Root"])
    if differing(ours, theirs) - {"DSS", "Extensions", "AcroForm"} or now.trailer["Root"] != then.trailer["Root"]:
        return True
    about_the_file = {theirs.get("Metadata"), then.trailer.get("Info"), then.trailer["Root"]}
    for number, before in then.places.items():
        place = now.places.get(number)  # None where what was appended leaves an object out
        if place != before and number not in about_the_file and not is_but_stamped(now, then, Ref(number)):
            return True
    return False


def differing(one, two):
    """Return the names under which two dictionaries hold other values."""
    return {name for name in {*one, *two} if one.get(name) != two.get(name)}


def is_but_stamped(now, then, number):
    """Whether an object is as it was, but for a page that holds a signature's field more, which shows nothing."""
    new, old = now.get(number), then.get(number)
    if isinstance(new, Stream) and isinstance(old, Stream):
        return (new.about, new.data) == (old.about, old.data)
    if not (isinstance(new, dict) and isinstance(old, dict)):
        return new == old
    fields = [now.get(one) for one in now.get(new.get("Annots", [])) if one not in then.get(old.get("Annots", []))]
    return differing(new, old) <= {"Annots"} and all(one.get("FT") == "Sig" and "AP" not in one for one in fields)


def ink(text):
    """Return a text as letters alone, so that one typed in two ways is one."""
    return "".join(one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one)[0] not in "CZM")


def london_day(moment):
    """Return the day in London of a moment in UTC, both in ISO 8601: summer time goes from the last Sunday of March to that of October, at one."""
    at = datetime.fromisoformat(moment.replace("Z", "+00:00"))

    def last_sunday(month):
        last = datetime(at.year, month, 31, 1, tzinfo=timezone.utc)
        return last - timedelta(days=(last.weekday() + 1) % 7)

    summer = last_sunday(3) <= at < last_sunday(10)
    return (at + timedelta(hours=1) if summer else at).date().isoformat()


# Checkpoints (C2SP), which somebody keeps where the site's operator cannot reach them.
def against(checkpoint, record):
    """Return what is wrong with a record when it is laid beside a checkpoint, or a letter with one: a list of sentences."""
    leaf = next((line.split() for line in checkpoint.splitlines() if line.startswith(f"{record.log['id']} ")), None)
    if leaf is None:
        return ["The checkpoint does not speak of this log."]
    notes = re.findall(r"(\S+\n\d+\n\S+\n)\n\u2014 \S+ (\S+)\n", checkpoint)
    leaves = [line for line in checkpoint.splitlines() if len(line.split()) == 3 and len(line.split()[2]) == 64]
    root = base64.b64encode(merkle([hashlib.sha256(b"\0" + line.encode()).digest() for line in sorted(leaves)])).decode()
    key = base64.b64decode(record.key.split("+", 2)[2])[1:]
    good = [text for text, sealed in notes if is_signed(key, base64.b64decode(sealed)[4:], text.encode())]
    if not any(text.split("\n")[1:3] == [str(len(leaves)), root] for text in good):
        return ["The checkpoint was not signed with this site's key, or was changed since."]
    if int(leaf[1]) > len(record.heads):
        return []  # the file is older than the checkpoint, which may hold more
    return [] if record.heads.get(int(leaf[1])) == leaf[2] else ["The checkpoint saw another ledger: what came before it was written anew."]


def merkle(hashes):
    """Return the Merkle tree hash of RFC 6962."""
    while len(hashes) > 1:
        pairs = [hashlib.sha256(b"\1" + hashes[at] + hashes[at + 1]).digest() for at in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(hashes) & ~1 :]
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


WRONG_SHAPE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, zlib.error, StopIteration)


def checked(raw, kind=Record):
    """Return a Record or a Paper that was checked; what is not even one has that as its last finding."""
    one = kind(raw)
    try:
        one.check()
    except WRONG_SHAPE as error:
        one.findings.append(f"It is not a {kind.called} as a site writes it: {type(error).__name__}, {error}.")
    return one


def findings_in(raw):
    """Return everything that is wrong with a record, given as bytes: a list of sentences."""
    return checked(raw).findings


def main(arguments):
    """Check, print, and return the exit status."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("file", type=Path, help="a progress log as a PDF, or a record")
    reader.add_argument("files", type=Path, nargs="*", help="files of evidence, to go with a record")
    reader.add_argument("--key", help="the site's key, as its own page shows it")
    reader.add_argument("--seal", help="the SHA-256 of the site's certificate, as its own page shows it")
    reader.add_argument("--checkpoint", type=Path, help="a checkpoint of the site, with its leaves behind it, or a letter with one")
    given = reader.parse_args(arguments)
    try:
        raw = given.file.read_bytes()
        files = {path: path.read_bytes() for path in given.files}
        checkpoint = given.checkpoint.read_text(encoding="utf-8") if given.checkpoint else ""
    except OSError as error:
        print(f"Could not read it: {error}")
        return 2
    paper = checked(raw, Paper) if raw.startswith(b"%PDF-") else None
    record = paper.record if paper else checked(raw)
    findings = paper.findings if paper else record.findings
    findings += keys_that_differ(given, paper, record)
    findings += against(checkpoint, record) if checkpoint and record.key else []
    findings += files_that_are_not_of(record, files)
    status = tell(findings, paper, record)
    if status == 0 and not (given.key and (given.seal or not paper)):
        print("Compare what it was sealed and signed with: the site's page “Check a progress log” shows both. A forger has others.")
    return status


def keys_that_differ(given, paper, record):
    """Return a sentence for each key that is not the one that was given."""
    said = []
    if given.key and given.key != record.key:
        said.append("It was signed with another key than the one you gave.")
    if given.seal and paper and paper.seal and "".join(given.seal.lower().replace(":", "").split()) != paper.seal.fingerprint:
        said.append("It was sealed with another certificate than the one you gave.")
    return said


def files_that_are_not_of(record, files):
    """Print what each file of evidence is, and return a sentence for each that is not one of the record."""
    held = {piece["sha256"]: piece["title"] for piece in record.pieces.values() if isinstance(piece, dict) and piece.get("sha256")}
    said = []
    for path, raw in files.items():
        digest = hashlib.sha256(raw).hexdigest()
        if digest in held:
            print(f"{path.name}: the file of “{held[digest]}”")
        else:
            said.append(f"{path.name} is not a file of this record.")
    return said


def tell(findings, paper, record):
    """Print what was found, or what the file says, and return the exit status."""
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings. Do not rely on this file.")
        return 1
    print(f"No fault found. {record.log['framework']}, {record.log['edition']}: {len(record.data['events'])} events, head {record.head}")
    if paper:
        print(f"Progress log of {paper.said['learner']}, {paper.said['workplace']}, made {paper.said['document']['issued_at'][:10]}")
        print(f"Sealed by “{paper.seal.name}”, certificate {paper.seal.fingerprint}")
        print(f"Whether every sign-off still stands, only the site can say: {paper.said['document']['verify']}")
    print(f"Signed with the key {record.key}")
    if record.approved:
        print(f"Decisions signed with a passkey: {record.approved}")
    if record.erased_texts or record.erased_pieces:
        print(f"Erased by the site, as its events say: {len(record.erased_texts)} texts, {len(record.erased_pieces)} pieces of evidence")
    for lines in sorted(record.signed.values()):
        print(f"  {lines}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
