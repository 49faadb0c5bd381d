"""Group sessions: leading one, being in the room, and ending it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from courses.activities.group_session import GroupSession as Asked
from courses.models import ModulePage
from courses.outline import Step
from people.models import Refused, Workplace
from people.permissions import May
from progress.forms.sessions import EndSessionForm, LeadSessionForm
from progress.models import GroupSession
from progress.requests import MemberRequest


def _asked(module_id: int, activity_id: str) -> tuple[ModulePage, Step, Asked]:
    module = get_object_or_404(ModulePage.objects.live(), pk=module_id)
    step, part = module.outline().find(activity_id) or (None, None)
    if step is None or part is None or not isinstance(part.asks, Asked):
        raise Http404
    return module, step, part.asks


@require_POST
def lead(request: MemberRequest, module_id: int, activity_id: str) -> HttpResponse:
    """Open a session; for somebody who may not lead there is no such thing."""
    module, _step, asks = _asked(module_id, activity_id)
    where = LeadSessionForm(Workplace.objects.where(request.user, May.LEAD_SESSIONS).order_by("name"), request.POST).chosen()
    if where is None:
        raise Http404
    return redirect(GroupSession.lead(module, activity_id, asks.title, at=where, by=request.user))


@require_POST
def join(request: MemberRequest, module_id: int, activity_id: str) -> HttpResponse:
    """Note that somebody is in the room."""
    module, step, asks = _asked(module_id, activity_id)
    typed = request.POST.get("code", "")[:20]
    try:
        GroupSession.join(module, activity_id, typed, by=request.user)
    except Refused as refused:
        shown = {"group_error": " ".join(refused.messages), "group_error_at": asks.id, "group_typed": typed}
        return module.show_step(request, step, **shown, tried=None, form=_Wrong())
    return redirect(f"{module.get_url(request)}step/{step.number}/#{asks.id}")


class _Wrong:
    """What the page's title asks of a form: whether something is wrong."""

    errors = True


def group(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Show who leads a session its code and who is there; with POST, end it."""
    session = get_object_or_404(GroupSession.objects.led_by(request.user).select_related("module", "workplace"), pk=session_id)
    form = EndSessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        session.end(form.cleaned_data["minutes"])
        return redirect(session)
    there = session.attendances.select_related("learner")
    return render(request, "progress/group.html", {"session": session, "there": there, "form": form})
