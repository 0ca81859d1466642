"""A photo shows a case once: what it looked like before is no proof of what it looks like after."""

from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import problems, rules
from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.photos import stored_photo
from yiwang.cases.tests.test_loopholes import grid_worker
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.steps import use_file
from yiwang.kernel.terms import FileHash


@pytest.fixture
def scene(town, handling):
    """A case in hand and the photo that it was reported with."""
    case_id = handling()
    call = town.call("operator")
    photo = stored_photo(call)
    use_file(photo, "case", str(case_id), Purpose.SCENE, call=call)
    return case_id, photo


def handle(town, case_id, *photos):
    call = town.call("handler", team="sanitation")
    return forward.report_back(case_id, outcome="solved", result="已清运", files=photos, call=call)


def verify(town, case_id, *photos):
    return forward.verify(case_id, finding="已清", files=photos, call=town.call("verifier"))


def test_the_photo_of_the_report_does_not_show_that_it_was_mended(town, scene):
    case_id, before = scene
    after = stored_photo(town.call("operator"))
    with pytest.raises(problems.ScenePhotoAgain) as refused:
        handle(town, case_id, after, before)
    assert refused.value.parameters == {"number": Case.objects.get(pk=case_id).number, "nth": 2}
    assert handle(town, case_id, after).files == (after,)


def test_the_verifier_takes_a_photo_of_their_own(town, scene):
    case_id, before = scene
    after, seen = stored_photo(town.call("operator")), stored_photo(town.call("verifier"))
    handle(town, case_id, after)
    with pytest.raises(problems.ScenePhotoAgain):
        verify(town, case_id, before)
    with pytest.raises(problems.HandledPhotoAgain):
        verify(town, case_id, after)
    assert verify(town, case_id, seen).files == (seen,)


def test_after_rework_the_old_photo_is_not_given_again(town, scene):
    case_id, _ = scene
    after, corner = stored_photo(town.call("operator")), stored_photo(town.call("verifier"))
    handle(town, case_id, after)
    sideways.rework(case_id, finding="角落还有", files=(corner,), call=town.call("verifier"))
    with pytest.raises(problems.HandledPhotoAgain):
        handle(town, case_id, after)
    with pytest.raises(problems.CheckPhotoAgain):
        handle(town, case_id, corner)


def test_a_recheck_needs_a_photo_that_nobody_gave_before(town, scene):
    case_id, before = scene
    after, seen, now = (stored_photo(town.call("operator")) for _ in range(3))
    handle(town, case_id, after)
    verify(town, case_id, seen)
    forward.close(case_id, called_back="solved", answer="已清理", call=town.call("operator"))
    remarks.draw_rechecks(date(2019, 4, 1), date(2019, 4, 30), seed="x", call=town.call("duty_officer"))
    for photo, refusal in (
        (before, problems.ScenePhotoAgain),
        (after, problems.HandledPhotoAgain),
        (seen, problems.CheckPhotoAgain),
    ):
        with pytest.raises(refusal):
            remarks.recheck(case_id, holds=True, finding="完好", files=(photo,), call=town.call("verifier"))
    assert remarks.recheck(case_id, holds=True, finding="完好", files=(now,), call=town.call("verifier")).holds


def test_who_mends_it_on_the_spot_takes_a_second_photo(town, gathered):
    case_id = gathered(ground=Ground(committee=UUID(int=5)))
    photo = stored_photo(town.call("operator"))
    use_file(photo, "case", str(case_id), Purpose.SCENE, call=town.call("operator"))
    with pytest.raises(problems.ScenePhotoAgain):
        forward.settle(case_id, type_code="E-01-01", result="已扫", files=(photo,), call=grid_worker(town, case_id))


def test_the_same_photo_may_show_another_case(town, scene, handling):
    _, photo = scene
    other = handling()
    assert handle(town, other, photo).files == (photo,)


def test_the_rule_names_the_first_photo_that_was_shown_before(town, handling):
    case = locked_case(handling())
    new, again = FileHash("a" * 64), FileHash("b" * 64)
    rules.new_photos(case, (new,), {again: "scene"})
    with pytest.raises(problems.ScenePhotoAgain) as refused:
        rules.new_photos(case, (new, again), {again: "scene"})
    assert refused.value.parameters["nth"] == 2
