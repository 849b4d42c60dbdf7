"""What everybody in a large cluster and their towns are called, as one long text that is searched for words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from app.core.bulk_read import CHUNK_ROWS, Ints
from app.core.database import db
from app.core.search import Word, spread
from app.features.organisations.models import IS_ADMITTED, Organisation


@dataclass(frozen=True)
class Names:
    """The folded names and towns, one after another, each word after a space: those of `ids[at]` begin at `begins[at]`.

    `often` says how often each letter stands there.
    """

    ids: Ints
    letters: npt.NDArray[np.uint8]
    begins: Ints
    often: Ints

    def holding(self, word: Word) -> Ints:
        """The numbers of those in whose name or town a word begins so, in order."""
        ways = [reduce(np.intersect1d, (self._beginning(begin) for begin in way)) for way in word.ways]
        return reduce(np.union1d, ways)

    def _beginning(self, text: str) -> Ints:
        """The same for one beginning: its rarest letter is looked for first."""
        wanted = f" {text}".encode()
        at = min(range(len(wanted)), key=lambda place: self.often[wanted[place]])
        found = np.flatnonzero(self.letters == wanted[at]) - at
        found = found[(found >= 0) & (found <= len(self.letters) - len(wanted))]
        for place, letter in enumerate(wanted):
            if place != at:
                found = found[self.letters[found + place] == letter]
        there = np.zeros(len(self.ids), dtype=np.bool_)
        there[np.searchsorted(self.begins, found, side="right") - 1] = True
        return self.ids[there]


def read_names() -> Names:
    """The names of everybody in the cluster."""
    query = (
        select(Organisation.id, Organisation.folded_name, Organisation.folded_city)
        .where(IS_ADMITTED)
        .order_by(Organisation.id)
    )
    ids: list[int] = []
    texts: list[bytes] = []
    for portion in db.session.execute(query.execution_options(yield_per=CHUNK_ROWS)).partitions():
        ids.extend(number for number, _, _ in portion)
        texts.extend(f"{spread(name)}{spread(city)}".encode() for _, name, city in portion)
    letters = np.frombuffer(b"".join(texts), dtype=np.uint8)
    begins = np.cumsum(np.fromiter(chain((0,), map(len, texts)), dtype=np.int64))[:-1]
    return Names(np.array(ids, dtype=np.int64), letters, begins, np.bincount(letters, minlength=256))
