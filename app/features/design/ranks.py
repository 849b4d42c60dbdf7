"""Fractional ranks: strings, compared byte by byte, between any two of which there is room for another."""

from __future__ import annotations

from collections.abc import Iterator

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGIT_VALUES = {digit: place for place, digit in enumerate(DIGITS)}
BASE = len(DIGITS)
MAX_RANK_LENGTH = 40
"""When a rank gets longer, all ranks of its column are replaced by short ones."""


def between(low: str | None, high: str | None) -> str:
    """A rank after `low` and before `high`; None is an open end.

    At an open end it keeps close to its neighbour, so that adding at either end costs a new digit only every sixty
    times; in between it halves the room. Raises ValueError where there is no room because `low` is not below `high`.
    """
    if low is not None and high is not None and low >= high:
        raise ValueError("these ranks are not in order")
    found = ""
    under, over = low or "", high
    while True:
        least = DIGIT_VALUES[under[len(found)]] if len(found) < len(under) else 0
        most = DIGIT_VALUES[over[len(found)]] if over is not None and len(found) < len(over) else BASE
        if most - least > 1:
            return found + DIGITS[_chosen(least, most, low is None, high is None)]
        found += DIGITS[least]
        if most > least:
            over = None
        if over is not None and len(found) >= len(over):
            raise ValueError("there is no rank between these")


def _chosen(least: int, most: int, first: bool, last: bool) -> int:
    """The digit to take strictly between two others."""
    if first == last:
        return (least + most) // 2
    return least + 1 if last else most - 1


def ranks_after(low: str | None) -> Iterator[str]:
    """One rank after another, all behind `low`."""
    while True:
        low = between(low, None)
        yield low
