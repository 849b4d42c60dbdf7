"""The threads of a weave, drawn: pieces of cloth where warp and weft cross, each thread one path."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup

DYES = ("indigo", "madder", "weld", "lichen", "woad")
UNDYED = "linen"
TONES = ("", "-lift", "-sink")
"""What a thread's name has after its dye: nothing where it is plain, else that it is lighter or darker."""
THREADS = (*(dye + tone for dye in DYES for tone in TONES), UNDYED)
CROSSING = 16
DOWN, ACROSS = "M{x} {y}h12v14h-12z", "M{x} {y}h14v12h-14z"
MAX_CACHED_DRAWINGS = 4_096
"""So many cloths are kept drawn: the same threads give the same cloth."""


class WeaveLike(Protocol):
    """The threads of a weave, as the macro that draws it needs them."""

    @property
    def warp(self) -> Sequence[str]:
        """Those of the threads that run down."""

    @property
    def weft(self) -> Sequence[str]:
        """Those of the threads that run across."""


def threads(warp: Sequence[str], weft: Sequence[str], left: int = 0, top: int = 0) -> Markup:
    """The paths of a cloth whose corner is at `left` and `top`: at every other crossing the warp lies above."""
    return _drawn(tuple(warp), tuple(weft), left, top)


@lru_cache(MAX_CACHED_DRAWINGS)
def _drawn(warp: tuple[str, ...], weft: tuple[str, ...], left: int, top: int) -> Markup:
    paths: dict[str, list[str]] = {thread: [] for thread in THREADS}
    for row, across in enumerate(weft):
        for column, down in enumerate(warp):
            x, y = left + column * CROSSING, top + row * CROSSING
            if (row + column) % 2:
                paths.get(across, []).append(ACROSS.format(x=x + 1, y=y + 2))
            else:
                paths.get(down, []).append(DOWN.format(x=x + 2, y=y + 1))
    path = Markup('<path class="dye-{thread}" d="{drawn}"/>')
    return Markup("").join(
        path.format(thread=thread, drawn="".join(drawn)) for thread, drawn in paths.items() if drawn
    )
