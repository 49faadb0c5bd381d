"""A worker saves everything that is hers: when she leaves, or whenever she likes."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from progress.requests import MemberRequest
from reports.models import LeavingPack
from reports.views import file_of


@require_http_methods(["GET", "POST"])
def everything(request: MemberRequest) -> HttpResponse:
    """Say what is in it, and make it."""
    if request.method == "POST":
        return redirect(LeavingPack.request(by=request.user))
    before = LeavingPack.objects.visible_to(request.user).issued().first()
    return render(request, "reports/everything.html", {"before": before})


def _pack(request: MemberRequest, pack_id: UUID) -> LeavingPack:
    found: LeavingPack = get_object_or_404(LeavingPack.objects.visible_to(request.user).select_related("learner"), pk=pack_id)
    return found


@require_GET
def leaving_pack(request: MemberRequest, pack_id: UUID) -> HttpResponse:
    """Show how far it is, then the way to take it. A poll hears nothing until there is news."""
    found = _pack(request, pack_id)
    if not request.htmx:
        return render(request, "reports/leaving_pack.html", {"pack": found})
    if request.GET.get("seen") == found.state:
        return HttpResponse(status=204)
    return render(request, "reports/leaving_pack_state.html", {"pack": found})


@require_GET
def download(request: MemberRequest, pack_id: UUID) -> HttpResponseBase:
    """Hand over the file."""
    found = _pack(request, pack_id)
    if not found.is_ready:
        raise Http404
    response = file_of(found, "application/zip")
    response["Cache-Control"] = "no-store, private"
    return response
