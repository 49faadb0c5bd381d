"""A manager takes the progress logs of a workplace, or of an employer, in one file."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from people.models import Workplace
from people.permissions import May
from progress.requests import MemberRequest
from reports.collection_form import EVERYWHERE, HERE, WhoseLogsForm
from reports.models import LogCollection
from reports.models.collection import logs_for
from reports.waiting import how_far
from reports.zip_of_logs import zip_of


@require_http_methods(["GET", "POST"])
def team_logs(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Offer the logs of one workplace or of all that the manager has, and show what was made this week."""
    workplaces = Workplace.objects.where(request.user, May.TAKE_EVERY_LOG).select_related("employer")
    workplace = get_object_or_404(workplaces, pk=workplace_id)
    counts = {whose: logs_for(request.user, workplace, everywhere=whose == EVERYWHERE).count() for whose in (HERE, EVERYWHERE)}
    form = WhoseLogsForm(workplace, counts, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(LogCollection.request(workplace, by=request.user, everywhere=form.everywhere))
    before = LogCollection.objects.visible_to(request.user).filter(workplace=workplace).select_related("workplace", "employer")
    return render(
        request, "reports/team_logs.html", {"workplace": workplace, "form": form, "count": max(counts.values()), "before": before}
    )


def _collection(request: MemberRequest, workplace_id: UUID, collection_id: UUID) -> LogCollection:
    hers = LogCollection.objects.visible_to(request.user).select_related("workplace", "employer", "requested_by")
    found: LogCollection = get_object_or_404(hers, pk=collection_id, workplace=workplace_id)
    return found


@require_GET
def collection(request: MemberRequest, workplace_id: UUID, collection_id: UUID) -> HttpResponse:
    """Show how far a collection is, then the way to take it. A poll hears nothing until there is news."""
    found = _collection(request, workplace_id, collection_id)
    return how_far(request, found, "reports/collection.html", "reports/collection_state.html", collection=found)


@require_GET
def download(request: MemberRequest, workplace_id: UUID, collection_id: UUID) -> HttpResponseBase:
    """Hand over the ZIP as it is put together."""
    found = _collection(request, workplace_id, collection_id)
    if not found.is_ready:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{found.file_name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(zip_of(found), content_type="application/zip", headers=headers)
