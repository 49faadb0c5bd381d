"""The check of the whole ledger that runs every night, and leaves what it came to where the operator sees it."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from progress.checkpoint import CannotRun, Leaf, read_checkpoint
from progress.models import LedgerCheck
from progress.verification import Finding, verify

log = logging.getLogger(__name__)
OLD_ENOUGH = timedelta(hours=20)  # a checkpoint of this very night would not show what was cut off yesterday
SHOWN = 20


def check_the_ledger() -> LedgerCheck:
    """Verify everything against itself and against yesterday's checkpoint; keep and return what came of it."""
    began, checkpoint = timezone.now(), _of_yesterday()
    leaves, found = _leaves(checkpoint)
    done = verify(checkpoint=leaves)
    done.findings += found
    if done.findings:
        log.error("The nightly check of the ledger has %d findings. Run manage.py verify_ledger.", len(done.findings))
    return LedgerCheck.objects.create(
        began_at=began,
        ended_at=timezone.now(),
        logs=done.logs,
        events=done.events,
        findings=len(done.findings),
        said="\n".join(str(finding) for finding in done.findings[:SHOWN]),
        checkpoint=checkpoint.name if checkpoint else "",
        checkpointed_at=_last_checkpointed(),
    )


def _of_yesterday() -> Path | None:
    """Return the newest checkpoint that is old enough. Their names are their times."""
    before = (timezone.now() - OLD_ENOUGH).strftime("%Y-%m-%dT%H-%M-%S")
    return max((path for path in settings.CHECKPOINT_DIR.glob("*.checkpoint") if path.name < before), default=None)


def _last_checkpointed() -> datetime | None:
    """Return when the newest checkpoint was written."""
    written = [path.stat().st_mtime for path in settings.CHECKPOINT_DIR.glob("*.checkpoint")]
    return datetime.fromtimestamp(max(written), UTC) if written else None


def _leaves(checkpoint: Path | None) -> tuple[list[Leaf], list[Finding]]:
    """Return what a checkpoint holds; one that cannot be read, or was changed, is a finding of its own."""
    if checkpoint is None:
        return [], []
    try:
        return read_checkpoint(checkpoint), []
    except CannotRun as error:
        return [], [Finding("", 0, str(error))]
