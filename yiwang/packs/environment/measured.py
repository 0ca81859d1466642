"""What is counted of instruments and building sites, by the day (plan rows 2.04, 2.11). Pure."""

from collections.abc import Iterator, Mapping

from yiwang.indicators.measured import StationDay, StationSource
from yiwang.packs.environment import law

COMPLETE = "environment.station-day-complete"
DUST = "a34001"
TOO_OFTEN = "environment.site_dust_too_often"


def station_day(found: StationDay) -> Iterator[str]:
    """A day of any station of which values were due: whether enough of them came valid. One where nothing came was due all the same."""
    if found.expected:
        yield "due"
        if found.valid * 100 >= found.expected * law.rulebook().on(COMPLETE, found.day).value:
            yield "complete"
        if not found.valid:
            yield "silent"


def site_day(found: StationDay) -> Iterator[str]:
    """A day of a dust monitor at a building site: monitored where any valid value came, and whether an alarm of its dust began."""
    dust = [one for one in found.streams if one.factor == DUST]
    if not dust or found.row is None:
        return
    yield "due"
    if any(one.valid for one in dust):
        yield "monitored"
        if any(one.rule == TOO_OFTEN for one in found.alarms):
            yield "exceeded"


MEASURED: Mapping[str, StationSource] = {
    "station_day": StationSource(
        outcomes=("due", "complete", "silent"),
        holds=station_day,
        name={"zh-Hans": "站点日", "en": "station-day"},
    ),
    "site_day": StationSource(
        outcomes=("due", "monitored", "exceeded"),
        holds=site_day,
        register="construction_site",
        name={"zh-Hans": "工地日", "en": "site-day"},
    ),
}
"""By name: what an indicator may count."""
