"""How far: logs, evidence, sign-off, the ledger."""

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "progress"
