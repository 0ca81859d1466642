"""Each role at each step: the step itself asks the permission table, for its own action and for the very row."""

import importlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from yiwang.cases import queries as cases
from yiwang.cases.models import Clock
from yiwang.cases.numbers import Source
from yiwang.cases.steps.forward import Ground as Put
from yiwang.intake.reports.reading.reader import Advice
from yiwang.intake.sensing.facts import Description
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.rules import reach
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.imaging import encoded_anew
from yiwang.kernel.files.steps import own_ground
from yiwang.kernel.journal.step import STEPS
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.guesses import NOWHERE
from yiwang.kernel.people.rules import Sending
from yiwang.kernel.people.securitylog import What
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import TOWN_WIDE, Actor, TeamId, Where
from yiwang.plan import queries as plans
from yiwang.plan.facts import Words
from yiwang.plan.items import Contents
from yiwang.plan.parsing.outline import parse
from yiwang.plan.review.facts import Confirmed
from yiwang.plan.wording import Wanted
from yiwang.project.tests import two_grounds
from yiwang.project.tests.two_grounds import ROLES, SYSTEM, Ground, TwoGrounds, call_of
from yiwang.registers.evidence.rules import Statement

pytestmark = pytest.mark.django_db

DAY = date(2019, 4, 1)
SHED = Draft(Kind.SITE, "shed-1", "工棚", "POINT (121.9 31.5)", "Point")
REASONED = {"explanation": "说明"}
WITHOUT_PHOTO = {"no_photo_reason": "夜间"}
OTHERWISE: dict[str, Any] = {"reason_code": "other-department", "legal_basis": "三定"}

CASE_STEPS: dict[str, dict[str, Any]] = {
    "forward.accept": {"type_code": "E-01-01", "title": "垃圾"},
    "forward.sign": {},
    "forward.contact": {"reached": True},
    "forward.report_back": {"outcome": "solved", "result": "已清", **WITHOUT_PHOTO},
    "forward.settle": {"type_code": "E-01-01", "result": "已清", **WITHOUT_PHOTO},
    "forward.verify": {"finding": "已清", **WITHOUT_PHOTO},
    "forward.close": {"called_back": "solved", "answer": "已清"},
    "forward.call_back": {"called_back": "unreachable"},
    "forward.rate": {"solved": "yes", "satisfaction": "satisfied"},
    "sideways.decline": {"reason_code": "not-town", **REASONED},
    "sideways.dismiss": {"reason_code": "not-found", **REASONED},
    "sideways.void": {"reason_code": "mistake", **REASONED},
    "sideways.rework": {"finding": "没有清"},
    "supervising.discharge": {"finding": "看过"},
    "supervising.press": {"finding": "还差"},
    "noticing.close_unproven": {"finding": "仪器撤了", "gone": "dead"},
    "noticing.show_sample": {"sample": "WS-1"},
    "sideways.reopen": {"ground": "not-mended"},
    "sideways.suspend": {"reason_code": "weather", "review_on": date(2036, 1, 1), **REASONED},
    "sideways.resume": REASONED,
    "lineage.unmerge": REASONED,
    "splitting.split": {"type_code": "E-01-01", "title": "路灯", "text": "路灯也不亮"},
    "splitting.unsplit": REASONED,
    "timing.ask_extension": {"amount": 1, "reason_code": "weather", **REASONED},
    "timing.grant_extension": REASONED,
    "timing.refuse_extension": REASONED,
    "timing.approve_complex": REASONED,
    "timing.review": {},
    "timing.recompute_deadlines": {},
    "remarks.note": {"text": "备注"},
    "remarks.forget_words": {"ground": "第四十七条"},
    "remarks.correct": {"type_code": "E-01-01"},
    "remarks.attach_proof": {"kind": "paper", "ref": "1"},
    "remarks.recheck": {"holds": True, "finding": "还好", **WITHOUT_PHOTO},
}
"""What each step on a case takes beside the case."""

Asking = tuple[tuple[Any, ...], dict[str, Any], Where]
"""Arguments of a step, and the ground on which it asks."""


def on_case(kwargs: dict[str, Any]) -> Callable[[TwoGrounds, Ground, Actor], Asking]:
    return lambda made, row, actor: ((row.case_id,), kwargs, row.where)


def in_town(*args: Any, **kwargs: Any) -> Callable[[TwoGrounds, Ground, Actor], Asking]:
    return lambda made, row, actor: (args, kwargs, TOWN_WIDE)


def own(account_id: UUID) -> Where:
    return Where(owners=frozenset({account_id}))  # type: ignore[arg-type]


def opened(row: Ground) -> Any:
    return next(one.fact for one in cases.timeline(SYSTEM, row.case_id) if one.verb == "case.gathered")


def clock_of(row: Ground) -> UUID:
    return Clock.objects.filter(case=row.case_id).values_list("id", flat=True)[0]


def plan_keeper() -> Where:
    """The department that keeps the plan."""
    return Where(teams=frozenset({people.team_by_code(SYSTEM, "party").team_id}))


def on_plan(*args: Any, **kwargs: Any) -> Callable[[TwoGrounds, Ground, Actor], Asking]:
    return lambda made, row, actor: ((walltime.town_day(walltime.now()).year, *args), kwargs, plan_keeper())


def promise_id() -> UUID:
    return plans.promise(SYSTEM, THIS_YEAR, "1.03", walltime.town_day(walltime.now())).promise.commitment_id


def keeper() -> Where:
    """The department that keeps the register of rivers."""
    return Where(teams=frozenset({people.team_by_code(SYSTEM, "water").team_id}))


BEGINS = walltime.now() + timedelta(days=2)
CASES, PEOPLE, REPORTS, FILES = (
    "yiwang.cases.steps.", "yiwang.kernel.people.steps.", "yiwang.intake.reports.steps.", "yiwang.kernel.files.steps."
)  # fmt: skip
CLAIMS = "yiwang.intake.reports.claims.steps."
PLACES, NOTICES = "yiwang.kernel.places.steps.", "yiwang.kernel.notices.steps."
PLAN = "yiwang.plan.steps."
SENSING = "yiwang.intake.sensing.steps."
ALARMS = "yiwang.intake.sensing.alarms.steps."
SAMPLES = "yiwang.intake.sensing.samples.steps."
SUPERVISION, INQUIRIES = "yiwang.plan.supervision.steps.", "yiwang.plan.inquiries.steps."
THIS_YEAR = walltime.town_day(walltime.now()).year
NOBODYS = UUID(int=0)
STATION = Description("station", "站", "Station", "hj212", "MN1", TeamId(NOBODYS), DAY)
REGISTERS, EVIDENCE = "yiwang.registers.steps.", "yiwang.registers.evidence.steps."
REVIEW = "yiwang.plan.review.steps."
INDICATORS = "yiwang.indicators.steps."
WANTED = Wanted(Words("话", "words"), Words("数", "count"), "urban", DAY, "signed", Words("表", "table"))
SUMMARIES = "yiwang.plan.summaries.steps."
ASKINGS: dict[str, Callable[[TwoGrounds, Ground, Actor], Asking]] = {
    **{CASES + name: on_case(kwargs) for name, kwargs in CASE_STEPS.items()},
    CASES + "forward.dispatch": lambda made, row, actor: ((row.case_id, made.third), {}, row.where),
    CASES + "lineage.merge": lambda made, row, actor: ((row.case_id, row.case_id), {}, row.where),
    CASES + "sideways.redirect": lambda made, row, actor: (
        (row.case_id, made.third), {"reason_code": "wrong-department"}, row.where
    ),
    CASES + "sideways.object_to": lambda made, row, actor: (
        (row.case_id,), {"proposed_team": made.third, **OTHERWISE, **REASONED}, row.where
    ),
    CASES + "sideways.rule": lambda made, row, actor: (
        (row.case_id, made.third), {"question": "谁管", "grounds": "三定"}, row.where
    ),
    CASES + "forward.gather": lambda made, row, actor: (
        (),
        {"source": Source.PORTAL, "origin_kind": "x", "origin_ref": "x", "text": "话", "ground": Put(),
         "reporter": actor.account_id if actor is made.actors["resident"] else None, "happened_at": walltime.now()},
        Where(own_ground(actor).committee, actor.teams, frozenset({actor.account_id} if actor.account_id else ())),
    ),
    CASES + "supervising.order": lambda made, row, actor: (
        (), {"origin_ref": "x", "title": "督办", "words": "抓紧", "team_id": made.third}, TOWN_WIDE
    ),
    CASES + "noticing.notice": in_town(
        origin_ref="x", type_code="E-41-01", title="报警", words="超标", team_id=None, place_id=None, point=None
    ),
    CASES + "noticing.retract": lambda made, row, actor: ((row.case_id,), {"words": "没有超标"}, TOWN_WIDE),
    ALARMS + "judging.judge": in_town("waters.nh3n_over_target", NOBODYS),
    ALARMS + "proving.look_again": lambda made, row, actor: ((row.case_id,), {}, TOWN_WIDE),
    ALARMS + "proving.show_sample": lambda made, row, actor: ((row.case_id,), {"sample": NOBODYS}, TOWN_WIDE),
    ALARMS + "proving.close_unproven": lambda made, row, actor: ((row.case_id,), {"finding": "仪器撤了"}, TOWN_WIDE),
    ALARMS + "judging.judge_again_later": in_town("waters.nh3n_over_target", NOBODYS),
    CASES + "joint.ask_assist": lambda made, row, actor: ((row.case_id, (made.third,)), {"task": "看看"}, row.where),
    **{
        CASES + f"joint.{name}": lambda made, row, actor, kwargs=kwargs: (
            (row.case_id, row.part), kwargs, Where(teams=frozenset({row.assisting}))
        )
        for name, kwargs in {
            "sign_part": {}, "answer_part": {"result": "已排", **WITHOUT_PHOTO}, "withdraw_part": REASONED,
        }.items()
    },
    CASES + "joint.return_part": lambda made, row, actor: (
        (row.case_id, row.part), {"proposed_team": made.third, **OTHERWISE, **REASONED}, Where(teams=frozenset({row.assisting}))
    ),
    **{
        CASES + f"joint.{name}": lambda made, row, actor, kwargs=kwargs: (
            (row.case_id, row.part, made.third), kwargs, Where(teams=frozenset({row.assisting}))
        )
        for name, kwargs in {
            "pass_on": {}, "rule_part": {"question": "谁管", "grounds": "三定"},
        }.items()
    },
    CASES + "remarks.note_first_reply": lambda made, row, actor: (
        (opened(row),),
        {"reply": "已答复"},
        Where(row.committee, owners=row.where.owners),
    ),
    CASES + "timing.run_out": lambda made, row, actor: ((clock_of(row),), {}, row.where),
    CASES + "remarks.open_person": lambda made, row, actor: (
        (row.case_id, row.reporter), {"purpose": "call-back"}, people.ground_of_team(row.team)
    ),
    CASES + "remarks.draw_rechecks": in_town(DAY, DAY, seed="x"),
    CASES + "remarks.draw_month": in_town(DAY),
    SENSING + "stations.register_station": in_town(STATION, ()),
    SENSING + "stations.change_station": in_town(NOBODYS, STATION, ()),
    SENSING + "stations.add_streams": in_town(NOBODYS, ()),
    SENSING + "stations.set_password": in_town(NOBODYS, "geheim"),
    SENSING + "storing.store": in_town("hj212", ()),
    SENSING + "forgetting.forget": in_town(),
    SENSING + "archiving.archive": in_town(DAY.replace(day=1)),
    SENSING + "correcting.accept": in_town(NOBODYS, reason="校准后补传"),
    SENSING + "correcting.refuse": in_town(NOBODYS, reason="仪器坏了"),
    SAMPLES + "enter": in_town((), filename="a.csv", sha256="0" * 64),
    PEOPLE + "teams.create_team": in_town("some", "department", name_zh="某", name_en="Some"),
    PEOPLE + "teams.change_team": lambda made, row, actor: ((row.team,), {"name_zh": "某", "name_en": "Some"}, TOWN_WIDE),
    PEOPLE + "teams.plan_shift": lambda made, row, actor: (
        (row.team, BEGINS, BEGINS + timedelta(hours=1)), {}, Where(teams=frozenset({row.team}))
    ),
    PEOPLE + "teams.cancel_shift": lambda made, row, actor: ((made.shift,), {}, Where(teams=frozenset({made.other.team}))),
    PEOPLE + "accounts.create_account": in_town("somebody", "某演示"),
    PEOPLE + "accounts.register_resident": in_town("19900000885"),
    PEOPLE + "accounts.keep_contact": in_town("19900000886"),
    PEOPLE + "accounts.set_password": lambda made, row, actor: ((made.colleague, "a-long-enough-one"), {}, own(made.colleague)),
    PEOPLE + "accounts.change_own_details": lambda made, row, actor: (
        (), {"language": "en"}, own(actor.account_id) if actor.account_id else TOWN_WIDE
    ),
    PEOPLE + "accounts.rename_account": lambda made, row, actor: ((made.colleague, "改演示"), {}, TOWN_WIDE),
    PEOPLE + "accounts.deactivate": lambda made, row, actor: ((made.colleague,), {}, TOWN_WIDE),
    PEOPLE + "accounts.reactivate": lambda made, row, actor: ((made.colleague,), {}, TOWN_WIDE),
    PEOPLE + "accounts.grant_role": lambda made, row, actor: ((made.colleague, "verifier"), {}, TOWN_WIDE),
    PEOPLE + "accounts.revoke_role": lambda made, row, actor: ((made.grant,), {}, TOWN_WIDE),
    PEOPLE + "accounts.unmask_person": lambda made, row, actor: (
        (row.reporter,), {"team_id": row.team},
        Where(people.ground_of_team(row.team).committee, frozenset({row.team}), frozenset({row.reporter})),
    ),
    PEOPLE + "accounts.erase_person": lambda made, row, actor: ((row.reporter,), {}, own(row.reporter)),
    PEOPLE + "proving.request_code": in_town("19900000887"),
    PEOPLE + "proving.confirm_code": in_town("19900000887", "123456"),
    PEOPLE + "proving.count_visitor": in_town(Sending.PHOTO, origin=NOWHERE),
    PEOPLE + "proving.try_password": in_town("nobody", "a-long-enough-one"),
    REPORTS + "receiving.receive": in_town(text="路灯不亮"),
    REPORTS + "receiving.enter": lambda made, row, actor: ((), {"channel": "desk", "text": "路灯不亮"}, own_ground(actor)),
    REPORTS + "suggesting.keep_advice": lambda made, row, actor: (
        (row.report_id, Advice((), None, (), (), "none")), {}, TOWN_WIDE
    ),
    REPORTS + "importing.remember_columns": in_town("sheet", {"text": "诉求"}),
    REPORTS + "importing.hand_in_sheet": in_town(b"sheet", "a.xlsx", rows=1),
    REPORTS + "private.open_contact": lambda made, row, actor: (
        (row.report_id,),
        {"purpose": "call-back"},
        people.ground_of_team(row.team),
    ),
    REPORTS + "private.forget_report": lambda made, row, actor: ((row.report_id,), {"ground": "第四十七条"}, own(row.reporter)),
    CLAIMS + "make": lambda made, row, actor: (
        ("explain", "请说明"), {}, own(actor.account_id) if actor.account_id else TOWN_WIDE
    ),
    CLAIMS + "answer": lambda made, row, actor: ((made.claim,), {"outcome": "granted", "words": "已说明"}, TOWN_WIDE),
    FILES + "store_photo": in_town(encoded_anew(two_grounds.photo_of(7))),
    FILES + "store_table": in_town(b"PAR1"),
    FILES + "store_document": lambda made, row, actor: ((b"%PDF-1.4 x",), {}, TOWN_WIDE),
    FILES + "use_file": lambda made, row, actor: ((row.photo, "x", "1", Purpose.SCENE), {}, TOWN_WIDE),
    FILES + "release_file": lambda made, row, actor: ((row.photo, "x", "1", Purpose.SCENE), {}, TOWN_WIDE),
    FILES + "sweep_file": lambda made, row, actor: ((row.photo,), {}, TOWN_WIDE),
    PLACES + "register_place": in_town(SHED),
    PLACES + "change_place": lambda made, row, actor: ((made.estate, SHED), {}, TOWN_WIDE),
    PLACES + "retire_place": lambda made, row, actor: ((made.estate, DAY), {}, TOWN_WIDE),
    PLACES + "import_places": in_town([SHED], source="x", sha256="0" * 64, refused=0),
    PEOPLE + "secondfactor.set_second_factor": lambda made, row, actor: (
        (made.colleague, b"12345678901234567890", "123456"), {}, own(made.colleague)
    ),
    PEOPLE + "secondfactor.reset_second_factor": lambda made, row, actor: ((made.colleague,), {}, TOWN_WIDE),
    PEOPLE + "opensessions.open_one": lambda made, row, actor: ((made.colleague,), {"device": ""}, TOWN_WIDE),
    PEOPLE + "opensessions.end": lambda made, row, actor: ((made.colleague,), {}, own(made.colleague)),
    PEOPLE + "securitylog.note": lambda made, row, actor: ((What.LOGIN, made.colleague), {}, TOWN_WIDE),
    PEOPLE + "secondfactor.try_second_factor": lambda made, row, actor: ((made.colleague, "123456"), {}, TOWN_WIDE),
    PEOPLE + "mailboxes.set_mail_address": lambda made, row, actor: (
        (made.colleague, "a@example.cn"), {}, own(made.colleague)
    ),
    NOTICES + "mark_read": lambda made, row, actor: ((), {}, own(actor.account_id) if actor.account_id else TOWN_WIDE),
    NOTICES + "choose": lambda made, row, actor: (([],), {}, own(actor.account_id) if actor.account_id else TOWN_WIDE),
    PLAN + "promise_year": in_town(2019, Contents(2019, ()), ()),
    PLAN + "keep_document": in_town(2019, parse(""), text="", filename="a.txt", sha256="0" * 64),
    INDICATORS + "release": in_town("grid.closed", DAY, DAY, walltime.now(), seen="1/1", ground="看过"),
    INDICATORS + "withdraw": in_town(UUID(int=15), explanation="看错了"),
    REVIEW + "confirm": on_plan([Confirmed(UUID(int=1), ("1.03",))]),
    REVIEW + "dismiss": on_plan([UUID(int=1)], reason="背景"),
    REVIEW + "split": on_plan(UUID(int=1), ["甲", "乙"]),
    REVIEW + "reopen": on_plan([UUID(int=1)]),
    REVIEW + "make_promise": on_plan([UUID(int=1)], WANTED, None),
    REVIEW + "reword": on_plan("1.03", WANTED, reason="口径变了", version="x"),
    REVIEW + "retarget": on_plan("1.03", None, document_number="某府〔2031〕7号", version="x"),
    SUPERVISION + "supervise": in_town(THIS_YEAR, "1.03", words="抓紧"),
    SUPERVISION + "prove": lambda made, row, actor: (
        (THIS_YEAR, "1.03", made.evidence), {"signed_at": walltime.now()}, TOWN_WIDE
    ),
    SUPERVISION + "disprove": lambda made, row, actor: ((THIS_YEAR, "1.03", made.evidence), {}, TOWN_WIDE),
    INQUIRIES + "explain": lambda made, row, actor: (
        (THIS_YEAR, "1.03"), {"words": "在办", "expected_on": walltime.town_day(walltime.now())}, keeper()
    ),
    INQUIRIES + "ask": lambda made, row, actor: ((promise_id(),), {"why": "rhythm"}, TOWN_WIDE),
    INQUIRIES + "climb": in_town(NOBODYS),
    INQUIRIES + "answered": in_town(NOBODYS),
    SUMMARIES + "issue_board": in_town(1999, disclosure="internal"),
    SUMMARIES + "issue_month": in_town(date(2019, 4, 1), disclosure="internal"),
    SUMMARIES + "disclose": in_town(UUID(int=0)),
    REGISTERS + "enter_row": lambda made, row, actor: (("river", {}, DAY), {}, keeper()),
    REGISTERS + "end_row": lambda made, row, actor: (("river", "R-X01", DAY), {}, keeper()),
    REGISTERS + "take_sheet": lambda made, row, actor: (
        ("river", []), {"filename": "x", "sha256": "0" * 64, "refused": 0}, keeper()
    ),
    REGISTERS + "hand_in_sheet": lambda made, row, actor: (
        ("river", b"sheet", "a.csv"), {"rows": 1, "language": "en"}, keeper()
    ),
    EVIDENCE + "sign": lambda made, row, actor: ((two_grounds.promised(), Statement(DAY, "")), {}, keeper()),
    EVIDENCE + "withdraw": lambda made, row, actor: ((made.evidence, "算错了"), {}, keeper()),
    "yiwang.kernel.journal.erasing.erase": in_town("x", "1", ground="第四十七条"),
    "yiwang.kernel.journal.erasing.erase_again": in_town(()),
    "yiwang.kernel.journal.steps.renew_key": in_town("", "yiwang/here+key"),
}  # fmt: skip
"""Every public step of every steps.py: how it is called for a row, and on what ground it must ask."""

ALSO = {FILES + "store_document": "file.store_document"}
"""What a step asks beside its own action, on the actor's own ground."""

ONLY_PERSONS = {
    one + "hand_in_sheet": "the import is done in the name of who handed the sheet in"
    for one in (REPORTS + "importing.", REGISTERS)
}
"""Steps that refuse a timer whatever the table says, each with the reason."""


def steps() -> dict[str, Any]:
    """Every public step of the town by its full name; all that has a door is loaded by the town's addresses."""
    importlib.import_module(settings.ROOT_URLCONF)
    return {
        name: one for name, one in STEPS.items() if ".tests." not in name and not name.split(".")[-1].startswith("_")
    }


def allowed(name: str, actor: Actor, where: Where) -> bool:
    """What the table says of a step, asked on a ground."""
    if name in ONLY_PERSONS and actor.account_id is None:
        return False
    further = [(ALSO[name], own_ground(actor))] if name in ALSO else []
    wanted = [(steps()[name].action, where), *further]
    return all(reach(permission.table(), actor, action).covers(ground) for action, ground in wanted)


def refused(step: Any, args: tuple[Any, ...], kwargs: dict[str, Any], actor: Actor) -> bool:
    """Whether the step refuses this actor; whatever else it refuses it may. Nothing of it stays."""
    with transaction.atomic():
        try:
            step(*args, **kwargs, call=call_of(actor))
        except (NotAllowed, LogInFirst):
            return True
        except Problem:
            return False
        finally:
            transaction.set_rollback(True)
    return False


def test_every_public_step_is_walked():
    assert sorted(set(steps()) ^ set(ASKINGS)) == []


@pytest.mark.parametrize("role", [*ROLES, "system"])
def test_each_step_lets_each_role_do_it_where_the_table_says_and_refuses_it_elsewhere(role, grounds):
    actor = SYSTEM if role == "system" else grounds.actors[role]
    faults = []
    for name, step in sorted(steps().items()):
        for whose in ("own", "other"):
            args, kwargs, where = ASKINGS[name](grounds, grounds.ground(whose), actor)
            may = allowed(name, actor, where)
            if refused(step, args, kwargs, actor) is may:
                faults.append(f"{name} ({step.action}, {whose}): the table says {'yes' if may else 'no'}")
    assert not faults, "\n".join(faults)


def test_a_visitor_does_only_what_the_table_opens_to_everybody(grounds):
    """A step that asked nothing would let a visitor do it."""
    visitor = grounds.actors["visitor"]
    done = set()
    for name, step in steps().items():
        args, kwargs, _ = ASKINGS[name](grounds, grounds.other, visitor)
        if not refused(step, args, kwargs, visitor):
            done.add(step.action)
    assert done == {step.action for step in steps().values() if "visitor" in permission.table()[step.action]}
