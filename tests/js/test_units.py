"""The scripts' own units: every `*.test.mjs` of this folder runs in Node."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.browser import ROOT, find_node

HERE = Path(__file__).parent
SCRIPTS = ROOT / "app" / "static" / "src" / "js"
ENTER = re.compile(r"""["']Enter["']""")


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Rome"])
def test_units_of_scripts_hold(file: Path, zone: str) -> None:
    env = {**os.environ, "TZ": zone, "NODE_OPTIONS": ""}
    run = subprocess.run([find_node(), "--test", file], cwd=ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^# tests [1-9]|tests [1-9]", run.stdout, re.MULTILINE), run.stdout


def readers_of_enter(folder: Path) -> list[str]:
    """The scripts that look for Enter by themselves, apart from the helper that knows of compositions."""
    found = [path for path in folder.rglob("*.js") if ENTER.search(path.read_text(encoding="utf-8"))]
    return sorted(path.name for path in found if path.name != "enter.js")


def test_enter_is_read_in_one_place() -> None:
    assert readers_of_enter(SCRIPTS) == []


def test_a_planted_reader_of_enter_is_seen(tmp_path: Path) -> None:
    (tmp_path / "planted.js").write_text('if (event.key === "Enter") send();', encoding="utf-8")
    assert readers_of_enter(tmp_path) == ["planted.js"]


def declared(folder: str, interface: str) -> set[str]:
    """The names that a `words.d.ts` declares for an interface, without those of objects in it."""
    source = (SCRIPTS / folder / "words.d.ts").read_text(encoding="utf-8")
    body = re.search(rf"interface {interface}\b.*?\{{\n(.*?)\n\}}", source, re.DOTALL)
    assert body is not None
    return set(re.findall(r"^  (\w+)\??:", body[1], re.MULTILINE))


def test_the_words_of_a_board_are_declared() -> None:
    tree = ast.parse((ROOT / "app/features/design/presenters/board_words.py").read_text(encoding="utf-8"))
    function = next(
        each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "board_words"
    )
    words = next(each.value for each in function.body if isinstance(each, ast.Return))
    assert isinstance(words, ast.Dict)
    assert declared("board", "BoardWords") == {
        key.value for key in words.keys if isinstance(key, ast.Constant)
    }


def test_the_words_of_a_room_are_declared() -> None:
    page = (ROOT / "app/templates/rooms/show.html").read_text(encoding="utf-8")
    said = {
        re.sub(r"-(\w)", lambda found: found[1].upper(), name)
        for name in re.findall(r"data-(say[a-z-]+)=", page)
    }
    assert {name for name in declared("room", "RoomWords") if name.startswith("say")} == said
