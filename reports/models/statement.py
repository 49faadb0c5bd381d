"""A statement of learning that a learner asked for."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from people.erasure import is_erased
from people.models import User
from reports.jobs import Job, JobQuerySet
from reports.nudge import nudge_after_commit


class StatementQuerySet(JobQuerySet):
    """Choices of statements."""

    def visible_to(self, user: User) -> "StatementQuerySet":
        """Return a person's own: whom she shows them to is hers to choose."""
        return self.filter(learner=user)

    def forget_erased_people(self) -> int:
        """Delete the statements of people who were erased, and return how many files went."""
        theirs = self.filter(learner__is_active=False).select_related("learner")
        return sum(statement.let_go() for statement in theirs if is_erased(statement.learner))


class Statement(Job):
    """What one learner had finished of one course, or one module, on the day it was made. A newer one takes its place."""

    task = "reports.tasks.make_statement"
    called = "Statement"
    folder = "statements"
    claimed_with = ("learner", "page")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statements")
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="+")  # a course or a module
    says = models.CharField(max_length=64, blank=True)  # the digest of what it says (reports.statement.Learned)

    objects: ClassVar[Any] = StatementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("learner", "page", condition=Q(state__in=["waiting", "rendering"]), name="one_statement_at_a_time"),
            models.CheckConstraint(condition=~Q(state="ready") | (~Q(file="") & ~Q(says="")), name="a_ready_statement_has_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} of {self.page_id}: {self.state}"

    def get_absolute_url(self) -> str:
        """Return the page that shows progress, then the download."""
        return reverse("reports:statement", args=[self.pk])

    @property
    def file_name(self) -> str:
        """Return the name a reader's computer saves it under."""
        day = timezone.localdate(self.finished_at or self.created_at)
        return f"statement-{self.page.slug[:60]}-{slugify(self.learner.full_name)[:60] or 'learner'}-{day.isoformat()}.pdf"

    @classmethod
    def request(cls, page: Page, says: str, *, by: User) -> "Statement":
        """Return the statement that answers this wish: one that still says the same, the one being made, or a new one.

        `says`: the digest of what it would say now.
        """
        hers = cls.objects.filter(learner=by, page=page)
        still_true: Statement | None = hers.issued().filter(says=says).first()
        if still_true:
            return still_true
        made: tuple[Statement, bool] = hers.pending().get_or_create(learner=by, page_id=page.pk)
        statement, is_new = made
        if is_new:
            nudge_after_commit(cls.task, statement.pk)
        return statement

    def finish(self, pdf: bytes, says: str) -> bool:
        """Keep the PDF, if this claim still holds, and let older ones go; return whether it did."""
        if not self._stored(f"{self.folder}/{uuid4().hex}.pdf", ContentFile(pdf), lambda name: self._keep(name, says)):
            return False
        for old in Statement.objects.filter(learner=self.learner_id, page=self.page_id, created_at__lt=self.created_at):
            old.let_go()
        return True

    def _keep(self, name: str, says: str) -> bool:
        with transaction.atomic():
            if is_erased(User.objects.select_for_update(no_key=True).get(pk=self.learner_id)):  # while it was drawn
                return False
            done = {"state": self.State.READY, "file": name, "says": says, "finished_at": timezone.now()}
            return bool(self._held().update(**done, lease_until=None, last_error=""))
