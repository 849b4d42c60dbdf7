"""JSON Merge Patches (RFC 7396): what changed between two states, and a state with a patch applied to it."""

from __future__ import annotations

from typing import Any

Plain = dict[str, Any]


def make_patch(before: Plain, now: Plain) -> Plain:
    """The patch that leads from one state to another; empty where nothing changed.

    States hold no None: in a patch it marks a key that was removed.
    """
    patch: Plain = {name: None for name in before if name not in now}
    for name, value in now.items():
        if name not in before:
            patch[name] = value
        elif before[name] != value:
            old = before[name]
            both = isinstance(old, dict) and isinstance(value, dict)
            patch[name] = make_patch(old, value) if both else value
    return patch


def apply_patch(state: Plain, patch: Plain) -> Plain:
    """The state with a patch applied; neither is changed."""
    result = dict(state)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            old = result.get(name)
            result[name] = apply_patch(old if isinstance(old, dict) else {}, value)
        else:
            result[name] = value
    return result
