"""Asking somebody without an account to say what they saw: a link for one person and one use."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Refused, User
from progress.models.entry import LogEntry
from progress.models.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from progress.models.log import ProgressLog

LASTS = timedelta(days=14)
MOST_OPEN = 20  # links of one log at a time


def in_two_weeks() -> datetime:
    """Return when a link made now ends."""
    return timezone.now() + LASTS


class WitnessRequestQuerySet(models.QuerySet["WitnessRequest"]):
    """Choices of requests."""

    def open(self) -> "WitnessRequestQuerySet":
        """Return those whose link works now."""
        return self.filter(evidence=None, revoked_at=None, expires_at__gt=timezone.now())

    def behind(self, token: str) -> "WitnessRequest | None":
        """Return the request that a link stands for; None for one that was made up, used, taken back or too old."""
        try:
            pk = UUID(_signer().unsign(token))
        except (BadSignature, ValueError):
            return None
        return self.open().filter(pk=pk).select_related("log__learner").first()


class WitnessRequest(models.Model):
    """One request of a learner. The link is not kept: it is the number of this row, signed with the site's own secret."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    log = models.ForeignKey("progress.ProgressLog", on_delete=models.PROTECT, related_name="witness_requests")
    entries = models.ManyToManyField(LogEntry, related_name="witness_requests")
    remember = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_two_weeks)
    revoked_at = models.DateTimeField(null=True, blank=True)
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="witness_request")

    objects = WitnessRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return self.remember

    def get_absolute_url(self) -> str:
        """Return the learner's page with the link."""
        return reverse("progress:witness_link", args=[self.pk])

    @property
    def token(self) -> str:
        """Return what stands in the link."""
        return _signer().sign(self.pk.hex)

    @property
    def link(self) -> str:
        """Return the whole address, to send to the witness."""
        return f"{settings.SITE_URL}{reverse('progress:witness', args=[self.token])}"

    @property
    def invitation(self) -> str:
        """Return the learner's message to the witness: what it is about, and the link."""
        said = _(
            "Please say what you saw me do at work: %(remember)s. It takes about five minutes. Your answer becomes evidence for my training. %(link)s"
        )
        return said % {"remember": self.remember.rstrip("."), "link": self.link}

    @property
    def is_open(self) -> bool:
        """Whether the link works now."""
        return self.evidence_id is None and self.revoked_at is None and self.expires_at > timezone.now()

    @classmethod
    def ask(cls, log: "ProgressLog", entries: "Iterable[LogEntry]", *, by: User, remember: str, submission: UUID) -> "WitnessRequest":
        """Make a link for somebody who saw what shows these outcomes. Raise Refused for another's log, or too many links at once."""
        if log.learner_id != by.pk:
            raise Refused(_("Only the learner asks a witness."))
        with log.writing():
            if done := cls.objects.filter(pk=submission, log=log).first():
                return done
            if cls.objects.open().filter(log=log).count() >= MOST_OPEN:
                raise Refused(_("You have asked many people who have not answered yet. Take a link back first."))
            request = cls.objects.create(pk=submission, log=log, remember=remember)
            request.entries.set(entries)
        return request

    def take_back(self) -> None:
        """Let the link work no longer. One that was used stays used."""
        WitnessRequest.objects.open().filter(pk=self.pk).update(revoked_at=timezone.now())

    def give(self, entries: "Iterable[LogEntry]", *, submission: UUID, **words: Any) -> Evidence:
        """Take what a witness says as evidence for these outcomes, once.

        `words`: text, seen_on, witness_name, witness_job, witness_relation. The link becomes useless in the same
        transaction. Raise Refused when it is so already.
        """
        with self.log.writing():
            if not WitnessRequest.objects.open().filter(pk=self.pk).exists():
                raise Refused(_("This link cannot be used any more. Ask the person who gave it to you for a new one."))
            still_open = [entry for entry in entries if not entry.is_signed_off]
            if not still_open:
                raise Refused(_("All of this is signed off already. Nothing more is needed. Thank you."))
            piece = Evidence.witnessed(self.log, still_open, title=self.remember, submission=submission, **words)
            WitnessRequest.objects.filter(pk=self.pk).update(evidence=piece)
        return piece


def _signer() -> Signer:
    return Signer(salt="progress.witness")
