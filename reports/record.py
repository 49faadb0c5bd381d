"""What a progress-log PDF says, as plain values: no database, no page, so that a layout can be tried on any record."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

SHORT_ACCOUNT = 1200  # characters
TALL = ("\u0900", "\u17ff")  # from Devanagari to Khmer


@dataclass(frozen=True)
class Signature:
    """Who signed an outcome, as they were called on that day."""

    name: str
    status: str
    workplace: str
    employer: str
    day: date


@dataclass(frozen=True)
class Row:
    """One outcome. `signature` is None where paper has room for ink; days are None while not met."""

    code: str
    text: str
    kind: str
    state: str
    status: str
    shown: str = ""
    signature: Signature | None = None
    knowledge_met_on: date | None = None
    practice_met_on: date | None = None
    evidence: tuple[str, ...] = ()
    workplace_specific: bool = False
    sign_individually: bool = False


@dataclass(frozen=True)
class Area:
    """A main area with its outcomes, in the publisher's order."""

    code: str
    title: str
    rows: tuple[Row, ...]

    @cached_property
    def signed_off(self) -> int:
        """Return how many of its outcomes are signed off."""
        return sum(row.signature is not None for row in self.rows)

    @property
    def total(self) -> int:
        """Return how many outcomes it has."""
        return len(self.rows)

    @property
    def only_known(self) -> int:
        """Return how many are not signed off, with their knowledge met."""
        return sum(row.signature is None and row.knowledge_met_on is not None for row in self.rows)


@dataclass(frozen=True)
class Signatory:
    """One person in one role at one workplace, with every outcome signed as such. `by_passkey`: those that a passkey of hers signed."""

    name: str
    status: str
    workplace: str
    employer: str
    codes: tuple[str, ...]
    first: date
    last: date
    by_passkey: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assurer:
    """A quality assurer who looked at sign-offs that stand, and agreed with them: as what, and where."""

    name: str
    status: str
    workplace: str
    employer: str
    codes: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True)
class Witness:
    """Somebody without an account who saw the work and said so, with the outcomes it was said of."""

    name: str
    job: str
    relation: str
    codes: tuple[str, ...]
    day: date | None


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: its reference on this paper, what it is, and where to find it."""

    reference: str
    title: str
    kind: str
    codes: tuple[str, ...]
    day: date
    kept: str
    paragraphs: tuple[str, ...] = ()
    photo: bytes = b""  # a small JPEG

    @property
    def photo_name(self) -> str:
        """Return how the page names the photo."""
        return f"{self.reference}.jpg"

    @property
    def is_short(self) -> bool:
        """Whether its words are few enough to stay on one page."""
        return sum(map(len, self.paragraphs)) < SHORT_ACCOUNT


@dataclass(frozen=True)
class Link:
    """An outcome that may help to show a unit: all of it, or a part; and why."""

    code: str
    is_whole: bool
    why: str


@dataclass(frozen=True)
class Unit:
    """A unit of somebody else's qualification, with the outcomes of this log that may help to show it. A suggestion, no decision."""

    qualification: str
    code: str
    title: str
    links: tuple[Link, ...]

    @property
    def label(self) -> str:
        """Return code and title."""
        return f"{self.code} {self.title}"

    @property
    def whole(self) -> tuple[str, ...]:
        """Return the outcomes that are all about it."""
        return tuple(link.code for link in self.links if link.is_whole)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the outcomes of which a part is about it."""
        return tuple(link.code for link in self.links if not link.is_whole)


@dataclass(frozen=True)
class FrameworkWords:
    """How the set of outcomes is named, and whose words they are."""

    title: str
    edition: str
    publisher: str
    status: str
    attribution: str
    is_own_wording: bool

    @property
    def label(self) -> str:
        """Return title and edition."""
        return f"{self.title}, {self.edition}"


@dataclass(frozen=True)
class LogRecord:
    """Everything on the paper. The same record renders to the same bytes."""

    export_id: str
    learner: str
    workplace: str
    employer: str
    framework: FrameworkWords
    areas: tuple[Area, ...]
    signatories: tuple[Signatory, ...]
    witnesses: tuple[Witness, ...]
    evidence: tuple[Piece, ...]
    position: int
    head: str
    issued_at: str  # ISO 8601, UTC
    issued_on: date  # in London
    code: str
    verify_url: str
    assurers: tuple[Assurer, ...] = ()
    ledger: bytes = b""  # as it is attached (reports/bundle.py)
    seal: str = ""  # the SHA-256 of the certificate that this paper will be sealed with
    units: tuple[Unit, ...] = ()
    only_for: Unit | None = None  # the unit whose outcomes alone are here

    @cached_property
    def signed_off(self) -> int:
        """Return how many outcomes are signed off."""
        return sum(area.signed_off for area in self.areas)

    @cached_property
    def total(self) -> int:
        """Return how many outcomes there are."""
        return sum(area.total for area in self.areas)

    @property
    def is_complete(self) -> bool:
        """Whether every outcome of the log is signed off, which the outcomes of one unit cannot tell."""
        return not self.only_for and 0 < self.total == self.signed_off

    @cached_property
    def declared(self) -> int:
        """Return how many wait for a supervisor."""
        return sum(row.state == "declared" for area in self.areas for row in area.rows)

    @property
    def has_passkeys(self) -> bool:
        """Whether a passkey signed any of its outcomes."""
        return any(one.by_passkey for one in self.signatories)

    @property
    def has_tall_name(self) -> bool:
        """Whether her name is in a script that stacks signs above and below its letters, as those of South and South-East Asia do."""
        return any(TALL[0] <= letter <= TALL[1] for letter in self.learner)

    @property
    def accounts(self) -> tuple[Piece, ...]:
        """Return the pieces whose words are printed in full."""
        return tuple(piece for piece in self.evidence if piece.paragraphs)

    @property
    def verify_page(self) -> str:
        """Return the address to type."""
        return self.verify_url.split("?", 1)[0]

    @property
    def head_in_groups(self) -> str:
        """Return the ledger's head in groups of eight, so that eyes can compare it."""
        return in_groups(self.head)

    @property
    def seal_in_groups(self) -> str:
        """Return the fingerprint of the seal's certificate in the same groups."""
        return in_groups(self.seal)


def in_groups(digits: str) -> str:
    """Return a hash in groups of eight."""
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
