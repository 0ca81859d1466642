"""Numbers that name a person are found as people type them, and other numbers of an office are not taken for them."""

import pytest

from yiwang.kernel.personal import is_identity_number, number_in

MOBILE, IDENTITY, NONE = "mobile", "identity", ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # as people write a mobile phone
        ("请联系19900000001", MOBILE),
        ("电话 199 0000 0001。", MOBILE),
        ("199-0000-0001", MOBILE),
        ("1990-000-0001", MOBILE),
        ("+86 19900000001", MOBILE),
        ("008619900000001", MOBILE),
        ("8619900000001", MOBILE),
        ("１９９００００００００１（陆）", NONE),  # twelve digits
        ("１９９０００００００１（陆）", MOBILE),
        ("微信同号：19900000001，晚上打", MOBILE),
        ("139\u200b0000\u200b0001", MOBILE),  # copied, with characters that show as nothing
        ("1\u20603\u206090000\u202c0001", MOBILE),
        # synthetic numbers that check
        ("身份证11010519491231002X", IDENTITY),
        ("310230194901010012", IDENTITY),
        ("310151 19991231 0028", IDENTITY),
        ("证号 11010519491231002x 已核", IDENTITY),
        # what is no number of a person
        ("310230194901010013", NONE),  # a wrong check character
        ("110105194913310020", NONE),  # no such day
        ("请拨打 12345 或 021-59640000", NONE),
        ("编号 XH20260402W0000125", NONE),
        ("2026-04-02 13:00 到 2026-04-03 17:00", NONE),
        ("121.3725, 31.8125", NONE),
        ("统一社会信用代码 91310151MA1JXX0X5X", NONE),
        ("部件编码 3101510211990000", NONE),
        ("费用 12800 元，长 1350 米", NONE),
        ("12900000001", NONE),  # 129 is no mobile network
        ("", NONE),
    ],
)
def test_a_text_holds_a_number_of_a_person_or_not(text, found):
    assert number_in(text) == found


@pytest.mark.parametrize("number", ["11010519491231002X", "310230194901010012", "310151199912310028"])
def test_identity_numbers_are_checked_by_gb_11643(number):
    assert is_identity_number(number)
    wrong = [number[:17] + other for other in "0123456789X" if other != number[17]]
    assert not any(is_identity_number(one) for one in wrong)
