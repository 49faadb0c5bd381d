"""Learning: what is next, answers, and moving on through a module."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from courses.models import Framework, ModulePage
from courses.outline import Part, Step
from people.models import Refused, Workplace
from people.permissions import May
from progress import actions
from progress.answers import ANSWERS, AnswerForm
from progress.forms.learning import PlanForm
from progress.forms.logs import StartLogForm
from progress.learning import logs_of, next_of, studied_by
from progress.models import Draft, LogEntry, Plan, ProgressLog
from progress.requests import MemberRequest


def learn(request: MemberRequest) -> HttpResponse:
    """Show the one next thing, then logs and courses."""
    logs = logs_of(request.user)
    studied = studied_by(request.user, logs)
    works_somewhere = Workplace.objects.where(request.user, May.KEEP_A_LOG).exists()
    returned = LogEntry.objects.returned_to(request.user).first()
    planned = next((plan for plan in Plan.objects.due(request.user) if plan.task), None)
    shown = {
        "planned": planned,
        "logs": logs,
        "studied": studied,
        "returned": returned,
        "next": next_of(studied),
        "works_somewhere": works_somewhere,
    }
    return render(request, "progress/learn.html", shown)


def start_log(request: MemberRequest, framework_id: UUID) -> HttpResponse:
    """Open a log for a framework, asking where only of somebody who works in several places."""
    framework = get_object_or_404(Framework, pk=framework_id, courses__live=True)
    workplaces = Workplace.objects.where(request.user, May.KEEP_A_LOG)
    if not workplaces.exists():
        raise Http404
    form = StartLogForm(workplaces, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            log = ProgressLog.open(by=request.user, framework=framework, **form.cleaned_data)
            actions.credit_finished_modules(log)
            return redirect(log)
        except Refused as refused:
            form.add_error(None, refused)
    return render(request, "progress/start_log.html", {"form": form, "framework": framework})


def _activity(module_id: int, activity_id: str, *, in_words: bool) -> tuple[ModulePage, Step | None, Part]:
    module = get_object_or_404(ModulePage.objects.live(), pk=module_id)
    found = module.outline().find(activity_id)
    if found is None or ANSWERS[found[1].kind].in_words != in_words:
        raise Http404
    return module, *found


@login_not_required
@require_POST
def answer(request: HttpRequest, module_id: int, activity_id: str) -> HttpResponse:
    """Take an answer and show what it earns. Anybody may try a question; answers are kept for those signed in."""
    module, step, part = _activity(module_id, activity_id, in_words=False)
    form = ANSWERS[part.kind](part, request.POST)
    if not form.is_valid():
        return _show_again(request, module, step, part, form)
    if not request.user.is_authenticated:
        tried = {"part": part, "given": form.cleaned_data, "answer": None, "errors": None}
        verdict = part.asks.is_right(form.cleaned_data) if part.asks else None
        return _show(request, module, step, tried={**tried, "is_right": verdict})
    actions.record_answer(module, part, form.cleaned_data, by=request.user)
    return _back_to(request, module, step, part)


@require_POST
def write(request: MemberRequest, module_id: int, activity_id: str) -> HttpResponse:
    """Keep somebody's own words. Signed-in people only, so that the door keeps what is sent after a session has ended."""
    module, step, part = _activity(module_id, activity_id, in_words=True)
    form = ANSWERS[part.kind](part, request.POST)
    if not form.is_valid():
        return _show_again(request, module, step, part, form)
    actions.record_answer(module, part, form.cleaned_data, by=request.user)
    Draft.drop(place=request.path, by=request.user)
    Plan.drop(module, part.id, by=request.user)
    return _back_to(request, module, step, part)


@require_POST
def plan(request: MemberRequest, module_id: int, activity_id: str) -> HttpResponse:
    """Remember on which day she wants to try something at work, or forget it."""
    module, step, part = _activity(module_id, activity_id, in_words=True)
    form = PlanForm(request.POST)
    if part.asks is None or not part.asks.is_practice or not form.is_valid():
        raise Http404
    if day := form.day():
        Plan.choose(module, part.id, day, by=request.user)
    else:
        Plan.drop(module, part.id, by=request.user)
    return _back_to(request, module, step, part)


def _back_to(request: HttpRequest, module: ModulePage, step: Step | None, part: Part) -> HttpResponse:
    where = f"step/{step.number}/" if step else "finished/"
    return redirect(f"{module.get_url(request)}{where}#{part.id}")


def _show_again(request: HttpRequest, module: ModulePage, step: Step | None, part: Part, form: AnswerForm) -> HttpResponse:
    tried = {"part": part, "given": dict(request.POST.lists()), "answer": None, "errors": form.errors, "is_right": None}
    return _show(request, module, step, tried=tried, form=form)


def _show(request: HttpRequest, module: ModulePage, step: Step | None, **more: Any) -> HttpResponse:
    return module.show_step(request, step, **more) if step else module.show_end(request, **more)


@require_POST
def go_on(request: MemberRequest, module_id: int, step_id: str) -> HttpResponse:
    """Note a step as done and open the next one, or the module's end."""
    module = get_object_or_404(ModulePage.objects.live(), pk=module_id)
    outline = module.outline()
    number = outline.number_of(step_id)
    step = outline.step(number) if number else None
    if step is None:
        raise Http404
    actions.go_on(module, step, by=request.user)
    following = f"step/{step.number + 1}/" if outline.step(step.number + 1) else "finished/"
    return redirect(f"{module.get_url(request)}{following}")
