"""What stands in the contact cell of a sheet: a number that can be dialled, and whatever else somebody wrote beside it."""

import re
import unicodedata
from dataclasses import dataclass

from yiwang.kernel.people import rules
from yiwang.kernel.people.problems import BadPhone

_GAP = r"[\s\-‐-―.·]?"
_MOBILE = rf"(?:(?:\+|00)?86{_GAP})?1\d(?:\d{_GAP}\d{{4}}|\d\d{_GAP}\d{{3}}){_GAP}\d{{4}}"
_LAND_LINE = rf"\(?0\d{{2,3}}\)?{_GAP}\d{{3,4}}{_GAP}\d{{4}}"
_NUMBER = re.compile(rf"(?<!\d)(?:{_MOBILE}|{_LAND_LINE})(?!\d)")
_AS_DECIMAL = re.compile(r"(?<=\d)\.0$")
"""So programs write a number that they took for a quantity."""


@dataclass(frozen=True, slots=True)
class Contact:
    """`phone`: digits that can be dialled, or empty. `text`: the whole cell, when it holds anything but that number."""

    phone: str
    text: str


def read_contact(cell: str) -> Contact:
    """The first number in a contact cell that the town could call: mobile, or land line with its area code.

    "无", a number that is too short, and an extension are nobody's fault and must not keep a message out: they are text.
    """
    plain = _AS_DECIMAL.sub("", unicodedata.normalize("NFKC", cell).strip())
    for found in _NUMBER.finditer(plain):
        try:
            return Contact(rules.phone(found[0]), "" if found[0] == plain else cell.strip())
        except BadPhone:
            continue  # looks like a number; the town's own rule says whether it is one
    return Contact("", cell.strip())
