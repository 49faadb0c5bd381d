"""Adding evidence: the form, the look at who could be recognised, and the files, which only those see who may."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.models import Refused
from progress.forms.evidence import EVIDENCE_FORMS, EvidenceForm
from progress.looking import Look, LookForm, look_at
from progress.models import Draft, Evidence, LogEntry, ProgressLog, Upload
from progress.requests import MemberRequest
from progress.views.log import own_entry

Keep = Callable[[dict[str, Any]], Evidence]


def add_evidence(request: MemberRequest, log_id: UUID, code: str, kind: str) -> HttpResponse:
    """Take a new piece of evidence for this outcome."""
    entry = own_entry(request, log_id, code)
    form_class = EVIDENCE_FORMS.get(kind)
    if form_class is None:
        raise Http404
    if request.method != "POST":
        draft = _draft(request)
        return _show_form(request, entry, form_class(initial=draft.words if draft else None, by=request.user), draft)
    form = form_class(request.POST, request.FILES, by=request.user)
    return _take(request, entry, form, lambda piece: Evidence.add(entry.log, [entry], by=request.user, **piece))


def new_version(request: MemberRequest, log_id: UUID, code: str, evidence_id: UUID) -> HttpResponse:
    """Take a new version of a piece that she recorded herself."""
    entry = own_entry(request, log_id, code)
    before = get_object_or_404(
        Evidence.objects.filter(log=entry.log, added_by=request.user, witness_name="", erased_at=None), pk=evidence_id
    )
    before.log = entry.log
    form_class = next((form for form in EVIDENCE_FORMS.values() if form.kind == before.kind), None)
    if form_class is None:
        raise Http404
    if request.method != "POST":
        draft = _draft(request)
        words = {name: getattr(before, name) for name in form_class.base_fields if hasattr(before, name) and name != "file"}
        return _show_form(request, entry, form_class(initial=draft.words if draft else words, by=request.user, before=before), draft)
    form = form_class(request.POST, request.FILES, by=request.user, before=before)
    return _take(request, entry, form, lambda piece: before.replace(by=request.user, **piece))


def versions(request: MemberRequest, evidence_id: UUID) -> HttpResponse:
    """Show every version of a piece to somebody who may see the log."""
    seen = Evidence.objects.filter(log__in=ProgressLog.objects.visible_to(request.user))
    piece = get_object_or_404(seen.select_related("log__framework"), pk=evidence_id)
    pieces = Evidence.objects.filter(pk__in=piece.family).select_related("added_by").order_by("-version")
    return render(request, "progress/versions.html", {"log": piece.log, "pieces": list(pieces)})


def _draft(request: MemberRequest) -> Draft | None:
    """Return what was typed into this form and not sent. A save that arrived after the sending is no draft."""
    draft = Draft.at(request.path, by=request.user)
    if draft and draft.was_sent:
        draft.delete()
        return None
    return draft


def _show_form(request: MemberRequest, entry: LogEntry, form: EvidenceForm, draft: Draft | None = None) -> HttpResponse:
    return render(request, "progress/add_evidence.html", {"entry": entry, "form": form, "draft": draft})


def _take(request: MemberRequest, entry: LogEntry, form: EvidenceForm, keep: Keep) -> HttpResponse:
    """Have a piece looked at before it is kept. What was typed stays, whichever way she goes."""
    if not form.is_valid():
        return _show_form(request, entry, form)
    look = look_at(form, entry.log)
    looked = LookForm(request.POST, look.upload)
    if looked.pressed == LookForm.CHANGE:
        return _show_form(request, entry, form, Draft.at(request.path, by=request.user))
    try:
        if not looked.is_valid() or (not looked.pressed and look.is_needed):
            return _show_look(request, entry, look, looked)
        if look.upload and looked.chosen:
            look.upload.cover(looked.chosen)
            return _show_look(request, entry, look, LookForm(None, look.upload), is_covered=True)
        piece = keep(form.piece())
    except Refused as refused:
        form.refuse(refused)
        return _show_form(request, entry, form)
    Draft.drop(place=request.path, by=request.user)
    messages.success(request, _("Added to your evidence: %(title)s.") % {"title": piece.title})
    return redirect(entry)


def _show_look(request: MemberRequest, entry: LogEntry, look: Look, looked: LookForm, *, is_covered: bool = False) -> HttpResponse:
    """Show what to look at. The words wait as a draft meanwhile: whoever leaves finds them again, and the file with them."""
    form = look.form
    Draft.keep({name: str(form.data.get(name, "")) for name in form.fields if name != "file"}, place=request.path, by=request.user)
    shown = {"entry": entry, "form": looked, "sent": form, "look": look, "is_covered": is_covered}
    return render(request, "progress/look.html", shown)


@require_safe
def upload(request: MemberRequest, upload_id: UUID) -> HttpResponseBase:
    """Hand a file that is no evidence yet to the one person who chose it."""
    held = get_object_or_404(Upload.objects.filter(owner=request.user), pk=upload_id)
    return _handed_out(held.file, str(held.file.name))


@require_safe
def evidence_file(request: MemberRequest, evidence_id: UUID) -> HttpResponseBase:
    """Hand a piece's file to somebody who may see the log."""
    pieces = Evidence.objects.exclude(file="").filter(log__in=ProgressLog.objects.visible_to(request.user))
    piece = get_object_or_404(pieces, pk=evidence_id)
    return _handed_out(piece.file, piece.file_name)


def _handed_out(file: "File[bytes]", name: str) -> FileResponse:
    """Return a file that runs nothing, whatever it is, and that no cache keeps."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
