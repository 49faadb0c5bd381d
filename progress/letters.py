"""The signed checkpoint of each day, sent to every employer that gave an address: kept where this site's operator cannot reach.

Nothing personal is in it: ids of logs, how many events each had, and the hash of the last one.
"""

import logging
import time
from email.mime.text import MIMEText
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.models import Employer
from progress.checkpoint import letter_about, make_checkpoint, public_key
from progress.models import CheckpointLetter, ProgressLog

log = logging.getLogger(__name__)

LONG_ENOUGH = 30  # seconds: a task that is stopped while it sends leaves a letter of which nobody knows whether it went
BODY = gettext_noop("""Keep this letter. You do not need to do anything else with it.

The file with it says where each training record of %(employer)s stood on %(day)s, signed by %(site)s. It holds no names and no words. If a record is changed later, by anybody, this file shows it.

To check: give the file to the person who runs the site, or to somebody you trust. They type:
manage.py verify_ledger --checkpoint FILE

The key of the site:
%(key)s
""")


def post_letters() -> int:
    """Write today's letters where they are not written yet, then send what waits. Run as often as you like. Return how many went."""
    has_one = CheckpointLetter.objects.filter(day=timezone.localdate()).values("employer")
    if Employer.objects.exclude(checkpoint_email="").exclude(pk__in=has_one).exists():
        write_letters(make_checkpoint())
    return send_letters()


def write_letters(checkpoint: Path) -> int:
    """Write today's letter to each employer with an address, once, about a checkpoint in the write-once folder. Return how many are new."""
    new = 0
    for employer in Employer.objects.exclude(checkpoint_email=""):
        letter = {"address": employer.checkpoint_email, "checkpoint": checkpoint.name}
        new += CheckpointLetter.objects.get_or_create(employer=employer, day=timezone.localdate(), defaults=letter)[1]
    return new


def send_letters() -> int:
    """Send what waits, each by one caller only; what was refused before comes last. Return how many went."""
    until, went = time.monotonic() + LONG_ENOUGH, 0
    for pk in list(CheckpointLetter.objects.to_send().order_by("attempts", "day").values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        if letter := CheckpointLetter.objects.claim(pk):
            went += _send(letter)
    return went


def _send(letter: CheckpointLetter) -> bool:
    """Send a letter that was claimed; return whether the mail server took it."""
    try:
        message_for(letter).send()
    except Exception as error:  # whatever a mail server or a folder answers, the next letter must still go
        letter.failed(error)
        log.warning("The checkpoint letter %s did not go: %s", letter.pk, type(error).__name__)
        return False
    letter.went()
    return True


def message_for(letter: CheckpointLetter) -> EmailMessage:
    """Return the letter. Its attachment is what `verify_ledger --checkpoint FILE` reads; raise CannotRun when the checkpoint cannot be read."""
    logs = set(ProgressLog.objects.filter(workplace__employer=letter.employer_id).values_list("pk", flat=True))
    held = letter_about(settings.CHECKPOINT_DIR / letter.checkpoint, logs)
    day = formats.date_format(letter.day, "j F Y")
    said = {"site": settings.SITE_URL, "employer": letter.employer.name, "day": day, "key": public_key()}
    message = EmailMessage(
        subject=_("Where the training records of %(employer)s stood on %(day)s") % said,
        body=_(BODY) % said,
        to=[letter.address],
        headers={"Message-ID": f"<{letter.pk}@checkpoint.countersign>", "Auto-Submitted": "auto-generated"},
    )
    message.attach(_attachment(held, f"{letter.day.isoformat()}.checkpoint"))
    return message


def _attachment(held: str, name: str) -> MIMEText:
    """Return the file, coded so that no mail server on its way changes a byte of it."""
    attachment = MIMEText(held, "plain", "utf-8")
    attachment.add_header("Content-Disposition", "attachment", filename=name)
    return attachment
