"""Addresses as people in the town write them (R-305): committee, road, lane, number, building, unit, room; farm company (连队)."""

import re
from dataclasses import dataclass, fields

from yiwang.kernel.places.problems import AddressUnreadable

_NUMBER = r"[0-9０-９一二三四五六七八九十百]+"
_ROAD = re.compile(r"(?P<road>[\u4e00-\u9fff]{1,8}?(?:公路|大道|路|街))")
_PARTS = {
    "lane": re.compile(rf"({_NUMBER})弄"),
    "building": re.compile(rf"({_NUMBER}|[A-Za-z])(?:号楼|幢|栋)"),
    "number": re.compile(rf"({_NUMBER})号(?!楼|河|线)"),
    "unit": re.compile(rf"({_NUMBER}|[A-Za-z])单元"),
    "room": re.compile(r"([0-9０-９]{2,4})室"),
}
_COMPANY = re.compile(rf"(?P<farm>[\u4e00-\u9fff]{{0,6}}?)(?:农场)?(?:第)?(?P<company>{_NUMBER})连(?:队)?(?!续|接|着)")
_LEAD = re.compile(r"^(?:上海市?)?(?:崇明[区县岛]?)?(?:新海镇)?")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of one address as text; numbers in ASCII digits, empty where nothing was said."""

    committee: str = ""
    road: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    farm: str = ""
    company: str = ""
    """The number of the farm company (连队), with `farm` the farm's name."""


def parse_address(text: str, committees: tuple[str, ...] = ()) -> Address:
    """Take an address apart; `committees` are the names to look for. What is not understood is left out.

    Raises AddressUnreadable when no part is found.
    """
    rest = _LEAD.sub("", re.sub(r"\s+", "", text))
    found = {"committee": next((name for name in sorted(committees, key=len, reverse=True) if name in rest), "")}
    rest = rest.replace(found["committee"], "", 1) if found["committee"] else rest
    company = _COMPANY.search(rest)
    if company:
        found["farm"], found["company"] = company["farm"], arabic(company["company"])
        rest = rest.replace(company[0], "", 1)
    road = _ROAD.search(rest)
    found["road"] = road["road"] if road else ""
    for name, pattern in _PARTS.items():
        hit = pattern.search(rest)
        found[name] = arabic(hit[1]) if hit else ""
    address = Address(**found)
    if not any(getattr(address, part.name) for part in fields(address)):
        raise AddressUnreadable(text=text)
    return address


def arabic(text: str) -> str:
    """A number in ASCII digits: full-width and Chinese ones up to 999 are turned; letters stay."""
    plain = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if not re.fullmatch(r"[一二三四五六七八九十百]+", plain):
        return plain
    hundreds, _, rest = plain.rpartition("百")
    tens, has_ten, ones = rest.rpartition("十")
    value = _DIGITS.get(hundreds, 1 if "百" in plain else 0) * 100
    value += (_DIGITS.get(tens, 1) if has_ten else 0) * 10 + _DIGITS.get(ones, 0)
    return str(value)
