"""A work list is read in its order from an index, so that a page costs the same however many cases there are (adr 0036)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.cases import queries
from yiwang.cases.queries import ListFilter
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind

SYSTEM = Actor(ActorKind.SYSTEM)


def plan_of(asked) -> str:
    """How PostgreSQL goes about the one query that is asked, where it may neither sort nor read the whole table."""
    with CaptureQueriesContext(connection) as caught:
        asked()
    (query,) = caught.captured_queries
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"))
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ListFilter(open_only=True), "case_open"),
        (ListFilter(), "case_due_first"),
        (ListFilter(states=("closed",)), "case_work_list"),
        (ListFilter(newest_first=True), "case_newest"),
    ],
)
def test_a_list_comes_in_its_order_from_an_index(wanted, index):
    plan = plan_of(lambda: queries.work_list(SYSTEM, wanted))
    assert f'using {index} on "case"' in plan
    assert "Sort" not in plan


@pytest.mark.django_db
def test_the_figures_of_open_cases_are_counted_without_those_that_ended():
    plan = plan_of(lambda: queries.numbers_of(SYSTEM, walltime.now()))
    assert "using case_open_counts" in plan
