"""Who could be recognised? A look at a piece of evidence before it is kept: a photo under a grid, words that may be names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Membership
from progress.forms.evidence import EvidenceForm
from progress.grid import Square
from progress.models import ProgressLog, Upload
from progress.models.upload import FileKind
from progress.names import Found, found_in


class LookForm(forms.Form):
    """What somebody did on the page where she looked once more: the squares she ticked, and the button she pressed."""

    COVER, KEEP, CHANGE = "cover", "keep", "change"

    act = forms.CharField(required=False)
    square = forms.MultipleChoiceField(required=False, error_messages={"invalid_choice": _("Tick the squares again.")})

    def __init__(self, data: Any, upload: Upload | None) -> None:
        super().__init__(data)
        self.fields["square"].choices = [(name_of(square), name_of(square)) for square in squares_of(upload)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a square where squares are to be covered."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("act") == self.COVER and not cleaned.get("square") and "square" not in self.errors:
            self.add_error("square", _("Tick each square you want to cover. Or add it as it is."))
        return cleaned

    @property
    def chosen(self) -> list[Square]:
        """Return the squares that are to be covered, once the form is valid. Ticked squares count, whichever button was pressed."""
        named = [name.split("-") for name in self.cleaned_data["square"]]
        return [(int(row), int(column)) for row, column in named] if self.pressed != self.CHANGE else []

    @property
    def pressed(self) -> str:
        """Return which button was pressed; empty on the way in from the form."""
        return str(self.data.get("act", ""))


def squares_of(upload: Upload | None) -> list[Square]:
    """Return the squares over an upload: none over what is no photo."""
    return upload.grid.squares() if upload and upload.kind == FileKind.PHOTO else []


def name_of(square: Square) -> str:
    """Return a square as a form names it."""
    return f"{square[0]}-{square[1]}"


@dataclass
class Look:
    """What is to be looked at before a piece is kept."""

    form: EvidenceForm
    upload: Upload | None
    found: list[Found] = field(default_factory=list)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to look at: a file, always; words, where they may name somebody."""
        return bool(self.upload or self.found)

    @property
    def squares(self) -> list[tuple[int, int, str]]:
        """Return each square over a photo: its row, its column, its name."""
        return [(*square, name_of(square)) for square in squares_of(self.upload)]


def look_at(form: EvidenceForm, log: ProgressLog) -> Look:
    """Return what is to be looked at in a valid form. Two queries."""
    words = [str(form.cleaned_data.get(name, "")) for name in ("title", "text", "kept_where")]
    return Look(form, getattr(form, "upload", None), found_in(words, known_at(log)))


def known_at(log: ProgressLog) -> Iterable[str]:
    """Return the names that may stand in evidence of this log: of its workplace, and the full names of those who work there."""
    places = f"{log.workplace.name} {log.workplace.employer.name} {log.framework.title}"
    colleagues = Membership.objects.current().filter(workplace=log.workplace_id).values_list("user__full_name", flat=True)
    return {*places.split(), *colleagues, log.workplace.name}
