"""A quality assurer's screens: workplaces, what to sample, one sign-off, asking for action, the plan, and notes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.models import Outcome
from people.models import Refused, Workplace
from people.permissions import May
from people.proof import Proof, forget_seed
from people.proof_form import ProofForm, asked_again
from progress import quality as desk
from progress.decision import Decision
from progress.forms.quality import ActionForm, NoteForm, SampleForm, SamplingPlanForm
from progress.models import Draft, EventType, ProgressLog, SamplingPlan, SignOff, StandardisationNote
from progress.requests import MemberRequest
from progress.risks import Reason, Why
from progress.shown import answers_about, shown_for
from progress.signals import desk_finished
from progress.views import approve

CARDS_ON_A_PAGE = 20


def _assured(request: MemberRequest, workplace_id: UUID) -> Workplace:
    """Return a workplace whose quality this person assures today; for anybody else there is no such page."""
    return get_object_or_404(Workplace.objects.where(request.user, May.ASSURE).select_related("employer"), pk=workplace_id)


def quality(request: MemberRequest) -> HttpResponse:
    """List the workplaces whose quality this person assures; where there is one, go there."""
    workplaces = list(Workplace.objects.where(request.user, May.ASSURE).select_related("employer"))
    if not workplaces:
        raise Http404
    if len(workplaces) == 1:
        return redirect("progress:quality_at", workplaces[0].pk)
    return render(request, "progress/quality/workplaces.html", {"overviews": desk.overviews(workplaces, by=request.user)})


@dataclass(frozen=True)
class Card:
    """One sign-off on the list, with the reasons to look at it."""

    sign_off: SignOff
    reasons: list[Reason]

    @property
    def query(self) -> str:
        """Return the names of the reasons as the end of an address, so that the next page can say them again."""
        return "&".join(f"why={reason.why}" for reason in self.reasons)


def workplace(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """List what to sample at one workplace, the riskiest first, and what was begun and is not decided."""
    here = _assured(request, workplace_id)
    (overview,) = desk.overviews([here], by=request.user)
    page = Paginator(overview.to_sample, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = SignOff.objects.select_related("entry__outcome", "entry__log__framework", "learner", "sample__sampled_by")
    found = shown.in_bulk([*page.object_list, *overview.waiting])
    context = {
        "workplace": here,
        "overview": overview,
        "page": page,
        "cards": [Card(found[pk], overview.reasons[pk]) for pk in page.object_list],
        "waiting": [found[pk] for pk in overview.waiting],
    }
    return render(request, "progress/quality/workplace.html", context)


def _sign_off(request: MemberRequest, sign_off_id: UUID) -> SignOff:
    """Return a sign-off this person may look at; for anybody else, and for its own signer, there is no such page."""
    whole = desk.assured_by(request.user).select_related(
        "event",
        "sample__decided_by",
        "sample__sampled_by",
        "entry__outcome__area",
        "entry__log__learner",
        "entry__log__framework",
        "entry__log__workplace__employer",
    )
    return get_object_or_404(whole, pk=sign_off_id)


def sample(request: MemberRequest, sign_off_id: UUID) -> HttpResponse:
    """Show one sign-off as it was signed, with the evidence beside it; agree with it, or keep it to decide later."""
    sign_off = _sign_off(request, sign_off_id)
    form = SampleForm(request.POST or None, initial={"seen": sign_off.entry.version})
    proof = asked_again(request)
    if request.method == "POST" and form.is_valid():
        answer = _proved(request, sign_off, None if "later" in request.POST else EventType.IQA_AGREED, form)
        if isinstance(answer, HttpResponse):
            return answer
        try:
            if isinstance(answer, Proof):
                return _sampled(request, sign_off, form, answer)
            proof = answer
        except Refused as refused:
            form.refuse(refused)
    return _show_sample(request, sign_off, form, proof)


def _proved(
    request: MemberRequest, sign_off: SignOff, judged: EventType | None, form: SampleForm | ActionForm
) -> Proof | ProofForm | HttpResponse:
    """Return the proof with which an act is recorded, the form with what is wrong, or what a passkey has to sign."""
    why = [str(reason.why) for reason in desk.reasons_for(sign_off, by=request.user)]
    said = {"by": request.user, "submission": form.cleaned_data["submission"], "reason": form.cleaned_data.get("reason", "")}

    def would_record(seed: bytes) -> list[Decision]:
        return desk.decisions(sign_off, why, judged, seed=seed, **said)

    if approve.is_asking(request):
        return approve.challenge(request, said["submission"], would_record)
    return approve.proof_of(request, said["submission"], would_record)


def _sampled(request: MemberRequest, sign_off: SignOff, form: SampleForm, proof: Proof) -> HttpResponse:
    why = [str(reason.why) for reason in desk.reasons_for(sign_off, by=request.user)]
    act = {"by": request.user, "proof": proof, **form.cleaned_data}
    if "later" in request.POST:
        desk.take(sign_off, why, **act)
        messages.success(request, _("Outcome %(code)s stands among those you began.") % {"code": sign_off.entry.outcome.code})
    else:
        desk.agree(sign_off, why, **act)
        messages.success(request, _("You agreed with the sign-off of outcome %(code)s.") % {"code": sign_off.entry.outcome.code})
    forget_seed(request)
    desk_finished.send_robust(ProgressLog, log=sign_off.entry.log, by=request.user)
    return redirect("progress:quality_at", sign_off.entry.log.workplace_id)


def _show_sample(request: MemberRequest, sign_off: SignOff, form: SampleForm, proof: ProofForm | None) -> HttpResponse:
    entry = sign_off.entry
    names = sign_off.sampled.why if sign_off.sampled else request.GET.getlist("why")
    context = {
        "sign_off": sign_off,
        "entry": entry,
        "sample": sign_off.sampled,
        "why": [Why(name).label for name in names if name in Why.values],
        "shown": shown_for(entry, answers_about([entry])),
        "history": desk.history_of(entry),
        "can_decide": sign_off.withdrawn_at is None and not (sign_off.sampled and sign_off.sampled.is_decided),
        "form": form,
        "proof": proof,
    }
    return render(request, "progress/quality/sample.html", context)


def action(request: MemberRequest, sign_off_id: UUID) -> HttpResponse:
    """Ask for action on a sign-off, on a page of its own that says what follows."""
    sign_off = _sign_off(request, sign_off_id)
    draft = Draft.at(request.path, by=request.user)
    form = ActionForm(request.POST or None, initial={**(draft.words if draft else {}), "seen": sign_off.entry.version})
    proof = asked_again(request)
    if request.method == "POST" and form.is_valid():
        answer = _proved(request, sign_off, EventType.IQA_ACTION, form)
        if isinstance(answer, HttpResponse):
            return answer
        try:
            if isinstance(answer, Proof):
                return _asked_for_action(request, sign_off, form, answer)
            proof = answer
        except Refused as refused:
            form.refuse(refused)
    context = {"sign_off": sign_off, "entry": sign_off.entry, "form": form, "draft": draft, "proof": proof}
    return render(request, "progress/quality/action.html", context)


def _asked_for_action(request: MemberRequest, sign_off: SignOff, form: ActionForm, proof: Proof) -> HttpResponse:
    why = [str(reason.why) for reason in desk.reasons_for(sign_off, by=request.user)]
    desk.ask_for_action(sign_off, why, by=request.user, proof=proof, **form.cleaned_data)
    forget_seed(request)
    desk_finished.send_robust(ProgressLog, log=sign_off.entry.log, by=request.user)
    Draft.drop(place=request.path, by=request.user)
    said = _("You asked for action on outcome %(code)s. %(name)s and the supervisors see your reason.")
    messages.success(request, said % {"code": sign_off.entry.outcome.code, "name": sign_off.entry.log.learner.full_name})
    return redirect("progress:quality_at", sign_off.entry.log.workplace_id)


def plan(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Show and change how sign-offs are chosen at a workplace."""
    here = _assured(request, workplace_id)
    current = SamplingPlan.current_of([here])[here.pk]
    form = SamplingPlanForm(request.POST or None, initial={"share": current.share, "risks": current.risks})
    if request.method == "POST" and form.is_valid():
        try:
            SamplingPlan.choose(here, by=request.user, **form.cleaned_data)
            messages.success(request, _("The sampling plan is changed."))
            return redirect("progress:quality_at", here.pk)
        except Refused as refused:
            form.refuse(refused)
    earlier = SamplingPlan.objects.filter(workplace=here).exclude(ended_at=None).select_related("made_by")[:5]
    return render(request, "progress/quality/plan.html", {"workplace": here, "plan": current, "form": form, "earlier": earlier})


def notes(request: MemberRequest) -> HttpResponse:
    """Show the standardisation notes of the workplaces where somebody signs off or assures quality."""
    assures = Workplace.objects.where(request.user, May.ASSURE)
    if not (assures | Workplace.objects.where(request.user, May.SIGN_OFF)).exists():
        raise Http404
    found = StandardisationNote.objects.visible_to(request.user).select_related("workplace", "made_by").prefetch_related("outcomes")
    page = Paginator(found, CARDS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "progress/quality/notes.html", {"page": page, "assures": list(assures)})


def write_note(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Write a standardisation note, perhaps about an outcome that somebody just looked at."""
    here = _assured(request, workplace_id)
    about = Outcome.objects.filter(framework__logs__workplace=here, pk__in=_uuids(request.GET.getlist("outcome"))).distinct()
    draft = Draft.at(request.path, by=request.user)
    begun: dict[str, Any] = {name: draft.words.get(name, "") for name in ("title", "text")} if draft else {}
    form = NoteForm(about, request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            note = StandardisationNote.write(here, by=request.user, **form.cleaned_data)
            Draft.drop(place=request.path, by=request.user)
            return redirect(note)
        except Refused as refused:
            form.refuse(refused)
    return render(request, "progress/quality/note.html", {"workplace": here, "form": form, "draft": draft})


def _uuids(texts: list[str]) -> list[UUID]:
    """Return the ids among what an address says; what is none is passed over."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
