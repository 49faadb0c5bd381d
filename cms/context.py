"""What every page knows: the site's settings, and where this person may go."""

from typing import Any

from django.http import HttpRequest

from cms.models import SiteSettings
from people.models import Membership, User
from people.permissions import GRANTS, May
from progress.models import ProgressLog


def site(request: HttpRequest) -> dict[str, Any]:
    """Add `site_settings`: what an employer may change. (`site` is a name that allauth uses.)"""
    return {"site_settings": SiteSettings.for_request(request)}


def nav(request: HttpRequest) -> dict[str, Any]:
    """Add `nav`: the sections this person may open. Two queries at the most, none for the nameless."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": {}}
    held = list(Membership.objects.current().filter(user=user).select_related("workplace"))
    reviews = any(May.SIGN_OFF in GRANTS[membership.role] for membership in held)
    return {
        "nav": {
            "learn": True,
            "review": reviews,
            "review_count": ProgressLog.objects.to_review_by(user).count() if reviews else None,
            "team": [membership.workplace for membership in held if May.MANAGE_PEOPLE in GRANTS[membership.role]],
            "author": user.is_superuser,
        }
    }
