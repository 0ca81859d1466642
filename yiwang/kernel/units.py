"""Units people in a town hall use, and the ones we store: fen and 元, m² and 亩, minutes. The unit stands in every name. Pure."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from yiwang.kernel.problems import BadField
from yiwang.kernel.wording import word

M2_PER_MU = Fraction(2000, 3)
"""市制土地面积单位: 15 亩 = 1 hectare = 10,000 m²."""

CENT = Decimal("0.01")


def yuan_text(amount_fen: int) -> str:
    """Money as people read it: 123450 fen is `1,234.50`. No currency sign; negative amounts keep their minus."""
    sign, fen = ("-" if amount_fen < 0 else ""), abs(amount_fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02}"


def fen_of_yuan(text: str) -> int:
    """Whole fen from `1,234.5`, `1234.50 元` or `¥12`. Raises BadField for anything else or for parts of a fen."""
    found = re.fullmatch(r"[¥¥]?\s*(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?\s*元?", text.strip(), re.ASCII)
    if found is None:
        raise BadField(field="amount_yuan", why=f"“{text}” ≠ 1,234.50")
    sign, yuan, fen = found.groups()
    total = int(yuan.replace(",", "")) * 100 + int((fen or "0").ljust(2, "0"))
    return -total if sign else total


def m2_of_mu(area_mu: Decimal) -> Decimal:
    """Square metres, to 0.01: 69.8 亩 are 46,533.33 m²."""
    return _rounded(Fraction(area_mu) * M2_PER_MU, CENT)


def mu_of_m2(area_m2: Decimal) -> Decimal:
    """亩, to 0.01: 46,533.33 m² are 69.80 亩."""
    return _rounded(Fraction(area_m2) / M2_PER_MU, CENT)


def minutes_text(minutes: int, language: str = "zh-Hans") -> str:
    """`3 小时 20 分钟`, `3 h 20 min`, `20 min`; the sign stands before the whole (`-3 h 20 min`)."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [word("duration.hours", language).format(hours=hours)] if hours else []
    if rest or not hours:
        parts.append(word("duration.minutes", language).format(minutes=rest))
    return ("-" if minutes < 0 else "") + " ".join(parts)


def _rounded(value: Fraction, step: Decimal) -> Decimal:
    """To the nearest step, halves away from zero, without passing through binary floats."""
    with localcontext() as context:
        context.prec = 50
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)
