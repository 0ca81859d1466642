"""No record of people's visits is kept: sessions that are over and old codes go."""

import os
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from yiwang.kernel.people.codes import OutboxSender
from yiwang.kernel.people.steps import sweeping


@pytest.mark.django_db
def test_log_ins_that_are_over_are_deleted_and_running_ones_stay(clock):
    Session.objects.create(session_key="over", session_data="", expire_date=clock.now - timedelta(seconds=1))
    Session.objects.create(session_key="runs", session_data="", expire_date=clock.now + timedelta(days=1))
    assert sweeping.sweep_traces(clock.now) == 1
    assert [session.session_key for session in Session.objects.all()] == ["runs"]


@pytest.mark.django_db
def test_the_outbox_keeps_its_files_three_days(clock, settings):
    for _ in range(2):
        OutboxSender().send("13900000001", "您的验证码是 123456")
    old, new = sorted((settings.DATA_DIR / "outbox").iterdir())
    for path, age in ((old, timedelta(days=3, seconds=1)), (new, timedelta(days=3) - timedelta(seconds=1))):
        written = (clock.now - age).timestamp()
        os.utime(path, (written, written))
    assert sweeping.sweep_traces(clock.now) == 1
    assert list((settings.DATA_DIR / "outbox").iterdir()) == [new]


@pytest.mark.parametrize(
    ("demonstration", "phone", "shown"),
    [
        (True, "19900000001", ("19900000001", "123456")),
        (True, "13900000001", ("139****0001",)),
        (False, "19900000001", ("199****0001",)),
    ],
)
def test_the_console_shows_a_code_and_its_phone_for_invented_people_only(settings, capsys, demonstration, phone, shown):
    settings.DEMONSTRATION = demonstration
    OutboxSender().send(phone, "您的验证码是 123456，五分钟内有效。")
    line = capsys.readouterr().err
    assert [one for one in shown if one not in line] == []
    assert ("123456" in line) == ("123456" in shown)
    assert (phone in line) == (phone in shown)
