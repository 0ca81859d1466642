"""What the texts and the page of the number alone promise: only what they give, and where the rest is."""

import pytest

from yiwang.cases.steps import sideways
from yiwang.intake.reports import jobs
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.wording import word

OLD, CALLER = "19900000089", "19900000088"
ANSWERS = ("垃圾已经清走。", "高速公路由市里管")


def called_in(town, number="1"):
    """Somebody calls the desk for somebody else: neither of them gets a link."""
    return receiving.enter(
        channel="desk", text=f"{number}号门口垃圾没人收", title="垃圾", reporter=Person(CALLER, "水演示"),
        on_behalf=Person(OLD, "陆奶奶"), place_id=town.places["桃花新村"], call=town.call("operator"),
    )  # fmt: skip


def declined(town, number):
    sideways.decline(
        town.case_id(number), reason_code="not-town", explanation="高速公路由市里管", call=town.call("operator")
    )


def voided(town, number):
    sideways.void(town.case_id(number), reason_code="mistake", explanation="录错了", call=town.call("duty_officer"))


ENDS = {"closed": lambda town, number: town.closed(number), "declined": declined, "voided": voided}


@pytest.mark.parametrize("how", ENDS)
def test_the_number_alone_says_how_it_ended_and_not_that_a_reason_or_an_answer_follows(chinese, english, town, how):
    number = called_in(town).number
    ENDS[how](town, number)
    page = chinese.get(f"/r/{number}").content.decode()
    assert "写在下面" not in page
    assert "请您看看" not in page
    assert "别人替您上报的？" in page
    assert not [words for words in ANSWERS if words in page]
    in_english = english.get(f"/r/{number}").content.decode()
    assert "is below" not in in_english
    assert "Please tell us" not in in_english


def test_the_text_at_the_close_leads_the_one_it_concerns_to_answer_and_rating(logged_in, town, settings):
    number = called_in(town).number
    town.closed(number)
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    texts = [path.read_text() for path in (settings.DATA_DIR / "outbox").glob("*.txt")]
    (told,) = [text for text in texts if OLD in text and "已经办结" in text]
    assert "用本手机号登录" in told
    assert "凭编号" not in told
    page = logged_in(OLD).get(f"/r/{number}").content.decode()
    for promised in ("垃圾已经清走。", "请您评价", "请您看看是否满意", "要求重新办"):
        assert promised in page


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_text_about_an_end_sends_anybody_to_the_number_alone(language):
    for verb in ("declined", "dismissed", "voided", "closed"):
        text = word(f"tell.case.{verb}", language)
        assert "本手机号登录" in text or "Log in with this phone" in text
        assert "12345" in text


def test_the_reason_is_below_for_the_one_who_reported(chinese, reported, town):
    number, token = reported()
    voided(town, number)
    page = chinese.get(f"/r/{number}/{token}").content.decode()
    assert "这一件已经作废，原因写在下面。" in page
    assert "录错了" in page.split("为什么")[1]
