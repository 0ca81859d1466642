"""The timer of registers: sheets that were handed in on a page are taken in."""

from yiwang.registers import handed_in

SWEEPS = {"importing rows of registers": (1, handed_in.work_off)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
