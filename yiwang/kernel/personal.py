"""Numbers that name a person, found in what somebody wrote: mainland mobile phones and identity numbers (R-302). Pure.

It finds numbers as people type them. It does not find names, addresses, land lines, the fifteen digits of identity
numbers before 1999, or digits written as words: those are left to whoever writes.
"""

import re
import unicodedata
from datetime import date

from yiwang.kernel.keeping import INVISIBLE

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: the weights of the first 17 digits."""
CHECKS = "10X98765432"
"""GB 11643: the last character, by the weighted sum modulo 11."""

_GAP = r"[ .·\-‐-―]?"
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(?:1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{4}})(?!\d)"
)
_IDENTITY = re.compile(rf"(?<!\d)\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx](?![\dA-Za-z])")

_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")


def number_in(text: str) -> str:
    """What kind of number of a person the text holds: `mobile` or `identity`; empty for neither."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if any(is_identity_number(re.sub(r"[^\dXx]", "", found)) for found in _IDENTITY.findall(plain)):
        return "identity"
    return "mobile" if _MOBILE.search(plain) else ""


def masked(text: str) -> str:
    """The text with every mobile phone as R-303 shows it and everything of an identity number's form as stars.

    For logs: it rather hides too much. Full-width digits come back as plain ones, and characters that show as nothing not at all.
    """
    return _MOBILE.sub(_mobile_masked, _IDENTITY.sub("*" * 18, INVISIBLE.sub("", text.translate(_FULL_WIDTH))))


def _mobile_masked(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found.group())[-11:]
    return f"{digits[:3]}****{digits[-4:]}"


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number: a day of birth there was, and the check character of GB 11643."""
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True)) % 11
    return CHECKS[rest] == number[17].upper()
