"""A river of the tests: a section with a station that sends a mean of ammonia each hour, its alarms and their cases."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.facts import CaseClosed
from yiwang.cases.stages import State
from yiwang.cases.steps import forward
from yiwang.intake.sensing.alarms import jobs, law, queries
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.states import LIVE
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations, storing
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.places.steps import register_place
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, CaseId, Grant, ScopeKind, TeamId
from yiwang.registers import steps as registers

SYSTEM = Actor(ActorKind.SYSTEM)
NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
BEGIN = NOW - timedelta(days=10)
OVER, SILENT, OXYGEN = "waters.nh3n_over_target", "waters.instrument_silent", "waters.oxygen_under_target"
UNUSABLE = "waters.instrument_unusable"
LINE = "LINESTRING (121.361 31.805, 121.379 31.805)"
SECTIONS = "water_section"
OF_SECTIONS = tuple(code for code, one in law.rules().items() if one.stands_at == SECTIONS)
SECTION = {
    "number": "D-1", "called": "横河断面", "river": "R-X01", "level": "town", "assessed": True, "target_class": "iv", "team": "water",
    "longitude": "121.37", "latitude": "31.805",
}  # fmt: skip


@dataclass
class River:
    """A section of class IV (ammonia 1.5 mg/L) with a station that sends a mean each hour."""

    water: TeamId
    station: UUID
    key: str = "MN1"
    heard: datetime = BEGIN
    """The newest reading."""

    def send(self, values: Iterable[tuple[float, str]], *, now: datetime = NOW, flag: str = "N") -> None:
        """Store readings given as (hours since the beginning, value), in one batch."""
        read = [
            Measured("w21003", "avg", "hour", BEGIN + timedelta(hours=hour), Decimal(value), flag)
            for hour, value in values
        ]
        self.heard = max(self.heard, *(one.at for one in read))
        storing.store("hj212", [Packet(self.key, now, read, b"##", "")], call=call(now))

    def judge(self, now: datetime | None = None) -> None:
        """What the timer does after readings were stored, an hour after the newest or at a moment."""
        while sequencer.sequence_once():
            pass
        jobs.follow_journal(now or self.heard + timedelta(hours=1))


def call(now: datetime = NOW) -> Call:
    return Call(SYSTEM, now, "test")


def handler(team: TeamId, role: str = "handler") -> Call:
    grant = Grant(role, ScopeKind.TEAM, team) if role == "handler" else Grant(role, ScopeKind.TOWN)
    return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=7)), (grant,)), NOW, "test")


def made() -> River:
    before = call(BEGIN - timedelta(days=400))
    water = create_team("water", "department", name_zh="水务管理站", name_en="Water Station", call=before).team_id
    create_team("environment", "department", name_zh="生态办", name_en="Environment", call=before)
    register_place(Draft(Kind.RIVER, "R-X01", "新海横河", LINE, "LineString"), call=before)
    registers.enter_row(SECTIONS, SECTION, date(2019, 1, 1), call=before)
    about = Description(
        "x01-1",
        "新海横河水质站",
        "Xinhai River 1",
        "hj212",
        "MN1",
        water,
        date(2026, 1, 1),
        register=SECTIONS,
        register_key="D-1",
    )
    stream = StreamDescription("w21003", "avg", "hour", "mg/L", 3600)
    return River(water, stations.register_station(about, [stream], call=before).station_id)


def live(rule: str = OVER) -> list[tuple[float, float | None, str]]:
    """The alarms that stand, as (start, end in hours since the beginning, severity)."""
    found = Alarm.objects.filter(rule=rule, state__in=LIVE).order_by("start")
    return [(hours(one.start), hours(one.end), one.severity) for one in found]


def hours(moment: datetime | None) -> float | None:
    return None if moment is None else (moment - BEGIN) / timedelta(hours=1)


def states(rule: str = OVER) -> list[State]:
    """The states of the cases that alarms of a rule have, by number."""
    ids = set(Alarm.objects.filter(rule=rule).values_list("case_id", flat=True))
    return [row.state for row in sorted(cases.rows_of(SYSTEM, ids).values(), key=lambda row: row.number)]


def flat(first: int, last: int, value: str) -> list[tuple[float, str]]:
    return [(hour, value) for hour in range(first, last)]


def worked(river: River) -> CaseId:
    """An alarm whose case its team has handled and somebody else has verified; the river was back at the third hour."""
    river.send([*flat(0, 3, "2"), *flat(3, 7, "1")])
    river.judge()
    (alarm,) = queries.alarms(SYSTEM)
    finished(river, alarm.case_id)
    return alarm.case_id


def finished(river: River, case_id: CaseId) -> None:
    """Let the team of a case handle it and somebody else verify it."""
    forward.sign(case_id, call=handler(river.water))
    forward.report_back(
        case_id,
        outcome="solved",
        result="查到一处漏排，已封堵",
        no_photo_reason="夜间",
        call=handler(river.water),
    )
    verifier = handler(river.water, "verifier")
    other = replace(verifier, actor=replace(verifier.actor, account_id=AccountId(UUID(int=8))))
    forward.verify(case_id, finding="看过", no_photo_reason="夜间", call=other)


def close(river: River, case_id: CaseId) -> CaseClosed:
    return forward.close(case_id, called_back="nobody", answer="已处理", call=handler(river.water, "dispatcher"))


def proven(case_id: CaseId) -> str:
    number = cases.rows_of(SYSTEM, [case_id])[case_id].number
    return cases.case(SYSTEM, number).snapshot.proven
