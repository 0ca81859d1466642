"""The app's codes: RFC 6238's own vectors, what fits when, and how a code may be typed."""

from datetime import UTC, datetime, timedelta

import pytest

from yiwang.kernel.people import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b(seconds, code):
    assert totp.code_at(SECRET, seconds // totp.STEP_S, digits=8) == code


@pytest.mark.parametrize(("seconds", "fits"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_a_code_fits_one_step_before_its_time_and_one_after(seconds, fits):
    begins = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    step = int(begins.timestamp()) // totp.STEP_S
    moment = begins + timedelta(seconds=seconds)
    assert (totp.step_of(SECRET, totp.code_at(SECRET, step), moment) == step) is fits


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("123 456", "123456"),
        ("１２３４５６", "123456"),
        ("ABCDE fgh23", "abcde-fgh23"),
        ("abcde-fgh23", "abcde-fgh23"),
        ("", "-"),
    ],
)
def test_a_code_is_read_however_it_was_typed(typed, compared):
    assert totp.typed(typed) == compared


def test_the_picture_says_town_person_and_secret_and_the_secret_can_be_typed():
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in totp.address(SECRET, "li.demo", "新海镇")
    assert totp.spoken(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
