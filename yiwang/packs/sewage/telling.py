"""An item of a plant's effluent in words: its mean of the day, by what limit it was judged, and what is wanted where it is open."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from yiwang.kernel.wording import word
from yiwang.packs.sewage.rules.effluent import ItemVerdict, Kept

SHOWN = Decimal("0.001")


def item_words(one: ItemVerdict, language: str) -> str:
    """One item that has a limit, with its mean and the limit (GB 18918-2002 table 1, R-041): both where it is not known which holds."""
    removed = one.removed_percent
    key = "open" if one.kept is Kept.OPEN else "above" if removed is None else "by-removal"
    return word(f"sewage.{key}", language).format(
        item=word(f"sewage.item.{one.item}", language),
        value=f"{one.value.quantize(SHOWN, ROUND_HALF_UP).normalize():f}",
        limits=limits_words(one),
        wanted=word(f"sewage.wanted.{one.wanted}", language) if one.wanted else "",
        removed="" if removed is None else f"{Decimal(removed.numerator) / removed.denominator:.1f}",
    )


def limits_words(one: ItemVerdict) -> str:
    """`50`, `5/8` where it is not known which holds, `6–9` for a range."""
    return ("–" if one.item == "ph" else "/").join(f"{limit:f}" for limit in one.limits)


def of_kind(items: Iterable[ItemVerdict], *kinds: Kept) -> list[ItemVerdict]:
    """The items of which this was found."""
    return [one for one in items if one.kept in kinds]
