"""What the town itself measured of its rivers, for anybody: water that everybody lives beside is nobody's secret (docs/adr/0053).

Only of stations at a river or at one of its sections, never at an outlet: the newest sample of each, and of an automatic one the means of
some weeks. What an instrument read at one moment is no class of a river, and stays with the staff.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from yiwang.intake.sensing import book as books
from yiwang.intake.sensing import law
from yiwang.intake.sensing.book import Known
from yiwang.intake.sensing.rules import COUNTED, DAY
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import Actor
from yiwang.kernel.walltime import day_begins, town_day

READ = "water.read"
OPEN = frozenset({"river", "water_section"})
"""Registers at whose rows a station's water is public."""
DAYS = 30
OF_SAMPLES, OF_HOURS = ("rtd", "sample"), ("avg", "hour")
_NEWEST = """
SELECT last.at, wanted.stream, last.value FROM unnest(%s::int[]) AS wanted (stream) CROSS JOIN LATERAL (
  SELECT at, value FROM reading_now WHERE stream = wanted.stream AND value IS NOT NULL AND flag = ANY(%s) ORDER BY at DESC LIMIT 1
) AS last
"""
_MEANS = """
SELECT stream, round(sum(sum) / sum(n_valid), 3), count(*) FROM reading_rollup
WHERE stream = ANY(%s) AND period = %s AND start >= %s AND start < %s AND n_valid > 0 GROUP BY stream
"""


@dataclass(frozen=True, slots=True)
class OpenWater:
    """What was measured at a row of a register, by factor in the factor's own unit. `since` is None for a sample, whose moment is `until`.

    `days`: of a mean, on how many of its days anything was measured.
    """

    name: Mapping[str, str]
    row: tuple[str, str]
    illustrative: bool
    values: Mapping[str, Decimal]
    since: datetime | None
    until: datetime
    days: int = 0


def newest(actor: Actor, now: datetime) -> tuple[OpenWater, ...]:
    """Of each station at a river or a section its newest sample, and its means of the last days; by station. Raises NotAllowed."""
    enter(actor, READ)
    known = sorted(
        (one for one in books.book().by_id.values() if one.description.register in OPEN),
        key=lambda one: one.description.code,
    )
    return (*_sampled(known), *_means(known, now))


def _sampled(known: Iterable[Known]) -> Iterator[OpenWater]:
    for one in known:
        factors = _factors(one, OF_SAMPLES)
        rows = _asked(_NEWEST, [list(factors), list(COUNTED)]) if factors else []
        if rows:
            last = max(at for at, _, _ in rows)
            values = {factors[stream]: value for at, stream, value in rows if at == last}
            yield _open(one, values, None, last)


def _means(known: Iterable[Known], now: datetime) -> Iterator[OpenWater]:
    until = day_begins(town_day(now))
    since = day_begins(town_day(now) - timedelta(days=DAYS))
    for one in known:
        factors = _factors(one, OF_HOURS)
        rows = _asked(_MEANS, [list(factors), DAY, since, until]) if factors else []
        if rows:
            values = {factors[stream]: mean for stream, mean, _ in rows}
            yield _open(one, values, since, until, days=max(days for _, _, days in rows))


def _factors(one: Known, kind: tuple[str, str]) -> Mapping[int, str]:
    """By its open streams of a kind; those in another unit than the factor's own are left out, as limits say nothing of them."""
    return {
        stream.stream_id: said.factor
        for stream in one.streams
        if ((said := stream.description).statistic, said.interval) == kind and law.usual_unit(said)
    }


def _asked(question: str, given: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return cursor.fetchall()


def _open(
    one: Known, values: Mapping[str, Decimal], since: datetime | None, until: datetime, days: int = 0
) -> OpenWater:
    said = one.description
    name = {"zh-Hans": said.name_zh, "en": said.name_en}
    return OpenWater(name, (said.register, said.register_key), said.illustrative, values, since, until, days)
