"""Metrics of this process: their definitions and the endpoint that a collector reads."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Former place of the endpoint's functions, for the modules that still import them."""
    if name == "watch_sockets":
        return import_module("app.core.metrics.endpoint").watch_sockets
    raise AttributeError(name)
