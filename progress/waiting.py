"""How much waits for a supervisor: the number that stands on every page of hers."""

from django.db import connection

from people.models import User
from people.permissions import May
from people.roles_sql import asked_by, she_may, works_there
from progress.projection import DECLARED

_LOGS = f"""
    SELECT COUNT(*) FROM progress_progresslog l WHERE l.learner_id <> %(user)s
    AND {she_may(May.SIGN_OFF, "l.workplace_id")} AND {works_there("l.learner_id", "l.workplace_id")}
    AND EXISTS (SELECT 1 FROM progress_logentry e WHERE e.log_id = l.id AND e.state = '{DECLARED}')
"""  # noqa: S608 – made of this project's own names


def logs_waiting_for(user: User) -> int:
    """Return how many logs hold something for this supervisor to decide: those of `ProgressLog.objects.waiting_for`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGS, asked_by(user))
        return int(cursor.fetchone()[0])
