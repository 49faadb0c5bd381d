"""By which day a colleague's log should be finished."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people.models import Refused
from progress.forms.logs import DueForm
from progress.models import ProgressLog
from progress.requests import MemberRequest


def due(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Let a supervisor or manager say it, or take the day away."""
    logs = ProgressLog.objects.to_set_dates_by(request.user).select_related("learner", "framework")
    log = get_object_or_404(logs, pk=log_id)
    form = DueForm(request.POST or None, initial={"day": log.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            log.set_due(form.cleaned_data["day"], by=request.user)
            messages.success(request, _("Saved."))
            return redirect(log)
        except Refused as refused:
            form.add_error("day", refused)
    return render(request, "progress/due.html", {"log": log, "form": form})
