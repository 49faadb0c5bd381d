"""What has happened: the progress-log PDF and its verification."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Hear when a desk is finished."""
        from progress.signals import desk_finished  # noqa: PLC0415 – models are not ready before this
        from reports.ahead import prepare  # noqa: PLC0415

        desk_finished.connect(prepare, dispatch_uid="reports.ahead")
