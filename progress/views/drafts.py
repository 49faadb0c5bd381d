"""Drafts: what a page sends while somebody writes."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from people.models import User
from progress.forms.learning import DraftForm
from progress.models import Draft


@login_not_required
@require_POST
def save(request: HttpRequest) -> JsonResponse:
    """Keep a draft and say when. 401 to somebody signed out: a page that writes must not be led to the sign-in page."""
    if not isinstance(request.user, User):
        # Django takes away the cookie of a session that has ended. By the time this answer arrives, the browser may hold
        # the cookie of the next session, in which the words she has just sent wait for her to sign in: it must stay.
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return JsonResponse({}, status=401)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    draft = Draft.keep(form.cleaned_data["fields"], place=form.cleaned_data["place"], by=request.user)
    return JsonResponse({"saved": date_format(timezone.localtime(draft.saved_at), "H:i")})
