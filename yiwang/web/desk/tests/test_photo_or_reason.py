"""Where a photo or the reason for none is asked for, the form says so beside both, and does not call them optional."""

import re

import pytest

from yiwang.cases import law
from yiwang.cases.steps import forward

MARK = re.compile(r'for="id_(photos|no_photo_reason)">[^<]*<span class="field-optional">([^<]*)</span>')
ONE_OF_TWO = "（照片和理由，两项填一项）"


def marks(town, who, case_id, act, language="zh-hans"):
    page = town.client(who, language).get(f"/desk/cases/{town.number(case_id)}/act/{act}").content.decode()
    return dict(MARK.findall(page))


@pytest.mark.parametrize(
    ("made", "who", "act"), [("handling", "sanitation", "report_back"), ("handled", "verifier", "verify")]
)
def test_the_photo_and_the_reason_for_none_are_one_question_of_two(town, made, who, act):
    case_id = getattr(town, made)()
    assert marks(town, who, case_id, act) == {"photos": ONE_OF_TWO, "no_photo_reason": ONE_OF_TWO}
    english = marks(town, who, case_id, act, "en")
    assert set(english.values()) == {"(a photo or the reason: one of the two)"}


def test_more_work_needs_no_photo_and_its_photo_is_optional(town):
    assert marks(town, "verifier", town.handled(), "rework") == {"photos": "（可不填）"}


def test_where_no_photo_can_show_it_both_are_optional(town):
    (code, *_) = sorted(one.code for one in law.catalogue().types() if one.kind == "E" and not one.photo)
    case_id = town.accepted(code)
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    forward.sign(case_id, call=town.call("sanitation"))
    assert set(marks(town, "sanitation", case_id, "report_back").values()) == {"（可不填）"}
