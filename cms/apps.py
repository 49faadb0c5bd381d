"""The site that puts everything before people."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
