"""Evidence: what shows that an outcome is met."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.needs import EvidenceKind
from people.models import Refused, User
from progress import news, rules
from progress.canonical import canonical, commitment, fresh_salt, salt_from, utc_text
from progress.models.erased_file import ErasedFile
from progress.models.ledger import erased_on
from progress.models.upload import FileKind, Upload, evidence_storage, file_in_words

if TYPE_CHECKING:
    from progress.models.entry import LogEntry
    from progress.models.log import ProgressLog

ACCOUNT_CAP = 5000
FILE_COLUMNS = ("file", "file_kind", "file_size", "file_sha256")
LEARNERS_KINDS = frozenset(
    {EvidenceKind.REFLECTIVE_ACCOUNT, EvidenceKind.WORK_PRODUCT, EvidenceKind.PRIOR_LEARNING, EvidenceKind.SEEN_IN_WORKPLACE}
)

# What is left of a piece in the columns that say something, once it is erased.
HOLDS_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("title", "text", "kept_where", "witness_name", "witness_job", "witness_relation", "salt"), ""),
    **{"file": "", "file_kind": "", "file_size": 0, "file_sha256": "", "seen_on": None},
}


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Choices of evidence."""

    def usable_for(self, entry: "LogEntry") -> "EvidenceQuerySet":
        """Return what a learner may show for an entry too: pieces of its log, and of her other logs what may go along and has not."""
        here = models.Q(log=entry.log_id) & ~models.Exists(EvidenceLink.objects.filter(entry=entry, evidence=models.OuterRef("pk")))
        went_along = Evidence.objects.filter(
            log=entry.log_id, **{name: models.OuterRef(name) for name in ("added_by", "added_at", "title")}
        )
        stays = Q(kind=EvidenceKind.SEEN_IN_WORKPLACE) & ~Q(log__workplace=entry.log.workplace_id)
        others = Q(log__learner=entry.learner_id, added_by=entry.learner_id, witness_name="") & ~Q(log=entry.log_id) & ~stays
        usable = self.filter(replaced_by=None, erased_at=None).filter(here | (others & ~models.Exists(went_along)))
        return usable.select_related("log__framework").order_by("added_at")


class Evidence(models.Model):
    """One piece of evidence. It is never edited: a new version takes its place, and it stays in the record.

    Confidential records stay where they are: *seen in the workplace* notes what was
    seen and where it is kept, and holds nothing of it (domain.md).
    """

    Kind = EvidenceKind

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    log = models.ForeignKey("progress.ProgressLog", on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=30, choices=EvidenceKind.choices)
    title = models.CharField(max_length=100)
    text = models.TextField(max_length=ACCOUNT_CAP)
    seen_on = models.DateField(null=True, blank=True)
    kept_where = models.CharField(max_length=200, blank=True)
    witness_name = models.CharField(max_length=120, blank=True)
    witness_job = models.CharField(max_length=120, blank=True)
    witness_relation = models.CharField(max_length=120, blank=True)
    file = models.FileField(storage=evidence_storage, max_length=100, blank=True)
    file_kind = models.CharField(max_length=8, choices=FileKind.choices, blank=True)
    file_size = models.PositiveIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_added")
    added_at = models.DateTimeField(default=timezone.now)
    salt = models.CharField(max_length=64, default=fresh_salt, editable=False)
    # Once its words are erased: when, and the commitment that the chain still holds, which nobody can work out any more.
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_commitment = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(kind="seen_in_workplace") | (Q(seen_on__isnull=False) & ~Q(kept_where="")),
                name="what_was_seen_has_a_day_and_a_place",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                | Q(kind="witness_statement") & ~Q(witness_name="") & Q(seen_on__isnull=False)
                | ~Q(kind="witness_statement") & Q(witness_name="", witness_job="", witness_relation=""),
                name="a_witness_statement_has_its_witness",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(kind="work_product") | ~Q(file=""), name="a_work_product_has_its_file"
            ),
            models.CheckConstraint(
                condition=Q(file="", file_kind="", file_size=0, file_sha256="") | ~(Q(file="") | Q(file_kind="") | Q(file_sha256="")),
                name="a_file_has_its_kind_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, erased_commitment="") | Q(erased_at__isnull=False, **HOLDS_NOTHING) & ~Q(erased_commitment=""),
                name="an_erased_piece_holds_nothing",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="a_later_version_replaces_an_earlier_one",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_erased(self) -> bool:
        """Whether its words are gone for good. It stands beside its outcomes, and counts no more."""
        return self.erased_at is not None

    @property
    def heading(self) -> str:
        """Return its title, or in the place of an erased one: “Erased on 3 May 2026”."""
        return erased_on(self.erased_at) if self.erased_at else self.title

    @classmethod
    def add(
        cls, log: "ProgressLog", entries: Iterable["LogEntry"], *, by: User, submission: UUID, upload: Upload | None = None, **words: Any
    ) -> "Evidence":
        """Add a piece to a log and link it to outcomes, each link an event of its own.

        `words`: kind, title, text and, for what was seen in the workplace, seen_on and kept_where. `upload` becomes its file.
        Raise Refused when `by` is not the learner, or when the form was sent before with other words; sent twice, it is added once.
        """
        if log.learner_id != by.pk:
            raise Refused(_("Only the learner adds evidence to a log."))
        with log.writing():
            piece, is_new = cls._once(log, by, submission, words, _file_of(upload, by, submission))
            if is_new:
                if upload:
                    upload.delete()  # the row; its file is the evidence's now
                piece._show_for_all(entries, by)
        return piece

    def replace(self, *, by: User, submission: UUID, upload: Upload | None = None, **words: Any) -> "Evidence":
        """Put a new version in this piece's place, beside every outcome that is in the learner's hands. This one stays in the record.

        `words` as for `add`; without an `upload` the file stays. Beside an outcome that waits or is signed off, this one stays: it
        is what is looked at, or was signed. Raise Refused when somebody else recorded it or it has a newer version, or as `add` does.
        """
        with self.log.writing():
            if not Evidence.objects.filter(pk=submission).exists() and (objection := rules.who_recorded_it_replaces_it(self, by)):
                raise Refused(objection)
            file = _file_of(upload, by, submission) or {name: getattr(self, name) for name in FILE_COLUMNS}
            piece, is_new = Evidence._once(
                self.log, by, submission, {**words, "kind": self.kind}, {**file, "replaces": self, "version": self.version + 1}
            )
            if is_new:
                if upload:
                    upload.delete()
                piece._show_for_all(self.places_for_a_new_version(), by)
        return piece

    def places_for_a_new_version(self) -> list["LogEntry"]:
        """Return the entries beside which this piece, or one it replaced, stands, and which are in the learner's hands."""
        earlier = {self.pk, *self.earlier}
        entries = self.log.entries.filter(evidence_links__evidence__in=earlier, state__in=rules.IN_HER_HANDS).distinct()
        return [entry for entry in entries.with_everything() if any(piece.pk in earlier for piece in entry.pieces)]

    @property
    def earlier(self) -> list[UUID]:
        """Return the pieces whose place it took. One query."""
        return self.family[: self.version - 1] if self.replaces_id else []

    @classmethod
    def record(
        cls, log: "ProgressLog", entries: Sequence["LogEntry"], *, by: User, submission: UUID, seed: bytes | None = None, **words: Any
    ) -> "Evidence":
        """Add what a supervisor saw or heard herself, for the outcomes it shows.

        `words`: kind, title, text, seen_on. `seed`: what its salt is made from, where a passkey has approved it already.
        Raise Refused when `by` does not supervise this learner now, or as `add` does.
        """
        with log.writing():
            if objections := [said for entry in entries for said in rules.objections(rules.RECORD_RULES, entry, by)]:
                raise Refused(objections[:1])
            salt = {"salt": salt_from(seed, str(submission))} if seed else {}
            piece, is_new = cls._once(log, by, submission, words, salt)
            if is_new:
                piece._show_for_all(entries, by)
        return piece

    @classmethod
    def recorded(cls, log: "ProgressLog", *, by: User, submission: UUID, seed: bytes, **words: Any) -> "Evidence":
        """Return, not saved, the piece that `record` would add."""
        return cls(pk=submission, log=log, added_by=by, salt=salt_from(seed, str(submission)), **words)

    @classmethod
    def witnessed(cls, log: "ProgressLog", entries: Sequence["LogEntry"], *, submission: UUID, **words: Any) -> "Evidence":
        """Add what somebody without an account said on the learner's link (`WitnessRequest.give`, which holds the log).

        It stands under the learner's account, who gave the link away; who the witness is stands in its words.
        """
        piece, is_new = cls._once(log, log.learner, submission, {"kind": EvidenceKind.WITNESS_STATEMENT, **words}, {})
        if is_new:
            piece._show_for_all(entries, log.learner)
            news.of_witness(entries)
        return piece

    @classmethod
    def _once(cls, log: "ProgressLog", by: User, submission: UUID, words: dict[str, Any], more: dict[str, Any]) -> tuple["Evidence", bool]:
        """Return the piece of this submission and whether it is new. `more`: columns that no form names, such as its file's."""
        piece, is_new = cls.objects.get_or_create(pk=submission, defaults={"log": log, "added_by": by, **words, **more})
        if piece.log_id != log.pk:
            raise Refused(_("This form was used before. Open the page again."))
        if any(getattr(piece, name) != word for name, word in words.items()):
            raise Refused(_("You sent this form before, with other words. Press the button again to add these words too."))
        return piece, is_new

    def _show_for_all(self, entries: Iterable["LogEntry"], by: User) -> None:
        for entry in entries:
            self._link(entry, by, uuid5(self.pk, str(entry.pk)))

    @property
    def family(self) -> list[UUID]:
        """Return every version of it, this one among them. One query."""
        replaced = dict(Evidence.objects.filter(log=self.log_id, replaces__isnull=False).values_list("pk", "replaces_id"))
        newer = {before: pk for pk, before in replaced.items()}
        found = [self.pk]
        while before := replaced.get(found[0]):
            found.insert(0, before)
        while after := newer.get(found[-1]):
            found.append(after)
        return found

    def show_for(self, entry: "LogEntry", *, by: User, submission: UUID) -> None:
        """Link this piece to one more outcome of the same log; linked twice, it is linked once."""
        if entry.log_id != self.log_id or self.log.learner_id != by.pk:
            raise Refused(_("Only the learner adds evidence to a log."))
        if rules.has_a_newer_version(self):
            raise Refused(_("There is a newer version of this. Use that one."))
        self._link(entry, by, submission)

    def show_in_another_log(self, entry: "LogEntry", *, by: User, submission: UUID) -> "Evidence":
        """Show this piece for an outcome of another log of its learner's: as a piece of that log, with the same words, days and file.

        Nothing there points back: who may see that log sees this piece and no other of the log it comes from. Its file is stored once.
        Raise Refused for what may not go along (rules.it_may_go_along). Done twice, it is done once.
        """
        if objection := rules.it_may_go_along(self, entry, by):
            raise Refused(objection)
        same = {name: getattr(self, name) for name in ("kind", "title", "text", "seen_on", "kept_where")}
        kept = {name: getattr(self, name) for name in (*FILE_COLUMNS, "added_at")}
        with entry.log.writing():
            piece, _is_new = Evidence._once(entry.log, by, uuid5(self.pk, str(entry.log_id)), same, kept)
            piece.show_for(entry, by=by, submission=submission)
        return piece

    def _link(self, entry: "LogEntry", by: User, submission: UUID) -> None:
        with entry.log.writing():
            if self.links.filter(entry=entry).exists():
                return
            entry.refresh_from_db()
            if Evidence.objects.filter(pk=self.pk, erased_at__isnull=False).exists():
                raise Refused(_("The words of this piece of evidence were erased. Choose another one."))
            if entry.is_signed_off:
                raise Refused(_("%(code)s is already signed off.") % {"code": entry.outcome.code})
            before = self._stands_already(entry)
            if before and entry.is_waiting:
                raise Refused(
                    _("%(code)s is with your supervisor. Call it back before you use the new version.") % {"code": entry.outcome.code}
                )
            EvidenceLink.objects.create(evidence=self, entry=entry, replaces=before)
            entry.note_evidence(self.as_snapshot, by=by, submission=submission, replaces=before)

    def _stands_already(self, entry: "LogEntry") -> "Evidence | None":
        """Return the earlier version that stands beside an entry, and whose place this one takes there."""
        earlier = self.earlier if self.replaces_id else []
        return next((piece for piece in entry.pieces if piece.pk in earlier), None)

    @property
    def shown_on(self) -> date:
        """Return the day it speaks of: when it was seen or done, or else when it was added."""
        return self.seen_on or timezone.localdate(self.added_at)

    @property
    def day_in_words(self) -> str:
        """Return its day as a fact beside it: “done 3 May 2026” of the learner's own work, else “on 3 May 2026”; nothing without one."""
        if self.seen_on is None:
            return ""
        said = _("done %(day)s") if self.kind in LEARNERS_KINDS else _("on %(day)s")
        return said % {"day": formats.date_format(self.seen_on, "j F Y")}

    @property
    def as_snapshot(self) -> dict[str, object]:
        """Return what the ledger says of this piece: a salted hash of its words, and beside it what is nobody's secret."""
        added = {"added_by": str(self.added_by_id), "added_at": utc_text(self.added_at)}
        if self.is_erased:
            return {"id": str(self.pk), "kind": self.kind, "commitment": self.commitment, **added, **self.origin}
        file = {"kind": self.file_kind, "size": self.file_size}
        return {"id": str(self.pk), "kind": self.kind, "commitment": self.commitment, "file": file, **added, **self.origin}

    @property
    def origin(self) -> dict[str, object]:
        """Return which piece it is a new version of; nothing for a first one."""
        return {"version": self.version, "replaces": str(self.replaces_id or "")} if self.version != 1 or self.replaces_id else {}

    @property
    def commitment(self) -> str:
        """Return what the ledger holds for this piece: its salted hash, not its words."""
        if self.is_erased:
            return self.erased_commitment
        seen_on = self.seen_on.isoformat() if self.seen_on else ""
        words = {"kind": self.kind, "title": self.title, "text": self.text, "seen_on": seen_on, "kept_where": self.kept_where}
        if self.file_sha256:
            words["sha256"] = self.file_sha256
        witness = {name: getattr(self, name) for name in ("witness_name", "witness_job", "witness_relation")}
        if any(witness.values()):
            words |= witness
        return commitment(self.salt, canonical(words))

    def forget_words(self, at: datetime) -> None:
        """Keep nothing of it but the commitment, and let its file go (called by `progress.erasure`, once an event says so)."""
        held = self.commitment
        if self.file and not self._shares_its_file:
            ErasedFile.let_go("evidence", str(self.file.name))
        Evidence.objects.filter(pk=self.pk).update(erased_at=at, erased_commitment=held, **HOLDS_NOTHING)
        self.refresh_from_db()

    @property
    def _shares_its_file(self) -> bool:
        """Whether another version of it, or its twin in another log, rests on the same stored file."""
        return Evidence.objects.filter(file=self.file.name).exclude(pk=self.pk).exists()

    def kind_by(self, learner_id: UUID) -> str:
        """Return what it is, and by whom when somebody else than this learner said it: “Observation by Grace Mwangi”."""
        name = self.witness_name or (self.added_by.full_name if self.added_by_id != learner_id else "")
        kind = str(EvidenceKind(self.kind).label)
        return _("%(kind)s by %(name)s") % {"kind": kind, "name": name} if name else kind

    @property
    def file_in_words(self) -> str:
        """Return what its file is and how large: “Photo, 0.4 MB”."""
        return file_in_words(str(self.get_file_kind_display()), self.file_size)

    @property
    def file_name(self) -> str:
        """Return the name under which somebody saves its file."""
        return f"{slugify(self.title) or 'evidence'}{PurePosixPath(str(self.file.name)).suffix}"


def _file_of(upload: Upload | None, by: User, submission: UUID) -> dict[str, Any]:
    """Return an upload as the columns of evidence; nothing where this very form was sent a moment ago, and took it.

    Raise Refused for one that is gone: it may have been forgotten meanwhile.
    """
    if upload is None:
        return {}
    held = Upload.objects.select_for_update().filter(pk=upload.pk, owner=by).first()
    if held is None and Evidence.objects.filter(pk=submission, added_by=by).exists():
        return {}
    if held is None:
        raise Refused(_("Your file was kept for two days and is gone. Choose it again."))
    return {"file": held.file.name, "file_kind": held.kind, "file_size": held.size, "file_sha256": held.sha256}


class EvidenceLinkManager(models.Manager["EvidenceLink"]):
    """Links, each with its piece: nobody wants one without the other."""

    def get_queryset(self) -> models.QuerySet["EvidenceLink"]:
        """Fetch the piece in the same query."""
        return super().get_queryset().select_related("evidence")


class EvidenceLink(models.Model):
    """One piece of evidence shown for one outcome; a piece may serve many."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    entry = models.ForeignKey("progress.LogEntry", on_delete=models.PROTECT, related_name="evidence_links")
    # The version that stood here before, and does not count here any more.
    replaces = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = EvidenceLinkManager()

    class Meta:
        constraints = [models.UniqueConstraint("evidence", "entry", name="one_link_per_outcome")]

    def __str__(self) -> str:
        return f"{self.evidence_id} for {self.entry_id}"
