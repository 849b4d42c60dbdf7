"""Twenty kills under load: no word is lost, none comes twice, none out of its turn; `./dev chaos` does it for longer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bench.chaos.crowd import TIMEOUT_SECONDS, Load
from bench.chaos.faults import FAULTS
from bench.chaos.rounds import attack
from config import Settings
from tests.support.nursery import Nursery, QuickCluster

KILLS = 10
LOAD = Load(clients=8, rooms=2, rate=12)
BEFORE = (0.1, 0.6)


@pytest.mark.slow
@pytest.mark.xdist_group("nursery")
@pytest.mark.parametrize(
    ("database", "kind", "processes"),
    [
        ("sqlite", "sqlite", 1),
        pytest.param(
            "postgres", "processes", 2, marks=[pytest.mark.postgres, pytest.mark.redis], id="postgres"
        ),
    ],
    indirect=["database"],
)
def test_nothing_is_lost_doubled_or_out_of_order_when_a_process_is_killed_again_and_again(
    settings: Settings, nursery: Nursery, kind: str, processes: int
) -> None:
    fault = replace(FAULTS[kind], begin=lambda logs: QuickCluster(nursery, settings, processes))
    total: Counter[str] = Counter()
    for done in attack(fault, LOAD, range(KILLS), BEFORE):
        found: dict[str, Any] = done.plain()
        total.update({name: found[name] for name in ("messages", "lost", "duplicated", "reordered")})
        assert max(done.catch_up) < TIMEOUT_SECONDS, "everybody comes back"
    assert total["messages"] > KILLS
    assert (total["lost"], total["duplicated"], total["reordered"]) == (0, 0, 0)
