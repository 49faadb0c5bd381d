"""A manager's screen of workload: who supervises whom, what waits on each desk, and one press to change it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from people.models import Refused, Supervision, Workplace
from people.permissions import May
from people.supervision import agree_limits
from progress import workload as numbers
from progress.requests import MemberRequest
from progress.supervision import Workload, workload_of
from progress.workload_form import AssignForm, LimitsForm, MoveForm


def _managed(request: MemberRequest, workplace_id: UUID) -> Workload:
    """Return the workload of a workplace this person manages today; for anybody else there is no such page."""
    workplaces = Workplace.objects.where(request.user, May.MANAGE_PEOPLE).select_related("employer")
    return workload_of(get_object_or_404(workplaces, pk=workplace_id))


def workload(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Show each supervisor's people and what waits from them, beside the ceiling and her minutes."""
    return _show(request, _managed(request, workplace_id))


def _show(request: MemberRequest, work: Workload, sent: forms.Form | None = None) -> HttpResponse:
    """Show the page; `sent` is the form that was sent with a mistake."""
    empty: tuple[forms.Form, ...] = (AssignForm(work), MoveForm(work), LimitsForm(work))
    assign_form, move_form, limits_form = (sent if type(one) is type(sent) else one for one in empty)
    shown = {
        "work": work,
        "workplace": work.workplace,
        "assign_form": assign_form,
        "move_form": move_form,
        "limits_form": limits_form,
        "form": sent,
        "numbers": numbers,
    }
    return render(request, "progress/workload.html", shown)


@require_POST
def assign(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Give people who have no supervisor one."""
    work = _managed(request, workplace_id)
    form = AssignForm(work, request.POST)
    if form.is_valid():
        learners, supervisor = list(form.cleaned_data["learners"]), form.cleaned_data["supervisor"]
        try:
            Supervision.assign(learners, supervisor, at=work.workplace, by=request.user)
            said = ngettext("%(name)s now supervises %(learner)s.", "%(name)s now supervises %(count)d more people.", len(learners))
            said %= {"name": supervisor.full_name, "learner": learners[0].full_name, "count": len(learners)}
            return _changed(request, workplace_id, said)
        except Refused as refused:
            form.add_error(None, refused)
    return _show(request, work, form)


@require_POST
def move(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Give somebody another supervisor."""
    work = _managed(request, workplace_id)
    form = MoveForm(work, request.POST)
    if form.is_valid():
        try:
            moved = form.cleaned_data["supervision"].move_to(form.cleaned_data["supervisor"], by=request.user)
            names = {"name": moved.supervisor.full_name, "learner": moved.learner.full_name}
            return _changed(request, workplace_id, _("%(name)s now supervises %(learner)s.") % names)
        except Refused as refused:
            form.add_error(None, refused)
    return _show(request, work, form)


@require_POST
def limits(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Set the ceiling and the minutes."""
    work = _managed(request, workplace_id)
    form = LimitsForm(work, request.POST)
    if form.is_valid():
        agree_limits(work.workplace, form.cleaned_data["ceiling"], form.minutes, by=request.user)
        return _changed(request, workplace_id, _("The ceiling and the minutes are kept."))
    return _show(request, work, form)


def _changed(request: MemberRequest, workplace_id: UUID, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("progress:workload", workplace_id)
