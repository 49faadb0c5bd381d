"""How far: logs, evidence, sign-off, the ledger."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProgressConfig(AppConfig):
    name = "progress"

    def ready(self) -> None:
        """Put the ledger's guards in place after every migration, which may have dropped them."""
        from progress.guards import install_after_migrate  # noqa: PLC0415 – models are not ready before this

        post_migrate.connect(install_after_migrate, sender=self)
