"""The only writes of samples: what a laboratory's sheet says is stored as readings, and each sample by its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.models import Station
from yiwang.intake.sensing.received import Packet
from yiwang.intake.sensing.samples.facts import SampleEntered
from yiwang.intake.sensing.samples.models import Sample
from yiwang.intake.sensing.samples.problems import (
    SampleDiffers,
    SampleInFuture,
    SampleNotInUse,
    SampleOutOfRange,
)
from yiwang.intake.sensing.samples.rules import Named, clash, said
from yiwang.intake.sensing.samples.sheet import Read, Refused
from yiwang.intake.sensing.steps.storing import PacketOutcome, store
from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import TOWN_WIDE, Call

DOOR = "laboratory"


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of samples: how many are new, how many values were stored, how many were here before, what is not entered and why."""

    samples: int
    values: int
    known: int
    refused: tuple[Refused, ...]


NOTHING = Entered(0, 0, 0, ())


@step("reading.store")
def enter(samples: Sequence[Read], *, filename: str, sha256: str, call: Call) -> Entered:
    """Store the values of samples as readings of their stations, and each sample that is new. The same sheet again changes nothing.

    A sample whose moment or number is another sample's is refused; a value that cannot be used is kept apart, as at every door, and
    told. The call has no key: what comes again is known by itself. Raises NotAllowed.
    """
    teams = {one.place.team_id for one in samples}
    for where in [people.ground_of_team(one) for one in sorted(teams)] or [TOWN_WIDE]:
        permission.require(call.actor, "reading.store", where)
    _take_turns(samples)
    here = _here(samples)
    taken = {id(one): problem for one in samples if (problem := here.clash(one)) is not None}
    wanted = [one for one in samples if id(one) not in taken]
    refused = [Refused(one.row, "", taken[id(one)]) for one in samples if id(one) in taken]
    if not wanted:  # of no packet at all only the town itself may ask
        return Entered(0, 0, 0, tuple(refused))
    outcome = store(DOOR, [_packet(one, call) for one in wanted], call=call)
    new = 0
    for one, came in zip(wanted, outcome.packets, strict=True):
        refused += [Refused(one.row, one.headings[place], _apart(one, place, reason)) for place, reason in came.apart]
        if _usable(came) and (one.place.station_id, one.taken_at) not in here.moments:
            record(_fact(one, filename, sha256, call), call=call)
            new += 1
    return Entered(new, outcome.stored, outcome.repeated, tuple(refused))


def _take_turns(samples: Sequence[Read]) -> None:
    """Two sheets of one station at the same moment: the second waits until the samples of the first are there to be compared with."""
    wanted = Station.objects.filter(id__in={one.place.station_id for one in samples}).order_by("id")
    list(wanted.select_for_update(no_key=True).values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class _Here:
    """The samples there are at the moments, and with the numbers, of some others."""

    moments: Mapping[tuple[UUID, datetime], Named]
    numbers: Mapping[tuple[UUID, str], Named]

    def clash(self, one: Read) -> Problem | None:
        station, new = one.place.station_id, Named(one.number, one.taken_at)
        return clash(
            one.place.name, new, self.moments.get((station, one.taken_at)), self.numbers.get((station, one.number))
        )


def _here(samples: Sequence[Read]) -> _Here:
    rows = Sample.objects.filter(station__in={one.place.station_id for one in samples})
    at = rows.filter(taken_at__in=[one.taken_at for one in samples])
    called = rows.filter(number__in=[one.number for one in samples if one.number])
    return _Here(
        {(one.station_id, one.taken_at): Named(one.number, one.taken_at) for one in at},
        {(one.station_id, one.number): Named(one.number, one.taken_at) for one in called},
    )


def _packet(one: Read, call: Call) -> Packet:
    """A sample as a door hands it in; its cells are the evidence where something in it cannot be used."""
    written = "\n".join(f"{heading}: {cell}" for heading, cell in one.cells)
    return Packet(one.place.key, call.now, one.readings, written.encode())


def _usable(came: PacketOutcome) -> bool:
    """Whether anything of a sample is a reading now, or was before."""
    return came.stored + came.repeated > 0


def _apart(one: Read, place: int, reason: str) -> Problem:
    """In the words of a sheet, why a value was kept apart."""
    column, given = one.headings[place], dict(one.cells).get(one.headings[place], "")
    if reason == rules.DIFFERS:
        return SampleDiffers(column=column, given=given)
    if reason == rules.NOT_IN_USE:
        return SampleNotInUse(station=one.place.name, at=said(one.taken_at))
    if reason == rules.IN_FUTURE:
        return SampleInFuture(at=said(one.taken_at))
    return SampleOutOfRange(column=column, given=given)


def _fact(one: Read, filename: str, sha256: str, call: Call) -> SampleEntered:
    return SampleEntered(
        ids.new_id(call.now),
        one.place.station_id,
        one.number,
        one.taken_at,
        one.laboratory,
        filename,
        sha256,
        one.row,
        one.cells,
    )
