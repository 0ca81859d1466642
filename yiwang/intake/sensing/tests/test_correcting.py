"""Which of two values counts is a person's decision: from then on series, sums, alarms' readings and programs have it; proofs stay."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.intake.sensing import jobs, observed, pasts, queries, rules, series
from yiwang.intake.sensing.models import ApartReading, Reading, ReadingCorrection, Rollup
from yiwang.intake.sensing.problems import CorrectionReasonUnfit, DifferingAnswered, DifferingUnknown
from yiwang.intake.sensing.steps import correcting, rolling
from yiwang.intake.sensing.tests.small_town import NOW, SYSTEM, call_of, make_station, measured, packet, stored
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import LogInFirst
from yiwang.kernel.terms import Actor, ActorKind, Call

pytestmark = pytest.mark.django_db
BEGIN = NOW - timedelta(days=1)
WHY = "校准后补传，和纸质记录一致"


@pytest.fixture
def station(db):
    return make_station()


def follow() -> None:
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)


def differing() -> UUID:
    return ApartReading.objects.get(reason=rules.DIFFERS, answer="").id


def counted() -> list[tuple]:
    shown = series.series(SYSTEM, "hongxing-1", 1, BEGIN, NOW)
    return [(one.value, one.flag) for one in shown.points]


def sums() -> list[tuple]:
    return [(one.n, one.n_valid, one.sum, one.least, one.greatest) for one in Rollup.objects.filter(period="hour")]


def test_an_accepted_value_counts_everywhere_and_the_stored_one_stays(station):
    done = stored(packet(measured("12.5"), measured("3", 1)))
    stored(packet(measured("9.50")))
    follow()
    fact = correcting.accept(differing(), reason=WHY, call=call_of())
    follow()
    assert (fact.value, fact.before_value) == (Decimal("9.50"), Decimal("12.5"))
    assert counted() == [(Decimal("9.50"), "N"), (Decimal(3), "N")]
    assert sums() == [(2, 2, Decimal("12.50"), Decimal(3), Decimal("9.50"))]
    assert [one.value for one in observed.observed(SYSTEM, [1])] == [Decimal("9.50"), Decimal(3)]
    assert pasts.part(SYSTEM, [1], BEGIN, NOW)[1][0] == (BEGIN, Decimal("9.50"), "N")
    assert [one.corrected for one in series.behind(SYSTEM, "hongxing-1", 1, "hour", BEGIN)] == [True, False]
    assert Reading.objects.filter(value=Decimal("12.5")).count() == 1
    assert queries.check_batch(SYSTEM, done.fact.batch_id).holds
    assert queries.apart(SYSTEM, code="hongxing-1") == ()


def test_a_refused_value_leaves_everything_and_is_asked_no_more(station):
    stored(packet(measured("12.5")))
    stored(packet(measured("9.5")))
    wanted = differing()
    correcting.refuse(wanted, reason="仪器坏了", call=call_of())
    follow()
    assert counted() == [(Decimal("12.5"), "N")]
    assert queries.apart(SYSTEM, code="hongxing-1") == ()
    assert queries.differing(SYSTEM, wanted).answer == "refused"
    for decide in (correcting.accept, correcting.refuse):
        with pytest.raises(DifferingAnswered):
            decide(wanted, reason=WHY, call=call_of())


def test_the_newest_of_several_corrections_counts(station):
    stored(packet(measured("1")))
    for value in ("2", "3"):
        stored(packet(measured(value)))
        correcting.accept(differing(), reason=WHY, call=call_of())
    follow()
    assert counted() == [(Decimal(3), "N")]
    assert sums() == [(1, 1, Decimal(3), Decimal(3), Decimal(3))]


def test_what_a_value_is_corrected_to_may_be_that_nothing_was_measured(station):
    stored(packet(measured("1"), measured("2", 1)))
    stored(packet(measured("1", flag="D")))
    correcting.accept(differing(), reason=WHY, call=call_of())
    follow()
    assert sums() == [(2, 1, Decimal(2), Decimal(2), Decimal(2))]


@pytest.mark.parametrize("reason", ["", "\u200b ", "打电话13812345678问的", "长" * 501])
def test_a_decision_needs_a_reason_without_a_persons_number(station, reason):
    stored(packet(measured("1")))
    stored(packet(measured("2")))
    with pytest.raises(CorrectionReasonUnfit):
        correcting.accept(differing(), reason=reason, call=call_of())


def test_only_what_differs_can_be_decided_on_and_only_by_who_may(station):
    stored(packet(measured("-1")))
    with pytest.raises(DifferingUnknown):
        correcting.accept(ApartReading.objects.get().id, reason=WHY, call=call_of())
    with pytest.raises(LogInFirst):
        correcting.accept(UUID(int=1), reason=WHY, call=Call(Actor(ActorKind.VISITOR), NOW, "desk"))


def test_replay_gives_the_corrections_again_and_the_applications_role_changes_no_view(station):
    stored(packet(measured("1")))
    stored(packet(measured("2")))
    correcting.accept(differing(), reason=WHY, call=call_of())
    outcome = replay()
    assert outcome.differences == ()
    assert "reading_correction" in outcome.tables
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE yiwang_app")
        cursor.execute("SELECT value FROM reading_now")
        assert cursor.fetchall() == [(Decimal(2),)]
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE reading_now SET value = 3")


VALUES = st.sampled_from(["1", "2", "2.50", "9"])
CHANGES = st.lists(st.tuples(st.integers(0, 3), VALUES, st.sampled_from("NNSD")), max_size=10)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(VALUES, min_size=4, max_size=4),
    changes=CHANGES,
    follows=st.lists(st.booleans(), min_size=10, max_size=10),
)
def test_corrections_in_any_order_with_readings_come_to_the_sums_of_what_counts(station, first, changes, follows):
    with transaction.atomic():
        counts = {minute: (Decimal(value), "N") for minute, value in enumerate(first)}
        for minute, value in enumerate(first[:2]):
            stored(packet(measured(value, minute)))
        late = iter(enumerate(first[2:], start=2))
        arrived = {0, 1}
        for (minute, value, flag), followed in zip(changes, follows, strict=False):
            if minute not in arrived and (next_one := next(late, None)) is not None:
                stored(packet(measured(next_one[1], next_one[0])))
                arrived.add(next_one[0])
            stored(packet(measured(value, minute, flag=flag))) if minute in arrived else None
            for one in ApartReading.objects.filter(reason=rules.DIFFERS, answer=""):
                correcting.accept(one.id, reason=WHY, call=call_of())
                counts[minute] = (Decimal(value), flag)
            if followed:
                follow()
        for minute, value in late:
            stored(packet(measured(value, minute)))
        follow()
        valid = [value for value, flag in counts.values() if flag in "NS"]
        expected = (4, len(valid), sum(valid) if valid else None, min(valid, default=None), max(valid, default=None))
        assert sums() == [expected]
        assert rolling.correct(SYSTEM, []) == 0
        assert ReadingCorrection.objects.count() <= 4
        transaction.set_rollback(True)
