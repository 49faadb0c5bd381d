"""Who is here: users, employers, workplaces, memberships."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
