"""One phone, one account: also when two ask at once, and never an office by a code."""

import threading

import pytest
from django.db import connections

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.people.models import Account, OneTimeCode
from yiwang.kernel.people.problems import StaffByPassword, TooManyPasswords, WrongPassword
from yiwang.kernel.people.steps import accounts, proving
from yiwang.kernel.terms import VISITOR, Call


def visit():
    return Call(VISITOR, walltime.now(), "test")


@pytest.mark.django_db(transaction=True)
def test_first_reports_at_once_from_one_phone_are_all_taken():
    found, together = [], threading.Barrier(4)

    def leave_phone():
        try:
            together.wait()
            found.append(accounts.keep_contact("199 0000 0044", call=visit()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave_phone) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_passwords_guessed_all_at_once_are_counted_one_by_one():
    answers, together = [], threading.Barrier(12)

    def guess():
        try:
            together.wait()
            answers.append(type(proving.try_password("boss", "guess", call=visit()).refused))
        except TooManyPasswords:
            answers.append(TooManyPasswords)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (
        sorted(answer.__name__ for answer in answers) == [TooManyPasswords.__name__] * 4 + [WrongPassword.__name__] * 8
    )


@pytest.mark.django_db
def test_a_code_to_a_colleagues_phone_does_not_open_their_office(handler):
    phone = "19900000001"
    proving.request_code(phone, call=visit())
    row = OneTimeCode.objects.get()
    row.code_hash = secrecy.keyed_hash(f"{row.id}:123456")
    row.save()
    proof = proving.confirm_code(phone, "123456", call=visit())
    assert proof.account_id is None
    assert isinstance(proof.refused, StaffByPassword)
    assert Account.objects.filter(kind="resident").count() == 0
