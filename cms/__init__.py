"""The site. Loading the Celery application here lets every task find it."""

from cms.celery import app as celery_app

__all__ = ["celery_app"]
