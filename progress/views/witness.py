"""A learner asks somebody who saw her work; that person, without an account, says what they saw."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.models import Refused
from progress.forms.recording import RecordingForm
from progress.forms.witness import AskWitnessForm, WitnessForm
from progress.models import Evidence, LogEntry, WitnessRequest
from progress.requests import MemberRequest
from progress.views.log import own_entry


def ask(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Make a link for a witness, for this outcome and others of its area."""
    entry = own_entry(request, log_id, code)
    form = AskWitnessForm(_near(entry), request.POST or None, initial={"entries": [entry.pk]})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(WitnessRequest.ask(entry.log, by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused)
    return render(request, "progress/ask_witness.html", {"entry": entry, "form": form})


def _near(entry: LogEntry) -> QuerySet[LogEntry]:
    """Return what one piece of work may show besides an outcome: those of its area that are not signed off."""
    with_practice = Q(outcome__kind__in=["practice", "both"]) | Q(pk=entry.pk)
    same_area = LogEntry.objects.filter(log=entry.log, outcome__area=entry.outcome.area).filter(with_practice)
    return same_area.exclude(state=LogEntry.State.SIGNED_OFF).select_related("outcome")


def link(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Show the link to send, and let it be taken back."""
    asked = get_object_or_404(WitnessRequest.objects.select_related("log"), pk=request_id, log__learner=request.user)
    entries = list(asked.entries.select_related("outcome"))
    if request.method == "POST":
        asked.take_back()
        messages.success(request, _("The link does not work any more."))
        return redirect(entries[0])
    return render(request, "progress/witness_link.html", {"asked": asked, "entries": entries})


@login_not_required
def witness(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a witness what they saw. They see the learner's name and these outcomes, and nothing else."""
    asked = WitnessRequest.objects.behind(token)
    if asked is None:
        return _closed(request)
    if request.user.is_authenticated and request.user.pk == asked.log.learner_id:
        return render(request, "progress/witness_yourself.html", {"asked": asked})
    form = WitnessForm(asked.entries.select_related("outcome"), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked.give(**form.statement())
            return redirect("progress:witness_thanks")
        except Refused as refused:
            form.refuse(refused)
    response = render(request, "progress/witness.html", {"learner": asked.log.learner.full_name, "asked": asked, "form": form})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    """Answer for a link that was used, taken back, too old or made up, all in the same words; pressed twice, it was sent once."""
    sent = RecordingForm(request.POST)
    if sent.is_valid() and Evidence.objects.filter(pk=sent.cleaned_data["submission"], kind=Evidence.Kind.WITNESS_STATEMENT).exists():
        return redirect("progress:witness_thanks")
    return render(request, "progress/witness_closed.html", status=404)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Thank a witness."""
    return render(request, "progress/witness_thanks.html")
