"""Benchmarks: each measures Trama beside a peer or a floor, in turn, in one run."""
