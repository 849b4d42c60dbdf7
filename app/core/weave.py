"""The threads of a weave, drawn: pieces of cloth where warp and weft cross, each dye one path."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup

DYES = ("indigo", "madder", "weld", "lichen", "woad", "linen")
CROSSING = 16
DOWN, ACROSS = "M{x} {y}h12v14h-12z", "M{x} {y}h14v12h-14z"
MAX_CACHED_DRAWINGS = 4_096
"""So many cloths are kept drawn: the same dyes give the same cloth."""


class WeaveLike(Protocol):
    """The dyes of a weave, as the macro that draws it needs them."""

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
    paths: dict[str, list[str]] = {dye: [] for dye in DYES}
    for row, across in enumerate(weft):
        for column, down in enumerate(warp):
            x, y = left + column * CROSSING, top + row * CROSSING
            if (row + column) % 2:
                paths.get(across, []).append(ACROSS.format(x=x + 1, y=y + 2))
            else:
                paths.get(down, []).append(DOWN.format(x=x + 2, y=y + 1))
    path = Markup('<path class="dye-{dye}" d="{drawn}"/>')
    return Markup("").join(
        path.format(dye=dye, drawn="".join(drawn)) for dye, drawn in paths.items() if drawn
    )
