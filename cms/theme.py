"""An employer's own colour: whether it can be read, and the style sheet made of it.

Contrast is WCAG 2.2's (1.4.3): the relative luminance of the lighter colour against that of the darker one.
"""

import re

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

LEAST = 4.5
STANDS_ON = {"#ffffff": gettext_lazy("white"), "#f8f4ec": gettext_lazy("the colour of the page")}  # tokens.css: --on-accent, --paper
COLOUR = re.compile(r"#[0-9a-f]{6}")
IN_THE_DARK = {"accent": "#93d5ca", "accent-deep": "#b9e7df", "accent-wash": "#1d3633", "accent-line": "#3f736c"}  # tokens.css


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (number / 255 for number in _parts(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (“#0e504d”), from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def can_be_read(colour: str) -> None:
    """Raise ValidationError when this is no colour, or words in it or on it could not be read."""
    if not COLOUR.fullmatch(colour):
        raise ValidationError(_("Write the colour as # and six letters or digits, such as #0e504d."))
    for ground, name in STANDS_ON.items():
        if (found := contrast(colour, ground)) < LEAST:
            says = _("This colour cannot be read on %(ground)s: its contrast is %(found).1f, and it needs %(least)s. Choose a darker one.")
            raise ValidationError(says % {"ground": name, "found": found, "least": LEAST})


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one * share + another * (1 - share)):02x}" for one, another in pairs)


@login_not_required
@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def style_sheet(request: HttpRequest, colour: str) -> HttpResponse:
    """Return the style sheet of a colour (six hexadecimal digits). It is the same for ever, so browsers keep it."""
    accent = f"#{colour}"
    try:
        can_be_read(accent)
    except ValidationError as refused:
        raise Http404 from refused
    light = {
        "accent": accent,
        "accent-deep": _mixed(accent, "#000000", 0.7),
        "accent-wash": _mixed(accent, "#ffffff", 0.1),
        "accent-line": _mixed(accent, "#ffffff", 0.4),
    }
    plain = "".join(f"--{name}:{value};" for name, value in light.items())
    both = "".join(f"--{name}:light-dark({value},{IN_THE_DARK[name]});" for name, value in light.items())
    root = ':root:not([data-colours="strong"])'
    return HttpResponse(f"{root}{{{plain}}}@supports (color:light-dark(red,red)){{{root}{{{both}}}}}", content_type="text/css")
