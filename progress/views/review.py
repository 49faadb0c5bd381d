"""A supervisor's screens: to review, one learner's desk, check before signing, done, and taking back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from people.models import Refused
from people.proof import forget_seed
from people.proof_form import ProofForm, asked_again
from progress import desk, supervision
from progress.came_back import came_back
from progress.decision import Decision
from progress.forms.deciding import DecisionForm, ReasonForm
from progress.forms.recording import RecordingForm
from progress.models import Draft, EventType, LogEntry, ProgressLog
from progress.on_her_desk import logs_on_desk_of
from progress.requests import MemberRequest
from progress.shown import answers_about, shown_for
from progress.signals import desk_finished
from progress.views import approve

CARDS_ON_A_PAGE = 20


def waiting_in_words(since: date, today: date) -> str:
    """Return how long something has waited: “Waiting since today”, “Waiting 1 day”, “Waiting 6 days”."""
    days = (today - since).days
    if days <= 0:
        return _("Sent today")
    return ngettext("Waiting %(days)d day", "Waiting %(days)d days", days) % {"days": days}


def review(request: MemberRequest) -> HttpResponse:
    """List the learners with something to decide: this supervisor's own people, or all, or those without a supervisor; oldest first."""
    desks = supervision.desks_of(request.user)
    if not desks:
        raise Http404
    piles = supervision.piles(ProgressLog.objects.to_review_by(request.user), desks, request.user)
    pile = supervision.chosen(piles, request.GET.get("people", ""))
    pages = Paginator(pile.logs.select_related("learner", "framework", "workplace"), CARDS_ON_A_PAGE)
    pages.count = pile.count  # asked already, with the others
    page = pages.get_page(request.GET.get("page"))
    today = timezone.localdate()
    shown = {
        "cards": [(log, waiting_in_words(timezone.localdate(log.waiting_since), today)) for log in page.object_list],  # type: ignore[attr-defined]
        "page": page,
        "piles": piles,
        "pile": pile,
        "covers": [held.name for held in desks if not held.has_people],
        "loads": supervision.loads_on(desks, request.user),
        "asked": desk.action_asked_of(request.user),
    }
    return render(request, "progress/review.html", shown)


def desk_log(request: MemberRequest, log_id: UUID) -> ProgressLog:
    """Return a log this person may decide on now; for anybody else there is no such desk."""
    logs = logs_on_desk_of(request.user).select_related("learner", "framework", "workplace__employer")
    return get_object_or_404(logs, pk=log_id)


def review_log(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Show one learner's declared outcomes, the evidence beside each; with `?again`, the decisions made so far."""
    log = desk_log(request, log_id)
    kept = _kept(request, log) if "again" in request.GET else None
    if kept is None:
        only = request.GET.get("only", "")
        draft = Draft.at(_place(log, only), by=request.user)
        items = desk.desk(log, only, draft.words if draft else None, _screen(request))
        return _show_desk(request, log, items, draft=draft)
    items = desk.sent_back_to_the_desk(log, kept.said)
    nothing = _decides_nothing(items)
    return _show_desk(request, log, items, Refused(nothing) if nothing else None)


def _screen(request: MemberRequest) -> int:
    """Return which screen of a full desk is asked for; the first, for what is no number."""
    asked = request.GET.get("screen", "")
    return max(int(asked), 1) if asked.isdecimal() and len(asked) < 4 else 1


def _place(log: ProgressLog, only: str) -> str:
    """Return the address a draft of this desk belongs to; an outcome that is signed on its own has a desk of its own."""
    return f"{reverse('progress:review_log', args=[log.pk])}{f'?only={only}' if only else ''}"


def _place_of(log: ProgressLog, items: list[desk.Item]) -> str:
    outcomes = [item.entry.outcome for item in items]
    return _place(log, outcomes[0].code if len(outcomes) == 1 and outcomes[0].sign_individually else "")


@dataclass(frozen=True)
class Kept:
    """Decisions between the desk and the signature: what the form said, and the number they will be recorded under."""

    said: QueryDict
    submission: UUID


def _keep(request: MemberRequest, log: ProgressLog) -> None:
    """Keep decisions with the session, so that Back and a reload never lose a typed reason."""
    request.session[f"desk-{log.pk}"] = [request.POST.urlencode(), str(uuid4())]


def _kept(request: MemberRequest, log: ProgressLog) -> Kept | None:
    kept = request.session.get(f"desk-{log.pk}")
    return Kept(QueryDict(kept[0]), UUID(kept[1])) if kept else None


def _decides_nothing(items: list[desk.Item]) -> str | None:
    """Say so when every form is right and none decides anything."""
    if not all(item.form.is_valid() for item in items) or _deciding(items):
        return None
    return _("Choose “Sign off” or “Return” for at least one outcome.")


def _show_desk(
    request: MemberRequest, log: ProgressLog, items: list[desk.Item], refused: Refused | None = None, draft: Draft | None = None
) -> HttpResponse:
    more, items = len(items) > desk.ON_A_SCREEN, items[: desk.ON_A_SCREEN]
    entries = [item.entry for item in items]
    answers, back = answers_about(entries), came_back(entries)
    for item in items:
        item.shown, item.came_back = shown_for(item.entry, answers), back.get(item.entry.pk)
    alone = [entry for entry in desk.one_by_one(log) if entry.pk not in {item.entry.pk for item in items}]
    shown = {
        "log": log,
        "items": items,
        "alone": alone,
        "next_screen": _screen(request) + 1 if more else None,
        "refused": refused,
        "has_errors": refused or _any_errors(items),
        "draft": draft,
        "place": _place_of(log, items),
    }
    return render(request, "progress/review_log.html", shown)


def _any_errors(items: list[desk.Item]) -> bool:
    return any(item.sent is not None and item.form.errors for item in items)


def _deciding(items: list[desk.Item]) -> list[desk.Item]:
    return [item for item in items if item.decision != DecisionForm.LEAVE]


def check(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Show what will be signed and returned, with the declaration in words, before anything is recorded."""
    log = desk_log(request, log_id)
    if request.method == "POST":
        _keep(request, log)
        return redirect("progress:review_check", log.pk)
    kept = _kept(request, log)
    if kept is None:
        return redirect("progress:review_log", log.pk)
    items = desk.sent_back_to_the_desk(log, kept.said)
    if not all(item.form.is_valid() for item in items) or _decides_nothing(items):
        return redirect(f"{reverse('progress:review_log', args=[log.pk])}?again")
    return _show_check(request, log, items, kept.submission, proof=asked_again(request))


def _statement(log: ProgressLog) -> str:
    return _(
        "I have looked at the evidence for each outcome that I sign off. %(learner)s has shown me what each of them asks for. I sign under my own name."
    ) % {"learner": log.learner.full_name}


def _show_check(
    request: MemberRequest,
    log: ProgressLog,
    items: list[desk.Item],
    submission: UUID,
    *,
    refused: Refused | None = None,
    proof: ProofForm | None = None,
) -> HttpResponse:
    deciding = _deciding(items)
    shown = {
        "log": log,
        "items": items,
        "signing": [item for item in deciding if item.decision == DecisionForm.SIGN],
        "returning": [item for item in deciding if item.decision == DecisionForm.SEND_BACK],
        "statement": _statement(log),
        "role": desk.role_at(request.user, log),
        "submission": submission,
        "refused": refused,
        "proof": proof,
    }
    return render(request, "progress/review_check.html", shown)


@require_POST
def decide(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Record the decisions: all of them, or none and the reason why."""
    log = desk_log(request, log_id)
    items = desk.sent_back_to_the_desk(log, request.POST)
    form = RecordingForm(request.POST)
    if not form.is_valid() or not all(item.form.is_valid() for item in items):
        return _show_desk(request, log, items)
    submission = form.cleaned_data["submission"]
    done = redirect(f"{reverse('progress:review_done', args=[log.pk])}?submission={submission}")
    if desk.is_decided(log, submission, by=request.user):
        return done
    said = {"by": request.user, "statement": _statement(log), "submission": submission}

    def would_decide(seed: bytes) -> list[Decision]:
        return desk.decisions(items, seed=seed, **said)

    if approve.is_asking(request):
        return approve.challenge(request, submission, would_decide)
    proof = approve.proof_of(request, submission, would_decide)
    if isinstance(proof, ProofForm):
        return _show_check(request, log, items, submission, proof=proof)
    try:
        desk.decide(items, proof=proof, **said)
    except Refused as refused:
        return _show_check(request, log, items, submission, refused=refused)
    forget_seed(request)
    desk_finished.send_robust(ProgressLog, log=log, by=request.user)
    Draft.drop(place=_place_of(log, items), by=request.user)
    return done


def done(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Confirm what was recorded, and lead to the next learner."""
    log = desk_log(request, log_id)
    form = RecordingForm(request.GET)
    events = desk.decided(log, form.cleaned_data["submission"]) if form.is_valid() else []
    waiting = ProgressLog.objects.to_review_by(request.user).hers_first(request.user).select_related("learner", "framework")
    shown = {
        "log": log,
        "signed": [event for event in events if event.type == "signed_off"],
        "returned": [event for event in events if event.type == "returned"],
        "left": LogEntry.objects.declared().filter(log=log).count(),
        "next": waiting.exclude(pk=log.pk).first(),
    }
    return render(request, "progress/review_done.html", shown)


def withdraw(request: MemberRequest, log_id: UUID, code: str) -> HttpResponse:
    """Take a sign-off back, on a page of its own that says what follows."""
    log = desk_log(request, log_id)
    entry = get_object_or_404(LogEntry.objects.with_everything(), log=log, outcome__code=code)
    entry.log = log
    draft = Draft.at(request.path, by=request.user)
    form = ReasonForm(request.POST or None, initial={**(draft.words if draft else {}), "seen": entry.version})
    proof = asked_again(request)
    if request.method == "POST" and form.is_valid():
        answer = _take_back(request, entry, form)
        if isinstance(answer, HttpResponse):
            return answer
        proof = answer or proof
    return render(request, "progress/withdraw.html", {"entry": entry, "form": form, "draft": draft, "proof": proof})


def _take_back(request: MemberRequest, entry: LogEntry, form: ReasonForm) -> HttpResponse | ProofForm | None:
    """Take it back and lead to the outcome, or say what a passkey has to sign. Return the proof that is wrong, or None when refused."""
    said = {"by": request.user, "reason": form.cleaned_data["reason"], "submission": form.cleaned_data["submission"]}

    def would_decide(seed: bytes) -> list[Decision]:
        return [Decision.with_reason(EventType.SIGNOFF_WITHDRAWN, entry, seed=seed, **said)]

    if approve.is_asking(request):
        return approve.challenge(request, said["submission"], would_decide)
    proof = approve.proof_of(request, said["submission"], would_decide)
    if isinstance(proof, ProofForm):
        return proof
    try:
        entry.withdraw_sign_off(proof=proof, seen=form.cleaned_data["seen"], **said)
    except Refused as refused:
        form.add_error(None, refused)
        return None
    forget_seed(request)
    desk_finished.send_robust(ProgressLog, log=entry.log, by=request.user)
    Draft.drop(place=request.path, by=request.user)
    took_back = _("You took back the sign-off of outcome %(code)s. %(learner)s reads your reason.")
    messages.success(request, took_back % {"code": entry.outcome.code, "learner": entry.log.learner.full_name})
    return redirect(entry)
