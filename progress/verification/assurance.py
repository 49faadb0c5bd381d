"""Who looked at which sign-off as a quality assurer, that it was nobody's own, and what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from people.permissions import May, roles_that
from progress.models import EventType
from progress.verification.rows import Event, digits, moment_text

ASSURERS = frozenset(roles_that(May.ASSURE))
ASSURANCE = frozenset({EventType.IQA_SAMPLED.value, EventType.IQA_AGREED.value, EventType.IQA_ACTION.value})
NOT_SAMPLED = ("", None, None, None)


class Assurance:
    """The samples of one log while its chain is read."""

    def __init__(self) -> None:
        self.rows: dict[int, Any] = {}  # rows of Sample by the event that took them, with their moments as the database wrote them
        self.numbers: dict[int, tuple[str, str]] = {}  # by the event of a sign-off: its number, and who signed
        self.sampled: dict[int, int] = {}  # by the event of a sign-off: the event that sampled it
        self.decided: dict[int, tuple[Any, ...]] = {}  # by the event that sampled: what came of it

    def note_sign_off(self, event: Event) -> None:
        """Remember a sign-off, of which later events may speak."""
        self.numbers[event.pk] = (event.event, event.actor)

    def follow(self, event: Event, data: Mapping[str, Any], signed: int, learner: str) -> Iterator[str]:
        """Check an act of a quality assurer; `signed`: the event of the sign-off that stands, or 0. Yield what is wrong."""
        assurer, about = data["assurer"], data["sign_off"]
        if (digits(assurer["id"]), digits(data["learner"])) != (event.actor, learner) or assurer["role"] not in ASSURERS:
            yield "It was not done by somebody who assured quality where this learner worked."
        if event.actor in {learner, digits(about["signer"])}:
            yield "A quality assurer looked at what was their own."
        if self.numbers.get(signed) != (digits(about["event"]), digits(about["signer"])):
            yield "It is about a sign-off that did not stand."
        elif event.type == EventType.IQA_SAMPLED:
            yield from self._taken(event, data, signed)
        else:
            yield from self._judged(event, signed)

    def _taken(self, event: Event, data: Mapping[str, Any], signed: int) -> Iterator[str]:
        if signed in self.sampled:
            yield "The same sign-off was sampled twice."
        self.sampled[signed], self.decided[event.pk] = event.pk, ("waiting", None, None, None)
        row = self.rows.get(event.pk)
        if row is None or row.sign_off.event_id != signed or not _is_sample_of(row, event, data):
            yield "The sample on the record is not the one that was taken."

    def _judged(self, event: Event, signed: int) -> Iterator[str]:
        sample = self.sampled.get(signed, 0)
        if self.decided.get(sample, NOT_SAMPLED)[0] != "waiting":
            yield "An assurer decided on what was not sampled, or was decided already."
        self.decided[sample] = (event.type.removeprefix("iqa_"), event.pk, event.actor, moment_text(event.at))

    @property
    def is_as_its_rows_say(self) -> bool:
        """Whether each sample's row says what its events came to."""
        return {pk: _outcome_of(row) for pk, row in self.rows.items()} == self.decided


def _is_sample_of(row: Any, event: Event, data: Mapping[str, Any]) -> bool:
    """Return whether a sample's row says exactly what its event recorded."""
    held = (row.sampled_by_id.hex, row.signer_id.hex, row.learner_id.hex, str(row.workplace_id), row.why, moment_text(row.sampled_text))
    signer, learner = digits(data["sign_off"]["signer"]), digits(data["learner"])
    return held == (event.actor, signer, learner, data["workplace"]["id"], data["why"], moment_text(event.at))


def _outcome_of(row: Any) -> tuple[Any, ...]:
    """Return what a sample's row says came of it."""
    by = row.decided_by_id.hex if row.decided_by_id else None
    return (row.outcome, row.decided_event_id, by, moment_text(row.decided_text))
