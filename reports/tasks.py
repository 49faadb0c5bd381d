"""What the worker does for reports."""

import gc
from tempfile import TemporaryFile
from uuid import UUID

from celery import current_app, shared_task
from celery.signals import worker_init, worker_process_init
from django.utils import timezone

from people.models import User
from progress.models import ProgressLog
from reports.collecting import AT_ONCE, take_a_turn
from reports.handout import render_handout_pdf
from reports.jobs import kinds_of_jobs, somebody_waits
from reports.leaving import Issued, read_everything, write_leaving_pack
from reports.models import Handout, LeavingPack, LogCollection, LogExport, Pack, SealCertificate, SealCheck, Statement
from reports.nudge import EXPIRES, nudge
from reports.portfolio import write_pack
from reports.portfolio_pdf import write_portfolio
from reports.progress_log import read_again, read_export
from reports.rendering import code_in, limit_memory, render_pdf, seal_certificate, sealed, seen_in, warm
from reports.statement import read_learned, statement_pdf
from reports.units import NoSuchUnit

WRITERS = {Pack.Form.ZIP: write_pack, Pack.Form.PDF: write_portfolio}
WAIT_FOR_A_PAPER = 3  # seconds until a pack looks again whether its paper is there
STEP_ASIDE = 1  # seconds until a collection looks again whether nobody waits
SOFT_LIMIT = 40  # seconds; the hard limit (50) is shorter than the lease (60), so no two workers hold one row


class PaperFailed(Exception):
    """The paper that a pack is made around could not be made, though it was tried five times."""


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]  # Celery has no types
def render_log(export_id: str) -> None:
    """Render one export. Run twice, or twice at once, it renders once."""
    if export := LogExport.objects.claim(export_id):
        _issue(export)


def _issue(export: LogExport) -> None:
    with export.failing_safely():
        record = read_export(export, seal=SealCertificate.noted(seal_certificate()).fingerprint)
        export.finish(sealed(render_pdf(record)), record)


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def render_handout(handout_id: str) -> None:
    """Render one module on paper. Run twice, or twice at once, it renders once."""
    if handout := Handout.objects.claim(handout_id):
        with handout.failing_safely():
            handout.finish(render_handout_pdf(handout))


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def make_pack(pack_id: str) -> None:
    """Make one portfolio pack around the paper of its log, which is made first if there is none that is true."""
    if pack := Pack.objects.claim(pack_id):
        with pack.failing_safely():
            if pack.paper_failed:
                raise PaperFailed
            if pack.lost_its_unit:
                raise NoSuchUnit
            issued = _as_issued(pack.log, pack.requested_by, only_for=pack.unit_id)
            if issued is None:
                _after_its_paper(pack)
                return
            with TemporaryFile() as content:
                WRITERS[pack.form](content, pack.log, issued.record, issued.export)
                pack.finish(content, issued.export)


def _after_its_paper(pack: Pack | LeavingPack) -> None:
    """Let a pack wait for the paper that is being made, and come back for it."""
    pack.put_off(WAIT_FOR_A_PAPER)
    nudge(pack.task, str(pack.pk), pause=WAIT_FOR_A_PAPER)


def _as_issued(log: ProgressLog, by: User, *, only_for: UUID | None = None) -> Issued | None:
    """Return a log as its paper says it; None while there is no paper that is true, which is asked for then.

    `only_for`: the unit whose outcomes alone are wanted.
    """
    export = LogExport.request(log, by=by)
    if not export.is_ready:
        return None
    with export.file.open("rb") as paper:
        record = read_again(export, code=code_in(paper.read()), only_for=only_for)
    is_true = LogExport.still_true_for(log) == export  # something may have been recorded meanwhile
    return Issued(log, record, export) if is_true else None


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def make_leaving_pack(pack_id: str) -> None:
    """Put everything of one person into a file, once each of her logs has a paper that is true."""
    if pack := LeavingPack.objects.claim(pack_id):
        with pack.failing_safely():
            if pack.paper_failed:
                raise PaperFailed
            begun_with = pack.erasures()
            asked = [_as_issued(log, pack.learner) for log in pack.logs()]
            issued = [one for one in asked if one]
            if len(issued) < len(asked):
                _after_its_paper(pack)
                return
            with TemporaryFile() as content:
                write_leaving_pack(content, read_everything(pack.learner), issued)
                pack.finish(content, begun_with=begun_with)


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def collect_logs(nudged_for: str) -> None:
    """Give one turn to the collection that has waited longest, whichever it was that called, and come back for the next.

    A collection never makes anybody wait for more than the one PDF that is being made: whoever waits for her own goes first.
    """
    if somebody_waits():
        LogCollection.objects.promise()
        nudge(LogCollection.task, nudged_for, pause=STEP_ASIDE)
    elif collection := LogCollection.objects.claim_next():
        pause = AT_ONCE
        with collection.failing_safely():
            pause = take_a_turn(collection, _issue)
        if LogCollection.objects.pending().exists():
            nudge(LogCollection.task, nudged_for, pause=pause.total_seconds())


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def make_statement(statement_id: str) -> None:
    """Render one statement of learning. Nothing is left to state of somebody who was erased meanwhile: then the statement goes."""
    if statement := Statement.objects.claim(statement_id):
        with statement.failing_safely():
            learned = read_learned(statement.page.specific, statement.learner)
            if not learned.modules:
                statement.let_go()
                return
            statement.finish(statement_pdf(learned, named=f"statement {statement.pk}", issued_at=timezone.now()), learned.digest)


@shared_task(soft_time_limit=SOFT_LIMIT)  # type: ignore[untyped-decorator]
def check_seal(check_id: str) -> None:
    """Look at one file that somebody sent to be checked."""
    if check := SealCheck.objects.claim(check_id):
        with check.failing_safely():
            seen = seen_in(check.file.read())
            check.finish(seen.verdict, beneath=seen.beneath, code=seen.code)


@shared_task  # type: ignore[untyped-decorator]
def sweep_exports() -> None:
    """Give up on what failed too often, send again whatever nobody is working on, and forget what was asked yesterday."""
    SealCheck.forget_the_old()
    LogCollection.objects.forget_the_old()
    LeavingPack.objects.forget_the_old()
    for kind in kinds_of_jobs():
        kind.objects.give_up_on_the_hopeless()
        for pk in kind.objects.overdue():
            current_app.tasks[kind.task].apply_async([str(pk)], expires=EXPIRES)


@worker_init.connect  # type: ignore[untyped-decorator]
def load_the_renderer(**_signal: object) -> None:
    """Load the renderer once, before the children are made: they share its memory, and a new one is ready at once."""
    warm()
    gc.freeze()  # a collection would write into the pages that they share


@worker_process_init.connect  # type: ignore[untyped-decorator]
def prepare_to_render(**_signal: object) -> None:
    """Put a ceiling on the memory of a worker's child."""
    limit_memory()
