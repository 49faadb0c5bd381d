"""How far: records that are qualification evidence."""

from progress.models.answer import Answer, ModulePlace
from progress.models.check import LedgerCheck
from progress.models.draft import Draft
from progress.models.entry import LogEntry
from progress.models.erased_file import ErasedFile
from progress.models.evidence import Evidence, EvidenceLink
from progress.models.group import Attendance, GroupSession
from progress.models.ledger import CAME_BACK, EventType, LedgerEvent, LedgerText
from progress.models.letter import CheckpointLetter
from progress.models.log import ProgressLog
from progress.models.plan import Plan
from progress.models.quality import Sample, SamplingPlan, StandardisationNote
from progress.models.sign_off import Method, SignOff
from progress.models.upload import FileKind, Upload
from progress.models.witness import WitnessRequest

__all__ = [
    "CAME_BACK",
    "Answer",
    "Attendance",
    "CheckpointLetter",
    "Draft",
    "ErasedFile",
    "EventType",
    "Evidence",
    "EvidenceLink",
    "FileKind",
    "GroupSession",
    "LedgerCheck",
    "LedgerEvent",
    "LedgerText",
    "LogEntry",
    "Method",
    "ModulePlace",
    "Plan",
    "ProgressLog",
    "Sample",
    "SamplingPlan",
    "SignOff",
    "StandardisationNote",
    "Upload",
    "WitnessRequest",
]
