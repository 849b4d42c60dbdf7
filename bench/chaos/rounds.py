"""One fault after the other under load, and after each a verdict."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.chaos.crowd import Crowd, Load, settle, wait_until
from bench.chaos.faults import Fault, server_urls_of
from bench.chaos.rows import Rows
from bench.chaos.verdict import Verdict, judge
from config import read_settings
from deploy.local_deployment import LocalDeployment

BEFORE = (0.5, 2.0)
"""How long people talk before a fault falls: between so many seconds and so many."""


@dataclass(frozen=True)
class Round:
    """What one fault did: how long it was before the service answered again, and until each person was level again."""

    verdict: Verdict
    down: float
    catch_up: list[float]

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        times = [round(seconds, 3) for seconds in self.catch_up]
        return {**asdict(self.verdict), "down": round(self.down, 3), "catch_up": times}


def attack(fault: Fault, load: Load, numbers: range, before: tuple[float, float] = BEFORE) -> Iterator[Round]:
    """Have a fault fall on an installation made for it, once for each number; `before` tells how long people talk first."""
    with tempfile.TemporaryDirectory(prefix="trama-chaos-") as folder, fault.begin(Path(folder)) as cluster:
        accounts = settle(read_settings(cluster.env), load)
        with Crowd(accounts, server_urls_of(cluster), load, Rows(cluster.database_url)) as crowd:
            crowd.quieten()  # everybody is there
            for number in numbers:
                yield strike(fault, cluster, crowd, number, before)


def strike(
    fault: Fault, cluster: LocalDeployment, crowd: Crowd, number: int, before: tuple[float, float]
) -> Round:
    """Let people talk, break something, let it be mended while they go on, then compare."""
    chance = random.Random(number)
    begun = crowd.rows.heads(crowd.streams)
    crowd.talk()
    time.sleep(chance.uniform(*before))
    mend = fault.strike(cluster, number, chance)
    fallen = time.monotonic()
    mending = threading.Thread(target=mend)
    mending.start()
    wait_until(lambda: fault.is_back(cluster))
    down = time.monotonic() - fallen
    catch_up = crowd.catch_up()
    mending.join()
    crowd.quieten()
    return Round(judge(crowd, begun), down, catch_up)
