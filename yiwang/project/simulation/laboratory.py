"""What the invented laboratories of a demonstration found in a year: one sheet for each place, taken in as a clerk's would be.

Nothing here was sampled: values are made up as those of the instruments are, and each sample's number says so.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.samples.steps import DOOR
from yiwang.intake.sensing.samples.taking import take
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.project.simulation.instruments import measured

SAMPLES = 12
"""One a month: of a year."""
HEADER = ("监测站点", "样品编号", "采样时间", "检测单位")
LABORATORY = "演示检测公司（虚构）"
FORGETFUL, OF_TWELVE = "dyeworks-outlet-laboratory", 4
"""At which station one sample of each twelve is not taken, and which: what was planned and not done has to be seen too."""


def demonstrate(now: datetime) -> int:
    """Enter what was sampled until now; gives how many samples are new. Again: only what came since."""
    entered = 0
    for station in queries.stations(SYSTEM):
        if station.description.illustrative and station.description.door == DOOR and station.streams:
            name = f"演示化验单-{station.description.name_zh}.csv"
            call = Call(SYSTEM, now, "simulation", None, "invented samples")
            entered += take(_sheet(station, now).encode(), name, call=call).entered.samples
    return entered


def _sheet(station: StationView, now: datetime) -> str:
    """A laboratory's sheet as CSV: a row for each sample, a column for each factor."""
    written = StringIO()
    sheet = csv.writer(written)
    streams = [one.description for one in station.streams]
    code = station.description.code
    sheet.writerow([*HEADER, *[one.factor for one in streams]])
    for at in _moments(streams[0].every_s, code, now):
        values = [measured(code, one, at).value for one in streams]
        day = at.astimezone(TOWN_ZONE)
        sheet.writerow([code, f"DEMO{day:%Y%m%d}", f"{day:%Y-%m-%d %H:%M}", LABORATORY, *values])
    return written.getvalue()


def _moments(every_s: int, code: str, now: datetime) -> Iterator[datetime]:
    """Whole intervals since 1970, the oldest first."""
    newest = int(now.timestamp()) // every_s
    for number in range(newest - SAMPLES + 1, newest + 1):
        if code != FORGETFUL or number % 12 != OF_TWELVE:
            yield datetime.fromtimestamp(number * every_s, UTC)
