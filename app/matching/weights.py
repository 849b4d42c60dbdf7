"""The weights of the score's terms and the dials of the list, kept as data with where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

DEFAULTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Weights:
    """What each term counts.

    `judged` holds what people chose, `warm` what was learnt for organisations that have worked with others and
    `cold` for those that have not. `repeat_country` is taken off for every earlier suggestion from the same
    country; an organisation with `capacity` open introductions or more is passed over.
    """

    judged: Mapping[str, float]
    warm: Mapping[str, float] = field(default_factory=dict)
    cold: Mapping[str, float] = field(default_factory=dict)
    repeat_country: float = 0.0
    capacity: int = 10
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def merged(self, warm: bool) -> dict[str, float]:
        """What each term counts for one who has worked with others, or has not."""
        learnt = self.warm if warm else self.cold
        names = {*self.judged, *learnt}
        return {name: self.judged.get(name, 0.0) + learnt.get(name, 0.0) for name in names}

    def changed(self, **fields: Any) -> Weights:
        """The same weights with some fields replaced."""
        return replace(self, **fields)


def load_weights(path: Path = DEFAULTS) -> Weights:
    """Read weights from a JSON file; without a path, the ones that ship."""
    return Weights(**json.loads(path.read_text(encoding="utf-8")))


def save_weights(weights: Weights, path: Path) -> None:
    """Write weights as JSON, ready to be read in a review."""
    content = {
        "provenance": dict(weights.provenance),
        "repeat_country": weights.repeat_country,
        "capacity": weights.capacity,
        "judged": dict(weights.judged),
        "warm": dict(weights.warm),
        "cold": dict(weights.cold),
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
