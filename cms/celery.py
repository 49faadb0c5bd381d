"""The Celery application. A message is only a nudge: the rows it names are the truth."""

import importlib
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

import cms.broker  # noqa: F401 – teaches kombu the address folder://

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def warm_the_renderer(**kwargs: Any) -> None:
    """Load WeasyPrint before the first learner waits for it; without its system libraries the worker still runs."""
    try:
        importlib.import_module("weasyprint")
    except OSError:
        return
