"""What the files of an installation and its handbook name is what the settings read."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import config
from config import ROOT

OF_COMPOSE = {"TRAMA_PROCESSES", "TRAMA_LISTEN"}
FILES = sorted(
    path
    for path in [*(ROOT / "deploy").rglob("*"), ROOT / "docs" / "operations.md"]
    if path.is_file() and path.suffix != ".pyc"
)


def known() -> set[str]:
    """The variables that are read."""
    names = re.findall(r'(?<!values\[)"([a-z_]+)"', inspect.getsource(config._parse))
    return {f"TRAMA_{name.upper()}" for name in names}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_every_variable_that_is_named_is_read(path: Path) -> None:
    named = set(re.findall(r"\bTRAMA_[A-Z_]+[A-Z]\b", path.read_text(encoding="utf-8")))
    assert named <= known() | OF_COMPOSE, named - known() - OF_COMPOSE


def test_the_handbook_names_every_variable_that_is_read() -> None:
    handbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in known() if name not in handbook] == []
