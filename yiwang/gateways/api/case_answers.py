"""Cases as JSON. Residents see how far it is; what offices write to each other is for those who deal with it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from yiwang.cases import links, queries
from yiwang.cases.joint import queries as joint
from yiwang.cases.links import Lineage, LinkedCase
from yiwang.cases.parts import PartSnapshot
from yiwang.cases.queries import CaseRow, CaseView, Happening
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.gateways.api.words import PointBody
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.queries import AdviceView, Suggestion
from yiwang.kernel.journal import codec
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, ActorKind, TeamId
from yiwang.kernel.wording import language_of, word


class CaseItem(Schema):
    """A case as a list shows it. `version` may be sent back with a step: it is refused when the case moved on since."""

    number: str
    state: str
    state_words: str
    stage: int
    source: str
    type_code: str
    title: str
    urgent: bool
    committee_id: UUID | None
    team: str
    place_id: UUID | None
    point: PointBody | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    due_stage: str
    overdue: bool
    review_on: date | None
    review_due: bool
    reworks: int
    reopened: int
    objections: int
    satisfaction: str
    version: int


class CasePage(Schema):
    """A page of cases; `next` is the `after` of the following page, null at the end."""

    cases: list[CaseItem]
    next: int | None


class ClockAnswer(Schema):
    """One clock: the rule it runs by, and when it runs out (null while it stands).

    `unmet`: the case was closed without what the clock waited for. `part`: the part it is of, if of one.
    """

    stage: str
    part: UUID | None
    rule: str
    unit: str
    amount: int
    state: str
    due_at: datetime | None
    provisional: bool
    ran_out: bool
    unmet: bool
    extended: bool


class ObjectionAnswer(Schema):
    """A department's return, with what it stands on."""

    team: str
    round: int
    reason_code: str
    legal_basis: str
    proposed_team: str
    explanation: str
    at: datetime


class PartAnswer(Schema):
    """The part of an assisting department. `arrows`: POST /api/cases/{number}/parts/{id}/{arrow}."""

    id: UUID
    team: str
    round: int
    state: str
    state_words: str
    task: str
    asked_at: datetime
    result: str
    answered_at: datetime | None
    ended_why: str
    arrows: list[str]


class LinkedAnswer(Schema):
    """A case that this one belongs together with (kind merge or split); `undone_at` is null while it still does."""

    number: str
    state: str
    kind: str
    at: datetime
    undone_at: datetime | None


class LineageAnswer(Schema):
    """What the case follows and what follows it (并案), what it was split off from and what was split off it (拆案); `hidden`
    are those out of reach."""

    main: LinkedAnswer | None
    followers: list[LinkedAnswer]
    split_from: LinkedAnswer | None
    split_off: list[LinkedAnswer]
    undone: list[LinkedAnswer]
    hidden: int


class RulerAnswer(Schema):
    """Somebody who may rule on the dispute now: the name, and by which role (arbiter, else duty_officer)."""

    name: str
    role: str


class RulingAnswer(Schema):
    """The arbiter's ruling."""

    team: str
    question: str
    grounds: str
    at: datetime


class ExtensionAnswer(Schema):
    """A request for more time."""

    amount: int
    unit: str
    reason_code: str
    explanation: str
    state: str


class RecheckAnswer(Schema):
    """A draw for re-check; `holds` is null until somebody looked."""

    seed: str
    pool_size: int
    holds: bool | None
    finding: str


class SuggestionAnswer(Schema):
    """One suggestion of the reader: what, how sure (0 to 1), and why. A class that is not `sure` is not taken in bulk."""

    key: str
    name: str
    probability: float
    sure: bool
    why: str


class AdviceAnswer(Schema):
    """What the reader makes of the report. It suggests; a person decides."""

    types: list[SuggestionAnswer]
    department: str
    places: list[SuggestionAnswer]
    duplicates: list[SuggestionAnswer]


class CaseAnswer(CaseItem):
    """A case in full. `arrows` are the steps that the one who asks may take now: POST /api/cases/{number}/{arrow}."""

    text: str
    demand: str
    outcome: str
    called_back: str
    missed_calls: int
    answer: str
    dispatched_at: datetime | None
    clocks: list[ClockAnswer]
    arrows: list[str]
    lineage: LineageAnswer | None
    parts: list[PartAnswer]
    objections_made: list[ObjectionAnswer]
    rulers: list[RulerAnswer]
    rulings: list[RulingAnswer]
    extensions: list[ExtensionAnswer]
    recheck: RecheckAnswer | None
    advice: AdviceAnswer | None


class WhoAnswer(Schema):
    """Who did it: visitor, resident, staff or system; the name as the one who asks may know it."""

    kind: str
    name: str


class HappeningAnswer(Schema):
    """One entry of a case's timeline. `fact` is empty for residents, but for what is theirs to know."""

    entry: int
    verb: str
    words: str
    happened_at: datetime
    recorded_at: datetime
    by: WhoAnswer
    reason: str
    fact: dict[str, Any]


def item(row: CaseRow, teams: dict[TeamId, str], code: str) -> CaseItem:
    """A row of a list. `teams` are the codes of teams by identifier."""
    return CaseItem(**_columns(row, teams, code))


def _columns(row: CaseRow, teams: dict[TeamId, str], code: str) -> dict[str, Any]:
    same = (
        "number stage source type_code title urgent place_id opened_at closed_at due_at due_stage overdue review_on review_due "
        "reworks reopened objections satisfaction"
    )
    return {name: getattr(row, name) for name in same.split()} | {
        "state": str(row.state),
        "state_words": word(f"case.state.{row.state}", code),
        "committee_id": row.committee,
        "team": teams.get(row.lead_team, "") if row.lead_team else "",
        "point": PointBody(longitude=row.point.longitude, latitude=row.point.latitude) if row.point else None,
        "version": row.row_version,
    }


def answer(actor: Actor, number: str, code: str) -> CaseAnswer:
    """A case in full, for those who may read it. Raises CaseUnknown."""
    case = queries.case(actor, number)
    teams = {card.team_id: card.code for card in people.teams(actor)}
    office = actor.kind != ActorKind.RESIDENT
    return CaseAnswer(
        **_columns(case.row, teams, code),
        text=case.row.text,
        demand=case.demand,
        outcome=case.outcome if office else "",
        called_back=case.called_back,
        missed_calls=case.missed_calls,
        answer=case.answer if office or case.row.closed_at else "",
        dispatched_at=case.dispatched_at,
        clocks=[_clock(clock) for clock in case.clocks],
        arrows=_arrows(actor, case),
        **_among_offices(actor, case, teams, code if office else ""),
    )


def _among_offices(actor: Actor, case: CaseView, teams: dict[TeamId, str], code: str) -> dict[str, Any]:
    """What offices say to each other; nothing when `code` is empty (a resident reads)."""
    if not code:
        return {
            "lineage": None,
            "parts": [],
            "objections_made": [],
            "rulers": [],
            "rulings": [],
            "extensions": [],
            "recheck": None,
            "advice": None,
        }
    return {
        "lineage": _lineage(links.lineage_of(actor, case.row.id)),
        "parts": [_part(actor, case, part, teams, code) for part in case.snapshot.parts],
        "objections_made": [
            ObjectionAnswer(
                team=teams.get(one.team, ""),
                round=one.round,
                reason_code=one.reason_code,
                legal_basis=one.legal_basis,
                proposed_team=teams.get(TeamId(one.proposed_team), ""),
                explanation=one.explanation,
                at=one.at,
            )
            for one in case.objections
        ],
        "rulers": [RulerAnswer(name=one.name, role=one.role) for one in queries.rulers(actor, case.snapshot)],
        "rulings": [
            RulingAnswer(team=teams.get(one.team, ""), question=one.question, grounds=one.grounds, at=one.at)
            for one in case.rulings
        ],
        "extensions": [
            ExtensionAnswer(
                amount=one.amount,
                unit=one.unit,
                reason_code=one.reason_code,
                explanation=one.explanation,
                state=one.state,
            )
            for one in case.extensions
        ],
        "recheck": RecheckAnswer(
            seed=case.recheck.draw.seed,
            pool_size=len(case.recheck.draw.pool),
            holds=case.recheck.holds,
            finding=case.recheck.finding,
        )
        if case.recheck
        else None,
        "advice": _advice(reports.advice_of(actor, case.row.id, language_of(code))),
    }


def _lineage(found: Lineage) -> LineageAnswer:
    return LineageAnswer(
        main=_linked(found.main) if found.main else None,
        followers=[_linked(one) for one in found.followers],
        split_from=_linked(found.parent) if found.parent else None,
        split_off=[_linked(one) for one in found.children],
        undone=[_linked(one) for one in found.before],
        hidden=found.hidden + found.hidden_children,
    )


def _linked(one: LinkedCase) -> LinkedAnswer:
    return LinkedAnswer(number=one.number, state=str(one.state), kind=one.kind, at=one.at, undone_at=one.undone_at)


def _part(actor: Actor, case: CaseView, part: PartSnapshot, teams: dict[TeamId, str], code: str) -> PartAnswer:
    same = ("id", "round", "task", "asked_at", "result", "answered_at", "ended_why")
    return PartAnswer(
        **{name: getattr(part, name) for name in same},
        team=teams.get(part.team, ""),
        state=str(part.state),
        state_words=word(f"case.part.{part.state}", code),
        arrows=[arrow.name.removeprefix("part_") for arrow in joint.part_arrows(actor, case.snapshot, part)],
    )


def _arrows(actor: Actor, case: CaseView) -> list[str]:
    own = [arrow.name for arrow in queries.arrows_for(actor, case.snapshot) if arrow.name != "dispute"]
    return [*own, "ask_assist"] if joint.may_ask(actor, case.snapshot) else own


def _clock(clock: ClockSnapshot) -> ClockAnswer:
    return ClockAnswer(
        stage=str(clock.stage),
        part=clock.part,
        rule=clock.rule,
        unit=clock.unit,
        amount=clock.amount,
        state=clock.state,
        due_at=clock.due_at,
        provisional=clock.provisional,
        ran_out=clock.ran_out,
        unmet=clock.unmet,
        extended=clock.extended,
    )


def _advice(view: AdviceView) -> AdviceAnswer:
    return AdviceAnswer(
        types=_suggestions(view.types),
        department=view.department,
        places=_suggestions(view.places),
        duplicates=_suggestions(view.duplicates),
    )


def _suggestions(views: tuple[Suggestion, ...]) -> list[SuggestionAnswer]:
    return [
        SuggestionAnswer(key=view.key, name=view.name, probability=view.probability, sure=view.sure, why=view.why)
        for view in views
    ]


def happening(actor: Actor, one: Happening, code: str) -> HappeningAnswer:
    """One entry of the timeline. A resident sees what happened and when; the words between offices stay there."""
    kind, _, account = one.actor.partition(":")
    public, private = codec.dump(one.fact)
    office = actor.kind != ActorKind.RESIDENT
    name = people.name_for(actor, UUID(account)) if account and office else ""  # type: ignore[arg-type]
    return HappeningAnswer(
        entry=one.entry_id,
        verb=one.verb,
        words=word(f"verb.{one.verb}", code),
        happened_at=one.happened_at,
        recorded_at=one.recorded_at,
        by=WhoAnswer(kind=kind, name=name),
        reason=one.reason if office else "",
        fact=public | private if office else {},
    )
