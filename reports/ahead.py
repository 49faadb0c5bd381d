"""The PDF is there before she asks: it is made when a desk has been finished and was quiet for a while."""

from typing import Any

from people.models import User
from progress.models import ProgressLog
from reports.models import LogExport


def prepare(*, log: ProgressLog, by: User, **_signal: Any) -> None:
    """Let a log's PDF be made soon (receiver of `progress.signals.desk_finished`)."""
    LogExport.prepare(log, by=by)
