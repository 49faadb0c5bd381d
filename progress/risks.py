"""Which sign-offs a quality assurer looks at first, and why. Pure: what is known of a workplace's decisions goes in.

A risk is a reason to look, never a verdict: each says itself in one plain sentence. What is drawn is drawn by a
number that nobody who signs can know or choose, and the same numbers give the same draw whenever they are asked.
Where a risk is about many sign-offs at once, one in five of them is taken, so that one busy evening does not fill a week.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

FIRST = 5  # sign-offs of somebody new at a workplace
AT_ONCE = timedelta(seconds=60)  # from one decision to the next, while they are one act
MANY = 5  # sign-offs in one act; one of so many is taken
CHARACTERS_A_SECOND = 40  # some 400 words a minute: quicker than anybody reads to judge
SECONDS_A_FILE = 5
WORTH_READING = 60  # seconds of reading below which nobody is too quick
IN_A_ROW = 20  # decisions
UNSAMPLED = timedelta(days=90)
WHOLE = 10_000  # what is drawn is below this


class Why(models.TextChoices):
    """What made an assurer look."""

    SHARE = "share", gettext_lazy("Drawn by chance")
    NEW_SIGNER = "new_signer", gettext_lazy("Somebody is new to signing off here")
    MANY_AT_ONCE = "many_at_once", gettext_lazy("Many were signed off at once")
    TOO_QUICK = "too_quick", gettext_lazy("It was quicker than the evidence can be read")
    NEVER_RETURNS = "never_returns", gettext_lazy("Somebody signs everything off and returns nothing")
    LONG_UNSAMPLED = "long_unsampled", gettext_lazy("Nothing of somebody was sampled for 90 days")
    OWN_CHOICE = "own_choice", gettext_lazy("Chosen by the quality assurer")


RISKS = (Why.NEW_SIGNER, Why.MANY_AT_ONCE, Why.TOO_QUICK, Why.NEVER_RETURNS, Why.LONG_UNSAMPLED)


class Reason(NamedTuple):
    """One reason to look, and its sentence."""

    why: Why
    says: str


class Read(NamedTuple):
    """A piece of evidence that stood beside an outcome: how long it takes to read, by whom and when it was added."""

    id: UUID
    seconds: int
    added_by: UUID
    added_at: datetime


@dataclass(frozen=True)
class Decision:
    """A supervisor's decision at a workplace. `sign_off` is None for a return; `number` counts her sign-offs here, from 1."""

    signer: UUID
    entry: UUID
    at: datetime
    sign_off: UUID | None = None
    number: int = 0
    sent_at: datetime | None = None
    stands: bool = True
    sampled_at: datetime | None = None
    pieces: tuple[Read, ...] = ()

    @property
    def can_be_sampled(self) -> bool:
        """Whether it is a sign-off that stands and that nobody has sampled."""
        return self.sign_off is not None and self.stands and self.sampled_at is None


Draw = Callable[[UUID], int]
Found = Iterator[tuple[Decision, Reason]]


@dataclass
class Hand:
    """One supervisor's decisions at one workplace, the oldest first, and what she has read so far."""

    decisions: Sequence[Decision]
    draw: Draw
    now: datetime
    read: set[UUID] = field(default_factory=set)

    def acts(self) -> Iterator[list[Decision]]:
        """Yield her decisions in groups: those that follow each other within a minute are one act."""
        act: list[Decision] = []
        for decision in self.decisions:
            if act and decision.at - act[-1].at > AT_ONCE:
                yield act
                act = []
            act.append(decision)
        if act:
            yield act

    def drawn(self, among: Iterable[Decision], count: int) -> list[Decision]:
        """Return so many sign-offs by the lowest numbers drawn, sampled ones too: who looks again gets the same."""
        signed = [decision for decision in among if decision.sign_off]
        return sorted(signed, key=lambda decision: self.draw(decision.sign_off or decision.entry))[:count]

    def new(self) -> Found:
        """The first few of somebody who is new."""
        for decision in self.decisions:
            if decision.sign_off and decision.number <= FIRST:
                yield decision, Reason(Why.NEW_SIGNER, _("New to signing off here: this was number %(n)d.") % {"n": decision.number})

    def at_once(self) -> Found:
        """One in five of many that were signed in one act."""
        for act in self.acts():
            count = sum(decision.sign_off is not None for decision in act)
            says = _("%(count)d outcomes were signed off at once.") % {"count": count}
            for decision in self.drawn(act, count // MANY):
                yield decision, Reason(Why.MANY_AT_ONCE, says)

    def too_quick(self) -> Found:
        """One in five, and one at least, of what was signed before its evidence could be read."""
        before: datetime | None = None
        for act in self.acts():
            needed, taken = self._to_read(act), self._time_for(act, before)
            before = act[-1].at
            if taken is None or needed < WORTH_READING or taken >= needed:
                continue
            says = _("Signed off in %(taken)s. Reading the evidence takes %(needed)s.")
            reason = Reason(Why.TOO_QUICK, says % {"taken": _time(taken), "needed": _time(needed)})
            for decision in self.drawn(act, max(1, len(act) // MANY)):
                yield decision, reason

    def _to_read(self, act: Sequence[Decision]) -> int:
        """Return how many seconds of reading an act asks for: each piece once, none of her own, none that she decided on before."""
        seconds = 0
        for decision in act:
            for piece in decision.pieces:
                if piece.id not in self.read and piece.added_by != decision.signer and piece.added_at <= decision.at:
                    self.read.add(piece.id)
                    seconds += piece.seconds
        return seconds

    def _time_for(self, act: Sequence[Decision], before: datetime | None) -> int | None:
        """Return how many seconds she had: since the act before, or since the first of these was sent to her."""
        sent = min((decision.sent_at for decision in act if decision.sent_at), default=None)
        if sent is None:
            return None
        return int((act[-1].at - (max(sent, before) if before else sent)).total_seconds())

    def never_returns(self) -> Found:
        """One of the last twenty decisions, when all were sign-offs and none was looked at."""
        last = self.decisions[-IN_A_ROW:]
        if len(last) == IN_A_ROW and all(decision.can_be_sampled for decision in last):
            says = _("The last %(count)d decisions of this supervisor were all sign-offs.") % {"count": IN_A_ROW}
            yield self.drawn(last, 1)[0], Reason(Why.NEVER_RETURNS, says)

    def long_unsampled(self) -> Found:
        """One of hers, when nobody has looked at any for three months."""
        sampled = [decision.sampled_at for decision in self.decisions if decision.sampled_at]
        since = max(sampled, default=self.decisions[0].at)
        waiting = [decision for decision in self.decisions if decision.can_be_sampled]
        if waiting and self.now - since >= UNSAMPLED:
            days = UNSAMPLED.days
            says = _("Nothing of this supervisor was sampled for %(days)d days.") % {"days": days}
            yield self.drawn(waiting, 1)[0], Reason(Why.LONG_UNSAMPLED, says)

    def share(self, percent: int) -> Found:
        """So many in a hundred."""
        says = _("Drawn by chance. The plan takes %(share)d in 100.") % {"share": percent}
        for decision in self.decisions:
            if decision.sign_off and self.draw(decision.sign_off) < percent * WHOLE // 100:
                yield decision, Reason(Why.SHARE, says)


BY_RISK: dict[Why, Callable[[Hand], Found]] = {
    Why.NEW_SIGNER: Hand.new,
    Why.MANY_AT_ONCE: Hand.at_once,
    Why.TOO_QUICK: Hand.too_quick,
    Why.NEVER_RETURNS: Hand.never_returns,
    Why.LONG_UNSAMPLED: Hand.long_unsampled,
}


def reasons_to_sample(
    decisions: Iterable[Decision], *, share: int, risks: Iterable[str], draw: Draw, now: datetime
) -> dict[UUID, list[Reason]]:
    """Return the sign-offs of one workplace to look at, each with every reason, from all its decisions.

    `share` in percent; `risks` the names of those that count; `draw` gives each sign-off its number below 10,000.
    """
    found: dict[UUID, list[Reason]] = {}
    for _signer, theirs in groupby(sorted(decisions, key=lambda one: (one.signer.int, one.at)), key=lambda one: one.signer):
        hand = Hand(list(theirs), draw, now)
        looks = [hand.share(share), *(BY_RISK[Why(risk)](hand) for risk in risks)]
        for decision, reason in (pair for look in looks for pair in look):
            if decision.can_be_sampled and decision.sign_off:
                found.setdefault(decision.sign_off, []).append(reason)
    return found


def _time(seconds: int) -> str:
    """Return a length of time as people say it: “40 seconds”, “3 minutes”."""
    if seconds < 100:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
