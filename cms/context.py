"""What every page knows: the site's settings, and where this person may go."""

from typing import Any

from django.core.cache import caches
from django.http import HttpRequest

from cms.models import SiteSettings
from people.models import User, Workplace
from people.notices import roles_and_news_of
from people.permissions import GRANTS, May
from people.reading import reading_of
from progress.on_her_desk import logs_waiting_for

SETTINGS_FOR = 10  # seconds; every page shows the site's name, which changes once a year


def site(request: HttpRequest) -> dict[str, Any]:
    """Add `site_settings`: what an employer may change, ten seconds late at the most. (`site` is a name that allauth uses.)"""
    return {"site_settings": caches["content"].get_or_set("site-settings", lambda: _settings(request), SETTINGS_FOR)}


def _settings(request: HttpRequest) -> SiteSettings:
    """Fetch the settings, with the logo's file: what is kept asks no more questions."""
    found: SiteSettings = SiteSettings.for_request(request)
    _logo = found.logo
    return found


def reading(request: HttpRequest) -> dict[str, Any]:
    """Add `reading`: the size, spacing and colours this person reads in. No query: the person is there already."""
    return {"reading": reading_of(request)}


def nav(request: HttpRequest) -> dict[str, Any]:
    """Add `nav`: the sections this person may open, and how much news she has. One query, another for each of the desk and the team, none for the nameless."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": {}}
    held, news = roles_and_news_of(user)
    reviews = any(May.SIGN_OFF in GRANTS[membership.role] for membership in held)
    managed = [membership.workplace_id for membership in held if May.MANAGE_PEOPLE in GRANTS[membership.role]]
    return {
        "nav": {
            "learn": True,
            "review": reviews,
            "review_count": logs_waiting_for(user) if reviews else None,
            "quality": any(May.ASSURE in GRANTS[membership.role] for membership in held),
            "news": news,
            "team": list(Workplace.objects.filter(pk__in=managed)) if managed else [],
            "author": user.is_superuser or (not held and user.is_staff),  # asking costs a query: only of those who work nowhere
        }
    }
