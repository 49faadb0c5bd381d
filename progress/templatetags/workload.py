"""What waits for somebody, in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.supervision import Desk
from progress.workload import Load, Supervisor
from progress.workload_form import room_in_words

register = template.Library()


@register.simple_tag
def weight_in_words(one: Supervisor) -> str:
    """Return a supervisor's weight beside the ceiling: “7 of 20, room for 13”."""
    return _("%(weight)d of %(ceiling)d, %(room)s") % {
        "weight": one.load.weight,
        "ceiling": one.limits.ceiling,
        "room": room_in_words(one),
    }


@register.simple_tag
def minutes_in_words(load: Load, available: int | None) -> str:
    """Return the minutes it takes to read what waits: “About 35 of 60 minutes a week”, “About 35 minutes. No time is agreed.”."""
    numbers = {"needed": load.minutes, "available": available, "above": load.minutes - (available or 0)}
    if available is None and not load.minutes:
        said = _("No time is agreed.")
    elif available is None:
        said = ngettext("About %(needed)d minute. No time is agreed.", "About %(needed)d minutes. No time is agreed.", load.minutes)
    elif load.minutes > available:
        said = _("About %(needed)d of %(available)d minutes a week, %(above)d too many")
    elif load.minutes:
        said = _("About %(needed)d of %(available)d minutes a week")
    else:
        said = _("0 of %(available)d minutes a week")
    return said % numbers


@register.simple_tag
def own_load_in_words(desk: Desk, load: Load) -> str:
    """Return what waits from somebody's own people: “Your people at Rosewood House: 3 outcomes wait. About 35 of your 60 minutes a week.”."""
    if not load.items:
        return _("Nothing waits from your people at %(workplace)s.") % {"workplace": desk.name}
    numbers = {"workplace": desk.name, "items": load.items, "needed": load.minutes, "available": desk.minutes}
    said = [
        ngettext(
            "Your people at %(workplace)s: %(items)d outcome waits.", "Your people at %(workplace)s: %(items)d outcomes wait.", load.items
        )
    ]
    if desk.minutes is not None:
        said.append(_("About %(needed)d of your %(available)d minutes a week."))
    else:
        said.append(ngettext("About %(needed)d minute.", "About %(needed)d minutes.", load.minutes))
    if load.weight > desk.ceiling:
        said.append(_("That is more than is agreed for one desk. Your manager can share it out."))
    return " ".join(said) % numbers
