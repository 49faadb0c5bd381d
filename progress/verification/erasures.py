"""What a log's events say was erased, held against what is gone and what is still there."""

from collections.abc import Mapping
from typing import Any

from progress.verification.rows import digits

Place = tuple[int, str]  # an event's seq, and a field of it


class Erasures:
    """One log's erasures while its chain is read."""

    def __init__(self) -> None:
        self.committed: set[Place] = set()  # every text that the chain holds a commitment to
        self.lacking: set[Place] = set()  # those that are gone
        self.texts: set[Place] = set()  # those that an event says were erased
        self.pieces: dict[str, str] = {}  # pieces of evidence that an event says were erased, and when

    def allow(self, seq: int, held: Mapping[str, str], said: Any) -> bool:
        """Take an event's texts. Return whether those that are there are the ones that were recorded; what lacks, a later event must explain."""
        if not isinstance(said, dict):
            return False
        if said:
            self.committed.update((seq, name) for name in said)
        if held == said:
            return True
        self.lacking.update((seq, name) for name in said.keys() - held.keys())
        return all(said.get(name) == commitment for name, commitment in held.items())

    def note(self, seq: int, at: str, data: Mapping[str, Any], spoken_of: set[str]) -> bool:
        """Take an erasure. Return whether all that it names was there before, and not erased already."""
        texts = [(text["seq"], text["field"]) for text in data["texts"]]
        pieces = [digits(piece) for piece in data["evidence"]]
        were_there = self.committed.issuperset(texts) and spoken_of.issuperset(pieces)
        is_new = self.texts.isdisjoint(texts) and self.pieces.keys().isdisjoint(pieces)
        self.texts.update(texts)
        self.pieces.update(dict.fromkeys(pieces, at))
        return were_there and is_new and len({*texts, *pieces}) == len(texts) + len(pieces)

    @property
    def lost(self) -> list[int]:
        """Return the events some of whose texts are gone, and no event says so."""
        return sorted({seq for seq, _field in self.lacking - self.texts})

    @property
    def still_there(self) -> list[int]:
        """Return the events some of whose texts were erased and are there."""
        return sorted({seq for seq, _field in (self.texts & self.committed) - self.lacking})
