"""A laboratory's sheet from a door: what it would come to, and taking it in. The first argument of `preview` and `take` is the file."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.samples import steps
from yiwang.intake.sensing.samples.columns import Columns, columns_of, headings
from yiwang.intake.sensing.samples.places import Places
from yiwang.intake.sensing.samples.problems import SampleSheetTooLong
from yiwang.intake.sensing.samples.sheet import Read, Refused, Rows
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.kernel.terms import Actor, Call, TeamId, Where

MOST_ROWS = 2000
"""Samples in one sheet: each is an entry of the journal, and somebody waits."""
LONGEST_NAME = 200
PH = "pH"
"""Has no unit, and is called so."""
ABOUT = ("站点", "采样日期", "采样时间", "样品编号", "检测单位")
"""What an empty sheet says of a sample, before its factors."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a sheet, or would. `columns`: what was read and what not; `read`: the samples in the order of their rows."""

    filename: str
    sha256: str
    rows: int
    columns: Columns
    read: tuple[Read, ...]
    entered: steps.Entered
    refused: tuple[Refused, ...]


def take(content: bytes, filename: str, *, call: Call) -> Taken:
    """Enter a sheet's samples: what can be used is stored, each other row and cell is told. The same sheet again changes nothing.

    Raises NotAllowed, SampleColumnsMissing, ColumnsAlike, SampleSheetTooLong, and the Problems of kernel/sheets for what is no sheet.
    """
    actor = call.actor
    enter(actor, "reading.store")
    known = headings(law.catalogue())
    sheet = open_sheet(content, filename, known=known.known)
    if len(sheet.rows) > MOST_ROWS:
        raise SampleSheetTooLong(rows=len(sheet.rows), most=MOST_ROWS)
    columns = columns_of(sheet, known)
    rows = Rows(columns, places(actor), call.now)
    read = tuple(found for row in sheet.rows if (found := rows.read(row)) is not None)
    sha256, keyless = hashlib.sha256(content).hexdigest(), Call(actor, call.now, call.door, reason=call.reason)
    entered = (
        steps.enter(read, filename=filename[:LONGEST_NAME], sha256=sha256, call=keyless) if read else steps.NOTHING
    )
    refused = sorted([*rows.refused, *entered.refused], key=lambda one: one.row)
    return Taken(filename, sha256, len(sheet.rows), columns, read, entered, tuple(refused))


def preview(content: bytes, filename: str, *, call: Call) -> Taken:
    """What `take` would come to: it is done, and taken back, so that nothing is guessed. Raises what `take` raises."""
    with transaction.atomic():
        taken = take(content, filename, call=call)
        transaction.set_rollback(True)
    return taken


def empty_sheet(actor: Actor) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Headings and rows of a sheet to be filled in: a row for each station whose samples the actor may enter, a column for each factor
    that is expected at one of them. Raises NotAllowed or LogInFirst.
    """
    known, factors = places(actor), law.catalogue()
    units: dict[str, set[str]] = {}
    for one in known:
        for code, stream in one.streams.items():
            units.setdefault(code, set()).add(stream.description.unit)
    names = [factors.of(code).name["zh-Hans"] + _unit_of(found) for code, found in units.items()]
    return (*ABOUT, *names), [{ABOUT[0]: known.called(one)} for one in known]


def _unit_of(units: Collection[str]) -> str:
    """What a heading says of the unit; nothing where stations differ, each number then being in its station's own."""
    unit = next(iter(units))
    return "" if len(units) > 1 or unit == PH else f"({unit})"


def places(actor: Actor) -> Places:
    """The laboratory stations whose samples the actor may enter. Raises NotAllowed or LogInFirst."""
    reach = permission.reach(actor, "reading.store")
    return Places(
        (one.station_id, one.description, one.streams)
        for one in queries.stations(actor)
        if one.description.door == steps.DOOR
        and reach.covers(Where(teams=frozenset({TeamId(one.description.team_id)})))
    )
