"""Keeps an index in a folder of plain arrays, so that another process begins with it in no time.

The arrays are mapped, not read: processes on one machine share the memory that holds them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from app.matching.arrays import Column, Numbers, Rows
from app.matching.history import History
from app.matching.index import Index

VERSION = 3
SAYS = "says.json"


def save_index(index: Index, folder: Path, says: Mapping[str, Any]) -> None:
    """Write an index without edits, and what its maker says of it; whoever reads finds the former one or this one."""
    if index.edited or index.history.members.edits or index.projects.edits:
        raise ValueError("an index with edits is laid out anew before it is kept")
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    arrays, plain = _taken_apart(index)
    for name, array in arrays.items():
        np.save(fresh / f"{name}.npy", array)
    content = {"version": VERSION, "says": dict(says), "plain": plain}
    (fresh / SAYS).write_text(json.dumps(content), encoding="utf-8")
    _put_in_place(fresh, folder)


def read_says(folder: Path) -> dict[str, Any] | None:
    """What the maker said of the index in a folder; None where there is none that can be read."""
    try:
        content = json.loads((folder / SAYS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return dict(content["says"]) if content.get("version") == VERSION else None


def load_index(folder: Path) -> Index | None:
    """The index in a folder, its arrays mapped into memory; None where it cannot be read."""
    try:
        content = json.loads((folder / SAYS).read_text(encoding="utf-8"))
        arrays = {path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in folder.glob("*.npy")}
        return _put_together(arrays, content["plain"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _put_in_place(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old.{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _taken_apart(index: Index) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """The arrays by name, and all else as JSON can hold it."""
    arrays: dict[str, Numbers] = {}
    plain: dict[str, Any] = {}
    for thing, prefix in ((index, ""), (index.history, "history.")):
        for one in fields(thing):
            value, name = getattr(thing, one.name), prefix + one.name
            if (
                isinstance(value, Mapping)
                and value
                and isinstance(next(iter(value.values())), (Rows, np.ndarray))
            ):
                plain[name] = list(value)
                for key, part in value.items():
                    _take(arrays, f"{name}.{key}", part)
            elif isinstance(value, (Rows, Column, np.ndarray)):
                _take(arrays, name, value)
            elif not isinstance(value, History):
                plain[name] = dict(value) if isinstance(value, Mapping) else value
    return arrays, plain


def _take(arrays: dict[str, Numbers], name: str, value: Rows | Column | Numbers) -> None:
    if isinstance(value, Rows):
        arrays[f"{name}.starts"], arrays[f"{name}.values"] = value.starts, value.values
    elif isinstance(value, Column):
        arrays[f"{name}.base"] = value.base
    else:
        arrays[name] = value


def _put_together(arrays: Mapping[str, Numbers], plain: Mapping[str, Any]) -> Index:
    history = History(**{one.name: _given(arrays, plain, f"history.{one.name}") for one in fields(History)})
    given = {one.name: _given(arrays, plain, one.name) for one in fields(Index) if one.name != "history"}
    return Index(history=history, **{**given, "codes": tuple(given["codes"])})


def _given(arrays: Mapping[str, Numbers], plain: Mapping[str, Any], name: str) -> Any:
    if f"{name}.starts" in arrays:
        return Rows(arrays[f"{name}.starts"], arrays[f"{name}.values"])
    if f"{name}.base" in arrays:
        return Column(arrays[f"{name}.base"])
    if name in arrays:
        return arrays[name]
    value = plain[name]
    if isinstance(value, list) and name != "codes":
        return {key: _given(arrays, plain, f"{name}.{key}") for key in value}
    return value
