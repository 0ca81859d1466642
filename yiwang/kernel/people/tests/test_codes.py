"""One-time codes as a resident meets them, with the database counting."""

import pytest

from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.models import Account, OneTimeCode
from yiwang.kernel.people.problems import AccountInactive, CodeNotSent, CodeSpent, TooManyCodes, WrongCode
from yiwang.kernel.people.steps import accounts, proving
from yiwang.kernel.people.tests import senders
from yiwang.kernel.wording import problem_text

pytestmark = pytest.mark.django_db
PHONE = "19900000001"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_first_confirmed_code_registers_a_resident_and_the_second_finds_the_same(send, outbox, visit, clock):
    sent = send("199 0000 0001")
    assert sent.phone_masked == "199****0001"
    first = proving.confirm_code(PHONE, outbox(PHONE), call=visit())
    clock.pass_(minutes=2)
    send(PHONE)
    second = proving.confirm_code(PHONE, outbox(PHONE), call=visit())
    assert first.account_id is not None
    assert second.account_id == first.account_id
    assert Account.objects.get().kind == "resident"


def test_a_code_is_used_once(send, outbox, visit):
    send(PHONE)
    assert proving.confirm_code(PHONE, outbox(PHONE), call=visit()).account_id
    assert isinstance(proving.confirm_code(PHONE, outbox(PHONE), call=visit()).refused, CodeSpent)


def test_a_code_expires_after_five_minutes(send, outbox, visit, clock):
    send(PHONE)
    clock.pass_(minutes=5)
    assert isinstance(proving.confirm_code(PHONE, outbox(PHONE), call=visit()).refused, CodeSpent)


def test_after_five_wrong_tries_even_the_right_code_is_refused(send, outbox, visit):
    send(PHONE)
    code = outbox(PHONE)
    answers = [proving.confirm_code(PHONE, wrong(code), call=visit()).refused for _ in range(5)]
    assert [type(answer) for answer in answers] == [WrongCode] * 4 + [CodeSpent]
    assert isinstance(proving.confirm_code(PHONE, code, call=visit()).refused, CodeSpent)
    assert not Account.objects.exists()


def test_a_phone_gets_one_code_a_minute_and_five_an_hour_and_others_are_not_held_up(send, clock):
    send(PHONE)
    with pytest.raises(TooManyCodes):
        send(PHONE)
    send("19900000002")
    for _ in range(4):
        clock.pass_(minutes=2)
        send(PHONE)
    clock.pass_(minutes=2)
    with pytest.raises(TooManyCodes) as refused:
        send(PHONE)
    assert refused.value.parameters == {"seconds": 50 * 60, "minutes": 50}
    clock.pass_(minutes=50)
    send(PHONE)


def test_a_phone_gets_ten_codes_a_day_however_slowly_they_are_asked_for(send, clock):
    for _ in range(10):
        send(PHONE)
        clock.pass_(hours=1)
    with pytest.raises(TooManyCodes) as refused:
        send(PHONE)
    assert refused.value.parameters == {"seconds": 14 * 3600, "minutes": 14 * 60}
    send("19900000002")
    clock.pass_(hours=14)
    send(PHONE)


def test_asking_for_a_code_answers_the_same_for_a_known_an_unknown_and_a_colleagues_phone(send, system, handler):
    accounts.register_resident("19900000003", call=system())
    answers = [send(phone) for phone in ("19900000003", "19900000004", "19900000001")]
    assert {answer.expires_at for answer in answers} == {answers[0].expires_at}
    assert [answer.phone_masked for answer in answers] == ["199****0003", "199****0004", "199****0001"]


def test_codes_of_yesterday_are_swept(send, clock):
    send(PHONE)
    clock.pass_(days=1, seconds=1)
    send("19900000002")
    assert OneTimeCode.objects.count() == 1


def test_a_closed_account_is_told_so(send, outbox, visit, system, clock):
    account_id = accounts.register_resident(PHONE, call=system()).account_id
    accounts.deactivate(account_id, call=system())
    send(PHONE)
    assert isinstance(proving.confirm_code(PHONE, outbox(PHONE), call=visit()).refused, AccountInactive)


def test_neither_the_phone_nor_the_code_stands_readable_in_the_database(send, outbox, visit):
    send(PHONE)
    code = outbox(PHONE)
    row = OneTimeCode.objects.values().get()
    proving.confirm_code(PHONE, code, call=visit())
    sequencer.sequence_once()
    written = repr([row, *Account.objects.values(), *journal.entries_after(0)])
    assert PHONE not in written
    assert f"'{code}'" not in written


def test_logging_in_leaves_no_trace_in_the_journal_but_the_first_registration(send, outbox, visit, clock):
    for _ in range(3):
        clock.pass_(minutes=2)
        send(PHONE)
        proving.confirm_code(PHONE, outbox(PHONE), call=visit())
    sequencer.sequence_once()
    assert [placed.entry.verb for placed in journal.entries_after(0)] == ["account.registered"]


@pytest.mark.parametrize("phone", [senders.REFUSED, senders.STRANGE])
def test_a_provider_that_does_not_take_the_code_is_told_in_plain_words_not_in_its_own(send, settings, phone):
    settings.CODE_SENDER = f"{senders.HERE}.Picky"
    with pytest.raises(CodeNotSent) as refused:
        send(phone)
    assert "12345" in problem_text(refused.value)["do"]
    assert "ILLEGAL" not in str(refused.value)


def test_a_sender_that_is_not_there_is_a_fault_of_ours_and_the_resident_hears_what_to_do(send, settings):
    settings.CODE_SENDER = "no.such.Sender"
    with pytest.raises(CodeNotSent):
        send(PHONE)
