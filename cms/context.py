"""What every page knows: the site's settings, and where this person may go."""

from typing import Any

from django.core.cache import caches
from django.http import HttpRequest

from cms.models import SiteSettings
from people.models import Membership, User, Workplace
from people.permissions import GRANTS, May
from progress.models import ProgressLog

SETTINGS_FOR = 10  # seconds; every page shows the site's name, which changes once a year


def site(request: HttpRequest) -> dict[str, Any]:
    """Add `site_settings`: what an employer may change, ten seconds late at the most. (`site` is a name that allauth uses.)"""
    return {"site_settings": caches["content"].get_or_set("site-settings", lambda: SiteSettings.for_request(request), SETTINGS_FOR)}


def nav(request: HttpRequest) -> dict[str, Any]:
    """Add `nav`: the sections this person may open. Two queries at the most, none for the nameless."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": {}}
    held = list(Membership.objects.current().filter(user=user).values_list("role", "workplace", "workplace__name"))
    reviews = any(May.SIGN_OFF in GRANTS[role] for role, _pk, _name in held)
    return {
        "nav": {
            "learn": True,
            "review": reviews,
            "review_count": ProgressLog.objects.to_review_by(user).count() if reviews else None,
            "team": [Workplace(pk=pk, name=name) for role, pk, name in held if May.MANAGE_PEOPLE in GRANTS[role]],
            "author": user.is_superuser,
        }
    }
