"""A cluster to try: `./dev cluster` starts it and stops it at Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from deploy.local_deployment import LocalDeployment


def main() -> None:
    """Start the cluster, say where it is, and wait to be stopped."""
    parser = argparse.ArgumentParser(prog="./dev cluster")
    parser.add_argument(
        "--processes", type=int, default=len(os.sched_getaffinity(0)), help="how many (%(default)s)"
    )
    parser.add_argument("--port", type=int, default=5000, help="the port of the balancer (%(default)s)")
    options = parser.parse_args()
    if options.processes < 1:
        parser.error("A cluster has at least one process.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with LocalDeployment(options.processes, port=options.port, demo=True) as cluster:
            print(f"Trama is at {cluster.url}, with {options.processes} processes behind it", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    except RuntimeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
