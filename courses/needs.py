"""What an outcome asks for in its practice part: how many pieces of evidence, of which kinds, how recent."""

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class EvidenceKind(models.TextChoices):
    """The kinds of evidence (domain.md). Frameworks ask for them; learners, supervisors and witnesses add them."""

    REFLECTIVE_ACCOUNT = "reflective_account", _("Reflective account")
    WORK_PRODUCT = "work_product", _("Work product")
    PRIOR_LEARNING = "prior_learning", _("Prior learning")
    OBSERVATION = "observation", _("Observation")
    WITNESS_STATEMENT = "witness_statement", _("Witness statement")
    DISCUSSION = "professional_discussion", _("Professional discussion")
    QUESTIONING = "questioning", _("Questioning")
    SIMULATION = "simulation", _("Simulation")
    SEEN_IN_WORKPLACE = "seen_in_workplace", _("Seen in the workplace")


# As they stand in the middle of a sentence.
ONE_OF_A_KIND = {
    EvidenceKind.REFLECTIVE_ACCOUNT: _("a reflective account"),
    EvidenceKind.WORK_PRODUCT: _("a work product"),
    EvidenceKind.PRIOR_LEARNING: _("prior learning"),
    EvidenceKind.OBSERVATION: _("an observation"),
    EvidenceKind.WITNESS_STATEMENT: _("a witness statement"),
    EvidenceKind.DISCUSSION: _("a professional discussion"),
    EvidenceKind.QUESTIONING: _("questioning"),
    EvidenceKind.SIMULATION: _("a simulation"),
    EvidenceKind.SEEN_IN_WORKPLACE: _("something seen in the workplace"),
}


class KindsField(models.JSONField):
    """A list of kinds of evidence, in the order of `EvidenceKind`; authors tick them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Return a tick box for each kind."""
        said = {name: kwargs[name] for name in ("label", "help_text") if name in kwargs}
        return forms.MultipleChoiceField(
            choices=EvidenceKind.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=self.verbose_name,
            help_text=self.help_text,
            **said,
        )


def any_of(kinds: Iterable[str]) -> str:
    """Return kinds as a sentence names them: “an observation or a witness statement”."""
    named = [str(ONE_OF_A_KIND[EvidenceKind(kind)]) for kind in kinds]
    if len(named) < 2:
        return "".join(named)
    return _now("%(these)s or %(this)s") % {"these": ", ".join(named[:-1]), "this": named[-1]}


def in_words(pieces: int, kinds: Iterable[str], months: int) -> str:
    """Say what the practice part asks for: “2 pieces of evidence. One must be an observation.”"""
    said = [ngettext("%(count)d piece of evidence.", "%(count)d pieces of evidence.", pieces) % {"count": pieces}]
    if wanted := any_of(kinds):
        said.append((_now("It must be %(kind)s.") if pieces == 1 else _now("One must be %(kind)s.")) % {"kind": wanted})
    if months:
        said.append(ngettext("Not older than %(months)d month.", "Not older than %(months)d months.", months) % {"months": months})
    return " ".join(said)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
