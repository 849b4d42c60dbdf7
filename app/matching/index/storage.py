"""Saves an index as a folder of .npy files and loads it memory-mapped, so that processes share the pages."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from app.matching.index.arrays import CsrRows, Numbers, OverlayColumn
from app.matching.index.history import CollaborationHistory
from app.matching.index.index import Index

VERSION = 6
METADATA_FILE = "says.json"


def save_index(index: Index, folder: Path, metadata: Mapping[str, Any]) -> None:
    """Write an index without edits, with the caller's `metadata`; a concurrent reader finds the former index or this one."""
    if index.edited or index.history.org_projects.overlay or index.projects.overlay:
        raise ValueError("an index with edits is built again before it is saved")
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    arrays, plain = _to_arrays(index)
    for name, array in arrays.items():
        np.save(fresh / f"{name}.npy", array)
    content = {"version": VERSION, "metadata": dict(metadata), "plain": plain}
    (fresh / METADATA_FILE).write_text(json.dumps(content), encoding="utf-8")
    old = folder.with_name(f"{folder.name}.old.{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def read_metadata(folder: Path) -> dict[str, Any] | None:
    """The metadata of the index in a folder; None where there is none."""
    try:
        content = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return dict(content["metadata"]) if content.get("version") == VERSION else None


def load_index(folder: Path) -> Index | None:
    """The index in a folder, memory-mapped; None where it cannot be read."""
    try:
        content = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
        arrays = {path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in folder.glob("*.npy")}
        plain = content["plain"]
        history = {
            one.name: _field_of(arrays, plain, f"history.{one.name}") for one in fields(CollaborationHistory)
        }
        given = {
            one.name: _field_of(arrays, plain, one.name) for one in fields(Index) if one.name != "history"
        }
        return Index(history=CollaborationHistory(**history), **{**given, "codes": tuple(given["codes"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _to_arrays(index: Index) -> tuple[dict[str, Numbers], dict[str, Any]]:
    """Split an index into named arrays and JSON-serialisable values."""
    arrays: dict[str, Numbers] = {}
    plain: dict[str, Any] = {}
    for thing, prefix in ((index, ""), (index.history, "history.")):
        for one in fields(thing):
            value, name = getattr(thing, one.name), prefix + one.name
            if (
                isinstance(value, Mapping)
                and value
                and isinstance(next(iter(value.values())), (CsrRows, np.ndarray))
            ):
                plain[name] = list(value)
                for key, part in value.items():
                    _add_arrays(arrays, f"{name}.{key}", part)
            elif isinstance(value, (CsrRows, OverlayColumn, np.ndarray)):
                _add_arrays(arrays, name, value)
            elif not isinstance(value, CollaborationHistory):
                plain[name] = dict(value) if isinstance(value, Mapping) else value
    return arrays, plain


def _add_arrays(arrays: dict[str, Numbers], name: str, value: CsrRows | OverlayColumn | Numbers) -> None:
    if isinstance(value, CsrRows):
        arrays[f"{name}.indptr"], arrays[f"{name}.values"] = value.indptr, value.values
    elif isinstance(value, OverlayColumn):
        arrays[f"{name}.base"] = value.base
    else:
        arrays[name] = value


def _field_of(arrays: Mapping[str, Numbers], plain: Mapping[str, Any], name: str) -> Any:
    if f"{name}.indptr" in arrays:
        return CsrRows(arrays[f"{name}.indptr"], arrays[f"{name}.values"])
    if f"{name}.base" in arrays:
        return OverlayColumn(arrays[f"{name}.base"])
    if name in arrays:
        return arrays[name]
    value = plain[name]
    if isinstance(value, list) and name != "codes":
        return {key: _field_of(arrays, plain, f"{name}.{key}") for key in value}
    return value
