"""Xinhai with two cases on two grounds, and one person of every role who stands on the first: for asking who reaches what."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.cases.steps import forward, joint, remarks, timing
from yiwang.intake.reports import jobs
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.claims import steps as claims
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.steps import importing, receiving
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files import tokens, uploads
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.town_map import PlaceRow
from yiwang.kernel.terms import (
    VISITOR,
    AccountId,
    Actor,
    ActorKind,
    Call,
    CaseId,
    FileHash,
    Grant,
    PartId,
    ScopeKind,
    TeamId,
    Where,
)
from yiwang.plan import showing
from yiwang.project import town, town_plan
from yiwang.registers.evidence import steps as evidence
from yiwang.registers.evidence.rules import Statement
from yiwang.registers.evidence.subjects import Subject

SYSTEM = Actor(ActorKind.SYSTEM)
GIVEN = [role for role in permission.roles() if role not in ("visitor", "resident", "system")]
ROLES = ["visitor", "resident", *GIVEN]
PHONES = {"own": "19900000881", "other": "19900000882"}
NAMES = {"own": "上官甲演示", "other": "诸葛乙演示"}
TEAMS = {"own": "sanitation", "other": "water"}
ASSISTING = {"own": "housing", "other": "environment"}
SAID = {"own": "河边堆了一大堆渣土，没人来清", "other": "河边堆了一大堆渣土，没人来清ZQSAID"}
"""What the reporters say. What stands only in the case on the other ground carries a mark that nothing else has."""
STAFF, PASSWORD = "operator", "xinhai-demo-2019"
"""A member of staff of the demonstration."""
MARKS = ("ZQSAID", "ZQTITLE", "ZQWHERE", "ZQORDER", "ZQNOTE", "ZQCALLED", "ZQMORE")


@dataclass(frozen=True)
class Ground:
    """One case with everything that hangs on it, and whose it is."""

    case_id: CaseId
    number: str
    token: str
    photo: FileHash
    upload: str
    reporter: AccountId
    report_id: UUID
    team: TeamId
    part: PartId
    assisting: TeamId
    committee: UUID
    where: Where


@dataclass(frozen=True)
class TwoGrounds:
    """The two cases, and by role who asks; each role's account, and another of staff."""

    own: Ground
    other: Ground
    actors: dict[str, Actor]
    colleague: AccountId
    demonstration: AccountId
    third: TeamId
    shift: UUID
    grant: UUID
    estate: UUID
    sheet: UUID
    evidence: UUID
    claim: UUID

    def ground(self, whose: str) -> Ground:
        """The case that is `own` or `other`."""
        return self.own if whose == "own" else self.other


def call_of(actor: Actor) -> Call:
    """A call of now."""
    return Call(actor, walltime.now(), "test")


@contextmanager
def made() -> Iterator[TwoGrounds]:
    """The town as long as the block runs; nothing of it stays."""
    with transaction.atomic():
        town.load(settings.TOWN_DIR, demonstration=True)
        town_plan.carry_over(settings.TOWN_DIR)
        yield _made()
        transaction.set_rollback(True)


def _made() -> TwoGrounds:
    teams = {card.code: card.team_id for card in people.teams(SYSTEM)}
    rows = [row for row in places.town_map(SYSTEM).rows if str(row.kind) == "estate" and row.committee_id]
    first = rows[0]
    second = next(row for row in rows if row.committee_id != first.committee_id)
    desk = _somebody("walk-desk", "operator", None)
    other = _case("other", second, teams, desk)
    own = _case("own", first, teams, desk)
    jobs.read_waiting(call_of(SYSTEM))
    grounds = {ScopeKind.TEAM: own.team, ScopeKind.COMMITTEE: own.committee}
    staff = {role: _somebody(f"walk-{role.replace('_', '-')}", role, grounds.get(_scope(role))) for role in GIVEN}
    begins = walltime.now() + timedelta(days=1)
    shift = people_teams.plan_shift(other.team, begins, begins + timedelta(hours=8), call=call_of(SYSTEM))
    colleague = desk.account_id
    assert colleague is not None
    return TwoGrounds(
        own=own,
        other=other,
        actors={"visitor": VISITOR, "resident": Actor(ActorKind.RESIDENT, own.reporter), **staff},
        colleague=colleague,
        demonstration=next(one.account_id for one in people.demonstration_accounts(SYSTEM) if one.username == STAFF),
        third=teams["urban"],
        shift=shift.shift_id,
        grant=people.account(SYSTEM, colleague).roles[0].grant_id,
        estate=first.place_id,
        sheet=importing.hand_in_sheet(b"sheet", "a.xlsx", rows=1, call=call_of(desk)),
        evidence=_evidence(teams),
        claim=_claim(other),
    )


def _claim(row: Ground) -> UUID:
    """What the other ground's reporter asks about their data, with their own phone and name in it."""
    words = f"电话写错了，应当是 {PHONES['other']}"
    return claims.make(
        "correct", words, number=row.number, call=call_of(Actor(ActorKind.RESIDENT, row.reporter))
    ).claim_id


def promised() -> Subject:
    """A promise of this year that the other ground's department answers for."""
    return showing.subject_of(walltime.town_day(walltime.now()).year, "1.03")


def _evidence(teams: dict[str, TeamId]) -> UUID:
    """Something that this department signed of it."""
    today = walltime.town_day(walltime.now())
    signer = _somebody("walk-sign", "handler", teams[TEAMS["other"]])
    return evidence.sign(promised(), Statement(today, "台账逐条核过", done=True), call=call_of(signer)).evidence_id


def _scope(role: str) -> ScopeKind:
    return ScopeKind(str(permission.roles()[role]["scope"]))


def _somebody(username: str, role: str, ground: UUID | None) -> Actor:
    account_id = people_steps.create_account(username, "岗演示", call=call_of(SYSTEM)).account_id
    held = people_steps.grant_role(account_id, role, scope_id=ground, call=call_of(SYSTEM))
    return Actor(ActorKind.STAFF, account_id, (Grant(role, held.scope, held.scope_id),))


def photo_of(shade: int) -> bytes:
    """A small photo that no other shade gives."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 90)).save(content, "JPEG")
    return content.getvalue()


def _case(whose: str, place: PlaceRow, teams: dict[str, TeamId], desk: Actor) -> Ground:
    """A report by a resident that a department has in hand, with a remark, a talk, a wish for more time and a photo."""
    mark = {one[2:]: one if whose == "other" else "" for one in MARKS}
    account_id = people_steps.register_resident(PHONES[whose], name=NAMES[whose], call=call_of(SYSTEM)).account_id
    resident, team_id = Actor(ActorKind.RESIDENT, account_id), teams[TEAMS[whose]]
    handler = _somebody(f"walk-hand-{whose}", "handler", team_id)
    photo = _stored(90 if whose == "own" else 120, resident)
    said = receiving.receive(
        text=SAID[whose], photos=(photo,), place_id=place.place_id, place_text=f"弄口{mark['WHERE']}",
        call=call_of(resident),
    )  # fmt: skip
    case_id, dispatcher = said.case_id, _somebody(f"walk-send-{whose}", "dispatcher", None)
    forward.accept(case_id, type_code="E-01-01", title=f"垃圾{mark['TITLE']}", call=call_of(desk))
    forward.dispatch(case_id, team_id, instruction=f"请办{mark['ORDER']}", call=call_of(dispatcher))
    forward.sign(case_id, call=call_of(handler))
    remarks.note(case_id, text=f"备注{mark['NOTE']}", call=call_of(handler))
    forward.contact(case_id, reached=True, note=f"说了{mark['CALLED']}", call=call_of(handler))
    timing.ask_extension(
        case_id, amount=1, reason_code="weather", explanation=f"下雨{mark['MORE']}", call=call_of(handler)
    )
    asked = joint.ask_assist(
        case_id, (teams[ASSISTING[whose]],), task=f"请协办{mark['ORDER']}", call=call_of(dispatcher)
    ).asked[0]
    row = cases.rows_of(SYSTEM, [case_id])[case_id]
    assert row.committee is not None
    return Ground(
        case_id=case_id,
        number=said.number,
        token=reports.link_token(said.number),
        photo=photo,
        upload=tokens.token(photo, now=walltime.now()),
        reporter=account_id,
        report_id=Report.objects.get(case=case_id).pk,
        team=team_id,
        part=asked.part_id,
        assisting=asked.team_id,
        committee=row.committee,
        where=Where(row.committee, frozenset({team_id}), frozenset({account_id})),
    )


def _stored(shade: int, actor: Actor) -> FileHash:
    return uploads.receive(photo_of(shade), "image/jpeg", call=call_of(actor)).file.sha256
