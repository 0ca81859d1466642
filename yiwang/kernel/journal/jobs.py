"""Timers of the journal."""

from yiwang.kernel.journal import sealer
from yiwang.kernel.journal.step import drop_expired_keys

SWEEPS = {"answered keys": (3600, drop_expired_keys), "seal": (sealer.EVERY_S, sealer.seal)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
