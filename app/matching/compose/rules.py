"""The rules of funding programmes, as data with where each is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.matching.compose.records import Rules

DEFAULTS = Path(__file__).with_name("rules.json")


def load_rules(path: Path = DEFAULTS) -> dict[str, Rules]:
    """The programmes by their code, in the order of the file; countries are named once, as groups."""
    content = json.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = content["groups"]
    return {one["code"]: _rules(one, groups) for one in content["programmes"]}


def _rules(one: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Rules:
    def countries(name: str) -> frozenset[str]:
        return frozenset(code for group in one.get(name, ()) for code in groups[group])

    fields = {name: value for name, value in one.items() if name not in ("eligible", "core_countries")}
    return Rules(**fields, eligible=countries("eligible"), core_countries=countries("core_countries"))
