"""Telling a worker that a row waits. Only a nudge: without it, the sweep finds the row within seconds.

A hung broker blocks a publish for minutes (trust.md 4), so no request ever publishes:
a daemon thread does, after the commit, with two seconds to do it in.
"""

import logging
from threading import Lock, Thread
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

PATIENCE = 2  # seconds
EXPIRES = 60  # seconds; an older message is of no use, the sweep has sent another
_one_at_a_time = Lock()


def nudge_after_commit(task: str, job_id: UUID) -> None:
    """Publish this job once its row is committed, without holding up the caller."""
    transaction.on_commit(lambda: Thread(target=nudge, args=(task, str(job_id)), daemon=True).start())


def nudge(task: str, job_id: str, *, pause: float = 0) -> None:
    """Publish now, one after the other; while another publish hangs, leave it to the sweep. `pause`: seconds that a worker lets pass first."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return
    try:
        _publish(task, job_id, pause)
    except Exception as error:  # a broker can fail in any way it likes; the row is safe
        logger.warning("The broker did not take the nudge for %s %s: %s", task, job_id, type(error).__name__)
    finally:
        _one_at_a_time.release()


def _publish(task: str, job_id: str, pause: float) -> None:
    with current_app.connection_for_write() as connection:
        connection.connect_timeout = PATIENCE
        connection.transport_options = {
            **connection.transport_options,
            "max_retries": 0,
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
        }
        current_app.send_task(task, [job_id], connection=connection, retry=False, countdown=pause, expires=EXPIRES)
