"""When a department is asked how its promise stands: only where nothing was heard, and not twice."""

from datetime import date

import pytest

from yiwang.plan.inquiries.rules import EXPECTED, NEAR, RHYTHM, Heard, explanation, wanted
from yiwang.plan.problems import ExpectedDayUnfit, ExplanationPersonal, ExplanationTooLong, ExplanationWanted

BEGINS, DUE = date(2031, 1, 1), date(2031, 12, 31)


def heard(**given):
    return Heard(BEGINS, DUE, **given)


MARCH, APRIL, JULY, DECEMBER = date(2031, 3, 1), date(2031, 4, 20), date(2031, 7, 1), date(2031, 12, 20)
TABLE = [
    # what was heard, the day, why it is asked
    ("nothing, in the first quarter", heard(), MARCH, ""),
    ("nothing for a quarter", heard(), APRIL, RHYTHM),
    ("kept", heard(kept=True), DECEMBER, ""),
    ("shown lately", heard(evidence_on=date(2031, 3, 30)), APRIL, ""),
    ("shown long ago", heard(evidence_on=MARCH), JULY, RHYTHM),
    ("asked lately", heard(asked_on=date(2031, 4, 12)), APRIL, ""),
    ("asked long ago", heard(asked_on=MARCH), JULY, RHYTHM),
    ("its day is near", heard(evidence_on=date(2031, 11, 1)), DECEMBER, NEAR),
    ("its day is near, and it was shown since", heard(evidence_on=date(2031, 12, 18)), DECEMBER, ""),
    ("its day is near, and it was asked since", heard(asked_on=date(2031, 12, 18)), DECEMBER, ""),
    ("the day it named is to come", heard(explained_on=MARCH, expected_on=DECEMBER), JULY, ""),
    ("the day it named is over", heard(explained_on=MARCH, expected_on=date(2031, 6, 30)), JULY, EXPECTED),
    (
        "the day it named is over, and it was shown meanwhile",
        heard(explained_on=MARCH, expected_on=date(2031, 6, 30), evidence_on=date(2031, 6, 1)), JULY, "",
    ),
    (
        "the day it named is over, and it was asked since",
        heard(explained_on=MARCH, expected_on=date(2031, 6, 29), asked_on=date(2031, 6, 30)), JULY, "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "what", "day", "why"), TABLE, ids=[line[0] for line in TABLE])
def test_a_department_is_asked_where_nothing_was_heard(said, what, day, why):
    assert wanted(what, day) == why, said


REFUSED = [
    # words, expected day, refusal
    (" ", JULY, ExplanationWanted),
    ("好" * 501, JULY, ExplanationTooLong),
    ("请找 13900000001", JULY, ExplanationPersonal),
    ("在办", MARCH, ExpectedDayUnfit),
    ("在办", date(2033, 1, 1), ExpectedDayUnfit),
]


@pytest.mark.parametrize(("words", "day", "refusal"), REFUSED)
def test_an_explanation_has_words_that_all_may_read_and_a_day_to_come(words, day, refusal):
    with pytest.raises(refusal):
        explanation(words, day, today=APRIL)
    assert explanation(" 在办 ", APRIL, today=APRIL) == "在办"
