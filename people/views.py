"""Joining a workplace, and a manager's page of its people."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from people.forms import ChangeRoleForm, CoverForm, JoinCodeForm, JoinForm, NewPasswordForm
from people.models import JoinCode, Membership, PasswordCode, Refused, User, Workplace
from people.permissions import May
from people.reading import A_YEAR, COOKIE, ReadingForm, reading_of


@login_not_required
@sensitive_post_parameters("password")
def join(request: HttpRequest) -> HttpResponse:
    """Make an account with a join code and sign in; somebody who has one joins with the code alone."""
    form_class = JoinCodeForm if request.user.is_authenticated else JoinForm
    form = form_class(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        code: JoinCode = form.cleaned_data["code"]
        with transaction.atomic():
            user = form.save() if isinstance(form, JoinForm) else cast(User, request.user)
            code.admit(user)
        if isinstance(form, JoinForm):
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, _("Welcome. You have joined %(workplace)s.") % {"workplace": code.workplace.name})
        return redirect("progress:learn")
    return render(request, "people/join.html", {"form": form})


@login_not_required
@sensitive_post_parameters("password", "code")
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a new password with a code from a manager, and be signed in."""
    if request.user.is_authenticated:
        return redirect("account_change_password")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        PasswordCode.use_up(form.user, form.cleaned_data["password"])
        login(request, form.user, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, _("You have a new password. Use it the next time you sign in."))
        return redirect("start")
    return render(request, "people/new_password.html", {"form": form})


def account(request: HttpRequest) -> HttpResponse:
    """Show somebody who she is here, and lead to what she can change."""
    memberships = (
        Membership.objects.current().filter(user=cast(User, request.user)).select_related("workplace").order_by("workplace__name", "role")
    )
    return render(request, "people/account.html", {"memberships": memberships})


@login_not_required
def reading(request: HttpRequest) -> HttpResponse:
    """Let anybody choose how pages look to them, and go back to where they read."""
    back = request.POST.get("next") or request.headers.get("Referer", "")
    safe = back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/"
    form = ReadingForm(request.POST if request.method == "POST" else None, initial=reading_of(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/reading.html", {"form": form, "next": safe})
    response = redirect(safe)
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(reading=form.kept())
    else:
        response.set_cookie(COOKIE, form.kept(), max_age=A_YEAR, httponly=True, secure=request.is_secure(), samesite="Lax")
    return response


def _managed(request: HttpRequest, workplace_id: UUID) -> Workplace:
    """Return a workplace this person manages today; for anybody else there is no such page."""
    user = cast(User, request.user)
    return get_object_or_404(Workplace.objects.where(user, May.MANAGE_PEOPLE).select_related("employer"), pk=workplace_id)


def team(request: HttpRequest, workplace_id: UUID) -> HttpResponse:
    """Show a workplace's people and its join code."""
    workplace = _managed(request, workplace_id)
    people = Membership.objects.current().filter(workplace=workplace).select_related("user", "team").order_by("user__full_name")
    coming = Membership.objects.to_come().filter(workplace=workplace).select_related("user").order_by("started_on")
    shown = {
        "workplace": workplace,
        "people": people,
        "coming": coming,
        "code": JoinCode.objects.working().filter(workplace=workplace).first(),
    }
    return render(request, "people/team.html", shown)


@require_POST
def new_code(request: HttpRequest, workplace_id: UUID) -> HttpResponse:
    """Make a new join code; the one before it stops working."""
    JoinCode.make(_managed(request, workplace_id), by=cast(User, request.user))
    return redirect("people:team", workplace_id)


def cover(request: HttpRequest, workplace_id: UUID) -> HttpResponse:
    """Let a colleague sign off here for some days."""
    workplace = _managed(request, workplace_id)
    form = CoverForm(workplace, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            lent = Membership.lend(said["colleague"], workplace, first=said["first"], last=said["last"], by=cast(User, request.user))
            messages.success(request, _("%(name)s can sign off here on these days.") % {"name": lent.user.full_name})
            return redirect(workplace)
        except Refused as refused:
            form.add_error(None, refused)
    return render(request, "people/cover.html", {"workplace": workplace, "form": form})


def _colleague(request: HttpRequest, workplace_id: UUID, membership_id: UUID) -> Membership:
    memberships = Membership.objects.current() | Membership.objects.to_come()
    return get_object_or_404(memberships.select_related("user", "workplace"), pk=membership_id, workplace=_managed(request, workplace_id))


def change_role(request: HttpRequest, workplace_id: UUID, membership_id: UUID) -> HttpResponse:
    """Give somebody another role."""
    membership = _colleague(request, workplace_id, membership_id)
    form = ChangeRoleForm(request.POST or None, initial={"role": membership.role, "job_title": membership.job_title})
    if request.method == "POST" and form.is_valid():
        try:
            membership.change_role(**form.cleaned_data, by=cast(User, request.user))
            return redirect("people:team", workplace_id)
        except Refused as refused:
            form.add_error(None, refused)
    return render(request, "people/change_role.html", {"form": form, "membership": membership})


def password_code(request: HttpRequest, workplace_id: UUID, membership_id: UUID) -> HttpResponse:
    """Make a code for a care worker who forgot her password, and show it once."""
    membership = _colleague(request, workplace_id, membership_id)
    by = cast(User, request.user)
    objection = PasswordCode.objection_to(membership.user, by=by)
    code = PasswordCode.make(membership.user, by=by) if request.method == "POST" and not objection else ""
    return render(request, "people/password_code.html", {"membership": membership, "objection": objection, "code": code})


def end_membership(request: HttpRequest, workplace_id: UUID, membership_id: UUID) -> HttpResponse:
    """End somebody's role, on a page of its own that says what follows."""
    membership = _colleague(request, workplace_id, membership_id)
    if request.method == "POST":
        membership.end(by=cast(User, request.user))
        return redirect("start" if membership.user_id == request.user.pk else membership.workplace)
    return render(request, "people/end_membership.html", {"membership": membership})
