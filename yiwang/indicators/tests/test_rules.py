"""What may be shown of a figure, as a table."""

from datetime import date
from decimal import Decimal

import pytest

from yiwang.indicators.definitions import Disclosure
from yiwang.indicators.problems import FigureMoved, NotForReview, NothingToRelease, NotTheReviewer
from yiwang.indicators.rules import Share, Shown, check_reviewer, check_seen, months_before, moves, withheld


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent", "within", "in_public"),
    [
        (0, 0, None, Shown.NOTHING, Shown.NOTHING),
        (4, 4, "100.0", Shown.COUNTS, Shown.WITHHELD),
        (0, 5, "0.0", Shown.COUNTS, Shown.COUNTS),
        (29, 29, "100.0", Shown.COUNTS, Shown.COUNTS),
        (20, 30, "66.7", Shown.RATE, Shown.RATE),
        ("25.6", 32, "80.0", Shown.RATE, Shown.RATE),
    ],
)
def test_no_rate_of_few_and_nothing_of_very_few_in_public(numerator, denominator, percent, within, in_public):
    share = Share(Decimal(numerator), denominator)
    assert share.percent == (None if percent is None else Decimal(percent))
    assert (share.shown(), share.shown(public=True)) == (within, in_public)


@pytest.mark.parametrize(
    ("denominators", "hidden"),
    [
        ([], set()),
        ([30, 12, 5], set()),
        ([30, 12, 4], {1, 2}),  # one alone could be worked out from the sum
        ([30, 1, 1, 12], {1, 2, 3}),  # two together are still very few
        ([3, 4, 30], {0, 1}),
        ([4], {0}),
        ([2, 0, 40], {0, 2}),
        ([0, 0], set()),
    ],
)
def test_what_is_withheld_of_a_table_cannot_be_worked_out_from_its_sum(denominators, hidden):
    assert withheld(denominators) == hidden


@pytest.mark.parametrize(
    ("disclosure", "roles", "refused"),
    [
        (Disclosure("live"), {"leader"}, NotForReview),
        (Disclosure("internal"), {"leader"}, NotForReview),
        (Disclosure("after_review", "leader"), {"duty_officer"}, NotTheReviewer),
    ],
)
def test_only_the_named_role_releases_and_only_what_is_reviewed(disclosure, roles, refused):
    with pytest.raises(refused):
        check_reviewer(disclosure, frozenset(roles))
    check_reviewer(Disclosure("after_review", "leader"), frozenset({"leader"}))


def test_what_is_released_is_what_was_looked_at():
    check_seen(Share(Decimal("25.60"), 32), "25.6/32")
    with pytest.raises(FigureMoved):
        check_seen(Share(Decimal(25), 32), "25.6/32")
    with pytest.raises(NothingToRelease):
        check_seen(Share(Decimal(0), 0), "0/0")


def test_months_are_counted_back_over_the_year():
    assert months_before(date(2026, 2, 9), 2) == date(2025, 12, 1)
    assert months_before(date(2026, 2, 9), 0) == date(2026, 2, 1)


@pytest.mark.parametrize(("published", "now", "moved"), [(0, 4, False), (0, 5, True), (11, 7, False), (11, 6, True)])
def test_a_public_figure_moves_on_up_and_down_only_by_so_many_cases_as_tell_nothing_of_one(published, now, moved):
    assert moves(published, now) is moved
