"""The slow computation of what assisting departments did: from entries' verbs and bodies, part by part, in plain Python.

It shares nothing with cases/partoutcomes.py. How random people treat the parts of a random month stands here too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yiwang.cases.models import CasePart
from yiwang.cases.steps import joint
from yiwang.kernel.terms import CaseId

ANSWERED, ON_TIME = "grid.parts_answered", "grid.parts_answered_on_time"
CODES = (ANSWERED, ON_TIME)
GROUND = {"reason_code": "other-owner", "legal_basis": "三定", "explanation": "不是我们的"}
DONE = {"result": "已清", "no_photo_reason": "夜间"}

Pairs = dict[tuple[str, str], tuple[Decimal, int]]
"""Numerator and denominator by code and department."""


# --- what people do with parts ---------------------------------------------------------------------------------------


def _part(month: Any, case_id: CaseId) -> Any:
    rows = list(CasePart.objects.filter(case=case_id).order_by("asked_at", "id"))
    return month.dice.choice(rows) if rows else None


def _own(month: Any, part: Any) -> Any:
    code = next(code for code, team in month.town.teams.items() if team == part.team_id)
    return month.town.call("handler", team=code)


def _on_part(act: Callable[[Any, CaseId, Any], object]) -> Callable[[Any, CaseId], object]:
    def done(month: Any, case_id: CaseId) -> object:
        part = _part(month, case_id)
        return act(month, case_id, part) if part else None

    return done


def _answer(month: Any, case_id: CaseId, part: Any) -> object:
    if part.state == "asked":
        joint.sign_part(case_id, part.id, call=_own(month, part))
    return joint.answer_part(case_id, part.id, **DONE, call=_own(month, part))


WAYS: list[tuple[Callable[[Any, CaseId], object], int]] = [
    (lambda m, c: joint.ask_assist(c, (m.team(), m.team()), task="看看", call=m.town.call("dispatcher")), 12),
    (_on_part(_answer), 30),
    (_on_part(lambda m, c, p: joint.return_part(c, p.id, proposed_team=m.team(), **GROUND, call=_own(m, p))), 4),
    (_on_part(lambda m, c, p: joint.pass_on(c, p.id, m.team(), call=m.town.call("dispatcher"))), 4),
    (
        _on_part(
            lambda m, c, p: joint.rule_part(
                c, p.id, m.team(), question="归谁", grounds="三定", call=m.town.call("arbiter")
            )
        ),
        4,
    ),
    (_on_part(lambda m, c, p: joint.withdraw_part(c, p.id, explanation="不用", call=m.town.call("dispatcher"))), 3),
]


# --- the slow computation --------------------------------------------------------------------------------------------


@dataclass
class Part:
    team: str
    answered: bool = False
    withdrawn: bool = False
    clock: str = ""
    late: bool = False


def parts_of(entries: Sequence[Any]) -> list[Part]:
    """The parts of one case after these entries."""
    parts: dict[str, Part] = {}
    for one in entries:
        for asked in one.body.get("asked", ()):
            parts[asked["part_id"]] = Part(asked["team_id"])
        if one.body.get("part_id") in parts:
            _touch(parts[one.body["part_id"]], one)
        for each in parts.values():
            each.withdrawn = each.withdrawn or (not each.answered and _ends(one, each))
        for part_id in one.body.get("parts", ()):
            parts[part_id].answered = False
        for change in one.body.get("clocks", ()):
            _tick(parts, change)
    return list(parts.values())


def _ends(entry: Any, part: Part) -> bool:
    """Its department leads the case now, or the case closed with its main one."""
    leads = entry.verb in ("case.dispatched", "case.ruled") and part.team == entry.body["team_id"]
    return leads or entry.verb == "case.closed_with"


def _touch(part: Part, entry: Any) -> None:
    part.answered = part.answered or entry.verb == "case.part_answered"
    part.withdrawn = part.withdrawn or entry.verb == "case.part_withdrawn"
    if entry.verb in ("case.part_passed_on", "case.part_ruled"):
        part.team = entry.body["team_id"]


def _tick(parts: dict[str, Part], change: dict[str, Any]) -> None:
    if change["kind"] == "start" and change.get("part"):
        parts[change["part"]].clock, parts[change["part"]].late = change["clock_id"], False
    for part in parts.values():
        if part.clock and part.clock == change["clock_id"]:
            part.late = (part.late or change["kind"] == "expire") and not (
                change["kind"] == "extend" or change.get("mends")
            )


def counts_nothing(entries: Sequence[Any]) -> bool:
    """The case was nothing, or another case has it."""
    verbs = [one.verb for one in entries]
    if any(verb in ("case.voided", "case.declined", "case.dismissed") for verb in verbs):
        return True
    turned = [
        verb
        for verb in verbs
        if verb
        in (
            "case.merged",
            "case.closed_with",
            "case.followed_again",
            "case.taken_back",
            "case.unmerged",
            "case.reopened",
        )
    ]
    return bool(turned) and turned[-1] not in ("case.unmerged", "case.reopened")


def slowly(cases: Iterable[Sequence[Any]]) -> Pairs:
    """Both indicators of parts by department, from the entries of each case."""
    found: Pairs = defaultdict(lambda: (Decimal(0), 0))
    for entries in cases:
        for part in parts_of(entries) if not counts_nothing(entries) else ():
            if part.withdrawn or not (part.answered or part.late):
                continue
            for code, counts in ((ANSWERED, part.answered), (ON_TIME, part.answered and not part.late)):
                n, d = found[code, part.team]
                found[code, part.team] = (n + counts, d + 1)
    return found


def totals(found: Pairs) -> dict[str, tuple[Decimal, int]]:
    """The same of the whole town."""
    return {
        code: (
            sum((n for (one, _), (n, _) in found.items() if one == code), Decimal(0)),
            sum(d for (one, _), (_, d) in found.items() if one == code),
        )
        for code in CODES
    }
