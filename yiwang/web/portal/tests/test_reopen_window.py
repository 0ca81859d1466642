"""The time for having a case reopened ends with a whole day of the town, at every door."""

from datetime import datetime

from yiwang.kernel import walltime


def at(text):
    return walltime.at(datetime.fromisoformat(f"{text}:00+08:00"))


def asked(browser, number, token):
    return browser.post(f"/r/{number}/reopen", {"token": token, "ground": "came-back", "words": "又堆满了"})


def closed_at_night(reported, town):
    """Closed shortly after midnight: by the clock its time would end early on the last day."""
    with at("2026-11-27T00:52"):
        number, token = reported()
        town.closed(number)
    return number, token


def test_what_is_shown_as_the_last_day_holds_until_its_end(chinese, english, reported, town):
    number, token = closed_at_night(reported, town)
    with at("2026-12-12T23:50"):
        page = chinese.get(f"/r/{number}/{token}").content.decode()
        assert "12月12日 周六" in page.split("到这一天结束为止")[1].split("</p>")[0]
        assert "again until the end of" in english.get(f"/r/{number}/{token}").content.decode()
        assert asked(chinese, number, token).status_code == 303
    assert town.state(number) == "dispatched"


def test_on_the_day_after_the_refusal_names_the_last_day(chinese, reported, town):
    number, token = closed_at_night(reported, town)
    with at("2026-12-13T00:01"):
        refused = asked(chinese, number, token)
        page = chinese.get(f"/r/{number}/{token}").content.decode()
    assert refused.status_code == 409
    assert "到 2026-12-12 当天结束为止" in refused.content.decode()
    assert "要求重新办理的时间已经过了" in page
    assert town.state(number) == "closed"
