"""What the one who reported reads as the town's answer: what was said at the close, and no claim before it."""

import pytest

from yiwang.cases.steps import forward, sideways
from yiwang.kernel.files import uploads
from yiwang.kernel.files.models import FileUse
from yiwang.web.portal.tests.conftest import jpeg


def pages(browser, number, token):
    """The matter's page and its sheet of paper."""
    return [browser.get(f"/r/{number}/{token}{what}").content.decode() for what in ("", "/print")]


def test_what_a_handler_wrote_is_no_answer_before_the_close_and_none_after_the_verifier_sent_it_back(
    chinese, reported, town
):
    number, token = reported()
    town.dispatched(number)
    town.handled(number, result="已经全部清走")
    page, paper = pages(chinese, number, token)
    assert "给您的答复" not in page
    assert "已经全部清走" not in page.split("办理经过")[0]
    assert "已经全部清走" not in paper
    sideways.rework(town.case_id(number), finding="还堆着", call=town.call("verifier"))
    page, paper = pages(chinese, number, token)
    assert "给您的答复" not in page
    assert "已经全部清走" not in page.split("办理经过")[0] + paper


def test_after_a_reopening_the_answer_is_called_the_last_one_until_the_next_close(chinese, english, reported, town):
    number, token = reported()
    town.closed(number)
    page, paper = pages(chinese, number, token)
    assert "给您的答复" in page
    assert "<dt>答复</dt><dd>垃圾已经清走。" in paper
    sideways.reopen(town.case_id(number), ground="came-back", call=town.call("operator"))
    town.handled(number, result="又清了一次")
    page, paper = pages(chinese, number, token)
    assert "给您的答复" not in page
    assert '<h2>上次的答复</h2><p class="said">垃圾已经清走。' in page
    assert "<dt>上次的答复</dt><dd>垃圾已经清走。" in paper
    assert "又清了一次" not in page.split("办理经过")[0] + paper
    assert "The answer last time" in pages(english, number, token)[0]


def test_the_copy_of_ones_own_data_calls_no_claim_an_answer(logged_in, reported, town):
    number, _ = reported()
    town.dispatched(number)
    town.handled(number, result="已经全部清走")
    told = logged_in().get("/me/copy").json()["reports"][0]
    assert told["answer"] == ""
    assert told["answer_before_reopening"] == ""


@pytest.mark.parametrize("mended", ["verified", "handled"])
def test_only_photos_of_what_the_answer_rests_on_are_shown_with_it(chinese, reported, town, mended):
    number, token = reported()
    town.dispatched(number)
    case_id = town.case_id(number)
    colours = {"wrong": (1, 1, 1), "rework": (90, 1, 1), "handled": (1, 90, 1), "verified": (1, 1, 90)}
    photo = {
        name: uploads.receive(jpeg(colour), "image/jpeg", call=town.call("handler")).file.sha256
        for name, colour in colours.items()
    }
    forward.sign(case_id, call=town.call("handler"))
    given = {"outcome": "solved", "result": "已清运"}
    forward.report_back(case_id, **given, files=(photo["wrong"],), call=town.call("handler"))
    sideways.rework(case_id, finding="还堆着", files=(photo["rework"],), call=town.call("verifier"))
    forward.report_back(case_id, **given, files=(photo["handled"],), call=town.call("handler"))
    forward.verify(case_id, finding="干净", files=(photo["verified"],), call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="垃圾已经清走。", call=town.call("operator"))
    assert FileUse.objects.filter(subject_id=str(case_id)).count() == len(photo)
    page, _ = pages(chinese, number, token)
    assert photo[mended] in page
    for name in ("wrong", "rework"):
        assert photo[name] not in page
