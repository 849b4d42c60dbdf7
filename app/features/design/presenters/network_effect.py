"""What a design session did to the network, for its report: pairs of organisations that had never worked together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_percent, ngettext
from flask_babel import gettext as _

from app.core.i18n import country_name

Effect = Mapping[str, Any]


def effect_sentence(effect: Effect | None) -> str:
    """What the small groups did to the network, in one sentence."""
    if not effect or not effect.get("abroad"):
        return ""
    return ngettext(
        "The small groups brought %(num)d pair of organisations together that had never worked together across a border.",
        "The small groups brought %(num)d pairs of organisations together that had never worked together across a border.",
        int(effect["abroad"]),
    )


def new_ties(effect: Effect | None) -> list[dict[str, str]]:
    """The pairs from two countries who met for the first time, as `{one, other, when}`, the countries in words."""
    known = (effect or {}).get("organisations", {})
    return [
        {
            "one": _named(known[str(one)]),
            "other": _named(known[str(other)]),
            "when": _("round %(number)s", number=number),
        }
        for number, pairs in sorted((effect or {}).get("rounds", {}).items(), key=lambda each: int(each[0]))
        for one, other in pairs
    ]


def _named(organisation: Mapping[str, str]) -> str:
    country = organisation.get("country")
    return f"{organisation['name']} ({country_name(country)})" if country else organisation["name"]


def before_and_after(effect: Effect | None) -> list[dict[str, str]]:
    """The whole design session in figures: what is counted, how it was before the groups, and how it is now."""
    if not effect or "before" not in effect:
        return []
    before, after = effect["before"], effect["after"]
    rows = [
        {"what": says, "before": str(before[name]), "after": str(after[name])}
        for name, says in (
            ("ties", _("Pairs here who have worked together")),
            ("abroad", _("Of them across a border")),
            ("parts", _("Parts of the cluster that nothing joins")),
        )
    ]
    if "share_before" in effect and "share_after" in effect:
        then, now = (format_percent(effect[name], "0.0 %") for name in ("share_before", "share_after"))
        rows.append({"what": _("Ties of the cluster that cross a border"), "before": then, "after": now})
    return rows
