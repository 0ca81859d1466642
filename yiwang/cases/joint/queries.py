"""What leaves the module about the parts of assisting departments. The first argument is always the Actor."""

from yiwang.cases import houses
from yiwang.cases.joint import rules
from yiwang.cases.locked import ground_of, ground_of_part
from yiwang.cases.parts import ASKABLE, PART_ARROWS, PartArrow, PartSnapshot
from yiwang.cases.problems import ArbiterThere, OwnMatter
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor

WITH_THE_CASE = frozenset({"part_send_back", "part_dispute"})
"""Arrows that are taken with one of the case's own (rework), or by the form of another (a return that is the second)."""


def part_arrows(actor: Actor, case: CaseSnapshot, part: PartSnapshot) -> tuple[PartArrow, ...]:
    """The arrows this actor may take with a part now: its buttons."""
    ground = ground_of_part(part)
    return tuple(
        arrow
        for arrow in PART_ARROWS.values()
        if arrow.name not in WITH_THE_CASE
        and rules.may(arrow, case, part)
        and permission.reach(actor, arrow.authority).covers(ground)
        and (arrow.name != "part_rule" or _may_rule(actor, case, part))
        and not (arrow.name in ("part_return", "part_pass_on") and part.ruled)
    )


def _may_rule(actor: Actor, case: CaseSnapshot, part: PartSnapshot) -> bool:
    try:
        houses.require_part_ruler(actor, case, part)
    except (OwnMatter, ArbiterThere):
        return False
    return True


def reworkable(actor: Actor, case: CaseSnapshot) -> tuple[PartSnapshot, ...]:
    """The answered parts that this actor may send back together with the case."""
    may = permission.reach(actor, PART_ARROWS["part_send_back"].authority).covers(ground_of(case))
    return rules.reworkable(case) if may else ()


def may_ask(actor: Actor, case: CaseSnapshot) -> bool:
    """Whether this actor may ask departments to assist now."""
    return case.state in ASKABLE and permission.reach(actor, "case.ask_assist").covers(ground_of(case))
