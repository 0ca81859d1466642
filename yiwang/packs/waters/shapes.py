"""What the dated rules of this pack must look like: a limit that is missing or out of order is refused at load, with file and line."""

from itertools import pairwise
from typing import Any

from yiwang.kernel.params.loading import Shape
from yiwang.kernel.params.problems import MissingKey
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    choice,
    flag,
    listed,
    mapping,
    number,
    optional,
    positive,
    table,
    text,
    whole,
)
from yiwang.packs.waters.rules.blacksmelly import SMELLY_ITEMS
from yiwang.packs.waters.rules.items import CLASSES, ITEMS, WORST
from yiwang.packs.waters.rules.standard import Quality, Sense

ITEM = choice(*ITEMS)
_LIMITS = mapping(
    {
        **{str(sense): optional(listed(number)) for sense in Sense},
        "in_lakes": optional(listed(number)),
        "unit": optional(text),
    }
)
OF_A_RANGE, OF_CLASSES = 2, WORST - 1


def _item(node: Node) -> Row:
    """One row of table 1: five limits that never get stricter from class to class, or the two ends of a range."""
    row = _LIMITS(node)
    senses = [sense for sense in Sense if row[sense] is not None]
    if len(senses) != 1:
        raise node.refuse(MissingKey, key=" / ".join(Sense))
    for name in (senses[0], "in_lakes"):
        if row[name] is not None:
            _in_order(row.at(name), row[name], senses[0])
    return row


def _in_order(node: Node, limits: list[Any], sense: Sense) -> None:
    wanted = OF_A_RANGE if sense is Sense.WITHIN else OF_CLASSES
    sign = -1 if sense is Sense.AT_LEAST else 1
    if len(limits) != wanted or any(sign * later < sign * earlier for earlier, later in pairwise(limits)):
        raise node.wrong("[0.15, 0.5, 1.0, 1.5, 2.0]")


def _qualities(node: Node) -> Row:
    """Every class has exactly one word."""
    row = mapping({str(quality): listed(whole) for quality in Quality})(node)
    if sorted(number for numbers in row.values() for number in numbers) != list(CLASSES):
        raise node.wrong("excellent: [1, 2] … heavy: [6]")
    return row


LEVELS = mapping(dict.fromkeys(("light_below", "heavy_below", "light_above", "heavy_above"), optional(number)))
SHALLOW = {"shallow_below_cm": positive, "shallow_share_percent": positive, "shallow_not_clear_is_light": flag}

RULES = {
    "waters.surface-table": Shape(value=table(ITEM, _item)),
    "waters.surface-items": Shape(value=mapping({"counted": listed(ITEM), "apart_in_lakes": listed(ITEM)})),
    "waters.surface-saturation": Shape(
        unit=choice("mg/L"), value=mapping({"share_percent": positive, "numerator": number, "offset": number})
    ),
    "waters.surface-exceedance": Shape(
        value=mapping(
            {
                "without_multiple": listed(ITEM),
                "against_class": positive,
                "main_most": positive,
                "main_first": listed(ITEM),
            }
        )
    ),
    "waters.surface-detection": Shape(unit=choice("percent"), value=positive),
    "waters.quality-words": Shape(value=_qualities),
    "waters.quality-colours": Shape(value=mapping({str(quality): text for quality in Quality})),
    "waters.black-smelly-urban": Shape(value=mapping({**dict.fromkeys(SMELLY_ITEMS, LEVELS), **SHALLOW})),
    "waters.black-smelly-rural": Shape(
        value=mapping({**dict.fromkeys(SMELLY_ITEMS, optional(LEVELS)), **SHALLOW}),
    ),
    "waters.black-smelly-points": Shape(
        value=mapping(
            {
                **dict.fromkeys(("one_item_from", "several_items", "several_items_from", "points_in_a_row"), positive),
                **dict.fromkeys(("water_from", "points_least"), positive),
                "apart_m": listed(positive),
            }
        )
    ),
    "waters.black-smelly-elimination": Shape(unit=choice("percent"), value=positive),
    "waters.system-quality": Shape(
        unit=choice("percent"),
        value=mapping(
            dict.fromkeys(
                ("shares_from_sections", "good_class", "excellent_from", "good_from", "light_below", "medium_below"),
                positive,
            )
        ),
    ),
}
"""Every rule of `params/*.yaml` that the code of this pack names."""
