"""Streams of stations in the words of a page, and the heads of their tables."""

from typing import Any

from yiwang.intake.sensing.facts import StreamDescription
from yiwang.web import house
from yiwang.web.desk import alarms
from yiwang.web.desk.room import said

AT_THE_END = ("complete", "apart", "value", "n", "row")
"""Columns of numbers."""


def columns_of(**named: str) -> list[dict[str, Any]]:
    """The heads of a table by the keys of its rows."""
    return [{"key": key, "text": text, "end": key in AT_THE_END} for key, text in named.items()]


def described_name(one: StreamDescription) -> str:
    """What a stream is of, without its unit."""
    parts = said(f"reading.interval.{one.interval}"), said(f"reading.statistic.{one.statistic}")
    return f"{alarms.factor_name(one.factor)} · {(' ' if _is_english() else '').join(parts)}"


def with_unit(one: StreamDescription) -> str:
    """What a stream is of, with its unit where it has one."""
    unit = alarms.unit_of(one)
    around = "{} ({})" if _is_english() else "{}（{}）"
    return around.format(described_name(one), unit) if unit else described_name(one)


def _is_english() -> bool:
    return house.language().startswith("en")
