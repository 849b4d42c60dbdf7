"""Announcements: how an earlier feature lets later ones know, without importing them.

An announcement is a frozen dataclass of finished plain data. Those who listen are called at once, inside
the same transaction: what they write is committed with the rest or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

Listener = Callable[[Any], None]


def listen(app: Flask, kind: type, listener: Listener) -> None:
    """Have `listener` called with every announcement of `kind`."""
    app.extensions.setdefault("trama.listeners", defaultdict(list))[kind].append(listener)


def announce(announcement: object) -> None:
    """Tell all who listen to this kind of announcement, in the order of the registry."""
    for listener in current_app.extensions.get("trama.listeners", {}).get(type(announcement), ()):
        listener(announcement)
