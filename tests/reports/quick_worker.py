"""The real Celery application with a short lease and a busy sweep, so that a test need not wait minutes.

Used as `celery -A tests.reports.quick_worker worker -B`.
"""

from datetime import timedelta
from hashlib import sha256

import django
from django.conf import settings

from cms.celery import app

django.setup()

from reports import jobs  # noqa: E402  # after the setup that models need
from reports.models import collection  # noqa: E402

jobs.LEASE = timedelta(seconds=4)
jobs.FIRST_NUDGE = collection.FIRST_NUDGE = timedelta(seconds=0)
collection.PROMISED = timedelta(seconds=2)
# A queue for each database: another test's worker on the same Redis would take these messages, and know none of their rows.
QUEUE = f"quick-{sha256(str(settings.DATABASES['default']['NAME']).encode()).hexdigest()[:8]}"
app.conf.task_default_queue = QUEUE
app.conf.task_queues = {QUEUE: {}, f"{QUEUE}-many": {}}
app.conf.task_routes = {"reports.tasks.collect_logs": {"queue": f"{QUEUE}-many"}}
app.conf.beat_schedule = {"sweep-exports": {"task": "reports.tasks.sweep_exports", "schedule": 1.0}}
