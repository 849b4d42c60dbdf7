"""Former names, for the modules that still import them."""

from __future__ import annotations

from app.core.threadpool import run_disk_io as wait_for_disk

__all__ = ["wait_for_disk"]
