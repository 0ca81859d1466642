"""The invented evidence of the demonstration: all colours occur, it says that it is invented, and a slip in the file is refused."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from yiwang.kernel import walltime
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.terms import VISITOR, Actor, ActorKind
from yiwang.plan import queries
from yiwang.plan.facts import Goal, Promise, Words
from yiwang.plan.rules import judged_on
from yiwang.project import town, town_plan
from yiwang.project.town_evidence import demonstrate, paced, read_evidence
from yiwang.registers.evidence import queries as evidence

XINHAI = settings.ROOT / "towns" / "xinhai"
ROWS = {"1.01": True, "1.02": False}
BOTH = Words("绿地", "Green")


@pytest.mark.django_db
def test_a_demonstration_begins_with_a_board_that_lives():
    with walltime.at(datetime(2026, 11, 26, 2, 0, tzinfo=UTC)):
        town.load(XINHAI, demonstration=True)
        assert town_plan.carry_over(XINHAI) == 2026
        signed = demonstrate(XINHAI, 2026)
        today = date(2026, 11, 26)
        standings = [one for item in queries.board(VISITOR, 2026, today) for one in item.promises]
        found = evidence.signed_evidence_of(
            Actor(ActorKind.SYSTEM), "promise", [f"2026/{one.promise.row}" for one in standings], judged_on(2026, today)
        )
    colours = Counter(str(one.judgement.colour) for one in standings)
    assert len(standings) == 252
    assert set(colours) == {"green", "amber", "red", "grey"}
    assert colours["green"] > 30 < colours["amber"] + colours["red"]
    listed = [one for group in found.values() for one in group]
    assert signed == len(listed) + 1  # one was withdrawn
    assert all("演示数据，虚构" in one.why and one.by and one.document_number for one in listed)
    assert next(one for one in standings if one.promise.row == "1.03").shown.by == "register"


@pytest.mark.parametrize(
    "line",
    [
        '{row: "9.99", done: true, ago: [3], why: 看过}',
        '{row: "1.01", ago: [3], why: 看过}',
        '{row: "1.01", value: 0, done: true, ago: [3], why: 看过}',
        '{row: "1.02", pace: 1, ago: [3], why: 看过}',
        '{row: "1.01", value: 0, ago: [0], why: 看过}',
    ],
)
def test_a_slip_in_the_file_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.yaml"
    path.write_text(f'- {{row: "1.01", value: 0, ago: [3], why: 看过}}\n- {line}\n', encoding="utf-8")
    with pytest.raises(RuleFileProblem) as refused:
        read_evidence(path, ROWS)
    assert refused.value.line == 2


def test_a_pace_gives_what_the_day_would_ask_for() -> None:
    promise = Promise(
        UUID(int=1), "1.01", 1, BOTH, (), (), "urban", BOTH, Goal(Decimal(365), "firm", ">="), date(2027, 12, 31),
        "signed", BOTH, None,
    )  # fmt: skip
    assert paced(promise, date(2027, 4, 10), Decimal("1.0")) == 100
    assert paced(promise, date(2027, 4, 10), Decimal("0.5")) == 50
