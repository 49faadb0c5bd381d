"""What the worker does for records."""

from celery import shared_task

from progress.checkpoint import make_checkpoint


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def sign_where_every_log_stands() -> None:
    """Write the hourly checkpoint."""
    make_checkpoint()
