"""The entry: `./dev bench` lists the benchmarks, `./dev bench NAME` runs one."""

from __future__ import annotations

import argparse
from importlib import import_module

BENCHMARKS = {
    "streams": "commands a second that streams take, beside the bare database",
    "live": "rooms at full load, beside Socket.IO's own server on Node",
    "session": "a design session of eighty people, beside a bare relay of Socket.IO on Node",
    "installation": "a whole installation of 398,000 organisations on PostgreSQL, asked through its doors",
    "decisions": "counting four hundred papers with thirty options, by every method",
    "engines": "an engine in each process, beside one process that answers all",
    "network": "the network of ten thousand: its analysis, and a frame of its picture in Chromium",
    "pages": "the directory, its map and an organisation among 398,000, on both databases, beside a bare page",
    "phone": "pages, a long talk and a full board on a slow phone and a slow line, in Chromium",
    "abuse": "floods, slow connections and costly requests of a stranger, and what calm people notice of them",
    "search": "pages of search over a million messages, as a member and as a facilitator, on both databases",
    "matching": "suggestions a second with their reasons, beside networkx's own predictors",
}


def main() -> None:
    """Run the benchmark that was asked for."""
    lines = "\n".join(f"  {name:12} {says}" for name, says in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="./dev bench", epilog=lines, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=BENCHMARKS, nargs="?")
    options, rest = parser.parse_known_args()
    if options.name is None:
        parser.print_help()
        return
    import_module(f"bench.{options.name}").main(rest)


if __name__ == "__main__":
    main()
