"""The writes of summaries: issue one, and open one to everybody."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Max

from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, Call
from yiwang.plan.summaries import freezing, rules
from yiwang.plan.summaries.facts import SummaryDisclosed, SummaryIssued
from yiwang.plan.summaries.models import Summary
from yiwang.plan.summaries.problems import DisclosedAlready


@step("summary.issue")
def issue_board(plan_year: int, *, disclosure: str, call: Call) -> SummaryIssued:
    """Freeze the board of a year as it stands now, under the next number. Raises NotFound for a year without promises."""
    permission.require(call.actor, "summary.issue", TOWN_WIDE)
    rules.disclosable(rules.BOARD, disclosure)
    year, no = _number(call)
    board = freezing.board(call.actor, plan_year, call.now)
    fact = SummaryIssued(ids.new_id(call.now), year, no, rules.BOARD, call.now, disclosure, board=board)
    record(fact, call=call)
    return fact


@step("summary.issue")
def issue_month(month: date, *, disclosure: str, call: Call) -> SummaryIssued:
    """Freeze the indicators of the month that a day lies in, as they stand now, under the next number.

    Raises MonthNotBegun, MonthStaysInside.
    """
    permission.require(call.actor, "summary.issue", TOWN_WIDE)
    rules.disclosable(rules.MONTH, disclosure)
    first = rules.month_of(month, walltime.town_day(call.now))
    year, no = _number(call)
    frozen = freezing.month(call.actor, first, call.now)
    fact = SummaryIssued(ids.new_id(call.now), year, no, rules.MONTH, call.now, disclosure, month=frozen)
    record(fact, call=call)
    return fact


@step("summary.issue")
def disclose(summary_id: UUID, *, call: Call) -> SummaryDisclosed:
    """Open a summary to everybody. Raises NotFound, MonthStaysInside, DisclosedAlready."""
    permission.require(call.actor, "summary.issue", TOWN_WIDE)
    row = Summary.objects.select_for_update().filter(id=summary_id).first()
    if row is None:
        raise NotFound
    rules.disclosable(row.kind, rules.PUBLIC)
    if row.disclosure == rules.PUBLIC:
        raise DisclosedAlready
    fact = SummaryDisclosed(summary_id)
    record(fact, call=call)
    return fact


def _number(call: Call) -> tuple[int, int]:
    """The year of issue and the next number in it. Two who issue at once take turns, so that no number is given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('number of a summary', 0))")
    year = walltime.town_day(call.now).year
    newest = Summary.objects.filter(year=year).aggregate(newest=Max("no"))["newest"]
    return year, rules.number_after(newest)
