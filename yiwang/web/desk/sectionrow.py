"""What the page of a section's register row shows beside the row: its water, by the district's sheet and as the town measured it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yiwang.kernel.terms import Actor
from yiwang.kernel.walltime import town_day
from yiwang.registers.declared import Register
from yiwang.web.surroundings import shown
from yiwang.web.surroundings.own import Own
from yiwang.web.surroundings.reading import SECTION, Waters


def water(actor: Actor, register: Register, key: str, now: datetime) -> dict[str, Any]:
    """For the template of a section (surroundings/section.html); nothing for a row of any other register, or one that no longer holds."""
    if register.code != SECTION:
        return {}
    waters = Waters(actor, town_day(now))
    months = waters.last(waters.months[-1]) if waters.months else ()
    for river in waters.rivers(months):
        for one in river.sections:
            if one.row.key == key:
                return {
                    "section": Own(actor, now).section(one) | {"rows": shown.month_rows(one)},
                    "river": {"text": river.name, "href": reverse("desk:river", args=[river.code])},
                    "finding_columns": shown.finding_columns(),
                    "month_columns": shown.month_columns(),
                    "source": shown.source_of_months(),
                }
    return {}
