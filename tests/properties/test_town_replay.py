"""The real modules' tables after real work: built again from the journal they are the same, also for people who were erased."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yiwang.kernel.journal import models, sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call
from yiwang.project import town

XINHAI = Path(__file__).resolve().parents[2] / "towns" / "xinhai"
CALL = Call(Actor(ActorKind.SYSTEM), datetime(2026, 3, 2, 4, 0, tzinfo=UTC), "command")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA_DIR = tmp_path


def register(phone: str, name: str) -> AccountId:
    return accounts.register_resident(phone, name=name, call=CALL).account_id


def test_the_loaded_town_is_what_its_journal_says():
    town.load(XINHAI, demonstration=True)
    sequencer.sequence_once()
    outcome = replay()
    assert outcome.differences == ()
    assert outcome.entries > 100
    assert {"account", "team", "place"} <= set(outcome.tables)


def test_an_erased_resident_is_as_blank_in_the_replay_as_in_the_town():
    erased, kept = register("19900000001", "王小明"), register("19900000002", "李小红")
    before = models.EntryPrivate.objects.count()
    own = Actor(ActorKind.RESIDENT, erased)
    accounts.erase_person(erased, call=replace(CALL, actor=own, reason="本人申请"))
    left = models.EntryPrivate.objects.values_list("entry__subject_id", flat=True)
    assert before > len(left)
    assert set(left) == {str(kept)}
    assert replay().differences == ()


def test_two_erased_residents_do_not_collide_in_the_replay():
    for account_id in (register("19900000001", "王小明"), register("19900000002", "李小红")):
        own = Actor(ActorKind.RESIDENT, account_id)
        accounts.erase_person(account_id, call=replace(CALL, actor=own, reason="本人申请"))
    assert not models.EntryPrivate.objects.exists()
    assert replay().differences == ()
