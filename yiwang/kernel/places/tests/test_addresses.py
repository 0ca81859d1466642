"""Addresses as people write them (R-305)."""

import pytest

from yiwang.kernel.places.addresses import Address, arabic, parse_address
from yiwang.kernel.places.problems import AddressUnreadable

COMMITTEES = ("新海一村", "新海二村", "红星", "长征", "跃进")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("新海路66弄2号楼301室", Address(road="新海路", lane="66", building="2", room="301")),
        ("上海市崇明区新海镇北沿公路1234号", Address(road="北沿公路", number="1234")),
        ("新海一村12号楼3单元502室", Address(committee="新海一村", building="12", unit="3", room="502")),
        ("星村公路88弄5号", Address(road="星村公路", lane="88", number="5")),
        ("红星五连", Address(committee="红星", company="5")),
        ("跃进农场第十二连队 7号", Address(committee="跃进", company="12", number="7")),
        ("红星2号河边", Address(committee="红星")),
        ("长征公路 １２ 号", Address(road="长征公路", number="12")),
    ],
)
def test_an_address_is_taken_apart(text, address):
    committees = () if address.committee == "" else COMMITTEES
    assert parse_address(text, committees) == address


def test_words_without_an_address_are_refused():
    with pytest.raises(AddressUnreadable):
        parse_address("垃圾没有人清理")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("五", "5"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("三十五", "35"),
        ("一百", "100"),
        ("１２", "12"),
        ("B", "B"),
    ],
)
def test_chinese_numbers_become_digits(text, number):
    assert arabic(text) == number
