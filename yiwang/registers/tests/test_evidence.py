"""Signed evidence: by whom, of what, as of which day; withdrawn with a reason, never overwritten, and built again by replay."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people import queries as known
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import BadFields, LogInFirst, NotAllowed
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.registers.evidence import queries, steps, subjects
from yiwang.registers.evidence.problems import (
    EvidenceNothingSaid,
    EvidenceSubjectUnknown,
    EvidenceTwoThings,
    EvidenceWithdrawnAlready,
)
from yiwang.registers.evidence.rules import Statement
from yiwang.registers.evidence.subjects import Subject, Wanted
from yiwang.registers.models import SignedEvidence

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
LAMPS = Subject("lamps", "north")
MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
WHY = "按台账逐盏数过"


def call(actor: Actor = SYSTEM) -> Call:
    return Call(actor, walltime.now(), "test")


@pytest.fixture(autouse=True)
def lamps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The northern lamps are a subject that the department of lamps answers for, measured in pieces."""
    people_teams.create_team("lamps", "department", name_zh="路灯所", name_en="Lamps", call=call())
    people_teams.create_team("roads", "department", name_zh="道路所", name_en="Roads", call=call())
    wanted = Wanted("lamps", ("count",), date(2026, 1, 1))
    monkeypatch.setitem(subjects.SUBJECTS, "lamps", lambda actor, ref: wanted if ref in ("north", "south") else None)
    with walltime.at(walltime.day_begins(date(2026, 9, 1)) + timedelta(hours=10)):
        yield


def somebody(team: str, role: str = "handler") -> Actor:
    made = people.create_account(f"{team}-{role}", f"{role}演示", call=call())
    scope = ScopeKind.TEAM if role == "handler" else ScopeKind.TOWN
    ground = known.team_by_code(SYSTEM, team).team_id if role == "handler" else None
    people.grant_role(made.account_id, role, scope_id=ground, call=call())
    return Actor(ActorKind.STAFF, made.account_id, (Grant(role, scope, ground),))


def sign(actor: Actor, day: date, value: object = None, subject: Subject = LAMPS, **said):
    number = None if value is None else Decimal(str(value))
    statement = Statement(day, WHY, number, "count" if value is not None else "", **said)
    return steps.sign(subject, statement, call=call(actor))


def values(day: date, actor: Actor = VISITOR) -> list[Decimal | None]:
    return [one.value for one in queries.signed_evidence(actor, LAMPS, day)]


def test_what_was_signed_counts_from_its_day_on_the_newest_first():
    keeper = somebody("lamps")
    sign(keeper, MAY, 20)
    sign(keeper, MARCH, 10)
    assert [values(day) for day in (date(2026, 2, 28), MARCH, MAY, JULY)] == [[], [10], [20, 10], [20, 10]]


def test_only_the_department_that_answers_for_it_signs():
    for stranger in (somebody("roads"), somebody("roads", "leader"), SYSTEM):
        with pytest.raises(NotAllowed):
            sign(stranger, MARCH, 10)
    with pytest.raises(LogInFirst):
        sign(VISITOR, MARCH, 10)


def test_everybody_reads_what_was_signed_and_only_the_staff_by_whom():
    keeper = somebody("lamps")
    sign(keeper, MARCH, 10, document_number="路灯〔2026〕1号")
    (public,) = queries.signed_evidence(VISITOR, LAMPS, MAY)
    assert (public.by, public.role, public.owner, public.document_number, public.why) == (
        None, "handler", "lamps", "路灯〔2026〕1号", WHY,
    )  # fmt: skip
    assert queries.signed_evidence(keeper, LAMPS, MAY)[0].by == keeper.account_id


def test_what_was_withdrawn_counts_no_more_and_stays_readable_with_the_reason():
    keeper, verifier = somebody("lamps"), somebody("roads", "verifier")
    sign(keeper, MARCH, 10)
    wrong = sign(keeper, MAY, 200)
    before = walltime.now()
    with walltime.at(before + timedelta(days=1)):
        with pytest.raises(NotAllowed):
            steps.withdraw(wrong.evidence_id, "多写了一个零", call=call(somebody("roads")))
        steps.withdraw(wrong.evidence_id, "多写了一个零", call=call(verifier))
        assert values(JULY) == [10]
        newest, _ = queries.everything_signed(VISITOR, LAMPS)
        assert newest.withdrawn
        assert (newest.value, newest.withdrawn.reason, newest.withdrawn.role) == (200, "多写了一个零", "verifier")
        with pytest.raises(EvidenceWithdrawnAlready):
            steps.withdraw(wrong.evidence_id, "再来", call=call(keeper))
        known = queries.signed_evidence_of(VISITOR, "lamps", ["north"], JULY, known_at=before)
        assert [one.value for one in known["north"]] == [200, 10]


def test_many_subjects_are_read_in_one_query(django_assert_num_queries):
    keeper = somebody("lamps")
    for at in range(3):
        sign(keeper, MARCH, at)
        sign(keeper, MARCH, at, Subject("lamps", "south"))
    with django_assert_num_queries(1):
        found = queries.signed_evidence_of(VISITOR, "lamps", ["north", "south", "west"], MAY)
    assert {ref: [int(one.value or 0) for one in listed] for ref, listed in found.items()} == {
        "north": [2, 1, 0],
        "south": [2, 1, 0],
    }


@pytest.mark.parametrize(
    ("said", "field", "slug"),
    [
        ({"as_of": date(2026, 9, 2)}, "as_of", "evidence-in-future"),
        ({"as_of": date(2025, 12, 31)}, "as_of", "evidence-before-begin"),
        ({"why": "  "}, "why", "evidence-why-wanted"),
        ({"why": "\u200b\u3164"}, "why", "evidence-why-wanted"),
        ({"why": "问 139\u200b0000\u200b0001"}, "why", "evidence-personal"),
        ({"why": "问 13900000001"}, "why", "evidence-personal"),
        ({"why": "数" * 501}, "why", "evidence-too-long"),
        ({"document_number": "3" * 61}, "document_number", "evidence-too-long"),
        ({"value": Decimal(-1), "unit": "count"}, "value", "evidence-number-unfit"),
        ({"value": Decimal("NaN"), "unit": "count"}, "value", "evidence-number-unfit"),
        ({"value": Decimal("1e15"), "unit": "count"}, "value", "evidence-number-unfit"),
        ({"value": Decimal("0.1234567"), "unit": "count"}, "value", "evidence-number-unfit"),
        ({"value": Decimal(1), "unit": "mu"}, "unit", "evidence-unit-other"),
    ],
)
def test_what_cannot_be_signed_is_told_at_its_field(said, field, slug):
    given = {"as_of": MARCH, "why": WHY, "done": "value" not in said} | said
    with pytest.raises(BadFields) as refused:
        steps.sign(LAMPS, Statement(**given), call=call(somebody("lamps")))
    assert {name: fault.slug for name, fault in refused.value.fields.items()} == {field: slug}


def test_evidence_says_one_thing_about_something_that_is_there():
    keeper = somebody("lamps")
    with pytest.raises(EvidenceNothingSaid):
        sign(keeper, MARCH)
    with pytest.raises(EvidenceTwoThings):
        sign(keeper, MARCH, 10, done=True)
    for unknown in (Subject("lamps", "west"), Subject("stars", "north")):
        with pytest.raises(EvidenceSubjectUnknown):
            sign(keeper, MARCH, 10, unknown)
    with pytest.raises(BadFields):
        steps.withdraw(sign(keeper, MARCH, 10).evidence_id, " ", call=call(keeper))


def test_a_replay_of_the_journal_gives_the_same_rows():
    keeper = somebody("lamps")
    sign(keeper, MARCH, 10)
    steps.withdraw(sign(keeper, MAY, done=True).evidence_id, "还没有验收", call=call(keeper))
    rows = list(SignedEvidence.objects.order_by("entry").values())
    assert len(rows) == 2
    while sequencer.sequence_once():
        pass
    assert replay().differences == ()
    assert list(SignedEvidence.objects.order_by("entry").values()) == rows
