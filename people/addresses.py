"""Somebody's e-mail address. It opens her account when she has forgotten her password, so it is used only once she has shown that it is hers."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from people.models import AuditEvent, User

LASTS = timedelta(days=3)
SALT = "people.address"


def ask(user: User, address: str) -> None:
    """Send a link to an address. Nothing is kept: what is asked stands in the link, signed. Raise OSError when the letter does not go."""
    token = dumps([user.pk.hex, address, user.email], salt=SALT)
    link = f"{settings.SITE_URL}{reverse('people:confirm_address', args=[token])}"
    shown = {"site_name": settings.WAGTAIL_SITE_NAME, "link": link}
    with translation.override(user.language):
        body = render_to_string("people/notices/confirm_address.txt", shown)
        send_mail(_("Is this your e-mail address?"), body, None, [address])


def asked_in(token: str, *, by: User) -> str | None:
    """Return the address a link is for, when it was made for `by` and still holds; None otherwise.

    A link made before the address was changed again does nothing; one that has done its work still leads to the same place.
    """
    try:
        whose, address, before = loads(token, salt=SALT, max_age=LASTS)
    except BadSignature:  # expired ones too
        return None
    return str(address) if whose == by.pk.hex and by.email in (before, address) else None


def use(address: str, *, by: User) -> None:
    """Write the address to the account; none at all, to take it away. Used already, it changes nothing."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)
        if user.email == address:
            return
        user.email = address
        user.save(update_fields=["email"])
        AuditEvent.record("changed the e-mail address" if address else "took the e-mail address away", about=user, by=by)
