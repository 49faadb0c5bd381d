"""What all activities share: how an author writes one, and what is asked as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, cast

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

Objections = dict[str, str]


@dataclass(frozen=True)
class Told:
    """One line of what somebody answered, in words: what was asked, what she said, and whether that is right."""

    asked: str
    said: str
    right: bool | None = None


@dataclass(frozen=True)
class Asks:
    """Something a learner is asked for. A marked one must be done right before a module is finished.

    `outcomes` are the codes of what it checks (a marked one) or practises (a task at work).
    """

    id: str
    outcomes: tuple[str, ...] = field(default=(), kw_only=True)
    is_marked: ClassVar[bool] = False
    is_practice: ClassVar[bool] = False

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's block."""
        raise NotImplementedError

    @property
    def about(self) -> str:
        """Return what it asks, in the author's words."""
        fields = vars(self)
        return str(fields.get("title") or fields.get("prompt") or "")

    def is_right(self, given: Mapping[str, Any]) -> bool | None:
        """Return whether what was given is right; None where nothing is right or wrong, or it is not done yet."""
        return None

    def carried_over(self, given: Mapping[str, Any], before: "Asks") -> Mapping[str, Any] | None:
        """Return what was given when it was asked as `before`, in the keys of now; None where it means something else now.

        An author may reword, reorder and take away; nobody's answer may seem to say what she did not choose.
        """
        return given

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return what was given in words, for somebody who reads it and cannot change it: a supervisor, a page of paper."""
        return [Told("", str(given.get("words", "")))]

    def solution(self) -> dict[str, Any] | None:
        """Return an answer that is right; None where nothing is right or wrong."""
        return None


class ActivityBlock(blocks.StructBlock):
    """One kind of activity, as an author writes it. `asks` is its plain data, where it asks the learner for something."""

    asks: ClassVar[type[Asks] | None] = None

    class Meta:
        preview_template = "activities/preview.html"

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Return what no single field can tell is wrong, by field; `value` comes from an author's form or from a pack."""
        return {}

    def clean(self, value: Any) -> Any:
        """Refuse what `objections` names. A draft may be unfinished."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if objections := self.objections(cleaned):
            raise StructBlockValidationError(block_errors={name: ValidationError(says) for name, says in objections.items()})
        return cleaned

    def asked(self, activity_id: str, value: Any) -> tuple[Asks | None, str]:
        """Return what is asked, None for something that is only read; and its HTML: all of it, or the fields before an answer."""
        if self.asks is None:
            return None, str(self.render(value))
        asks = replace(self.asks.from_value(activity_id, value), outcomes=tuple(value.get("outcomes") or ()))
        return asks, render_to_string(f"activities/{self.name}/fields.html", {"part": {"id": activity_id, "asks": asks}})

    def printed(self, activity_id: str, value: Any) -> str:
        """Return the activity as HTML for paper: nothing to open, and room to write."""
        asks, html = self.asked(activity_id, value)
        return render_to_string(f"activities/{self.name}/print.html", {"value": value, "asks": asks, "html": html})

    def get_preview_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Show an author the activity as a learner finds it."""
        return {**cast(Any, super().get_preview_context(value, parent_context)), "html": self.asked("preview", value)[1]}
