"""Files whose words were erased, until they are gone."""

from django.core.files.storage import storages
from django.db import models, transaction
from django.utils import timezone


class ErasedFile(models.Model):
    """One file that is to go. Where files are kept may be out of reach at that moment: the row stays until the file is gone."""

    storage = models.CharField(max_length=20)  # its name in settings.STORAGES
    name = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.storage}/{self.name}"

    @classmethod
    def let_go(cls, storage: str, name: str) -> None:
        """Delete a file once the transaction that erases it holds; what cannot be deleted now, the sweep tries again."""
        row = cls.objects.create(storage=storage, name=name)
        transaction.on_commit(row.delete_file, robust=True)

    def delete_file(self) -> None:
        """Delete the file, then this row. Whatever the store raises comes through: the row stays."""
        storages[self.storage].delete(self.name)
        self.delete()

    @classmethod
    def delete_what_is_left(cls) -> None:
        """Try again what could not be deleted, the oldest first, until one fails."""
        for row in cls.objects.order_by("asked_at"):
            row.delete_file()
