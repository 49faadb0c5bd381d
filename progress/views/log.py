"""A log and its outcomes: what is there, what is missing, evidence, and sending it to the supervisor."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.models import ModulePage, OutcomeLink, Unit
from people.models import Refused, Supervision
from progress import actions, rules
from progress.areas import by_area
from progress.came_back import came_back
from progress.forms.evidence import EVIDENCE_FORMS, UseEvidenceForm
from progress.forms.recording import RecordingForm
from progress.models import Draft, LogEntry, ProgressLog, WitnessRequest
from progress.quality import assured_by
from progress.requests import MemberRequest
from progress.shown import answers_about, shown_for
from progress.written import written_for


def _log(request: MemberRequest, log_id: UUID) -> ProgressLog:
    logs = ProgressLog.objects.visible_to(request.user).select_related("framework", "workplace__employer", "learner")
    return get_object_or_404(logs, pk=log_id)


def _entry(request: MemberRequest, log_id: UUID, code: str) -> LogEntry:
    log = _log(request, log_id)
    entry = get_object_or_404(LogEntry.objects.with_everything(), log=log, outcome__code=code)
    entry.log = log
    return entry


def own_entry(request: MemberRequest, log_id: UUID, code: str) -> LogEntry:
    """Return an entry of the person's own log; for anybody else there is no such page."""
    entry = _entry(request, log_id, code)
    if entry.learner_id != request.user.pk:
        raise Http404
    return entry


def log(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Show a log as a task list by area."""
    found = _log(request, log_id)
    entries = list(LogEntry.objects.in_a_list().filter(log=found))
    is_mine = found.learner_id == request.user.pk
    shown = {
        "log": found,
        "areas": by_area(entries),
        "done": sum(entry.is_signed_off for entry in entries),
        "waiting": sum(entry.is_waiting for entry in entries),
        "total": len(entries),
        "is_mine": is_mine,
        "units": Unit.objects.linked_to(found.framework) if is_mine else (),
        "supervision": Supervision.of(found.learner, found.workplace),
        "may_set_day": not is_mine and ProgressLog.objects.to_set_dates_by(request.user).filter(pk=found.pk).exists(),
    }
    return render(request, "progress/log.html", shown)


def outcome(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Show one outcome: what it needs, what is there, and the one next thing to do."""
    return _show_outcome(request, _entry(request, log_id, code))


def _show_outcome(request: MemberRequest, entry: LogEntry, sent: UseEvidenceForm | None = None) -> HttpResponse:
    is_mine = entry.learner_id == request.user.pk
    use_form = sent or (UseEvidenceForm(entry) if is_mine else None)
    answers = answers_about([entry])
    shown = {
        "entry": entry,
        "is_mine": is_mine,
        "can_decide": not is_mine and ProgressLog.objects.for_desk_of(request.user).filter(pk=entry.log_id).exists(),
        "can_sample": assured_by(request.user).filter(entry=entry, withdrawn_at=None).first()
        if entry.is_signed_off and not is_mine
        else None,
        "reason": entry.last_reason if entry.state == LogEntry.State.RETURNED else "",
        "ways": _ways(request, entry) if is_mine and not entry.is_signed_off else [],
        "use_form": use_form if use_form and use_form.has_pieces else None,
        "form": sent,
        "modules": ModulePage.objects.live().filter(outcomes=entry.outcome),
        "shown": shown_for(entry, answers),
        "asked_witnesses": WitnessRequest.objects.open().filter(entries=entry) if is_mine else [],
        "written": written_for(entry, answers) if is_mine and not entry.is_signed_off else [],
        "links": OutcomeLink.objects.filter(outcome=entry.outcome).select_related("unit").order_by("unit") if is_mine else (),
    }
    return render(request, "progress/outcome.html", shown)


class Way(NamedTuple):
    """A way to add evidence: the address of its form, its heading, and whether a draft waits there."""

    address: str
    heading: str
    is_begun: bool


def _ways(request: MemberRequest, entry: LogEntry) -> list[Way]:
    """Return the ways to add evidence to this outcome."""
    begun = Draft.objects.filter(writer=request.user, place__startswith=f"{entry.get_absolute_url()}evidence/")
    places = set(begun.values_list("place", flat=True))
    found = []
    for kind, form in EVIDENCE_FORMS.items():
        address = reverse("progress:add_evidence", args=[entry.log_id, entry.outcome.code, kind])
        found.append(Way(address, str(form.heading), address in places))
    return found


@require_POST
def use_evidence(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Show a piece the learner already has for this outcome too."""
    entry = own_entry(request, log_id, code)
    form = UseEvidenceForm(entry, request.POST)
    if form.is_valid():
        piece, submission = form.cleaned_data["evidence"], form.cleaned_data["submission"]
        show = piece.show_for if piece.log_id == entry.log_id else piece.show_in_another_log
        try:
            show(entry, by=request.user, submission=submission)
            return redirect(entry)
        except Refused as refused:
            form.add_error(None, refused)
    return _show_outcome(request, entry, form)


@require_POST
def use_words(request: MemberRequest, log_id: UUID, code: str, answer_id: UUID) -> HttpResponse:
    """Show what the learner wrote in a module as evidence for this outcome. Shown already, there is nothing left to do."""
    entry = own_entry(request, log_id, code)
    written = next((written for written in written_for(entry, answers_about([entry])) if written.answer.pk == answer_id), None)
    if written:
        try:
            actions.show_as_evidence(written, entry, by=request.user)
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
    return redirect(f"{entry.get_absolute_url()}#evidence")


def declare(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Check what will be sent, then send it to the supervisor."""
    entry = own_entry(request, log_id, code)
    if request.method == "GET" and rules.objections(rules.DECLARE_RULES, entry, request.user):
        return redirect(entry)
    statement = _("I am ready for this outcome to be signed off. The evidence is my own.")
    form = RecordingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry.declare(by=request.user, statement=statement, submission=form.cleaned_data["submission"])
            return redirect("progress:sent", log_id=log_id, code=code)
        except Refused as refused:
            form.add_error(None, refused)
    shown = {
        "entry": entry,
        "form": form,
        "statement": statement,
        "supervision": Supervision.of(request.user, entry.log.workplace),
        "back": came_back([entry]).get(entry.pk) if entry.state == LogEntry.State.RETURNED else None,
    }
    return render(request, "progress/declare.html", shown)


def sent(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Confirm what was sent and say what happens next."""
    entry = own_entry(request, log_id, code)
    if not entry.is_waiting:
        return redirect(entry)
    others = LogEntry.objects.in_a_list().filter(log=entry.log, state__in=rules.IN_HER_HANDS)
    shown = {
        "entry": entry,
        "supervision": Supervision.of(request.user, entry.log.workplace),
        "ready": next((other for other in others if not other.missing), None),
    }
    return render(request, "progress/sent.html", shown)


def call_back(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Take a declaration back, on a page of its own that says what follows."""
    entry = own_entry(request, log_id, code)
    if request.method == "GET" and not entry.is_waiting:
        return redirect(entry)
    form = RecordingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entry.call_back(by=request.user, submission=form.cleaned_data["submission"])
            return redirect(entry)
        except Refused as refused:
            form.add_error(None, refused)
    return render(request, "progress/call_back.html", {"entry": entry, "form": form})
