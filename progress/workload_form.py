"""What a manager decides about workload: who supervises whom, the ceiling, and the minutes."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.models import MOST_CEILING, MOST_MINUTES, Membership, Supervision, User, Workplace
from people.permissions import May
from progress.supervision import Workload
from progress.workload import Learner, Supervisor

CHOOSE_SUPERVISOR = {"required": _("Choose a supervisor."), "invalid_choice": _("Choose a supervisor from the list.")}


def room_in_words(one: Supervisor) -> str:
    """Return how much a supervisor has room for: “room for 13”, “full”, “4 above the ceiling”."""
    if one.above:
        return _now("%(weight)d above the ceiling") % {"weight": one.above}
    return _now("room for %(weight)d") % {"weight": one.room} if one.room else _now("full")


def supervisor_in_words(one: Supervisor) -> str:
    """Return a supervisor as an option names her: “Grace Mwangi, room for 13, no time left, until 3 December 2026”."""
    words = [one.name, room_in_words(one)]
    if one.limits.minutes is not None and one.load.minutes >= one.limits.minutes:
        words.append(_now("no time left"))
    if one.until:
        words.append(_now("until %(day)s") % {"day": formats.date_format(one.until, "j F Y")})
    return ", ".join(words)


def learner_in_words(one: Learner, supervisor: Supervisor | None = None) -> str:
    """Return a learner as an option names her: “Amina Okafor, with Grace Mwangi, 3 outcomes waiting”."""
    words = [one.name]
    if supervisor:
        words.append(_now("with %(name)s") % {"name": supervisor.name})
    if one.load.items:
        waiting = ngettext("%(count)d outcome waiting, weight %(weight)d", "%(count)d outcomes waiting, weight %(weight)d", one.load.items)
        words.append(waiting % {"count": one.load.items, "weight": one.load.weight})
    return ", ".join(words)


def _who_may(workplace: Workplace, may: May) -> QuerySet[User]:
    held = Membership.objects.current().that(may).filter(workplace=workplace)
    return User.objects.filter(pk__in=held.values("user"))


class SupervisorForm(forms.Form):
    """Somebody is given to a supervisor. What may be chosen is asked of the database again; what is offered, of the page's numbers."""

    supervisor = forms.ModelChoiceField(User.objects.none(), label=_("Supervisor"), error_messages=CHOOSE_SUPERVISOR)

    def __init__(self, work: Workload, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s")
        self.fields["supervisor"].queryset = _who_may(work.workplace, May.SIGN_OFF)  # type: ignore[attr-defined]
        self.offer("supervisor", [("", _("Choose")), *((one.id, supervisor_in_words(one)) for one in work.supervisors)])

    def offer(self, name: str, choices: list[Any]) -> None:
        """Show these choices: the field itself takes more, so that a form sent twice finds what it did the first time."""
        self.fields[name].widget.choices = choices


class AssignForm(SupervisorForm):
    """People without a supervisor, and the one they get."""

    learners = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who gets a supervisor."), "invalid_choice": _("Choose people from the list.")},
    )
    field_order = ("learners", "supervisor")

    def __init__(self, work: Workload, data: Any = None) -> None:
        super().__init__(work, data)
        self.fields["learners"].queryset = _who_may(work.workplace, May.KEEP_A_LOG)  # type: ignore[attr-defined]
        self.offer("learners", [(one.id, learner_in_words(one)) for one in work.without])
        self.initial["supervisor"] = work.first_choice


class MoveForm(SupervisorForm):
    """Somebody who has a supervisor, and the one she gets."""

    supervision = forms.ModelChoiceField(
        Supervision.objects.none(),
        label=_("Who?"),
        error_messages={"required": _("Choose who moves."), "invalid_choice": _("Choose who moves from the list.")},
    )
    field_order = ("supervision", "supervisor")

    def __init__(self, work: Workload, data: Any = None) -> None:
        super().__init__(work, data)
        self.fields["supervisor"].label = _("New supervisor")
        rows = Supervision.objects.filter(workplace=work.workplace).select_related("learner", "workplace")
        self.fields["supervision"].queryset = rows  # type: ignore[attr-defined]
        offered = [(learner.supervision, learner_in_words(learner, one)) for learner, one in work.supervised]
        self.offer("supervision", [("", _("Choose")), *offered])


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    errors = {
        "required": _now("Enter a number."),
        "invalid": _now("Enter a whole number, such as %(example)d.") % {"example": most // 10},
        "min_value": _now("Enter %(least)d or more.") % {"least": least},
        "max_value": _now("Enter %(most)d or fewer.") % {"most": most},
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, error_messages=errors, **more)


class LimitsForm(forms.Form):
    """The ceiling of a workplace, and the minutes a week of each who signs off there."""

    def __init__(self, work: Workload, data: Any = None) -> None:
        super().__init__(data, auto_id="limits_%s")
        hint = _("The same for everybody. It is the most weight that waits on one desk.")
        self.fields["ceiling"] = _number(_("Ceiling"), 1, MOST_CEILING, help_text=hint, initial=work.workplace.review_ceiling)
        for one in work.supervisors:
            label = _now("Minutes a week for %(name)s") % {"name": one.name}
            empty = _now("Leave it empty while no time is agreed.")
            self.fields[str(one.membership)] = _number(label, 0, MOST_MINUTES, required=False, initial=one.limits.minutes, help_text=empty)

    @property
    def minutes(self) -> dict[UUID, int | None]:
        """Return what was said for each, by the id of her membership, once the form is valid."""
        return {UUID(name): said for name, said in self.cleaned_data.items() if name != "ceiling"}
