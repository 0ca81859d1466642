"""The writes of stations: what instruments there are, and what is expected of them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Max

from yiwang.intake.sensing import law, rules
from yiwang.intake.sensing.book import Known, book
from yiwang.intake.sensing.facts import (
    Description,
    StationChanged,
    StationPasswordSet,
    StationRegistered,
    StreamDescription,
)
from yiwang.intake.sensing.models import Station, Stream
from yiwang.intake.sensing.problems import (
    StationCodeTaken,
    StationFieldWrong,
    StationKeyTaken,
    StationUnchanged,
    StationUnknown,
)
from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import TOWN_WIDE, Call

LOCK = 0x5354
LONGEST_PASSWORD = 64


@step("station.write")
def register_station(
    description: Description, streams: Sequence[StreamDescription], *, call: Call
) -> StationRegistered:
    """Make a station known, with the streams that are expected of it. Its owner is a team that there is.

    Raises StationCodeTaken, StationKeyTaken, NotFound (the team), and what rules.check raises.
    """
    permission.require(call.actor, "station.write", TOWN_WIDE)
    _check(description, streams, None, call)
    fact = StationRegistered(ids.new_id(call.now), description, rules.opened(streams, (), _next_stream()))
    record(fact, call=call)
    return fact


@step("station.write")
def change_station(
    station_id: UUID, description: Description, streams: Sequence[StreamDescription], *, call: Call
) -> StationChanged:
    """Describe a station anew, as a whole. A stream that is left out is closed and keeps its readings; one in another unit is a new one.

    Raises StationUnknown, StationUnchanged, and what register_station raises.
    """
    permission.require(call.actor, "station.write", TOWN_WIDE)
    known = _locked(station_id)
    _check(description, streams, station_id, call)
    fact = StationChanged(
        station_id, description, rules.opened(streams, (*known.streams, *known.closed), _next_stream())
    )
    if description == known.description and {*fact.streams} == {*_open(known)}:
        raise StationUnchanged(code=description.code)
    record(fact, call=call)
    return fact


@step("station.write")
def add_streams(station_id: UUID, streams: Sequence[StreamDescription], *, call: Call) -> StationChanged:
    """Have a station expect more streams; those that it has stay. Raises StationUnknown, and what rules.check raises."""
    permission.require(call.actor, "station.write", TOWN_WIDE)
    known = _locked(station_id)
    wanted = [*(one.description for one in known.streams), *streams]
    _check(known.description, wanted, station_id, call)
    opened = rules.opened(wanted, (*known.streams, *known.closed), _next_stream())
    fact = StationChanged(station_id, known.description, opened)
    record(fact, call=call)
    return fact


@step("station.write", apart={"password"})
def set_password(station_id: UUID, password: str, *, call: Call) -> StationPasswordSet:
    """Set the password with which an instrument shows itself; an empty one takes it away. Raises StationUnknown, StationFieldWrong."""
    permission.require(call.actor, "station.write", TOWN_WIDE)
    _locked(station_id)
    if len(password) > LONGEST_PASSWORD or not password.isascii() or (password and not password.isprintable()):
        raise StationFieldWrong(field="password", given="***", wanted=f"ASCII, ≤ {LONGEST_PASSWORD}")
    cipher = secrecy.seal(password) if password else None
    fact = StationPasswordSet(station_id, given=bool(password), password_cipher=cipher)
    record(fact, call=call)
    return fact


def _check(description: Description, streams: Sequence[StreamDescription], own: UUID | None, call: Call) -> None:
    rules.check(description, streams, law.catalogue())
    people.team(call.actor, description.team_id)
    others = Station.objects.exclude(id=own) if own else Station.objects.all()
    if holder := others.filter(code=description.code).first():
        raise StationCodeTaken(code=description.code, holder=holder.name_zh)
    if holder := others.filter(door=description.door, key=description.key).first():
        raise StationKeyTaken(door=description.door, key=description.key, holder=holder.name_zh)


def _locked(station_id: UUID) -> Known:
    """The station, its row locked until the step ends. Raises StationUnknown."""
    row = Station.objects.select_for_update().filter(id=station_id).first()
    if row is None:
        raise StationUnknown(station=str(station_id))
    return book().by_id[station_id]


def _open(known: Known) -> tuple[rules.OpenStream, ...]:
    return tuple(rules.OpenStream(one.stream_id, one.description) for one in known.streams)


def _next_stream() -> int:
    """The number after the last. Streams are numbered in one line: two steps that add some wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return int(Stream.objects.aggregate(last=Max("id"))["last"] or 0) + 1
