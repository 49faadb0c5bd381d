"""Sign-offs: the signatures that stand, and those that were taken back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.permissions import Role
from progress.models.ledger import LedgerEvent

if TYPE_CHECKING:
    from progress.models.entry import LogEntry
    from progress.models.quality import Sample


class Method(models.TextChoices):
    """How an outcome was shown to the signer."""

    OBSERVATION = "observation", _("I watched it being done")
    DISCUSSION = "professional_discussion", _("We talked it through")
    QUESTIONING = "questioning", _("I asked questions")
    WORK_PRODUCT = "work_product", _("I looked at the work or the record")
    REFLECTIVE_ACCOUNT = "reflective_account", _("I read the reflective account")


METHOD_IN_A_RECORD = {
    Method.OBSERVATION: _("Direct observation"),
    Method.DISCUSSION: _("Professional discussion"),
    Method.QUESTIONING: _("Questioning"),
    Method.WORK_PRODUCT: _("Work product"),
    Method.REFLECTIVE_ACCOUNT: _("Reflective account"),
}


class SignOff(models.Model):
    """One signature on one entry, as it reads on paper: who, in which role, where, how shown, when.

    An index over the ledger's own events, which verification compares with it. Two supervisors
    at once are decided here: the second row breaks `one_live_sign_off_per_entry`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.ForeignKey("progress.LogEntry", on_delete=models.PROTECT, related_name="sign_offs")
    event = models.OneToOneField(LedgerEvent, on_delete=models.PROTECT, related_name="sign_off")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sign_offs")
    signer_name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices)
    job_title = models.CharField(max_length=80, blank=True)
    workplace_name = models.CharField(max_length=120)
    employer_name = models.CharField(max_length=120)
    outcome_text = models.CharField(max_length=400)
    method = models.CharField(max_length=24, choices=Method.choices)
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.OneToOneField(LedgerEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrew")

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]
        constraints = [
            models.UniqueConstraint("entry", condition=Q(withdrawn_at=None), name="one_live_sign_off_per_entry"),
            models.CheckConstraint(condition=~Q(signer=F("learner")), name="nobody_signs_their_own_log"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_when_and_by_which_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} signed by {self.signer_name}"

    @classmethod
    def write(cls, entry: "LogEntry", event: LedgerEvent, data: Mapping[str, Any], by: User) -> "SignOff":
        """Write the signature that an event just made, from the same data."""
        return cls.objects.create(
            entry=entry,
            event=event,
            learner_id=entry.learner_id,
            signer=by,
            signer_name=by.full_name,
            role=data["signer"]["role"],
            job_title=data["signer"]["job_title"],
            workplace_name=data["workplace"]["name"],
            employer_name=data["workplace"]["employer"],
            outcome_text=data["outcome"]["text"],
            method=data["method"],
            signed_at=event.at,
        )

    @property
    def sampled(self) -> "Sample | None":
        """Return the sample that a quality assurer took of it, if one did."""
        found: Sample | None = getattr(self, "sample", None)
        return found

    @property
    def method_in_words(self) -> str:
        """Return how it was shown, as a portfolio names it."""
        return str(METHOD_IN_A_RECORD[Method(self.method)])

    @property
    def day_in_words(self) -> str:
        """Return the day, in London, as people write it: 23 November 2026."""
        return formats.date_format(timezone.localtime(self.signed_at), "j F Y")

    @property
    def signer_status(self) -> str:
        """Return the signer's job title, or the role where no title was given."""
        return self.job_title or str(self.get_role_display())
