"""Log entries: one outcome in one progress log, and the verbs that change it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Outcome
from courses.needs import EvidenceKind
from people.models import Membership, Refused, User
from people.proof import Proof
from progress import news, rules
from progress.decision import Decision
from progress.models.evidence import LEARNERS_KINDS, Evidence, EvidenceLink
from progress.models.ledger import CAME_BACK, EventType, LedgerEvent, LedgerText
from progress.models.sign_off import SignOff
from progress.projection import DECLARED, OPEN, RETURNED, SIGNED_OFF, EntryState, after
from progress.snapshots import evidence_snapshot, outcome_snapshot


def _action_asked() -> models.Exists:
    of_this = SignOff.objects.filter(entry=models.OuterRef("pk"), sample__outcome="action")
    return models.Exists(of_this.filter(sample__decided_at__gt=models.OuterRef("declared_at")))


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    """Choices of entries."""

    def in_a_list(self) -> "LogEntryQuerySet":
        """Fetch what one line about each entry needs: its outcome, and how much evidence there is, not the evidence itself."""
        columns = ("kind", "seen_on", "added_at", "erased_at")
        few = EvidenceLink.objects.only("entry_id", "replaces_id", *(f"evidence__{column}" for column in columns))
        return self.select_related("outcome__area").prefetch_related(models.Prefetch("evidence_links", few, to_attr="fetched_links"))

    def with_evidence(self) -> "LogEntryQuerySet":
        """Fetch what somebody needs who decides: the outcome, and each piece of evidence with who recorded it."""
        links = EvidenceLink.objects.select_related("evidence__added_by")
        return self.select_related("outcome").prefetch_related(models.Prefetch("evidence_links", links, to_attr="fetched_links"))

    def with_everything(self) -> "LogEntryQuerySet":
        """Fetch what a page about entries needs, in a fixed number of queries."""
        sign_offs = models.Prefetch("sign_offs", SignOff.objects.select_related("sample__decided_by"))
        return self.with_evidence().saying_who_asks().select_related("outcome__area").prefetch_related(sign_offs)

    def returned_to(self, learner: User) -> "LogEntryQuerySet":
        """Return the entries that came back to a learner for more work, in the order of their outcomes."""
        return self.saying_who_asks().filter(learner=learner, state=RETURNED).select_related("outcome", "log__framework")

    def saying_who_asks(self) -> "LogEntryQuerySet":
        """Add `action_asked`: whether a quality assurer asked for action, and the learner has not sent it again since."""
        return self.annotate(action_asked=_action_asked())

    def with_action_asked(self) -> "LogEntryQuerySet":
        """Return those, the oldest first."""
        return self.filter(_action_asked(), state=RETURNED).order_by("declared_at")

    def declared(self) -> "LogEntryQuerySet":
        """Return the entries that wait for a supervisor, oldest first."""
        return self.filter(state=DECLARED).order_by("declared_at", "outcome__position")


class LogEntry(models.Model):
    """One outcome in one log. Its state is written with the event that caused it, and can be rebuilt from events."""

    class State(models.TextChoices):
        OPEN = OPEN, gettext_lazy("Not started")
        DECLARED = DECLARED, gettext_lazy("Sent to supervisor")
        RETURNED = RETURNED, gettext_lazy("Needs more work")
        SIGNED_OFF = SIGNED_OFF, gettext_lazy("Signed off")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    log = models.ForeignKey("progress.ProgressLog", on_delete=models.PROTECT, related_name="entries")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="entries")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    knowledge_met_at = models.DateTimeField(null=True, blank=True)
    knowledge_from_module = models.DateTimeField(null=True, blank=True)
    practice_met_at = models.DateTimeField(null=True, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["outcome__position"]
        constraints = [
            models.UniqueConstraint("log", "outcome", name="one_entry_per_outcome"),
            models.CheckConstraint(condition=models.Q(state__in=[OPEN, DECLARED, RETURNED, SIGNED_OFF]), name="entry_has_a_known_state"),
        ]
        indexes = [models.Index(fields=["log", "state"], name="entries_by_state")]

    def __str__(self) -> str:
        return f"{self.outcome.code} of {self.log_id}"

    def get_absolute_url(self) -> str:
        """Return the page of this outcome in this log."""
        return reverse("progress:outcome", args=[self.log_id, self.outcome.code])

    # Facts about one row

    @property
    def is_signed_off(self) -> bool:
        """Whether a sign-off stands."""
        return self.state == SIGNED_OFF

    @property
    def is_open(self) -> bool:
        """Whether it is the learner's turn."""
        return self.state in rules.IN_HER_HANDS

    @property
    def is_waiting(self) -> bool:
        """Whether a supervisor has something to decide."""
        return self.state == DECLARED

    @property
    def is_in_hand(self) -> bool:
        """Whether the learner has begun it and it is her turn."""
        return self.state == RETURNED or (self.state == OPEN and bool(self.evidence_count or self.knowledge_met_at))

    @property
    def status(self) -> str:
        """Return the status in the words every screen uses: an open entry with something in it is in progress."""
        if self.state == OPEN and self.is_in_hand:
            return _("In progress")
        return str(self.get_state_display())

    @property
    def evidence_count(self) -> int:
        """Return how many pieces of evidence count."""
        return len(self._readable)

    @property
    def links(self) -> list[EvidenceLink]:
        """Return what stands, or stood, beside it. A list of entries fetches it in one query; a prefetch without a name of its own makes a query set for each."""
        fetched: list[EvidenceLink] | None = self.__dict__.get("fetched_links")
        return list(self.evidence_links.all()) if fetched is None else fetched

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Look at the row afresh, and at its evidence when it is asked for next."""
        self.__dict__.pop("fetched_links", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def pieces(self) -> list[Evidence]:
        """Return the evidence that stands beside it: of several versions, the one that took the others' place here."""
        links = self.links
        replaced = {link.replaces_id for link in links}
        return [link.evidence for link in links if link.evidence_id not in replaced]

    @property
    def kept_elsewhere(self) -> list[Evidence]:
        """Return the evidence that stays at the workplace, where the signer looks at it."""
        return [piece for piece in self.pieces if piece.kind == EvidenceKind.SEEN_IN_WORKPLACE]

    @property
    def live_sign_off(self) -> SignOff | None:
        """Return the sign-off that stands, if one does."""
        return next((sign_off for sign_off in self.sign_offs.all() if sign_off.withdrawn_at is None), None)

    @property
    def missing(self) -> str | None:
        """Say what is still missing before it can be declared, or None."""
        knows = self.knowledge_met_at is not None
        return rules.what_is_missing(self.outcome, self._readable, knows=knows, on=self._judged_on)

    @property
    def _judged_on(self) -> date:
        """The day on which evidence must be recent enough: the day she sent it. What a supervisor leaves lying does not grow too old."""
        return timezone.localdate(self.declared_at if self.is_waiting else None)

    @property
    def is_for_others_to_show(self) -> bool:
        """Whether what is missing is of a kind that only somebody else can record."""
        wanted = set(self.outcome.evidence_kinds)
        return bool(self.missing and wanted) and not wanted & LEARNERS_KINDS and not any(piece.kind in wanted for piece in self._readable)

    @property
    def _readable(self) -> list[Evidence]:
        """Return the evidence that counts: nobody can look at a piece whose words were erased."""
        return [piece for piece in self.pieces if not piece.is_erased]

    @property
    def as_state(self) -> EntryState:
        """Return the row's state as the projection writes it."""
        return EntryState(
            self.state, self.version, self.knowledge_met_at, self.practice_met_at, self.declared_at, self.knowledge_from_module
        )

    @property
    def last_reason(self) -> str:
        """Return why it last came back, in the words of who sent it back."""
        last = self.events.filter(type__in=CAME_BACK).order_by("seq").last()
        return last.words("reason") if last else ""

    # Verbs: each takes `by`, holds the log, and leaves its event in the same transaction.

    def declare(self, *, by: User, statement: str, submission: UUID) -> LedgerEvent:
        """Say, as the learner, that this is ready for sign-off. `statement` stood above the button."""
        with self._held():
            if done := self.log.recorded(submission, EventType.DECLARED, by=by, entry=self):
                return done
            self._refuse_by(rules.DECLARE_RULES, by)
            data = {"outcome": outcome_snapshot(self.outcome), "evidence": evidence_snapshot(self), "statement": statement}
            return self._record(EventType.DECLARED, by=by, submission=submission, data=data)

    def call_back(self, *, by: User, submission: UUID) -> LedgerEvent:
        """Take a declaration back before anybody decided on it."""
        with self._held():
            if done := self.log.recorded(submission, EventType.DECLARATION_WITHDRAWN, by=by, entry=self):
                return done
            self._refuse_by(rules.CALL_BACK_RULES, by)
            return self._record(EventType.DECLARATION_WITHDRAWN, by=by, submission=submission, data={})

    def sign_off(
        self,
        *,
        by: User,
        proof: Proof,
        method: str,
        statement: str,
        seen: int,
        submission: UUID,
        note: str = "",
        looked_at: Collection[UUID] = (),
    ) -> LedgerEvent:
        """Sign as `by`, or raise Refused. State, signature and ledger change together.

        `seen` is the version of the entry the signer was looking at; `statement` the
        declaration that stood above the button; `method` how the outcome was shown;
        `proof` how the signer last proved who she is, which must not be long ago;
        `looked_at` the pieces kept at the workplace that she says she has seen there.
        """
        with self._held():
            if done := self.log.recorded(submission, EventType.SIGNED_OFF, by=by, entry=self):
                return done
            self._refuse_by(rules.SIGN_OFF_RULES, by, seen, proof)
            if objection := rules.what_stays_at_work_was_looked_at(self, looked_at):
                raise Refused(objection)
            decision = Decision.signing(self, by=by, submission=submission, seed=proof.seed, method=method, statement=statement, note=note)
            event = self._decide(decision, proof)
            SignOff.write(self, event, decision.data, by)
            return event

    def send_back(self, *, by: User, proof: Proof, reason: str, seen: int, submission: UUID) -> LedgerEvent:
        """Return the entry to the learner with a reason she can act on."""
        with self._held():
            if done := self.log.recorded(submission, EventType.RETURNED, by=by, entry=self):
                return done
            self._refuse_by(rules.RETURN_RULES, by, seen, proof)
            decision = Decision.with_reason(EventType.RETURNED, self, by=by, submission=submission, seed=proof.seed, reason=reason)
            return self._decide(decision, proof)

    def withdraw_sign_off(self, *, by: User, proof: Proof, reason: str, seen: int, submission: UUID) -> LedgerEvent:
        """Take a sign-off back, with a reason. Both stay in the record."""
        with self._held():
            if done := self.log.recorded(submission, EventType.SIGNOFF_WITHDRAWN, by=by, entry=self):
                return done
            self._refuse_by(rules.WITHDRAW_RULES, by, seen, proof)
            taken_back = EventType.SIGNOFF_WITHDRAWN
            decision = Decision.with_reason(taken_back, self, by=by, submission=submission, seed=proof.seed, reason=reason)
            event = self._decide(decision, proof)
            self.sign_offs.filter(withdrawn_at=None).update(withdrawn_at=event.at, withdrawn_by=event)
            return event

    def assure(
        self, type: EventType, *, by: User, proof: Proof, seen: int, submission: UUID, more: Mapping[str, object], reason: str = ""
    ) -> LedgerEvent:
        """Record what a quality assurer did with the sign-off that stands (called by the verbs of `Sample`). Action takes it back."""
        with self._held():
            if done := self.log.recorded(submission, type, by=by, entry=self):
                return done
            self._refuse_by(rules.SAMPLE_RULES if type == EventType.IQA_SAMPLED else rules.JUDGE_RULES, by, seen, proof)
            standing = self.sign_offs.filter(withdrawn_at=None)
            decision = Decision.assuring(
                type, self, standing.get(), by=by, submission=submission, seed=proof.seed, more=more, reason=reason
            )
            event = self._decide(decision, proof)
            if type == EventType.IQA_ACTION:
                standing.update(withdrawn_at=event.at, withdrawn_by=event)
            return event

    def note_knowledge(self, module: Mapping[str, object], *, submission: UUID) -> LedgerEvent | None:
        """Mark the knowledge part met by a finished module, once; practice is never met this way."""
        with self._held():
            if not self.outcome.has_knowledge_part or self.knowledge_from_module:
                return None
            return self._record(EventType.KNOWLEDGE_MET, by=self.learner, submission=submission, data={"module": module})

    def note_evidence(self, evidence: Mapping[str, object], *, by: User, submission: UUID, replaces: Evidence | None = None) -> LedgerEvent:
        """Record that a piece of evidence now stands beside this outcome, perhaps in another's place (called by `Evidence`)."""
        data = {"evidence": evidence, **({"replaces": str(replaces.pk)} if replaces else {})}
        return self._record(EventType.EVIDENCE_ADDED, by=by, submission=submission, data=data)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the log, then look at the entry afresh: what the page showed may be out of date."""
        with self.log.writing():
            self.refresh_from_db()
            yield

    def _refuse_by(self, act: Sequence[rules.Rule], by: User, seen: int | None = None, proof: Proof | None = None) -> None:
        if proof is not None:  # a decision: the role that allows it must still hold when it is written down
            Membership.objects.filter(user=by, workplace=self.log.workplace_id).hold()
        if objections := rules.objections(act, self, by):
            raise Refused(objections)
        if proof is not None and not proof.is_fresh:
            raise Refused(_("Enter your password again, so that it is clear who signs."))
        if seen is not None and seen != self.version:
            raise Refused(_("%(code)s has changed since you opened the page. Look at it again.") % {"code": self.outcome.code})

    def _decide(self, decision: Decision, proof: Proof) -> LedgerEvent:
        """Record a decision with its proof."""
        by, submission = decision.by, decision.submission
        return self._record(decision.type, by=by, submission=submission, data=decision.proved_by(proof), texts=decision.texts)

    def _record(
        self, type: EventType, *, by: User, submission: UUID, data: Mapping[str, object], texts: Sequence[LedgerText] = ()
    ) -> LedgerEvent:
        event = self.log.append(type, by=by, submission=submission, entry=self, data=data, texts=texts)
        self.take(after(self.as_state, type, event.seq, event.at, data))
        news.of(self, type, by=by)
        return event

    def take(self, state: EntryState) -> None:
        """Write a projected state to the row."""
        for field, value in state._asdict().items():
            setattr(self, field, value)
        self.save(update_fields=EntryState._fields)
