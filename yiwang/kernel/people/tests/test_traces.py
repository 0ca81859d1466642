"""No record of people's visits is kept: sessions that are over and old codes go."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from yiwang.kernel.people import jobs


@pytest.mark.django_db
def test_log_ins_that_are_over_are_deleted_and_running_ones_stay(clock):
    Session.objects.create(session_key="over", session_data="", expire_date=clock.now - timedelta(seconds=1))
    Session.objects.create(session_key="runs", session_data="", expire_date=clock.now + timedelta(days=1))
    assert jobs.sweep_traces(clock.now) == 1
    assert [session.session_key for session in Session.objects.all()] == ["runs"]
