"""A work list is read in its order from an index, so that a page costs the same however many cases there are (adr 0036)."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.cases import counted, queries
from yiwang.cases.models import Case
from yiwang.cases.queries import ListFilter
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind, TeamId

SYSTEM = Actor(ActorKind.SYSTEM)
SOMEWHERE = UUID(int=1)


def plan_of(asked) -> str:
    """How PostgreSQL goes about the one query of cases that is asked, where it may neither sort nor read the whole table."""
    with CaptureQueriesContext(connection) as caught:
        asked()
    query = caught.captured_queries[-1]
    assert all("entry_p" in one["sql"] for one in caught.captured_queries[:-1]), "before it only where the journal ends"
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"))
        return "\n".join(line for (line,) in cursor.fetchall())


def leave_only(index: str) -> None:
    """Take the other indexes away: on an empty table they all cost the same, and which one is taken says nothing."""
    with connection.cursor() as cursor:
        for one in Case._meta.indexes:
            if one.name != index:
                cursor.execute(f"DROP INDEX {one.name}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ListFilter(open_only=True), "case_open"),
        (ListFilter(), "case_due_first"),
        (ListFilter(states=("closed",)), "case_work_list"),
        (ListFilter(newest_first=True), "case_newest"),
        (ListFilter(team=TeamId(SOMEWHERE), newest_first=True), "case_team_newest"),
        (ListFilter(committee=SOMEWHERE, newest_first=True), "case_committee_newest"),
        (ListFilter(team=TeamId(SOMEWHERE)), "case_team_first"),
        (ListFilter(team=TeamId(SOMEWHERE), states=("closed",)), "case_team_list"),
        (ListFilter(team=TeamId(SOMEWHERE), open_only=True), "case_team_open"),
        (ListFilter(committee=SOMEWHERE), "case_committee_first"),
        (ListFilter(committee=SOMEWHERE, states=("closed",)), "case_committee_list"),
        (ListFilter(committee=SOMEWHERE, open_only=True), "case_committee_open"),
        (ListFilter(open_only=True, overdue=True), "case_overdue"),
        (ListFilter(open_only=True, urgent=True), "case_urgent"),
        (ListFilter(unsolved=True, committee=SOMEWHERE), "case_rated_unsolved"),
        (ListFilter(uncalled=True, committee=SOMEWHERE), "case_to_call"),
    ],
)
def test_a_list_comes_in_its_order_from_an_index(wanted, index):
    leave_only(index)
    plan = plan_of(lambda: queries.work_list(SYSTEM, wanted))
    assert f'using {index} on "case"' in plan
    assert "Sort" not in plan


@pytest.mark.django_db
def test_the_figures_of_open_cases_are_counted_without_those_that_ended():
    leave_only("case_open_counts")
    plan = plan_of(lambda: counted.numbers_of(SYSTEM, walltime.now()))
    assert "using case_open_counts" in plan
