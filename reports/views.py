"""Asking for a progress log, a pack, a statement or a handout, waiting for it, and taking it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from courses.models import CoursePage, ModulePage
from progress.checkpoint import CannotRun
from progress.models import ProgressLog
from progress.requests import MemberRequest
from reports.bundle import bundle_of
from reports.forms import PackForm
from reports.models import Handout, LogExport, Pack, Statement
from reports.statement import read_learned
from reports.waiting import file_of, how_far


@require_POST
def request_export(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Ask for a log's PDF: the one that is ready, if nothing changed since, or the one being made."""
    log = get_object_or_404(ProgressLog.objects.visible_to(request.user), pk=log_id)
    return redirect(LogExport.request(log, by=request.user))


def _export(request: MemberRequest, export_id: UUID) -> LogExport:
    exports = LogExport.objects.visible_to(request.user).select_related("log__learner", "log__framework")
    found: LogExport = get_object_or_404(exports, pk=export_id)
    return found


@require_GET
def export(request: MemberRequest, export_id: UUID) -> HttpResponse:
    """Show how far a PDF is, then the way to take it. A poll hears nothing until there is news."""
    found = _export(request, export_id)
    is_mine = found.log.learner_id == request.user.pk
    return how_far(request, found, "reports/export.html", "reports/export_state.html", export=found, log=found.log, is_mine=is_mine)


@require_GET
def download(request: MemberRequest, export_id: UUID) -> HttpResponseBase:
    """Hand over the file, under a name that says whose it is and of which day."""
    found = _export(request, export_id)
    return file_of(found)


@require_GET
def record(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Hand over the learner's whole record as a file that proves itself. It holds her own words, so only she takes it."""
    log = get_object_or_404(ProgressLog.objects.select_related("framework"), pk=log_id, learner=request.user)
    try:
        bundle = bundle_of(log)
    except CannotRun:
        messages.error(request, _("The file cannot be signed just now. Your record is safe. Tell the person who runs this site."))
        return redirect(log)
    name = f"{log.framework.key}-record-{log.head_seq}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(bundle, content_type="application/json", headers=headers)


@require_POST
def request_pack(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Ask for the portfolio of one's own log, in one form, of all outcomes or those of a unit. It holds the learner's words and files, so only she may."""
    log = get_object_or_404(ProgressLog, pk=log_id, learner=request.user)
    wish = PackForm(log.framework, request.POST)
    if wish.is_valid():
        return redirect(Pack.request(log, by=request.user, **wish.cleaned_data))
    messages.error(request, _("Nothing was made: an author changed what can be chosen. Choose again which outcomes go in."))
    return redirect(log)


def _pack(request: MemberRequest, pack_id: UUID) -> Pack:
    found: Pack = get_object_or_404(Pack.objects.visible_to(request.user).select_related("log__learner", "log__framework"), pk=pack_id)
    return found


@require_GET
def pack(request: MemberRequest, pack_id: UUID) -> HttpResponse:
    """Show how far a pack is, then the way to take it. A poll hears nothing until there is news."""
    found = _pack(request, pack_id)
    return how_far(request, found, "reports/pack.html", "reports/pack_state.html", pack=found)


@require_GET
def download_pack(request: MemberRequest, pack_id: UUID) -> HttpResponseBase:
    """Hand over the file of a pack."""
    found = _pack(request, pack_id)
    return file_of(found, found.content_type)


@require_POST
def request_statement(request: MemberRequest, page_id: int) -> HttpResponse:
    """Ask for a statement of what one has finished: a module, or the modules of a course. Of nothing finished there is none."""
    page = get_object_or_404(Page.objects.type(CoursePage, ModulePage), pk=page_id).specific
    learned = read_learned(page, request.user)
    if not learned.modules:
        raise Http404
    return redirect(Statement.request(page, learned.digest, by=request.user))


def _statement(request: MemberRequest, statement_id: UUID) -> Statement:
    statements = Statement.objects.visible_to(request.user).select_related("learner", "page")
    found: Statement = get_object_or_404(statements, pk=statement_id)
    return found


@require_GET
def statement(request: MemberRequest, statement_id: UUID) -> HttpResponse:
    """Show how far a statement is, then the way to take it. A poll hears nothing until there is news."""
    found = _statement(request, statement_id)
    return how_far(request, found, "reports/statement_page.html", "reports/statement_state.html", statement=found)


@require_GET
def download_statement(request: MemberRequest, statement_id: UUID) -> HttpResponseBase:
    """Hand over the file of a statement."""
    found = _statement(request, statement_id)
    return file_of(found)


@login_not_required
@require_POST
def request_handout(request: HttpRequest, module_id: int) -> HttpResponse:
    """Ask for a published module as a PDF. Anybody may: it is made once for everybody."""
    return redirect(Handout.request(get_object_or_404(ModulePage.objects.live().exclude(live_revision=None), pk=module_id)))


def _handout(handout_id: UUID) -> Handout:
    found: Handout = get_object_or_404(Handout.objects.filter(module__live=True).select_related("module"), pk=handout_id)
    return found


@login_not_required
@require_GET
def handout(request: HttpRequest, handout_id: UUID) -> HttpResponse:
    """Show how far a handout is, then the way to take it."""
    found = _handout(handout_id)
    return how_far(request, found, "reports/handout_page.html", "reports/handout_state.html", handout=found, module=found.module)


@login_not_required
@require_GET
def download_handout(request: HttpRequest, handout_id: UUID) -> HttpResponseBase:
    """Hand over the file of a handout."""
    found = _handout(handout_id)
    return file_of(found)
