#!/usr/bin/env python3
"""Check a Countersign record without Countersign: `python3 verify_record.py record.json [--key KEY] [evidence files …]`

One file, the standard library of Python 3.9 or later, no network. It was written apart from the product and shares no
code with it. It recomputes every hash of the record's chain, compares every word with what the chain committed to,
follows each outcome through its declarations and decisions, and checks the site's signature (Ed25519, RFC 8032) over
where the chain ends. A decision signed with a passkey is checked with that passkey's own key (WebAuthn): whoever runs the
site could not have made it. Words may be missing only where a later event of the record says that they were erased. Files
given after the record are compared with the evidence by SHA-256.

What it shows: this record is what the site with this key held when it wrote the file; nothing in it was changed, left out
or put in since. What it cannot show: who held the telephone, and what was really seen. A record says what was signed in
a workplace; the assessor decides what it is worth. Compare the key that is printed with the one on the site's page
“Check a progress log”, or give that key with --key.

Exit 0: nothing found. 1: findings. 2: the file could not be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

FORMAT = "countersign record, version 1"
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

    def __init__(self, raw):
        self.raw = raw
        self.findings = []
        self.signed = {}  # by outcome's entry: the decision that stands, as lines to print
        self.key = ""
        self.pieces = {}
        self.passkeys, self.approved = {}, 0  # whose each is, and how many decisions they approved

    def check(self):
        """Fill `findings`. A record of another shape raises KeyError, TypeError, ValueError or AttributeError."""
        self.data = read(self.raw)
        if canonical(self.data).encode("utf-8") != self.raw:
            self.findings.append("The file is not in canonical form: it was changed after it was written.")
        shape(self.data, ["events", "evidence", "format", "key", "log", "note"])
        if self.data["format"] != FORMAT:
            raise ValueError("it says that it is of another format")
        self.log = self.data["log"]
        shape(self.log, ["edition", "framework", "id", "installation"])
        self.pieces = {piece["id"]: piece for piece in self.data["evidence"]}
        if list(self.pieces) != [piece["id"] for piece in self.data["evidence"]]:
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
            self.head = event["hash"]
        if not self.data["events"]:
            self.findings.append("The record holds no event.")
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
        data, name = payload["data"], texts["signer_name"]["text"]
        title = data["signer"]["job_title"] or data["signer"]["role"]
        place = f"{data['workplace']['name']}, {data['workplace']['employer']}"
        self.standing[payload["entry"]] = (payload["event_id"], payload["actor"])
        self.samples[payload["entry"]] = ""
        self.signed[payload["entry"]] = (
            f"{data['outcome']['code']}  {data['outcome']['text']}\n"
            f"      signed off by {name}, {title}, {place}, on {payload['at'][:10]}; shown by {data['method'].replace('_', ' ')}; event {seq}"
            + ("; signed with a passkey" if "passkey" in data.get("proof", {}) else "")
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

    def iqa_sampled(self, seq, payload, texts):
        """A quality assurer chooses a sign-off to look at."""
        self.assurance(seq, payload, "", "waiting")

    def iqa_agreed(self, seq, payload, texts):
        """She agrees with it."""
        self.assurance(seq, payload, "waiting", "agreed")
        if payload["entry"] in self.signed:
            title = payload["data"]["assurer"]["job_title"] or payload["data"]["assurer"]["role"]
            self.signed[payload["entry"]] += (
                f"\n      sampled and agreed by {texts['assurer_name']['text']}, {title}, on {payload['at'][:10]}; event {seq}"
            )

    def iqa_action(self, seq, payload, texts):
        """She asks for action: the sign-off stands no longer."""
        self.assurance(seq, payload, "waiting", "action")
        if "reason" not in payload["texts"]:
            self.found(seq, "it asks for action without a reason.")
        self.move(seq, payload, {"signed_off"}, "returned")
        self.signed.pop(payload["entry"], None)

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


def checked(raw):
    """Return a Record that was checked; what is not even a record has that as its only finding."""
    record = Record(raw)
    try:
        record.check()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        record.findings.append(f"It is not a record as a site writes it: {type(error).__name__}, {error}.")
    return record


def findings_in(raw):
    """Return everything that is wrong with a record, given as bytes: a list of sentences."""
    return checked(raw).findings


def main(arguments):
    """Check, print, and return the exit status."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("record", type=Path)
    reader.add_argument("files", type=Path, nargs="*", help="files of evidence")
    reader.add_argument("--key", help="the site's key, as its own page shows it")
    given = reader.parse_args(arguments)
    try:
        record = checked(given.record.read_bytes())
        files = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in given.files}
    except OSError as error:
        print(f"Could not read it: {error}")
        return 2
    if given.key and given.key != record.key:
        record.findings.append("It was signed with another key than the one you gave.")
    held = {piece["sha256"]: piece["title"] for piece in record.pieces.values() if isinstance(piece, dict) and piece.get("sha256")}
    for path, digest in files.items():
        if digest in held:
            print(f"{path.name}: the file of “{held[digest]}”")
        else:
            record.findings.append(f"{path.name} is not a file of this record.")
    for finding in record.findings:
        print(finding)
    if record.findings:
        print(f"{len(record.findings)} findings. Do not rely on this record.")
        return 1
    print(f"Nothing found. {record.log['framework']}, {record.log['edition']}: {len(record.data['events'])} events, head {record.head}")
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
