"""What an author is told about a module before anybody else reads it: each finding names its place.

Some keep a module from being published; the rest are advice.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from wagtail.rich_text import RichText

from courses.activities.activity import Asks
from courses.activities.outcomes import OutcomeCodeBlock
from courses.packs.steps import leaves

if TYPE_CHECKING:
    from courses.models import ModulePage, Outcome

LONGEST_SENTENCE = 25  # words (ux.md: one thought each)
OLDEST_READER = 12  # years; the aim is 9 to 11
STANDS_OUT = 1.15  # times as long as the longest wrong answer
FEWEST_WORDS = 100  # fewer tell nothing of a reading age
TAG = re.compile(r"<[^>]+>")
BLOCK_END = re.compile(r"</(p|li|h\d|ul|ol)>", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*[”’\"']*")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
HEADING = re.compile(r"<h(\d)", re.IGNORECASE)
SAYS_NOTHING = {"here", "click here", "this", "this link", "link", "more", "read more", "learn more", "click", "website", "see here"}
NO_DESCRIPTION = re.compile(
    r"^(a |an |the )?(picture|image|photo|photograph|drawing|graphic|illustration)( of)?\b|\.(jpe?g|png|svg|webp)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """Something to look at: where (the id of a block, and words for it), what, and whether it keeps the module from being published."""

    block: str
    where: str
    says: str
    stops: bool = False
    changes: bool = False  # what learners have answered means something else now: an author says that she knows it


@dataclass(frozen=True)
class Text:
    """One piece of writing in a module, with its place."""

    block: str
    where: str
    html: str

    @property
    def words(self) -> str:
        """Return it as plain text, a line for each paragraph."""
        return unescape(TAG.sub("", BLOCK_END.sub("\n", self.html)))

    def finding(self, says: str) -> Finding:
        """Return advice about it."""
        return Finding(self.block, self.where, says)


@dataclass(frozen=True)
class Draft:
    """A module as it is written now: on an author's screen, perhaps not saved."""

    steps: Any
    outcomes: "list[Outcome]"
    framework_id: object
    published: Any  # the steps that learners see, None before the first time

    @classmethod
    def of(cls, page: "ModulePage") -> "Draft":
        """Read a page, as it was last saved."""
        published = page.live_revision.as_object().steps if page.live_revision_id else None
        return cls(page.steps, list(page.outcomes.all()), page.course.framework_id, published)


def findings(draft: Draft) -> list[Finding]:
    """Return everything there is to say about a module, what keeps it from being published first."""
    found = [finding for check in CHECKS for finding in check(draft)]
    return sorted(found, key=lambda finding: (not finding.stops, not finding.changes))


def _leaves(draft: Draft) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield every field an author filled in: the id of its activity, its place in words, its block and its value."""
    for number, step in enumerate(draft.steps, 1):
        where = _("Step %(number)d, “%(title)s”") % {"number": number, "title": step.value["title"]}
        for part in step.value["content"]:
            for block, value, _place in leaves(part.block, part.value):
                yield part.id, f"{where}, {str(part.block.label).lower()}", block, value


def texts(draft: Draft) -> list[Text]:
    """Return everything that a learner reads in a module."""
    found = ((part, where, value) for part, where, _block, value in _leaves(draft))
    written = [(part, where, value.source if isinstance(value, RichText) else value) for part, where, value in found if _is_writing(value)]
    return [Text(part, where, value) for part, where, value in written]


def _is_writing(value: Any) -> bool:
    """Tell a sentence from a code, a key and a number."""
    return isinstance(value, RichText) or (isinstance(value, str) and " " in value)


def outcomes_are_served(draft: Draft) -> Iterator[Finding]:
    """What an activity checks or practises is an outcome of its module."""
    served = {outcome.code for outcome in draft.outcomes}
    for part, where, block, value in _leaves(draft):
        if isinstance(block, OutcomeCodeBlock) and value not in served:
            yield Finding(
                part,
                where,
                _("This module does not serve the outcome “%(code)s”. Add it above, or take it out here.") % {"code": value},
                True,
            )


def outcomes_are_of_this_edition(draft: Draft) -> Iterator[Finding]:
    """A module serves the edition that its course teaches."""
    if others := [outcome.code for outcome in draft.outcomes if outcome.framework_id != draft.framework_id]:
        says = _("These outcomes are of another edition than the course teaches: %(codes)s. Choose them again.")
        yield Finding("", _("Outcomes"), says % {"codes": ", ".join(others)}, True)


def meaning_is_kept(draft: Draft) -> Iterator[Finding]:
    """Tell what means something else than what is published: learners have answered it as it was."""
    asked_now = {part.id: (part, where) for part, where in _asked(draft.steps)}
    for was, where in _asked(draft.published or []):
        if was.id not in asked_now:
            yield Finding(
                "", where, _("“%(about)s” is gone. Answers to it are kept, and no longer shown.") % {"about": was.about}, changes=True
            )
        elif _means_something_else(was, asked_now[was.id][0]):
            part, place = asked_now[was.id]
            says = _("“%(about)s” means something else now. Who had it right keeps the mark, and is asked again.")
            yield Finding(part.id, place, says % {"about": part.about}, changes=True)


def _asked(steps: Any) -> Iterator[tuple[Asks, str]]:
    for number, step in enumerate(steps, 1):
        for part in step.value["content"]:
            if part.block.asks:
                where = _("Step %(number)d, “%(title)s”") % {"number": number, "title": step.value["title"]}
                yield part.block.asks.from_value(part.id, part.value), where


def _means_something_else(was: Asks, now: Asks) -> bool:
    solution = was.solution()
    return type(was) is not type(now) or (solution is not None and now.carried_over(solution, was) is None)


def pictures_are_described(draft: Draft) -> Iterator[Finding]:
    """A description says what is to be seen, for somebody who cannot see it."""
    for part, where, block, value in _leaves(draft):
        if getattr(block, "name", "") == "alt" and NO_DESCRIPTION.search(value):
            yield Finding(
                part, where, _("“%(alt)s” does not say what the picture shows. Say who is there, and what happens.") % {"alt": value[:60]}
            )


def headings_are_in_order(draft: Draft) -> Iterator[Finding]:
    """No heading level is left out: a step's title is level 1."""
    for text in texts(draft):
        level = 1
        for heading in HEADING.findall(text.html):
            if int(heading) > level + 1:
                yield text.finding(_("A heading of level %(level)s has none above it. Use a larger heading first.") % {"level": heading})
            level = int(heading)


def links_say_where_they_lead(draft: Draft) -> Iterator[Finding]:
    """Somebody may hear the links of a page one after another."""
    for text in texts(draft):
        for words in LINK.findall(text.html):
            said = TAG.sub("", words).strip()
            if said.lower().strip(".") in SAYS_NOTHING or said.startswith(("http://", "https://", "www.")):
                yield text.finding(_("The link “%(words)s” does not say where it leads.") % {"words": said[:60]})


def sentences_are_short(draft: Draft) -> Iterator[Finding]:
    """A sentence over 25 words is lost on a tired reader."""
    for text in texts(draft):
        for sentence in SENTENCE.findall(text.words):
            if (count := len(WORD.findall(sentence))) > LONGEST_SENTENCE:
                says = _("A sentence of %(count)d words: “%(begins)s …”. Make two of it.")
                yield text.finding(says % {"count": count, "begins": " ".join(sentence.split()[:6])})


def answers_keep_their_secret(draft: Draft) -> Iterator[Finding]:
    """The one right answer is not the one with the most words: who is tired learns to look for that, and nothing else."""
    for number, step in enumerate(draft.steps, 1):
        for part in step.value["content"]:
            where = _("Step %(number)d, “%(title)s”") % {"number": number, "title": step.value["title"]}
            for prompt, right, wrong in _one_right(part.value):
                if len(right) > STANDS_OUT * max(map(len, wrong), default=len(right)):
                    says = _("“%(prompt)s”: the right answer is the longest by far. Make a wrong one as long, or this one shorter.")
                    yield Finding(part.id, where, says % {"prompt": prompt[:60]})


def _one_right(value: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each question with one right answer: its prompt, that answer, and the others."""
    if not isinstance(value, Mapping):
        return
    for question in value.get("questions") or [value]:
        options = question.get("options") or []
        right = [option["text"] or "" for option in options if option["right"]]
        if len(right) == 1:
            yield question["prompt"] or "", right[0], [option["text"] or "" for option in options if not option["right"]]


def words_are_plain(draft: Draft) -> Iterator[Finding]:
    """Tell the reading age when it is higher than many learners'."""
    age = reading_age(" \n".join(text.words for text in texts(draft)))
    if age and age > OLDEST_READER:
        yield Finding(
            "", _("The whole module"), _("Reading age about %(age)d. Aim for 9 to 11: shorter words, shorter sentences.") % {"age": age}
        )


def reading_age(words: str) -> int | None:
    """Return the age at which most people can read some text, in years; None of too few words.

    Automated Readability Index (Smith and Senter 1967) gives a US grade; a child in grade 1 is six.
    """
    found = WORD.findall(words)
    sentences = [sentence for sentence in SENTENCE.findall(words) if WORD.search(sentence)]
    if len(found) < FEWEST_WORDS:
        return None
    letters = sum(len(word) for word in found)
    return round(4.71 * letters / len(found) + 0.5 * len(found) / len(sentences) - 21.43) + 5


CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    outcomes_are_served,
    outcomes_are_of_this_edition,
    meaning_is_kept,
    pictures_are_described,
    headings_are_in_order,
    links_say_where_they_lead,
    sentences_are_short,
    answers_keep_their_secret,
    words_are_plain,
)
