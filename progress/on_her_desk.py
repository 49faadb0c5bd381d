"""Which logs are on a supervisor's desk today, asked in SQL of our own: every page of hers asks it, and the desk once more.

The rule is that of `ProgressLog.objects.for_desk_of` and `waiting_for`; tests/progress/test_on_her_desk.py holds the two together.
What is decided there is judged again by progress/rules.py, inside the transaction.
"""

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from people.models import User
from people.permissions import May
from people.roles_sql import asked_by, by_place, she_may, works_there
from progress.models import ProgressLog
from progress.projection import DECLARED

_LOG = "progress_progresslog"
_HERS = (
    f"{_LOG}.learner_id <> %(user)s"
    f" AND {she_may(May.SIGN_OFF, f'{_LOG}.workplace_id')} AND {works_there(f'{_LOG}.learner_id', f'{_LOG}.workplace_id')}"
)
_WAITING = f"""
    SELECT COUNT(*) FROM {_LOG} WHERE {_HERS}
    AND EXISTS (SELECT 1 FROM progress_logentry e WHERE e.log_id = {_LOG}.id AND e.state = '{DECLARED}')
"""  # noqa: S608 – made of this project's own names


def logs_waiting_for(user: User) -> int:
    """Return how many logs hold something for this supervisor to decide. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, asked_by(user))
        return int(cursor.fetchone()[0])


def logs_on_desk_of(user: User) -> "QuerySet[ProgressLog]":
    """Return the logs this person may decide on. To ask with it, not inside another question: it knows the table by its own name."""
    return ProgressLog.objects.filter(RawSQL(*by_place(_HERS, asked_by(user)), output_field=BooleanField()))  # noqa: S611 – no word of a user's
