"""A photo shows a case once: what it looked like before is no proof of what it looks like after."""

from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import problems, rules
from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case, CaseProof
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.photos import stored_photo
from yiwang.cases.tests.test_loopholes import grid_worker
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.steps import use_file
from yiwang.kernel.journal.models import Entry
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
            remarks.recheck(case_id, holds=True, finding="完好", files=(photo,), call=town.call("duty_officer"))
    assert remarks.recheck(case_id, holds=True, finding="完好", files=(now,), call=town.call("duty_officer")).holds


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


def test_the_same_photo_twice_in_one_step_is_refused_and_says_which(town, scene):
    case_id, _ = scene
    one, other = (stored_photo(town.call("operator")) for _ in range(2))
    with pytest.raises(problems.PhotoTwice) as refused:
        handle(town, case_id, one, other, one)
    assert (refused.value.parameters["first"], refused.value.parameters["nth"]) == (1, 3)
    assert handle(town, case_id, one, other).files == (one, other)


def proofs(case_id):
    return list(CaseProof.objects.filter(case=case_id).values_list("kind", "ref"))


def test_what_is_attached_again_under_whatever_kind_or_key_stays_one_proof(town, handling):
    case_id = handling()
    paper = {"kind": "signed_paper", "ref": "paper/7"}
    first = remarks.attach_proof(case_id, **paper, call=town.call("duty_officer", key="one"))
    assert remarks.attach_proof(case_id, **paper, call=town.call("duty_officer", key="one")) == first
    for again in (paper, {**paper, "kind": "receipt"}):
        with pytest.raises(problems.ProofAgain):
            remarks.attach_proof(case_id, **again, call=town.call("duty_officer", key="two"))
    assert proofs(case_id) == [("signed_paper", "paper/7")]
    assert Entry.objects.filter(verb="case.proof_attached").count() == 1


def test_a_photo_of_the_case_is_not_attached_once_more_as_another_proof(town, scene):
    case_id, before = scene
    after = stored_photo(town.call("operator"))
    handle(town, case_id, after)
    for photo in (before, after):
        with pytest.raises(problems.ProofAgain):
            remarks.attach_proof(case_id, kind="signed_paper", ref=photo, call=town.call("duty_officer"))
    assert proofs(case_id) == [("handled_photo", after)]
