"""Memory that is free goes back to the machine."""

from __future__ import annotations

import ctypes
import gc
import sys


def trim_memory() -> None:
    """Let the machine have what was freed after something large was built; only glibc needs to be asked for it."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
