"""The order of a case's timeline."""

from datetime import timedelta

from yiwang.cases.shown import Happening
from yiwang.kernel import walltime
from yiwang.web.desk import happenings

NOW = walltime.now()


def happening(entry: int, verb: str, hour: int) -> Happening:
    at = NOW + timedelta(hours=hour)
    return Happening(entry, verb, at, NOW + timedelta(hours=50), "system", "", None)


def test_what_a_sweeper_wrote_down_late_stands_where_it_happened_and_what_people_did_stands_as_the_journal_has_it():
    written = [
        happening(1, "case.gathered", 0),
        happening(2, "case.noted", 9),
        happening(3, "case.noted", 8),
        happening(4, "case.ran_out", 3),
    ]
    assert [one.entry_id for one in happenings.in_order(written)] == [1, 4, 2, 3]
