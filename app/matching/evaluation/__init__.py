"""Evaluation on real consortia, baselines, learning of the weights, and benchmarks on a synthetic cluster."""
