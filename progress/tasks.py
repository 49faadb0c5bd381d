"""What the worker does for records."""

from celery import shared_task

from progress import letters, nightly, reminders
from progress.checkpoint import make_checkpoint
from progress.models import Draft, ErasedFile, Upload


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def sign_where_every_log_stands() -> None:
    """Write the hourly checkpoint."""
    make_checkpoint()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def post_checkpoint_letters() -> int:
    """Send each employer the signed checkpoint of the day."""
    return letters.post_letters()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def check_the_ledger() -> None:
    """Verify every record, every night."""
    nightly.check_the_ledger()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_old_drafts() -> int:
    """Delete drafts that nobody came back to for a year."""
    return Draft.forget_old()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_old_uploads() -> int:
    """Delete files that were chosen and never added as evidence."""
    return Upload.forget_old()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def delete_erased_files() -> None:
    """Delete the files of erased words that could not be deleted at once."""
    ErasedFile.delete_what_is_left()


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def remind() -> None:
    """Tell what today asks for: a task to try, a log to be finished."""
    reminders.remind()
