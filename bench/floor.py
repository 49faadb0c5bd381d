"""The floor: the least that a page of this product can cost. Settings, address and view of a bare Django site.

It loads the session and the person from the same database, renders a small template and is
served by the same web server. What a real page costs above this is what we added to it.
Used as `DJANGO_SETTINGS_MODULE=bench.floor`; never part of the product.
"""

from django.apps import AppConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from cms.settings import ALLOWED_HOSTS, AUTH_USER_MODEL, DATABASES, DEFAULT_AUTO_FIELD, SECRET_KEY, SESSION_COOKIE_NAME, TIME_ZONE, USE_TZ

__all__ = [
    "ALLOWED_HOSTS",
    "AUTH_USER_MODEL",
    "DATABASES",
    "DEFAULT_AUTO_FIELD",
    "SECRET_KEY",
    "SESSION_COOKIE_NAME",
    "TIME_ZONE",
    "USE_TZ",
]

ROOT_URLCONF = "bench.floor"
INSTALLED_APPS = ["bench.floor.PeopleAlone", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"]
PAGE = """<!doctype html><html lang="en-gb"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul><p>{{ request.user.full_name }}</p></body></html>"""
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"floor.html": PAGE})])],
        },
    }
]


class PeopleAlone(AppConfig):
    """The people's tables, without the ways they sign in."""

    name = "people"


def floor(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, and ten lines."""
    return render(request, "floor.html", {"title": "The floor", "lines": range(10)})


urlpatterns = [path("", floor)]
