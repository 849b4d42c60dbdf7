"""What everybody was shown beside what the database holds: is a word lost, doubled or out of order?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.chaos.crowd import Crowd
from bench.chaos.rows import Said


@dataclass
class Verdict:
    """How many messages were lost, doubled or out of order, and how many there were."""

    messages: int = 0
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0

    def judge(self, stored: Sequence[Said], first: int, shown: Iterable[Sequence[Said]]) -> None:
        """Look at a stream from the number `first` on, and at what each reader was shown of it."""
        self.messages += len(stored)
        numbers = [said.seq for said in stored]
        self.lost += len(set(range(first, max(numbers, default=first - 1) + 1)) - set(numbers))
        self.duplicated += _doubles([said.cid for said in stored])
        for each in shown:
            # What somebody saw and the database does not hold is as lost as what she never saw.
            self.lost += len(set(stored) ^ set(each))
            self.duplicated += _doubles([said.cid for said in each])
            self.reordered += _turns(stored, each)

    def judge_writing(self, stored: Sequence[Said], written: Sequence[str]) -> None:
        """Look whether everything that somebody wrote is there, in the order in which she wrote it."""
        cids = [said.cid for said in stored]
        self.lost += len(set(written) - set(cids))
        self.reordered += _turns(written, [cid for cid in cids if cid in set(written)])


def judge(crowd: Crowd, begun: dict[str, int]) -> Verdict:
    """Compare all streams past the numbers in `begun`, and have everybody forget what was compared."""
    verdict = Verdict()
    for stream in crowd.streams:
        stored = crowd.rows.said(stream, begun[stream])
        users = [user for user in crowd.users if user.account.stream == stream]
        verdict.judge(stored, begun[stream] + 1, [user.shown for user in users])
        for user in users:
            verdict.judge_writing(stored, user.written)
            user.written.clear()
            user.shown.clear()
    return verdict


def _doubles(ids: Sequence[str]) -> int:
    return len(ids) - len(set(ids))


def _turns(right: Sequence[Hashable], seen: Sequence[Hashable]) -> int:
    """How often something is followed by what should stand before it."""
    places = {each: place for place, each in enumerate(right)}
    order = [places[each] for each in seen if each in places]
    return sum(after < before for before, after in pairwise(order))
