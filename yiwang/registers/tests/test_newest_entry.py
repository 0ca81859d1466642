"""The public board asks every two seconds whether any row changed: that is read from an index, however many rows there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.kernel.terms import VISITOR
from yiwang.registers import queries


@pytest.mark.django_db
def test_the_newest_entry_is_read_from_an_index():
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert queries.newest_entry(VISITOR) == 0
    sql = next(one["sql"] for one in asked if "register_row" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "register_row_entry" in plan
