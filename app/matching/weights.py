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

    `terms` is what a term counts for an organisation without partners; `experience` is what is added for each
    unit of log(1 + partners) that the asker has. `repeat_country` is taken off for every earlier suggestion
    from the same country; an organisation with `capacity` open introductions or more is passed over.
    """

    terms: Mapping[str, float]
    experience: Mapping[str, float] = field(default_factory=dict)
    repeat_country: float = 0.0
    capacity: int = 10
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def of(self, name: str, experience: float) -> float:
        """What a term counts for an asker with this experience."""
        return self.terms.get(name, 0.0) + self.experience.get(name, 0.0) * experience

    def changed(self, **terms: float) -> Weights:
        """The same weights with some terms set anew."""
        return replace(self, terms={**self.terms, **terms})


def load_weights(path: Path = DEFAULTS) -> Weights:
    """Read weights from a JSON file; without a path, the ones that ship."""
    return Weights(**json.loads(path.read_text(encoding="utf-8")))


def save_weights(weights: Weights, path: Path) -> None:
    """Write weights as JSON, terms in their order, ready to be read in a review."""
    content = {
        "provenance": dict(weights.provenance),
        "repeat_country": weights.repeat_country,
        "capacity": weights.capacity,
        "terms": dict(weights.terms),
        "experience": dict(weights.experience),
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
