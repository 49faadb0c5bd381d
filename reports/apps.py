"""What has happened: the progress-log PDF and its verification."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
