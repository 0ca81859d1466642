"""What the dated rules of this pack must look like: a table with a hole in it is refused at load, with file and line."""

from itertools import pairwise
from typing import Any

from yiwang.kernel.params.loading import Shape
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
    whole,
)
from yiwang.packs.environment.rules.air import ITEMS, Grade, Zone

POINTS = (
    *("so2_day", "so2_hour", "no2_day", "no2_hour", "co_day", "co_hour"),
    *("o3_8h", "o3_hour", "pm10_day", "pm25_day"),
)
ITEM, POINT = choice(*ITEMS), choice(*POINTS)


def rising(node: Node) -> list[Any]:
    """Numbers from zero upwards."""
    points = listed(number)(node)
    if points[0] != 0 or any(later <= earlier for earlier, later in pairwise(points)):
        raise node.wrong("[0, 35, 75, 115, 150, 250, 350, 500]")
    return points


def _breakpoints(node: Node) -> Row:
    """As many points as the scale, or fewer where `beyond` says what comes after."""
    beyond = optional(table(POINT, whole), {})
    row = mapping({"scale": rising, **dict.fromkeys(POINTS, rising), "beyond": beyond})(node)
    for point in POINTS:
        if len(row[point]) != len(row["scale"]) and (len(row[point]) > len(row["scale"]) or point not in row["beyond"]):
            raise row.at(point).wrong(f"{len(row['scale'])} numbers, or beyond: {{{point}: 200}}")
    return row


REPORT = mapping(
    {
        "daily": table(ITEM, POINT),
        "hourly": table(ITEM, POINT),
        "decimals": optional(table(ITEM, whole)),
        "moving_24h_in_hourly": optional(listed(ITEM)),
        "lowest": whole,
        "primary_above": positive,
        "names_exceeding": optional(flag),
        "published_partial_above": optional(positive),
    }
)
GRADE = mapping({"up_to": positive, "rgb": listed(whole)})
PERIODS = mapping(dict.fromkeys(("year", "day", "8_hours", "hour"), optional(number)))
ZONES = mapping({str(zone): optional(PERIODS) for zone in Zone})
MG = choice("mg/m³")
STACK_AND_FENCE = mapping({"stack": optional(number), "fence": optional(number)})
KINDS = mapping({"ordinary": number, "special": number})

RULES = {
    "environment.iaqi": Shape(unit=choice("µg/m³"), value=_breakpoints),
    "environment.aqi-report": Shape(value=REPORT),
    "environment.aqi-grades": Shape(value=mapping({str(grade): GRADE for grade in Grade})),
    "environment.ambient-limits": Shape(unit=choice("µg/m³"), value=table(ITEM, ZONES)),
    "environment.station-day-complete": Shape(unit=choice("%"), value=positive),
    "environment.air-validity": Shape(
        unit=choice("hour"), value=mapping({"hours_of_day": positive, "hours_of_eight": positive})
    ),
    "environment.site-dust": Shape(
        unit=MG,
        value=mapping(
            {"means_in_a_day": positive, "at_most": listed(mapping({"limit": number, "times": whole}))},
        ),
    ),
    "environment.site-noise": Shape(
        unit=choice("dB(A)"),
        value=mapping(
            {
                **dict.fromkeys(("day", "night", "night_maximum_over", "day_from_hour", "night_from_hour"), positive),
                "corrections": listed(mapping({"up_to": positive, "db": positive})),
            }
        ),
    ),
    "environment.nmhc-in-plant": Shape(unit=MG, value=mapping({"hour": KINDS, "any": KINDS})),
    "environment.particulates": Shape(unit=MG, value=STACK_AND_FENCE),
    "environment.nmhc-national": Shape(unit=MG, value=STACK_AND_FENCE),
    "environment.nmhc-shanghai": Shape(unit=MG, value=STACK_AND_FENCE),
}
"""Every rule of `params/*.yaml` that the code of this pack names."""
