"""Texts to people, each for itself: what is not taken is tried again, given up in the end, and holds up nobody else."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from yiwang.kernel import walltime
from yiwang.kernel.people import queries, rules
from yiwang.kernel.people.models import Account, UntoldText
from yiwang.kernel.people.steps import accounts, sweeping, telling
from yiwang.kernel.people.tests import senders
from yiwang.kernel.terms import VISITOR, ActorKind

pytestmark = pytest.mark.django_db
CASE, OTHER_CASE = UUID(int=1), UUID(int=2)
KEY = "code.message"
"""Any text with one parameter."""


@pytest.fixture(autouse=True)
def picky(settings) -> None:
    settings.CODE_SENDER = f"{senders.HERE}.Picky"


@pytest.fixture
def person(system):
    return lambda phone: accounts.register_resident(phone, call=system()).account_id


@pytest.fixture
def plan(clock):
    def make(account, about=CASE, code="1"):
        telling.plan(account, KEY, about=about, now=clock.now, code=code)

    return make


def test_one_refused_number_a_strange_provider_and_one_unreadable_row_hold_up_nobody(person, plan, clock, caplog):
    unreadable = person("19900000001")
    Account.objects.filter(pk=unreadable).update(phone_cipher=b"changed by somebody: it does not open")
    for one in (unreadable, person(senders.REFUSED), person(senders.STRANGE), person("19900000002")):
        plan(one)
    assert telling.send_due(clock.now) == 1
    assert senders.phones() == ["19900000002"]
    assert sorted(UntoldText.objects.values_list("reason", flat=True)) == ["fault", "fault", "number"]
    assert "InvalidTag" in caplog.text


def test_what_is_not_taken_is_tried_again_with_growing_pauses_until_it_is_given_up_and_shown(person, plan, clock):
    refused = person(senders.REFUSED)
    plan(refused)
    for pause in rules.TEXT_PAUSES:
        telling.send_due(clock.now)
        tries = UntoldText.objects.get().tries
        clock.now += pause - timedelta(seconds=1)
        telling.send_due(clock.now)
        assert UntoldText.objects.get().tries == tries, "tried before the pause was over"
        assert queries.untold(VISITOR, CASE) == ()
        clock.now += timedelta(seconds=1)
    telling.send_due(clock.now)
    (shown,) = queries.untold(VISITOR, CASE)
    assert (shown.account_id, shown.reason, shown.tries) == (refused, "number", len(rules.TEXT_PAUSES) + 1)
    clock.pass_(days=2)
    assert telling.send_due(clock.now) == 0
    assert UntoldText.objects.get().tries == shown.tries
    sweeping.sweep_traces(clock.now + sweeping.UNTOLD_KEPT)
    assert not UntoldText.objects.exists()


def test_a_text_that_was_refused_once_arrives_later_and_nothing_remains(person, plan, clock, settings):
    plan(person(senders.REFUSED))
    telling.send_due(clock.now)
    settings.CODE_SENDER = "yiwang.kernel.people.codes.OutboxSender"
    clock.pass_(minutes=1)
    assert telling.send_due(clock.now) == 1
    assert not UntoldText.objects.exists()


def test_the_newest_word_about_a_thing_replaces_what_could_not_be_told_of_it(person, plan, clock):
    refused = person(senders.REFUSED)
    plan(refused, code="1")
    plan(refused, OTHER_CASE, code="other")
    telling.send_due(clock.now)
    plan(refused, code="2")
    assert sorted(row.parameters["code"] for row in UntoldText.objects.all()) == ["2", "other"]


def test_after_somebody_spoke_with_the_person_nothing_is_shown_as_untold(person, plan, clock):
    plan(person(senders.REFUSED))
    UntoldText.objects.update(tries=99)
    telling.send_due(clock.now)
    assert queries.untold(VISITOR, CASE)
    telling.reached(CASE)
    assert not UntoldText.objects.exists()


def test_a_text_whose_worker_was_killed_while_sending_is_tried_again(person, plan, clock):
    plan(person("19900000002"))
    assert telling._take(clock.now, clock.now) is not None  # and then the worker was gone
    assert telling.send_due(clock.now) == 0
    clock.now += telling.LEASE
    assert telling.send_due(clock.now) == 1


def _worker() -> int:
    try:
        return telling.send_due(walltime.now())
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_however_slow_the_texts_before_it_were_no_second_worker_sends_a_text_too(person, settings, monkeypatch):
    settings.CODE_SENDER = f"{senders.HERE}.Slow"
    monkeypatch.setattr(telling, "LEASE", timedelta(seconds=2.5 * senders.Slow.SECONDS))
    phones = [f"1990000000{n}" for n in range(1, 5)]
    for phone in phones:
        telling.plan(person(phone), KEY, about=CASE, now=walltime.now(), code="1")
    with ThreadPoolExecutor(2) as workers:
        first = workers.submit(_worker)
        ends = time.monotonic() + 30
        while not senders.begun().exists() or len(senders.begun().read_text("utf-8").split()) < len(phones):
            assert time.monotonic() < ends, "the first worker did not come to the last text"
            time.sleep(0.01)
        second = workers.submit(_worker)
        assert (first.result(30), second.result(30)) == (len(phones), 0)
    assert senders.phones() == phones


def test_a_worker_that_needed_longer_than_the_lease_does_not_put_off_what_another_has_taken(person, plan, clock):
    plan(person(senders.REFUSED))
    late = telling._take(clock.now, clock.now)
    clock.now += telling.LEASE
    assert telling._take(clock.now, clock.now) is not None
    telling._put_off(late, "number", clock.now)
    assert UntoldText.objects.get().next_at == clock.now + telling.LEASE


def test_an_erased_person_is_told_nothing_and_leaves_no_row(person, plan, clock, called_by):
    gone = person(senders.REFUSED)
    plan(gone)
    telling.send_due(clock.now)
    accounts.erase_person(gone, call=called_by(gone, kind=ActorKind.RESIDENT, reason="my wish"))
    assert not UntoldText.objects.exists()


def test_no_reason_a_number_or_a_providers_words_stand_in_a_row_or_in_the_log(person, plan, clock, caplog):
    plan(person(senders.STRANGE))
    with caplog.at_level(logging.INFO):
        telling.send_due(clock.now)
    row = UntoldText.objects.get()
    assert senders.STRANGE not in f"{row.reason} {row.parameters} {row.key}"
    assert [senders.STRANGE in record.getMessage() for record in caplog.records] == [False]
