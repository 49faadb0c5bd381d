"""A supervisor records what she saw, asked or talked through: for one learner or for all who were there, and signs it if she wants to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Outcome
from people.models import Refused, Workplace
from people.permissions import May
from people.proof import Proof, forget_seed
from people.proof_form import ProofForm, asked_again
from progress import desk, together
from progress.areas import by_area
from progress.decision import Decision
from progress.forms.observing import RecordForm
from progress.forms.recording import RecordingForm
from progress.models import Draft, LogEntry, ProgressLog
from progress.requests import MemberRequest
from progress.signals import desk_finished
from progress.views import approve
from progress.views.review import desk_log

KEEPS_ONE_TICK = {"outcomes", "sign"}  # a draft holds one word for each name
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
    """Ask what it was; then, where she signs too, have it checked on a page of its own."""
    sent = RecordingForm(request.POST)
    if sent.is_valid() and together.is_recorded(logs, sent.cleaned_data["submission"], by=request.user):
        return _back_to(logs)
    left = _left(logs)
    outcomes = Outcome.objects.filter(pk__in=[entry.outcome_id for entry in left])
    kept = _kept(request, logs)
    if "check" in request.GET and request.method == "GET":
        return _check(request, logs, RecordForm(outcomes, kept)) if kept else redirect(_page(request, logs))
    draft = Draft.at(request.path, by=request.user)
    begun = {name: words for name, words in draft.words.items() if name not in KEEPS_ONE_TICK} if draft else None
    said = request.POST if request.method == "POST" else kept if "again" in request.GET else None
    form = RecordForm(outcomes, said, initial=begun)
    if request.method == "POST" and form.is_valid():
        answer = _recorded(request, logs, form)
        if answer is not None:
            return answer
    shown = {"logs": logs, "form": form, "groups": _groups(left, form.chosen), "draft": draft}
    return render(request, "progress/record.html", shown)


def _recorded(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm) -> HttpResponse | None:
    """Record what is right, once it is checked and proved where she signs too; None when it was refused, and the form says why."""
    if form.cleaned_data["sign"] and "signed" not in request.POST:
        request.session[_key(logs)] = request.POST.urlencode()
        return redirect(_page(request, logs, "check"))
    try:
        signing = form.cleaned_data["sign"] and _seen(request)  # what she checked may leave nothing to sign
        proof = _proved(request, logs, form) if signing else None
        return proof if isinstance(proof, HttpResponse) else _carry_out(request, logs, form, proof)
    except Refused as refused:
        form.refuse(refused)
    return None


def _key(logs: Sequence[ProgressLog]) -> str:
    return f"record-{'-'.join(str(log.pk) for log in logs)}"


def _kept(request: MemberRequest, logs: Sequence[ProgressLog]) -> QueryDict | None:
    """Return what she typed, between the form and the signature: kept with the session, so that Back and a reload lose nothing."""
    kept = request.session.get(_key(logs))
    return QueryDict(kept) if kept else None


def _page(request: MemberRequest, logs: Sequence[ProgressLog], name: str = "") -> str:
    """Return the address of the form for these logs, of its `check`, or of the form `again`."""
    whose = [f"log={log.pk}" for log in logs] if "log" in request.GET else []
    query = "&".join([*whose, *([name] if name else [])])
    return f"{request.path}?{query}" if query else request.path


def _left(logs: Sequence[ProgressLog]) -> list[LogEntry]:
    """Return one entry for each outcome that is not signed off everywhere, with the names of those who sent it."""
    names = {log.pk: log.learner.full_name for log in logs}
    entries = LogEntry.objects.in_a_list().filter(log__in=names).exclude(state=LogEntry.State.SIGNED_OFF)
    found: dict[UUID, Any] = {}
    for entry in entries.order_by("outcome__position", "log_id"):
        first = found.setdefault(entry.outcome_id, entry)
        first.sent_by = [*getattr(first, "sent_by", []), *([names[entry.log_id]] if entry.is_waiting else [])]
    for entry in found.values():
        entry.sent_by = ", ".join(sorted(entry.sent_by))
    return list(found.values())


@dataclass(frozen=True)
class Group:
    """Outcomes that stand together on the form: those that were sent, then the rest by area."""

    title: str
    entries: list[Any]
    is_open: bool


def _groups(left: list[Any], chosen: set[str]) -> list[Group]:
    """Return what was sent first, then the rest by area; open what was sent or is ticked, and the first area where nothing was sent."""
    sent = [entry for entry in left if entry.sent_by]
    rest = [entry for entry in left if not entry.sent_by]
    found = [Group(_("Sent for sign-off"), sent, True)] if sent else []
    for area in by_area(rest) if rest else []:
        ticked = any(str(entry.outcome_id) in chosen for entry in area.entries)
        found.append(Group(f"{area.area.code} {area.area.title}", area.entries, ticked or (area.is_open and not sent)))
    return found


def _check(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm) -> HttpResponse:
    """Show the page on which she checks before signing; what is no longer right goes back to the form."""
    if not form.is_valid():
        return redirect(_page(request, logs, "again"))
    return _show_check(request, logs, form, proof=asked_again(request))


def _proved(request: MemberRequest, logs: Sequence[ProgressLog], form: RecordForm) -> HttpResponse | Proof:
    """Return her proof; the check again, with what is wrong, where there is none."""
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
    signing = sum(len(share.signable) for share in shares)
    sent = [(name, value) for name, values in form.data.lists() for value in values if name in form.fields]  # type: ignore[attr-defined]
    shown = {
        "shares": shares,
        "signing": signing,
        "form": form,
        "how": dict(RecordForm.KINDS)[form.cleaned_data["kind"]],
        "sent": sent,
        "act": _page(request, logs),
        "change": _page(request, logs, "again"),
        "proof": proof if signing else None,
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
    for log in logs if seen else ():
        desk_finished.send_robust(ProgressLog, log=log, by=request.user)
    Draft.drop(place=request.path, by=request.user)
    request.session.pop(_key(logs), None)
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
