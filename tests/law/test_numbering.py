"""Migrations and decisions are numbered in their order, each number once, without a gap."""

from __future__ import annotations

import re

from config import ROOT


def numbers(folder: str, ending: str) -> list[int]:
    """The four digits that the names of a folder's files begin with, in order."""
    names = sorted(path.name for path in (ROOT / folder).glob(f"[0-9]*{ending}"))
    return [int(name[:4]) for name in names]


def test_migration_files_are_numbered_as_their_chain() -> None:
    """A new engineer reads them from the first to the last by their names."""
    found = numbers("migrations/versions", ".py")
    assert found == list(range(1, len(found) + 1))
    for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"):
        source, number = path.read_text("utf-8"), path.name[:4]
        before = f"'{int(number) - 1:04}'" if number != "0001" else "None"
        assert re.search(rf"^revision = '{number}'$", source, re.M), path.name
        assert re.search(rf"^down_revision = {before}$", source, re.M), path.name


def test_each_decision_has_a_number_of_its_own() -> None:
    """A number by which code and documents name a decision means one of them."""
    found = numbers("docs/decisions", ".md")
    assert found == list(range(1, len(found) + 1))
    for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        assert path.read_text("utf-8").startswith(f"# {path.name[:4]} · "), path.name
