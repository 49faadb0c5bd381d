"""The figures of quality assurance, on a page and as a table to take away."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from people.models import Workplace
from people.permissions import May
from progress.requests import MemberRequest
from reports.cells import csv_of
from reports.quality import PERIODS, Report, report_of


def _report(request: MemberRequest, workplace_id: UUID) -> Report:
    """Return the report of a workplace that this person manages or whose quality she assures today; for anybody else there is none."""
    workplace = get_object_or_404(Workplace.objects.where(request.user, May.SEE_QUALITY), pk=workplace_id)
    months = next((period for period in PERIODS if str(period) == request.GET.get("months")), PERIODS[-1])
    return report_of(workplace, months)


@require_GET
def quality_report(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Show the figures."""
    report = _report(request, workplace_id)
    assures = Workplace.objects.where(request.user, May.ASSURE).filter(pk=workplace_id).exists()
    return render(request, "reports/quality.html", {"report": report, "periods": PERIODS, "assures": assures})


@require_GET
def quality_csv(request: MemberRequest, workplace_id: UUID) -> HttpResponse:
    """Hand over the same figures for a spreadsheet."""
    report = _report(request, workplace_id)
    name = f"quality-{timezone.localdate().isoformat()}-{report.months}-months.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(csv_of(report.rows()), content_type="text/csv; charset=utf-8", headers=headers)
