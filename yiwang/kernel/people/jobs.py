"""Timers of people: what would show when somebody was here goes as soon as it is of no use."""

from yiwang.kernel.people.steps import securitylog, sweeping

SWEEPS = {"visits": (3600, sweeping.sweep_traces), "security log": (24 * 3600, securitylog.sweep)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
