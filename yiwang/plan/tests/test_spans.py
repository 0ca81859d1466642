"""Whether what was signed under a supervision counts, by when it was signed and what was known. Moments are days of one month."""

from datetime import UTC, datetime

import pytest

from yiwang.plan.spans import Phase, Span


def at(day: int | None) -> datetime | None:
    return None if day is None else datetime(2031, 5, day, tzinfo=UTC)


OPEN = Span((Phase(at(10)),))
CLOSED = Span((Phase(at(10), at(20), closed=True),))
DISMISSED = Span((Phase(at(10), at(20)),))
REOPENED = Span((Phase(at(10), at(20), closed=True), Phase(at(24))))
CLOSED_AGAIN = Span((Phase(at(10), at(20), closed=True), Phase(at(24), at(28), closed=True)))
THEN_DISMISSED = Span((Phase(at(10), at(20), closed=True), Phase(at(24), at(28))))


@pytest.mark.parametrize(
    ("span", "signed", "known", "held"),
    [
        (OPEN, 9, None, False),
        (OPEN, 11, None, True),
        (CLOSED, 11, None, False),
        (CLOSED, 11, 19, True),
        (CLOSED, 11, 20, False),
        (CLOSED, 21, None, False),
        (DISMISSED, 11, None, True),  # nobody has looked at it
        (DISMISSED, 11, 15, True),
        (DISMISSED, 21, None, False),  # signed anew
        (REOPENED, 11, 19, True),
        (REOPENED, 11, 22, False),  # as it was shown then
        (REOPENED, 11, None, True),
        (REOPENED, 22, None, False),  # nobody supervised it when it was signed
        (REOPENED, 25, None, True),
        (CLOSED_AGAIN, 11, 22, False),
        (CLOSED_AGAIN, 11, 26, True),
        (CLOSED_AGAIN, 25, 29, False),
        (THEN_DISMISSED, 11, None, False),  # it was looked at in the first close
        (THEN_DISMISSED, 25, None, True),
    ],
)
def test_what_was_signed_counts_once_somebody_has_looked_and_later_doings_change_no_earlier_moment(
    span, signed, known, held
):
    assert span.holds_back(at(signed), at(known)) is held
