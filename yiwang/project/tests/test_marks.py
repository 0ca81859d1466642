"""A fault is found in the log by what its page says."""

import io
import logging
import re

import pytest
from django.conf import settings
from django.test import Client

from yiwang.kernel import marks
from yiwang.project import logs


@pytest.fixture
def written() -> io.StringIO:
    """What the town's own handler writes, as it would on standard error."""
    text = io.StringIO()
    handler = logs.StandardError(text)
    handler.setFormatter(logs.Masked(settings.LOGGING["formatters"]["masked"]["format"]))
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_the_code_on_the_page_of_a_fault_stands_in_the_log_before_its_trace(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yiwang.web.portal.views.report._first_page", lambda *_: {}["not there"])
    answer = Client(raise_request_exception=False).get("/report", headers={"X-Request-Id": "chosen-by-me"})
    assert answer.status_code == 500
    assert re.fullmatch("[0-9a-f]{8}", answer["X-Request-Id"])
    assert f"500 {answer['X-Request-Id']}" in answer.content.decode()
    assert f"django.request {answer['X-Request-Id']} " in written.getvalue()


@pytest.mark.django_db
def test_a_program_is_told_the_mark_of_a_fault(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yiwang.gateways.api.town.places.export", lambda *_: {}["secret-inside"])
    answer = Client().get("/api/places")
    mark = answer["X-Request-Id"]
    assert answer.json()["parameters"] == {"mark": mark}
    assert mark in answer.json()["detail"]
    assert f"yiwang.api {mark} GET /api/places failed" in written.getvalue()


@pytest.mark.django_db
def test_each_request_has_a_mark_of_its_own_and_none_remains() -> None:
    client = Client()
    assert client.get("/follow")["X-Request-Id"] != client.get("/follow")["X-Request-Id"]
    assert marks.current() == marks.NONE


@pytest.mark.django_db
def test_what_a_request_wrote_to_the_journal_is_named_in_the_log_under_its_mark(written: io.StringIO) -> None:
    answer = Client().post("/api/reports", {"text": "村口的路灯不亮。"}, content_type="application/json")
    assert answer.status_code == 201, answer.content.decode()
    lines = [one for one in written.getvalue().splitlines() if "recorded case.gathered as entry" in one]
    assert len(lines) == 1
    assert f"yiwang.journal {answer['X-Request-Id']} " in lines[0]
