"""Checking a progress log that somebody holds: by its code, by the hash of its file, and by its seal. Anybody may."""

from uuid import UUID

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as limits  # the only one that counts what is read and not sent
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from progress.checkpoint import public_key
from reports.forms import FileForm, HashForm, VerifyForm
from reports.models import SealCertificate, SealCheck
from reports.verification import Finding, finding_for, finding_for_file
from reports.waiting import how_far

PROGRAM = settings.BASE_DIR / "static" / "verifier" / "verify_log.py"
TOO_MANY = 429


@login_not_required
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Answer, to anybody with the code on the paper or the file itself, what this site knows of it: only what the paper shows."""
    if "sha256" in request.GET:
        return _by_hash(request)
    form = VerifyForm(request.GET if "code" in request.GET else None)
    finding = finding_for(form.cleaned_data["code"]) if form.is_valid() else None
    return _page(request, "reports/verify.html", form=form, finding=finding, asked=form.is_valid())


def _by_hash(request: HttpRequest) -> HttpResponse:
    asked = HashForm(request.GET)
    finding = finding_for_file(asked.cleaned_data["sha256"]) if asked.is_valid() else None
    return _page(request, "reports/verify_file.html", finding=finding, asked=asked.is_valid())


def _page(request: HttpRequest, template: str, *, finding: Finding | None, asked: bool, **more: object) -> HttpResponse:
    """Show an answer. Only a wrong code counts against an address, and only a wrong code is then put off: a right one is always answered."""
    wrong = asked and not finding
    put_off = wrong and not limits.consume(request, app="allauth.account", action="wrong_code", limit_get=True)
    shown = {
        "file_form": FileForm(),
        "form": VerifyForm(),
        "finding": finding,
        "asked": asked,
        "put_off": put_off,
        **_of_this_site(),
        **more,
    }
    return _private(render(request, template, shown, status=TOO_MANY if put_off else 200))


def _of_this_site() -> dict[str, object]:
    return {"key": public_key(), "seals": SealCertificate.objects.all()}


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_POST
def check_file(request: HttpRequest) -> HttpResponse:
    """Take a file to be checked: at once by its hash, and by its seal in a worker when the hash is none of ours."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid() and not (SealCheck.has_room() and ratelimit.consume(request, action="check_file")):
        form.add_error("file", _("Many files came just now. Wait a minute, then send it again."))
    if not form.is_valid():
        return _private(
            render(request, "reports/verify.html", {"form": VerifyForm(), "file_form": form, "error_form": form, **_of_this_site()})
        )
    if finding_for_file(form.digest):
        return redirect(f"{reverse('reports:verify')}?sha256={form.digest}")
    return redirect(SealCheck.request(form.cleaned_data["file"]))


@login_not_required
@require_GET
def checked_file(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show how far the check of a seal is, then what it says. A poll hears nothing until there is news."""
    check = get_object_or_404(SealCheck, pk=check_id)
    finding = finding_for_file(check.beneath) if check.beneath else None
    named = finding_for(check.code) if check.code and not finding else None
    shown = {"check": check, "finding": finding, "named": named}
    return _private(how_far(request, check, "reports/seal_page.html", "reports/seal_state.html", **shown))


@login_not_required
@require_GET
def program(request: HttpRequest) -> FileResponse:
    """Hand over the checking program, at an address that stays the same for as long as papers are about."""
    return FileResponse(PROGRAM.open("rb"), as_attachment=True, filename=PROGRAM.name, content_type="text/x-python; charset=utf-8")
