"""A supervisor records what she saw, asked or talked through: for one learner or for all who were there, and signs it if she wants to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Outcome
from people.models import Refused, Workplace
from people.permissions import May
from people.proof import Proof, forget_seed
from people.proof_form import ProofForm, asked_again
from progress import desk, together
from progress.areas import AreaInLog, by_area
from progress.decision import Decision
from progress.forms.observing import RecordForm
from progress.forms.recording import RecordingForm
from progress.models import Draft, LogEntry, ProgressLog
from progress.requests import MemberRequest
from progress.views import approve
from progress.views.review import desk_log

SEEN = "seen-"  # and the id of an entry: its version on the page where she checked


def record(request: MemberRequest, log_id: UUID) -> HttpResponse:
    """Record it for one learner."""
    return _record(request, [desk_log(request, log_id)])


def record_together(request: MemberRequest) -> HttpResponse:
    """Ask who was there; then record it for all of them."""
    if not Workplace.objects.where(request.user, May.SIGN_OFF).exists():
        raise Http404
    logs = ProgressLog.objects.for_desk_of(request.user).select_related("learner", "framework", "workplace__employer")
    logs = logs.order_by("framework__title", "framework__edition", "learner__full_name")
    chosen = set(request.GET.getlist("log"))
    there = [log for log in logs if str(log.pk) in chosen]
    if len(there) < len(chosen):
        raise Http404
    if there and len({log.framework_id for log in there}) == 1:
        return _record(request, there)
    wrong = _("Choose people who work on the same set of outcomes.") if there else _("Choose who was there.")
    asked = "log" in request.GET or "go" in request.GET
    shown = {"logs": logs, "chosen": chosen, "refused": Refused(wrong) if asked else None}
    return render(request, "progress/record_who.html", shown)


def _record(request: MemberRequest, logs: Sequence[ProgressLog]) -> HttpResponse:
    sent = RecordingForm(request.POST)
    if sent.is_valid() and together.is_recorded(logs, sent.cleaned_data["submission"], by=request.user):
        return _back_to(logs)
    left = _left(logs)
    draft = Draft.at(request.path, by=request.user)
    begun = (
        {name: words for name, words in draft.words.items() if name not in {"outcomes", "sign"}} if draft else None
    )  # a draft keeps one tick
    outcomes = Outcome.objects.filter(pk__in=[entry.outcome_id for entry in left])
    form = RecordForm(outcomes, request.POST if request.method == "POST" else None, initial=begun)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        proof = _checked(request, logs, form) if form.cleaned_data["sign"] else None
        if isinstance(proof, HttpResponse):
            return proof
        try:
            return _carry_out(request, logs, form, proof)
        except Refused as refused:
            form.refuse(refused)
    shown = {"logs": logs, "form": form, "areas": _areas(left, form.chosen), "draft": draft}
    return render(request, "progress/record.html", shown)


def _left(logs: Sequence[ProgressLog]) -> list[LogEntry]:
    """Return one entry for each outcome that is not signed off everywhere, with the names of those who sent it."""
    names = {log.pk: log.learner.full_name for log in logs}
    entries = LogEntry.objects.in_a_list().filter(log__in=names).exclude(state=LogEntry.State.SIGNED_OFF)
    found: dict[UUID, Any] = {}
    for entry in entries.order_by("outcome__position", "log_id"):
        first = found.setdefault(entry.outcome_id, entry)
        first.sent_by = [*getattr(first, "sent_by", []), *([names[entry.log_id]] if entry.is_waiting else [])]
    for entry in found.values():
        entry.sent_by = ", ".join(entry.sent_by)
    return list(found.values())


def _areas(left: list[Any], chosen: set[str]) -> list[AreaInLog]:
    """Return the areas; open where something was sent or is ticked."""
    areas = by_area(left) if left else []
    sent = any(entry.sent_by for entry in left)
    for area in areas:
        ticked = any(str(entry.outcome_id) in chosen for entry in area.entries)
        area.is_open = ticked or (any(entry.sent_by for entry in area.entries) if sent else area.is_open)  # type: ignore[attr-defined]
    return areas


def _checked(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm) -> HttpResponse | Proof:
    """Return the page on which she checks before signing; her proof, when she has checked and proved who she is."""
    if "signed" not in request.POST:
        return _show_check(request, logs, form, proof=asked_again(request))
    said = form.cleaned_data

    def would_decide(seed: bytes) -> list[Decision]:
        whose = {"by": request.user, "submission": said["submission"], "statement": _statement(), "seed": seed}
        return together.decisions(logs, said["outcomes"], **whose, **form.words())

    if approve.is_asking(request):
        return approve.challenge(request, said["submission"], would_decide)
    proof = approve.proof_of(request, said["submission"], would_decide)
    return _show_check(request, logs, form, proof=proof) if isinstance(proof, ProofForm) else proof


def _statement() -> str:
    return _(
        "I saw or heard this myself. Each person has shown me what the outcomes that I sign off for them ask for. I sign under my own name."
    )


def _show_check(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm, *, proof: ProofForm | None) -> HttpResponse:
    shares = together.shares(logs, form.cleaned_data["outcomes"])
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name in form.fields]
    shown = {
        "shares": shares,
        "signing": sum(len(share.signable) for share in shares),
        "form": form,
        "how": dict(RecordForm.KINDS)[form.cleaned_data["kind"]],
        "sent": sent,
        "proof": proof,
        "statement": _statement(),
        "role": desk.role_at(request.user, logs[0]) if len({log.workplace_id for log in logs}) == 1 else "",
    }
    return render(request, "progress/record_check.html", shown)


def _carry_out(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm, proof: Proof | None) -> HttpResponse:
    """Record it; `proof` where she signs too."""
    said = form.cleaned_data
    seen = _seen(request) if proof else {}
    signing = together.Signing(proof, _statement(), seen) if proof and seen else None
    together.record_together(logs, list(said["outcomes"]), by=request.user, submission=said["submission"], signing=signing, **form.words())
    forget_seed(request)
    Draft.drop(place=request.path, by=request.user)
    done = [_("Recorded: %(title)s.") % {"title": said["title"]}]
    if seen:
        done.append(ngettext("%(count)d outcome signed off.", "%(count)d outcomes signed off.", len(seen)) % {"count": len(seen)})
    messages.success(request, " ".join(done))
    return _back_to(logs)


def _back_to(logs: Sequence[ProgressLog]) -> HttpResponse:
    return redirect("progress:review_log", logs[0].pk) if len(logs) == 1 else redirect("progress:review")


def _seen(request: MemberRequest) -> dict[UUID, int]:
    """Return the versions of the entries that were on the page. Raise Refused for what no page of ours sends."""
    try:
        return {UUID(name.removeprefix(SEEN)): int(str(value)) for name, value in request.POST.items() if name.startswith(SEEN)}
    except ValueError as error:
        raise Refused(_("Open the page again.")) from error
