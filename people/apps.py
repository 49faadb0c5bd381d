"""Who is here: users, employers, workplaces, memberships."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        """Remember each time somebody proves who she is."""
        from people import passkeys, proof  # noqa: F401, PLC0415 – their receivers connect themselves
