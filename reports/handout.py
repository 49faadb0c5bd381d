"""A module on paper, as a PDF: the same words as its page for printing, with our own face and its pictures inside."""

import re
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from courses.models import ModulePage
from courses.models.course import paper_of_revision
from reports.models import Handout
from reports.rendering import SCHEME, document

STYLESHEET = "reports/print/handout.css"
PICTURE = re.compile(rf'(<img\b[^>]*\bsrc="){re.escape(settings.MEDIA_URL)}((?:original_images|images)/[^"/]+\.(?:svg|png|jpe?g|webp))"')


def render_handout_pdf(handout: Handout) -> bytes:
    """Return the PDF of a module at one revision."""
    html = handout_html(handout.module, handout.revision)
    pictures = {name: partial(_bytes, name) for _start, name in PICTURE.findall(html)}
    return document(PICTURE.sub(rf'\g<1>{SCHEME}\g<2>"', html), STYLESHEET, named=f"handout {handout.pk}", pictures=pictures)


def handout_html(module: ModulePage, revision: int) -> str:
    """Return the page that is laid out on paper."""
    return render_to_string("reports/handout.html", {"page": module, "course": module.course, "steps": paper_of_revision(revision)})


def _bytes(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())
