"""The weights of the score's terms, stored as JSON with their provenance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any

from app.matching.records import BadRecord

RENAMED_TERMS: Mapping[str, str] = {"near_by_topic": "walk_proximity"}
"""Earlier names of terms, which files of learnt weights may still have, and their names now."""
DEFAULT_WEIGHTS_FILE = Path(__file__).with_name("weights.json")


class Regime(StrEnum):
    """What a query's past consists of: partners, work without partners, or nothing."""

    WARM = "warm"
    UNTIED = "untied"
    COLD = "cold"


@dataclass(frozen=True)
class Weights:
    """w_t for each term t of score = Σ_t w_t · f_t.

    `hand_set` holds weights chosen by people; learnt are `warm` for queries with past partners, `untied` for those with
    past work but no partners in it (empty: as `cold`), and `cold` for those without a past. `walk_exponent` is ε of
    walk_proximity.
    `repeat_country` is the diversity penalty per earlier suggestion of a country; organisations with `capacity` open
    introductions or more are left out.
    """

    hand_set: Mapping[str, float]
    warm: Mapping[str, float] = field(default_factory=dict)
    untied: Mapping[str, float] = field(default_factory=dict)
    cold: Mapping[str, float] = field(default_factory=dict)
    walk_exponent: float = 0.0
    repeat_country: float = 0.0
    capacity: int = 10
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def learnt(self, regime: Regime) -> Mapping[str, float]:
        """The learnt weights of a regime."""
        by_regime = {Regime.WARM: self.warm, Regime.UNTIED: self.untied or self.cold, Regime.COLD: self.cold}
        return by_regime[regime]

    def merged(self, regime: Regime) -> dict[str, float]:
        """Term → weight for a query of a regime."""
        learnt = self.learnt(regime)
        names = {*self.hand_set, *learnt}
        return {name: self.hand_set.get(name, 0.0) + learnt.get(name, 0.0) for name in names}

    def changed(self, **fields: Any) -> Weights:
        """A copy with some fields replaced."""
        return replace(self, **fields)


def load_weights(path: Path = DEFAULT_WEIGHTS_FILE) -> Weights:
    """Read weights from JSON; without a path, the ones that ship."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for group in {"judged", *Regime} & set(content):
        content[group] = {RENAMED_TERMS.get(name, name): value for name, value in content[group].items()}
    return Weights(hand_set=content.pop("judged"), **content)


def save_weights(weights: Weights, path: Path) -> None:
    """Write weights as indented JSON."""
    content = {
        "provenance": dict(weights.provenance),
        "repeat_country": weights.repeat_country,
        "capacity": weights.capacity,
        "walk_exponent": weights.walk_exponent,
        "judged": dict(weights.hand_set),
        "warm": dict(weights.warm),
        "untied": dict(weights.untied),
        "cold": dict(weights.cold),
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def check_weights(weights: Weights) -> Weights:
    """Return the weights; raises BadRecord for one that is not finite."""
    dials = {
        "repeat_country": weights.repeat_country,
        "capacity": weights.capacity,
        "walk_exponent": weights.walk_exponent,
    }
    for some in (weights.hand_set, weights.warm, weights.untied, weights.cold, dials):
        for name, value in some.items():
            if not isfinite(value):
                raise BadRecord(f"the weight {name} is {value!r}, which is not a number")
    return weights
