"""The scripts' own units: every `*.test.mjs` of this folder runs in Node."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.support.browser import ROOT, find_node

HERE = Path(__file__).parent
SCRIPTS = ROOT / "app" / "static" / "src" / "js"
TEMPLATES = ROOT / "app" / "templates"
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


def declared(path: str, name: str) -> set[str]:
    """The names that an interface or a typedef declares, without those of objects in it."""
    source = (SCRIPTS / path).read_text(encoding="utf-8")
    interface = rf"interface {name} \{{\n(?P<lines>.*?)\n\}}"
    typedef = rf"@typedef \{{\{{(?P<line>[^{{}}]*)\}}\}} {name}\b"
    found = re.search(f"{interface}|{typedef}", source, re.DOTALL)
    assert found is not None
    if found["line"]:
        return set(re.findall(r"(\w+)\??: ", found["line"]))
    return set(re.findall(r"^  (\w+)\??:", found["lines"], re.MULTILINE))


def written(template: str) -> set[str]:
    """The names of the words that a template hands to a script."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    (words,) = (each.node for each in tree.find_all(nodes.Filter) if isinstance(each.node, nodes.Dict))
    return {pair.key.as_const() for pair in words.items}


def test_the_words_of_a_board_are_declared() -> None:
    tree = ast.parse((ROOT / "app/features/design/presenters/board_words.py").read_text(encoding="utf-8"))
    function = next(
        each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "board_words"
    )
    words = next(each.value for each in function.body if isinstance(each, ast.Return))
    assert isinstance(words, ast.Dict)
    assert declared("board/words.d.ts", "BoardWords") == {
        key.value for key in words.keys if isinstance(key, ast.Constant)
    }


@pytest.mark.parametrize(
    ("template", "path", "name"),
    [
        ("rooms/show.html", "room/words.d.ts", "RoomWords"),
        ("network/index.html", "network/shapes.d.ts", "NetworkWords"),
        ("macros/picker.html", "elements/concept-picker.js", "PickerWords"),
    ],
)
def test_the_words_of_a_template_are_declared(template: str, path: str, name: str) -> None:
    assert declared(path, name) == written(template)


OTHER_WAYS = re.compile(r"data-say\b|dataset\.say(?!s\b)|dataset\.words")


def other_ways(*folders: Path) -> list[str]:
    """The files in which words reach a script by another way than `data-words` and `wordsOf`."""
    found = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in (".html", ".js")]
    return [path.name for path in sorted(found) if OTHER_WAYS.search(path.read_text(encoding="utf-8"))]


def test_words_reach_scripts_in_one_way() -> None:
    assert other_ways(TEMPLATES, SCRIPTS) == ["words.js"]


def test_a_planted_other_way_for_words_is_seen(tmp_path: Path) -> None:
    (tmp_path / "planted.html").write_text("<p data-say-left=\"{{ _('Left') }}\"></p>", encoding="utf-8")
    (tmp_path / "planted.js").write_text("say(element.dataset.sayLeft);", encoding="utf-8")
    assert other_ways(tmp_path) == ["planted.html", "planted.js"]
