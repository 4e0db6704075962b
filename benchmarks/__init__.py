"""Measurements with numbers that can be compared from one version to the next: `python -m benchmarks`."""
