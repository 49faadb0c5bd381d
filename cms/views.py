"""Pages that belong to no app: the start after signing in, health, and a form that went stale."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from people.models import Workplace
from people.permissions import May
from progress.models import ProgressLog
from progress.requests import MemberRequest


def start(request: MemberRequest) -> HttpResponse:
    """Send somebody who just signed in to what waits for them: a desk with work on it, quality, the authors' admin, or their own learning."""
    if ProgressLog.objects.waiting_for(request.user).exists():
        return redirect("progress:review")
    if Workplace.objects.where(request.user, May.ASSURE).exists():
        return redirect("progress:quality")
    if request.user.is_staff and not request.user.memberships.exists():
        return redirect("wagtailadmin_home")
    return redirect("progress:learn")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers; the proxy stops sending people here when it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
def form_went_stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form sent after its session ended, and give back every word that was typed."""
    kept = [
        (name, value)
        for name, value in request.POST.items()
        if str(value).strip() and name not in {"csrfmiddlewaretoken", "password", "login"}
    ]
    words = [value for name, value in kept if len(str(value)) > 40]
    return render(request, "403_csrf.html", {"words": words}, status=403)
