"""The entry: `./dev chaos` breaks things under load and says what that did to the words; it goes on where it was left."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from bench.chaos.crowd import Load
from bench.chaos.faults import FAULTS
from bench.chaos.progress import Progress, table
from bench.chaos.rounds import Round, attack
from config import ROOT

WRONG = ("lost", "duplicated", "reordered")


def options_of(words: list[str] | None) -> argparse.Namespace:
    """What was asked for."""
    load = Load()
    lines = "\n".join(f"  {kind:10} {fault.says}" for kind, fault in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="./dev chaos", epilog=lines, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kind", choices=FAULTS, action="append", help="only this kind of fault")
    parser.add_argument("--rounds", type=int, default=50, help="faults of each kind (%(default)s)")
    parser.add_argument("--rate", type=float, default=load.rate, help="messages a second (%(default)s)")
    parser.add_argument("--clients", type=int, default=load.clients, help="people (%(default)s)")
    parser.add_argument(
        "--rooms", type=int, default=load.rooms, help="rooms, each person in one (%(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what an interrupted run did")
    parser.add_argument(
        "--progress", type=Path, default=ROOT / ".cache" / "chaos.jsonl", help="(%(default)s)"
    )
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Run what is left to do; returns 1 where anything was lost, doubled or out of order."""
    options = options_of(words)
    load = Load(options.clients, options.rooms, options.rate)
    kinds = options.kind or list(FAULTS)
    progress = Progress(options.progress, load)
    if options.fresh:
        progress.forget(kinds)
    for kind in kinds:
        left = range(len(progress.rounds(kind)), options.rounds)
        for number, done in zip(left, attack(FAULTS[kind], load, left) if left else (), strict=True):
            progress.add(kind, done)
            say(f"{kind} {number + 1}/{options.rounds}", done)
    found = {kind: progress.rounds(kind) for kind in kinds}
    print(table(found))
    return int(any(each[name] for rounds in found.values() for each in rounds for name in WRONG))


def say(which: str, done: Round) -> None:
    """Tell the person at the terminal what a fault did."""
    plain = done.plain()
    wrong = ", ".join(f"{name} {plain[name]}" for name in WRONG)
    times = f"down {done.down:.2f} s, all level after {max(done.catch_up):.2f} s"
    print(f"  {which}: {plain['messages']} messages, {wrong}; {times}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted: ./dev chaos goes on from here.")
    except RuntimeError as error:
        sys.exit(str(error))
