"""When what is declared changes, what was counted is counted again: also after a time in which nothing was declared."""

import pytest

from yiwang.cases.steps import forward
from yiwang.cases.tests import conftest as cases_town
from yiwang.indicators import evidence, law, steps
from yiwang.indicators.models import IndicatorCell
from yiwang.kernel.terms import SYSTEM

town, gathered = cases_town.town, cases_town.gathered


def cells():
    return sorted(IndicatorCell.objects.values_list("indicator", "hash", "month", "numerator", "denominator"))


@pytest.fixture
def counted(town, gathered):
    """A case that is counted."""
    case_id = gathered()
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    steps.follow(SYSTEM, {case_id})
    return cells()


def test_by_which_definitions_the_cells_were_counted_is_read_from_them(counted):
    assert evidence.counted_by() == {(one.code, one.hash) for one in law.indicators().values()}
    assert not steps.count_by_new_definitions(SYSTEM)
    assert cells() == counted


def test_packs_that_are_put_back_find_their_figures_again(counted, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr(law, "indicators", dict)
        assert steps.count_by_new_definitions(SYSTEM)
        assert cells() == []
        assert not steps.count_by_new_definitions(SYSTEM)
    assert steps.count_by_new_definitions(SYSTEM)
    assert cells() == counted
