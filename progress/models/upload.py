"""Files that were chosen and made safe, and are not evidence yet."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.models import Refused, User
from progress import uploads
from progress.grid import Grid, Square, grid_over

MB = 1024 * 1024
ROOM = 200 * MB  # bytes that one person may keep
KEPT_FOR = timedelta(days=2)
A_PHOTO = MB  # what one comes to, made smaller: 0.4 to 1.3 MB (measured)


class FileKind(models.TextChoices):
    """What a kept file is."""

    PHOTO = uploads.PHOTO, gettext_lazy("Photo")
    DOCUMENT = uploads.DOCUMENT, gettext_lazy("PDF")
    SOUND = uploads.SOUND, gettext_lazy("Sound")


def evidence_storage() -> Storage:
    """Return where evidence is kept: outside the web's reach, served only by a view that checks the person."""
    return storages["evidence"]


class Upload(models.Model):
    """One file, from the moment it was chosen until it is added as evidence. A form that failed finds it again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    file = models.FileField(storage=evidence_storage, max_length=100)
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(default=0)  # dots of a photo
    height = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-added_at"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.owner_id}"

    @property
    def in_words(self) -> str:
        """Return what it is and how large."""
        return file_in_words(str(self.get_kind_display()), self.size)

    @classmethod
    def take(cls, file: "UploadedFile[bytes]", *, by: User) -> "Upload":
        """Make a chosen file safe and keep it. Raise Refused, with what to do, for one that cannot be kept.

        Its name is a random one: what somebody calls a photo may name a person.
        """
        kept = uploads.made_safe(file)
        if room_left(by) < len(kept.content):
            raise Refused(_("You have used the 200 MB you have for files. Write about it, or point to it at your workplace."))
        columns = _columns(kept)
        # The row first: a photo that a kill left without one would lie there for good, and nobody would know whose it is.
        upload = cls.objects.create(owner=by, **columns)
        try:
            _store(upload.file.storage, columns["file"], kept)
        except OSError:
            upload.delete()
            raise
        return upload

    @property
    def grid(self) -> Grid:
        """Return the squares over a photo."""
        return grid_over(self.width, self.height)

    def cover(self, squares: Iterable[Square]) -> None:
        """Paint squares of a photo over, in its dots. What was under them is gone: the file before is deleted.

        Raise Refused for one that cannot be opened, or that is gone or was covered otherwise meanwhile.
        """
        with self.file.open("rb") as opened:
            kept = uploads.covered(opened.read(), self.grid, squares)
        before, stored = str(self.file.name), _columns(kept)
        _store(self.file.storage, stored["file"], kept)
        if not Upload.objects.filter(pk=self.pk, file=before).update(**stored):
            self.file.storage.delete(stored["file"])
            raise Refused(_("This photo has changed since you opened the page. Look at it again."))
        transaction.on_commit(partial(self.file.storage.delete, before))
        self.refresh_from_db()

    def forget(self) -> None:
        """Delete a file that another one was chosen for."""
        name, storage = str(self.file.name), self.file.storage
        self.delete()
        transaction.on_commit(partial(storage.delete, name))

    @classmethod
    def forget_old(cls) -> int:
        """Delete the files that nobody added as evidence, and return how many."""
        gone = 0
        for pk in cls.objects.filter(added_at__lt=timezone.now() - KEPT_FOR).values_list("pk", flat=True):
            with transaction.atomic():
                upload = cls.objects.select_for_update().filter(pk=pk).first()
                if upload is None:
                    continue
                upload.forget()
                gone += 1
        return gone


def _columns(kept: uploads.Kept) -> dict[str, Any]:
    """Return what is kept as the columns of an upload, under a random name."""
    name, digest = f"{uuid4().hex}.{kept.suffix}", sha256(kept.content).hexdigest()
    return {"file": name, "kind": kept.kind, "size": len(kept.content), "sha256": digest, "width": kept.width, "height": kept.height}


def _store(storage: Storage, name: str, kept: uploads.Kept) -> None:
    """Store what is kept. A full disk keeps half a file: that goes, and OSError is raised."""
    try:
        storage.save(name, ContentFile(kept.content))
    except OSError:
        storage.delete(name)
        raise


def file_in_words(kind: str, size: int) -> str:
    """Return what a file is and how large: “Photo, 0.4 MB”."""
    return f"{kind}, {size / MB:.1f} MB" if size >= MB / 20 else f"{kind}, {max(size // 1024, 1)} KB"


def room_in_words(user: User) -> str:
    """Return how much somebody may still keep, as something she can picture: “You have room for about 60 more photos.”"""
    photos = room_left(user) // A_PHOTO
    if photos < 1:
        return _("You have no room for more files. Write about it, or point to it at your workplace.")
    about = photos - photos % 10 if photos > 20 else photos
    return ngettext("You have room for about %(count)d more photo.", "You have room for about %(count)d more photos.", about) % {
        "count": about
    }


def room_left(user: User) -> int:
    """Return how many bytes somebody may still keep."""
    # Two versions may share a file, which is stored once.
    files = user.evidence_added.exclude(file="").order_by().values("file", "file_size").distinct()
    kept = files.aggregate(sum=Sum("file_size"))["sum"] or 0
    waiting = user.uploads.aggregate(sum=Sum("size"))["sum"] or 0
    return int(ROOM - kept - waiting)
