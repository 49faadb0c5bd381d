"""Letters: what is new, by e-mail, to whoever wants it so. Never at night unless she chose it; nothing personal in the subject."""

import logging
import smtplib
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from people.models import Every, Letters, Notice, User
from people.notices import notices_of

logger = logging.getLogger(__name__)

MORNING, EVENING = 8, 21  # hours, in London
PAUSE = timedelta(minutes=5)  # so that what somebody does next goes into the same letter
MOST_LINES = 20  # in one letter
MOST_AT_ONCE = 500  # people in one round
PATIENCE = 25.0  # seconds for one round; its task is stopped at 50 (CELERY_TASK_TIME_LIMIT)
# Trouble with one letter. Anything else that the post raises (all of it is an OSError) is trouble for every letter.
ABOUT_ONE_LETTER = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
THE_SITE = {"site": settings.SITE_URL, "site_name": settings.WAGTAIL_SITE_NAME}


def is_night(now: datetime) -> bool:
    """Whether it is between nine in the evening and eight in the morning in London."""
    return not MORNING <= timezone.localtime(now).hour < EVENING


def due() -> QuerySet[Letters]:
    """Return those to whom a letter may go now and who have something new, or whose letter was begun by a worker that died."""
    now = timezone.now()
    new = Notice.objects.for_a_letter().filter(to=OuterRef("pk"), made_at__lt=now - PAUSE)
    want = Letters.objects.exclude(every=Every.NEVER).exclude(user__email="").filter(user__is_active=True, not_before__lte=now)
    awake = want.filter(at_night=True) if is_night(now) else want
    return awake.filter(Exists(new) | Q(claim__isnull=False)).order_by("not_before", "pk")


def send_what_is_due() -> bool:
    """Send letters for some seconds. Return whether more wait. A mail server that takes nothing ends the round for everybody."""
    _give_everybody_a_row()
    began, waiting = time.monotonic(), list(due()[:MOST_AT_ONCE])
    post = get_connection()
    try:
        for seen in waiting:
            if time.monotonic() - began > PATIENCE:
                return True
            if letters := Letters.objects.claim(seen):
                Notice.objects.filter(letter=seen.claim).exclude(letter=None).put_into(None)
                _send(letters, post)
    except OSError as error:
        logger.error("The mail server takes no letters: %s. They go when it does.", type(error).__name__)
        return False
    finally:
        post.close()
    return len(waiting) == MOST_AT_ONCE


def _give_everybody_a_row() -> None:
    """Give the usual choices to those who have something new, an address, and have chosen nothing yet."""
    new = Notice.objects.for_a_letter().filter(to=OuterRef("pk"))
    people = User.objects.filter(Exists(new), letters=None, is_active=True).exclude(email="")
    Letters.objects.bulk_create([Letters(user=user, not_before=timezone.now()) for user in people], ignore_conflicts=True)


def _send(letters: Letters, post: BaseEmailBackend) -> None:
    """Write to one person, and note what became of it. Raise OSError when the post takes nothing from anybody."""
    try:
        message = letter_to(letters.user, letters)
        if message:
            post.open()
            message.connection = post
            message.send()
    except Exception as error:  # whatever it is, the next letter tells what this one should have told
        Notice.objects.filter(letter=letters.claim).put_into(None)
        letters.failed(error)
        if isinstance(error, OSError) and not isinstance(error, ABOUT_ONE_LETTER):
            raise
        logger.warning("A letter to %s did not go, try %d: %s", letters.pk, letters.attempts, type(error).__name__)
    else:
        letters.went() if message else letters.had_nothing()


def letter_to(user: User, letters: Letters) -> EmailMessage | None:
    """Return the letter with all that is new for somebody and that she may see now, in her language; None when that is nothing."""
    notices_of(user).for_a_letter().put_into(letters.claim)
    news = list(Notice.objects.filter(letter=letters.claim).with_people())
    if not news:
        return None
    stop = f"{settings.SITE_URL}{reverse('people:stop_letters', args=[stop_token(user)])}"
    shown = {"user": user, "news": news[:MOST_LINES], "more": len(news) - MOST_LINES, "stop": stop, **THE_SITE}
    with translation.override(user.language):
        return EmailMessage(
            subject=_("You have news in %(site)s") % {"site": THE_SITE["site_name"]},
            body=render_to_string("people/notices/letter.txt", shown).strip() + "\n",
            to=[user.email],
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )


def stop_token(user: User) -> str:
    """Return what stands in the link that stops somebody's letters, and does nothing else. It does not end: old letters lie about for years."""
    return _signer().sign(user.pk.hex)


def whose_letters(token: str) -> User | None:
    """Return whose letters a link stops; None for one that was made up."""
    try:
        return User.objects.filter(pk=UUID(_signer().unsign(token))).first()
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="people.letters.stop")
