"""Pairs that belong together."""

from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.activity import ActivityBlock
from courses.activities.outcomes import outcome_codes
from courses.activities.placing import Choice, Placing, Row, shuffled


class Matching(Placing):
    """What is on the left, and what may stand beside it."""

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's pairs; the same right-hand side may serve two."""
        texts = list(dict.fromkeys(pair["right"] for pair in value["pairs"]))
        choices = {text: Choice(str(number), text) for number, text in enumerate(texts, 1)}
        keys = [choices[pair["right"]].key for pair in value["pairs"]]
        pairs = zip(value["pairs"], keys, strict=True)
        rows = (Row(str(n), pair["left"], key, pair["feedback"], pair["hint"]) for n, (pair, key) in enumerate(pairs, 1))
        return cls(activity_id, value["prompt"], tuple(rows), shuffled(choices.values(), activity_id))


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.CharBlock(max_length=200, label=_("This"))
    right = blocks.CharBlock(max_length=80, label=_("belongs to this"))
    feedback = blocks.TextBlock(max_length=400, rows=2, label=_("What to say about it"))
    hint = blocks.CharBlock(max_length=200, required=False, label=_("What helps somebody who chose another"))

    class Meta:
        icon = "link"
        label = _("Pair")


class MatchingBlock(ActivityBlock):
    """Pairs to find; for each thing the learner chooses what belongs to it."""

    asks = Matching

    prompt = blocks.TextBlock(max_length=600, rows=2, label=_("Question"))
    pairs = blocks.ListBlock(PairBlock(), min_num=2, max_num=8, label=_("Pairs"))
    outcomes = outcome_codes()

    class Meta:
        icon = "link"
        label = _("Matching")
        description = _("Pairs that belong together")
        preview_value = {
            "prompt": "What may help?",
            "pairs": [
                {
                    "left": "She cannot hear you.",
                    "right": "Check her hearing aid.",
                    "feedback": "Do this first.",
                    "hint": "Is it about words, or about ears?",
                },
                {
                    "left": "He cannot find a word.",
                    "right": "Wait, then offer a picture.",
                    "feedback": "Words often come with time.",
                    "hint": "He hears you well. What does he need?",
                },
            ],
        }
