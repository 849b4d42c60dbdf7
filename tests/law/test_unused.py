"""The law of use: nothing stands in the code that nothing names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import vulture

from config import ROOT

FOLDERS = ("app", "bench", "deploy", "tests")
WORD = re.compile(r"\w+")
READ_BY_OTHERS = re.compile(r"pytest_\w+|__\w+__")
"""Names that a library looks for."""


def unused_names(root: Path) -> Iterator[str]:
    """The functions, classes and module names below `root` whose name stands nowhere but where they are defined.

    Whatever a decorator registers is used by it; methods, attributes and members are left out, since a library may read
    them.
    """
    folders = [root / folder for folder in FOLDERS if (root / folder).is_dir()]
    files = [path for folder in folders for suffix in ("*.py", "*.html") for path in folder.rglob(suffix)]
    words = Counter(word for path in files for word in WORD.findall(path.read_text(encoding="utf-8")))
    search = vulture.Vulture(ignore_decorators=["@*"])
    search.scavenge(folders)
    for item in search.get_unused_code():
        line = item.filename.read_text(encoding="utf-8").splitlines()[item.first_lineno - 1]
        if item.typ not in ("function", "class", "import", "variable") or line.startswith(" "):
            continue
        if words[item.name] == 1 and not READ_BY_OTHERS.fullmatch(item.name):
            yield f"{item.filename.relative_to(root)}:{item.first_lineno}: nothing uses {item.name}"


def test_nothing_stands_in_the_code_that_nothing_names() -> None:
    assert not list(unused_names(ROOT))


def test_a_function_that_nothing_calls_is_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    lines = ("def used():", "    return 1", "def forgotten():", "    return used()")
    (tmp_path / "app" / "planted.py").write_text("\n".join(lines))
    assert list(unused_names(tmp_path)) == ["app/planted.py:3: nothing uses forgotten"]
