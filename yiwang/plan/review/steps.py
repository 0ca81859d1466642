"""The writes of a review: what words of the plan mean, and how a promise reads from now on."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import ChangedMeanwhile, NotFound
from yiwang.kernel.terms import Call
from yiwang.plan import queries, sources, wording
from yiwang.plan.facts import DraftRead, FigureRead, Goal, PlanRevised, Promise
from yiwang.plan.models import Plan, PlanDraft
from yiwang.plan.problems import DraftReviewed, OwnerUnknown, PartsReviewed, RowsUnknown, TargetUnitOther
from yiwang.plan.review import rules
from yiwang.plan.review.facts import Confirmed, DraftsConfirmed, DraftsDismissed, DraftSplit, DraftsReopened
from yiwang.plan.reviewed import ARROWS, Reviewed
from yiwang.plan.wording import Wanted

# --- what words of the plan mean -------------------------------------------------------------------------------------


@step("plan.review")
def confirm(year: int, chosen: Sequence[Confirmed], *, call: Call) -> DraftsConfirmed:
    """Say which promises words of the plan mean: one draft, or many at once. Several that mean one promise are merged in it.

    Those that somebody decided about meanwhile stay as they are. Raises NotFound for a draft of another document, RowsUnknown
    for no promise or one that the year does not have, DraftReviewed when nothing was left to decide.
    """
    plan = _plan(year, "plan.review", call)
    _check_rows(call, year, {row for one in chosen for row in one.rows}, every=all(one.rows for one in chosen))
    left = _open(plan, "confirm", [one.draft_id for one in chosen])
    fact = DraftsConfirmed(plan.id, tuple(one for one in chosen if one.draft_id in left))
    record(fact, call=call)
    return fact


@step("plan.review")
def dismiss(year: int, drafts: Sequence[UUID], *, reason: str, call: Call) -> DraftsDismissed:
    """Say that words of the plan promise nothing, and why. As for confirm; raises ReasonWanted and WordsPersonal, too."""
    plan = _plan(year, "plan.review", call)
    why = rules.reason_of(reason)
    left = _open(plan, "dismiss", drafts)
    fact = DraftsDismissed(plan.id, tuple(one for one in drafts if one in left), why)
    record(fact, call=call)
    return fact


@step("plan.review")
def split(year: int, draft_id: UUID, pieces: Sequence[str], *, call: Call) -> DraftSplit:
    """Cut words of the plan that promise several things; each piece stands for itself from now on.

    Raises PieceMissing for a piece that does not stand there so, PiecesWanted for too few or too many, NotFound, DraftReviewed.
    """
    plan = _plan(year, "plan.review", call)
    _open(plan, "split", [draft_id])
    whole = PlanDraft.objects.get(id=draft_id)
    found = rules.pieces(whole.quote, whole.start, pieces)
    figures = [FigureRead(**{**one, "value": Decimal(one["value"])}) for one in whole.figures]
    fact = DraftSplit(
        plan.id,
        draft_id,
        tuple(
            DraftRead(
                draft_id=ids.new_id(call.now),
                item=whole.item,
                quote=one.quote,
                start=one.start,
                end=one.end,
                figures=tuple(each for each in figures if one.start <= each.start and each.end <= one.end),
                rows=tuple(whole.rows),
            )
            for one in found
        ),
    )
    record(fact, call=call)
    return fact


@step("plan.review")
def reopen(year: int, drafts: Sequence[UUID], *, call: Call) -> DraftsReopened:
    """Take back what was decided about words of the plan; split ones are whole again.

    Raises NotFound, DraftReviewed when nothing was decided, PartsReviewed when about a part of a split one something was.
    """
    plan = _plan(year, "plan.review", call)
    left = _open(plan, "reopen", drafts)
    if PlanDraft.objects.filter(part_of__in=left).exclude(state=Reviewed.UNREVIEWED).exists():
        raise PartsReviewed
    fact = DraftsReopened(plan.id, tuple(one for one in drafts if one in left))
    record(fact, call=call)
    return fact


@step("plan.review")
def make_promise(
    year: int, drafts: Sequence[UUID], wanted: Wanted, goal: Goal | None, *, call: Call
) -> DraftsConfirmed:
    """Make a new promise of words of the plan that mean none of the others; its number to reach is the document's own.

    It stands in the item of the first of the drafts. Raises what confirm raises, and OwnerUnknown, DueOutOfYear,
    WordsPersonal.
    """
    plan = _plan(year, "plan.review", call)
    left = _open(plan, "confirm", drafts)
    item = PlanDraft.objects.filter(id__in=left).order_by("start").values_list("item", flat=True)[0]
    known = queries.promises_of(call.actor, year)
    _check(wanted, year, call)
    made = Promise(
        commitment_id=ids.new_id(call.now),
        row=rules.next_row(item, known),
        item=item,
        promise=wanted.promise,
        systems=(),
        kinds=(),
        owner=wanted.owner,
        measure=wanted.measure,
        goal=goal,
        due=wanted.due,
        evidence=wanted.evidence,
        shown_by=wanted.shown_by,
        limits=None,
        edited=(wording.MADE,),
    )
    record(PlanRevised(plan.id, (made,), by_hand=True), call=call)
    fact = DraftsConfirmed(plan.id, tuple(Confirmed(one, (made.row,)) for one in drafts if one in left))
    record(fact, call=call)
    return fact


# --- how a promise reads ---------------------------------------------------------------------------------------------


@step("plan.reword")
def reword(year: int, row: str, wanted: Wanted, *, reason: str, version: str, call: Call) -> PlanRevised | None:
    """Put a promise in other words, give it another owner or another day, for a reason that everybody reads. None: nothing differs.

    `version` is the promise as the person saw it (wording.version). Raises NotFound, ReasonWanted, OwnerUnknown, DueOutOfYear,
    WordsPersonal, ChangedMeanwhile.
    """
    plan = _plan(year, "plan.reword", call)
    before = _promise(year, row, version, call)
    why = rules.reason_of(reason)
    after = wording.reworded(before, wanted)
    if after == before:
        return None
    _check(wanted, year if wanted.due != before.due else wanted.due.year, call)
    fact = PlanRevised(plan.id, (after,), reason=why, by_hand=True)
    record(fact, call=call)
    return fact


@step("plan.retarget")
def retarget(
    year: int, row: str, goal: Goal | None, *, document_number: str, reason: str = "", version: str, call: Call
) -> PlanRevised | None:
    """Give a promise another number to reach, or none, by the number of the document that says so. None: it is the same number.

    Raises NotFound, DocumentNumberUnclear, WordsPersonal, TargetUnitOther, ChangedMeanwhile.
    """
    plan = _plan(year, "plan.retarget", call)
    before = _promise(year, row, version, call)
    number = rules.number_of(document_number)
    if goal and before.source and goal.unit not in sources.units_of(before.source):
        raise TargetUnitOther(unit=goal.unit, wanted=", ".join(sources.units_of(before.source)))
    after = wording.retargeted(before, goal)
    if after == before:
        return None
    fact = PlanRevised(plan.id, (after,), number, rules.public(reason)[: rules.LONGEST_REASON], by_hand=True)
    record(fact, call=call)
    return fact


# --- shared ----------------------------------------------------------------------------------------------------------


def _plan(year: int, action: str, call: Call) -> Plan:
    """The year's plan, held until the step ends, after the permission was asked on its keeper's ground. Raises NotFound."""
    plan = Plan.objects.select_for_update().defer("text").filter(year=year).first()
    permission.require(call.actor, action, queries.keeper_ground(call.actor, plan.keeper if plan else ""))
    if plan is None:
        raise NotFound
    return plan


def _open(plan: Plan, arrow: str, drafts: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the drafts that the arrow may be taken from. Raises NotFound, DraftReviewed when it is none of them."""
    wanted = set(drafts)
    states = dict(PlanDraft.objects.filter(plan=plan, id__in=wanted).values_list("id", "state"))
    if not wanted or len(states) < len(wanted):
        raise NotFound
    left = frozenset(one for one, state in states.items() if state in ARROWS[arrow][0])
    if not left:
        raise DraftReviewed
    return left


def _check_rows(call: Call, year: int, rows: set[str], *, every: bool) -> None:
    unknown = rows - set(queries.promises_of(call.actor, year))
    if unknown or not every:
        raise RowsUnknown(rows="、".join(sorted(unknown)) or "—")


def _check(wanted: Wanted, year: int, call: Call) -> None:
    for words in (wanted.promise, wanted.measure, wanted.shown_by):
        rules.public(words.zh)
        rules.public(words.en)
    rules.check_due(wanted.due, year)
    if wanted.owner not in {card.code for card in people.teams(call.actor)}:
        raise OwnerUnknown(owner=wanted.owner)


def _promise(year: int, row: str, version: str, call: Call) -> Promise:
    found = queries.promises_of(call.actor, year).get(row)
    if found is None:
        raise NotFound
    if wording.version(found) != version:
        raise ChangedMeanwhile
    return found
