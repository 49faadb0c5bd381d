"""The Celery application. A message is only a nudge: the rows it names are the truth."""

import os

from celery import Celery

import cms.broker  # noqa: F401 – teaches kombu the address folder://

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
