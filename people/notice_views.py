"""News: what somebody was told, how it comes by e-mail, and to which address."""

from typing import cast
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import addresses
from people.letters import whose_letters
from people.models import Letters, User
from people.notice_forms import AddressForm, LettersForm
from people.notices import notices_of
from people.proof_form import password_asked, password_wrong

ON_A_PAGE = 20
IT_OPENS_THE_ACCOUNT = gettext_lazy("This address can open your account. Your password shows that it is you.")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List what this person was told: unread first, then the newest."""
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    found = notices_of(cast(User, request.user)).with_people().order_by(is_read, "-made_at", "pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/notices.html", {"page": page, "as_of": timezone.now().isoformat()})


@require_POST
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Mark one as read and lead to what it is about. A POST: a browser that fetches links ahead must not read anybody's news."""
    mine = notices_of(cast(User, request.user)).filter(pk=notice_id)
    notice = get_object_or_404(mine)
    mine.mark_read()
    return redirect(notice.address)


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark everything as read that was there when the page was shown; what has come since stays new."""
    try:
        as_of = parse_datetime(request.POST.get("as_of", ""))
    except ValueError:
        as_of = None
    if as_of is None or timezone.is_naive(as_of):
        raise Http404
    notices_of(cast(User, request.user)).filter(made_at__lte=as_of).mark_read()
    return redirect("people:notices")


def letters(request: HttpRequest) -> HttpResponse:
    """Let somebody choose how often letters come."""
    user = cast(User, request.user)
    hers = Letters.objects.filter(user=user).first() or Letters(user=user)
    form = LettersForm(request.POST or None, instance=hers)
    if request.method == "POST" and form.is_valid():
        Letters.to(user).choose(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:letters")
    return render(request, "people/letters.html", {"form": form})


def address(request: HttpRequest) -> HttpResponse:
    """Take an e-mail address, or take it away. It can open the account, so the password is asked for as for a signature."""
    user = cast(User, request.user)
    is_sent, takes_away = request.method == "POST", "remove" in request.POST
    form = AddressForm(request.POST if is_sent and not takes_away else None, initial={"address": user.email})
    proof = password_asked(request, IT_OPENS_THE_ACCOUNT)
    if is_sent and (takes_away or form.is_valid()) and not (proof := password_wrong(request, IT_OPENS_THE_ACCOUNT)):
        if takes_away:
            addresses.use("", by=user)
            messages.success(request, _("We do not have your e-mail address any more."))
            return redirect("people:letters")
        if _asked(request, form):
            return redirect("people:letters")
    return render(request, "people/address.html", {"form": form, "proof": proof})


def _asked(request: HttpRequest, form: AddressForm) -> bool:
    """Send the link; return whether it went. If not, the form says why."""
    user, wanted = cast(User, request.user), form.cleaned_data["address"]
    if not ratelimit.consume(request, action="manage_email", user=user):
        form.add_error(None, _("Too many tries. Wait a minute, then try again."))
        return False
    try:
        addresses.ask(user, wanted)
    except OSError:
        form.add_error(None, _("We could not send an e-mail just now. Try again in an hour."))
        return False
    messages.success(request, _("We have sent an e-mail to %(address)s. Open the link in it.") % {"address": wanted})
    return True


def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Use an address, now that its owner has found the link there."""
    user = cast(User, request.user)
    wanted = addresses.asked_in(token, by=user)
    if wanted is None:
        return render(request, "people/link_closed.html", status=404)
    if request.method == "POST":
        addresses.use(wanted, by=user)
        messages.success(request, _("Your e-mail address is %(address)s.") % {"address": wanted})
        return redirect("people:letters")
    return render(request, "people/confirm_address.html", {"wanted": wanted})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    """Stop somebody's letters by the link in one of them: the signed token is the whole authority, no session is looked at.

    So there is no CSRF token to miss: a mail program that presses the button for its reader (RFC 8058) has none.
    Opening the link alone does nothing, because mail programs open links to look at them.
    """
    user = whose_letters(token)
    if user is None:
        return render(request, "people/link_closed.html", status=404)
    if request.method == "POST":
        Letters.to(user).stop()
    response = render(request, "people/stop_letters.html", {"stopped": request.method == "POST"})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
