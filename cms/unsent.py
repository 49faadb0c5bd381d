"""Words sent after a session ended: kept on this browser's session, and given back after signing in.

A night worker writes for twenty minutes while her session runs out. Without this the
sign-in page would swallow her text. What was sent is kept here for fifteen minutes,
shown again only to the person who was signed in before, and never recorded by itself.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

KEPT_FOR = 15 * 60
MOST = 100_000  # characters; far above any form's cap, far below what a session row bears badly
COOKIE = "worked-as"
NEVER_KEPT = {"csrfmiddlewaretoken", "password", "oldpassword", "password1", "passkey", "credential"}
SALT = "cms.unsent"


class KeepWhatWasSent(LoginRequiredMiddleware):
    """Send the nameless to the sign-in door, as Django does, but keep what their form held."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Do not look who asks where everybody may come in: Django looks first, which costs a picture two queries."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Keep a POST, then lead to sign-in and from there back to what was typed."""
        response = super().handle_no_permission(request, view_func)
        if request.method != "POST" or COOKIE not in request.COOKIES:
            return response
        fields = [[name, value] for name, values in request.POST.lists() for value in values if name not in NEVER_KEPT]
        if sum(len(value) for _name, value in fields) > MOST:
            return response
        request.session["unsent"] = {"path": request.path, "fields": fields, "by": request.COOKIES[COOKIE], "at": time.time()}
        return redirect(f"{reverse('account_login')}?next={reverse('unsent')}")


class RememberWhoWorks:
    """Mark this browser with who is signed in, so that unsent words go back to nobody else; sign-out wipes it."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        # A picture is kept by caches for everybody: it carries nobody's mark, and asks not who looks.
        unmarked = COOKIE not in request.COOKIES and not request.path.startswith(settings.MEDIA_URL)
        if unmarked and request.user.is_authenticated:
            mark = signing.dumps(str(request.user.pk), salt=SALT)
            response.set_cookie(COOKIE, mark, httponly=True, secure=request.is_secure(), samesite="Lax")
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.delete_cookie(COOKIE)
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@require_GET
def unsent(request: HttpRequest) -> HttpResponse:
    """Give back what was typed before the session ended, ready to be sent again by its writer."""
    kept = request.session.get("unsent")
    if not kept or not _may_see(kept, request):
        request.session.pop("unsent", None)
        return redirect("start")
    words = [value for name, value in kept["fields"] if (len(value) > 20 or " " in value) and name != "submission"]
    return render(request, "cms/unsent.html", {"kept": kept, "words": words})


def _may_see(kept: dict[str, Any], request: HttpRequest) -> bool:
    try:
        writer = signing.loads(kept["by"], salt=SALT)
    except signing.BadSignature:
        return False
    return writer == str(request.user.pk) and time.time() - kept["at"] < KEPT_FOR
