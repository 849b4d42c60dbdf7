"""What organisations and their towns are called, as one long text that is searched for words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
import numpy.typing as npt

from app.core.bulk_read import Ints
from app.core.search import Word, spread

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Names:
    """The folded names and towns, one after another, each word after a space: those of the nth begin at `begins[n]`.

    `often` says how often each letter stands there.
    """

    letters: npt.NDArray[np.uint8]
    begins: Ints
    often: Ints

    @classmethod
    def of(cls, called: Iterable[tuple[str, str]]) -> Names:
        """Out of pairs of folded name and folded town."""
        texts = [f"{spread(name)}{spread(town)}".encode() for name, town in called]
        letters = np.frombuffer(b"".join(texts), dtype=np.uint8)
        begins = np.cumsum(np.fromiter(chain((0,), map(len, texts)), dtype=np.int64))[:-1]
        return cls(letters, begins, np.bincount(letters, minlength=256))

    def holding(self, word: Word) -> Flags:
        """In whose name or town a word begins so."""
        ways = (reduce(np.logical_and, map(self._beginning, way)) for way in word.ways)
        return reduce(np.logical_or, ways)

    def _beginning(self, text: str) -> Flags:
        """The same for one beginning: its rarest letter is looked for first."""
        wanted = f" {text}".encode()
        at = min(range(len(wanted)), key=lambda place: self.often[wanted[place]])
        found = np.flatnonzero(self.letters == wanted[at]) - at
        found = found[(found >= 0) & (found <= len(self.letters) - len(wanted))]
        for place, letter in enumerate(wanted):
            if place != at:
                found = found[self.letters[found + place] == letter]
        there = np.zeros(len(self.begins), dtype=np.bool_)
        there[np.searchsorted(self.begins, found, side="right") - 1] = True
        return there
