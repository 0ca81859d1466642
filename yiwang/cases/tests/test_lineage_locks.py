"""Who merges a case into its own follower while somebody closes it: both are answered, none waits for the other for ever."""

import threading
import time
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, lineage
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import AccountId


def somebody_waits() -> bool:
    """Whether another connection to this database waits for a row or its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_merging_a_case_into_its_own_follower_waits_for_who_closes_it_and_is_refused(town, gathered, handling):
    main, other = handling(), gathered(reporter=AccountId(UUID(int=78)))
    lineage.merge(other, main, call=town.call("operator"))
    forward.report_back(
        main, outcome="solved", result="已清", no_photo_reason="夜间", call=town.call("handler", team="sanitation")
    )
    forward.verify(main, finding="看过", no_photo_reason="当场", call=town.call("verifier"))
    refused = []

    def the_other_way():
        try:
            lineage.merge(main, other, call=town.call("duty_officer"))
        except Problem as problem:
            refused.append(problem.slug)
        finally:
            connections.close_all()

    one = threading.Thread(target=the_other_way)
    with transaction.atomic():
        locked_case(main)
        one.start()
        until = time.monotonic() + 5
        while not somebody_waits():
            assert time.monotonic() < until, "nobody waits: then this test shows nothing"
            time.sleep(0.02)
        forward.close(main, called_back="solved", answer="已清走", call=town.call("operator"))
    one.join()
    assert len(refused) == 1
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}
