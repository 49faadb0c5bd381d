"""How events become the state of a log entry. Pure: the verbs and the replay use this one function."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

OPEN = "open"
DECLARED = "declared"
RETURNED = "returned"
SIGNED_OFF = "signed_off"


# A datetime for a row, the ledger's text for the replay: moments are carried and compared here, never looked into.
Moment = datetime | str


class EntryState(NamedTuple):
    """What an entry's row says of it.

    `version` is the seq of the last event that touched it. The two marks are separate:
    activities meet knowledge only; practice is met by a sign-off and by nothing else.
    `knowledge_from_module` keeps the mark a module gave when a sign-off is taken back.
    """

    state: str = OPEN
    version: int = 0
    knowledge_met_at: Moment | None = None
    practice_met_at: Moment | None = None
    declared_at: Moment | None = None
    knowledge_from_module: Moment | None = None


def after(state: EntryState, event_type: str, seq: int, at: Moment, payload: Mapping[str, Any]) -> EntryState:  # noqa: PLR0911 – one case for each event
    """Return the state after one event of this entry. An event that changes nothing returns it as it was."""
    match event_type:
        case "knowledge_met":
            met = state.knowledge_met_at or at
            return state._replace(version=seq, knowledge_met_at=met, knowledge_from_module=state.knowledge_from_module or at)
        case "declared":
            return state._replace(version=seq, state=DECLARED, declared_at=at)
        case "declaration_withdrawn":
            return state._replace(version=seq, state=OPEN, declared_at=None)
        case "returned":
            return state._replace(version=seq, state=RETURNED)
        case "signed_off":
            return _signed_off(state, seq, at, payload["outcome"]["kind"])
        case "signoff_withdrawn" | "iqa_action":
            return state._replace(version=seq, state=RETURNED, knowledge_met_at=state.knowledge_from_module, practice_met_at=None)
        case "evidence_added" | "erased" | "redacted":  # erased: evidence that stood beside it
            return state._replace(version=seq)
        case _:
            return state


def _signed_off(state: EntryState, seq: int, at: Moment, kind: str) -> EntryState:
    knowledge = state.knowledge_met_at or (at if kind != "practice" else None)
    practice = at if kind != "knowledge" else None
    return state._replace(version=seq, state=SIGNED_OFF, knowledge_met_at=knowledge, practice_met_at=practice)
