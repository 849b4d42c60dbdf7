"""Who may do what, exactly as the policies of the features hold it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.permissions import ALWAYS, ROLE_NAMES, rules

ALWAYS_WORD = str(ALWAYS.word)


@dataclass(frozen=True)
class RoleTable:
    """The names of the columns, and rows of a sentence and one word (or "") for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    def allowed(self, column: int) -> list[tuple[str, str]]:
        """What one column may do, each with its condition, for readers of a narrow screen."""
        return [(says, words[column]) for says, words in self.rows if words[column]]


def role_table() -> RoleTable:
    """The table of permissions in the reader's language."""
    rows = []
    for rule in rules().values():
        conditions = [rule.column(role) for role in ROLE_NAMES]
        rows.append((str(rule.says), tuple(str(each.word) if each else "" for each in conditions)))
    return RoleTable(tuple(str(name) for name in ROLE_NAMES.values()), tuple(rows))
