"""What every page about a job answers: how far it is, and its file when it is ready."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from reports.jobs import Job

NO_NEWS = 204  # htmx leaves the page as it is


def how_far(request: HttpRequest, job: Job, page: str, state: str, **shown: Any) -> HttpResponse:
    """Show a job's page, or, to who asks again, the part that has changed. A poll says what it has seen, and hears nothing until there is news.

    `page`, `state`: templates, of the page (it extends reports/waiting.html) and of the part; both are given `shown`.
    """
    if not request.htmx:  # type: ignore[attr-defined]  # django-htmx adds it
        return render(request, page, {**shown, "job": job, "state": state})
    if request.GET.get("seen") == job.how_far:
        return HttpResponse(status=NO_NEWS)
    return render(request, state, shown)


def file_of(job: Job, content_type: str = "application/pdf") -> FileResponse:
    """Return the file of a job as something to save, under its own name. Raise Http404 while it is not ready."""
    if not job.is_ready:
        raise Http404
    response = FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
