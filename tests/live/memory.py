"""How much the server's process holds."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.app import LiveServer

MIB = 1024 * 1024


def memory(server: LiveServer) -> int:
    """How many bytes the server's process holds."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024
