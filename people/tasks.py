"""What the worker does for people."""

from celery import shared_task

from people import letters, notices

EXPIRES = 600  # seconds; the next round is there by then


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def send_letters() -> None:
    """Send what is new to whoever wants it now; in rounds, while more wait."""
    if letters.send_what_is_due():
        send_letters.apply_async(expires=EXPIRES)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def forget_old_notices() -> int:
    """Delete notices older than 90 days."""
    return notices.forget_old()
