"""How far: records that are qualification evidence."""

from progress.models.answer import Answer, ModulePlace
from progress.models.draft import Draft
from progress.models.entry import LogEntry
from progress.models.evidence import Evidence, EvidenceLink
from progress.models.ledger import EventType, LedgerEvent, LedgerText
from progress.models.log import ProgressLog
from progress.models.sign_off import Method, SignOff

__all__ = [
    "Answer",
    "Draft",
    "EventType",
    "Evidence",
    "EvidenceLink",
    "LedgerEvent",
    "LedgerText",
    "LogEntry",
    "Method",
    "ModulePlace",
    "ProgressLog",
    "SignOff",
]
