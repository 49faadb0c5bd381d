"""A worker saves everything that is hers: when she leaves, or whenever she likes."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from progress.requests import MemberRequest
from reports.models import LeavingPack
from reports.waiting import file_of, how_far


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
    return how_far(request, found, "reports/leaving_pack.html", "reports/leaving_pack_state.html", pack=found)


@require_GET
def download(request: MemberRequest, pack_id: UUID) -> HttpResponseBase:
    """Hand over the file."""
    return file_of(_pack(request, pack_id), "application/zip")
