"""Documents and pictures set by typst. What people wrote comes as data, so that no word of it is read as markup."""

from __future__ import annotations

import os
from typing import Any

import typst

# typst would set each page in a thread of its own and leave no core to those who wait for a page.
os.environ.setdefault("RAYON_NUM_THREADS", "1")


def typeset(template: bytes, data: str, **options: Any) -> bytes:
    """The file that a template makes of `data` (JSON, its `sys.inputs.data`); `options` are those of typst.compile."""
    made: bytes = typst.compile(template, sys_inputs={"data": data}, **options)
    return made
