"""Rows that were recorded under an older declaration of their register, for who keeps it: which, in what field, and why."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.terms import Actor
from yiwang.registers import queries
from yiwang.registers.declared import Register
from yiwang.registers.fitting import REMOVED
from yiwang.registers.queries import UnfitRow
from yiwang.registers.speaking import Speaker
from yiwang.web import house
from yiwang.web.desk import registermap
from yiwang.web.desk.room import actor_of, page, said

VIEW = "unfit"
"""How the address of a register's list asks for them."""
MOST = 200
"""So many rows are listed; those after them appear as these are put right."""


def told(actor: Actor, register: Register, on: date) -> dict[str, Any]:
    """How many there are and where they stand; nothing for who does not keep the register."""
    if not queries.may_write(actor, register):
        return {}
    address = f"{reverse('desk:register', args=[register.code])}?view={VIEW}"
    return {"count": queries.unfit_count(actor, register.code, on=on), "href": address}


def shown(request: HttpRequest, register: Register, on: date) -> HttpResponse:
    """The page that lists them. Raises NotAllowed for who does not keep the register."""
    actor = actor_of(request)
    found = queries.unfit(actor, register.code, on=on)
    speak = Speaker(actor, register, house.language())
    content = {
        "name": register.name["en" if house.language().startswith("en") else "zh-Hans"],
        "href": reverse("desk:register", args=[register.code]),
        "columns": [{"key": "row", "text": _("行")}, {"key": "why", "text": _("哪一项、为什么")}],
        "lines": [_line(register, one, speak) for one in found[:MOST]],
        "total": len(found),
        "more": max(0, len(found) - MOST),
    }
    return page(request, "desk/register_unfit.html", content)


def _line(register: Register, unfit: UnfitRow, speak: Speaker) -> dict[str, Any]:
    row = unfit.row
    words = speak.row(row.values, row.measures) | speak.removed(row.values, row.measures)
    tongue = "en" if house.language().startswith("en") else "zh-Hans"
    parts = []
    for one in unfit.misfits:
        name = register.field(one.field).name[tongue] if one.field and one.why != REMOVED else one.field
        parts.append(
            " ".join(part for part in (name, words.get(one.field, ""), said(f"register.unfit.{one.why}")) if part)
        )
    title = registermap.title_of(register, row, speak.row(row.values, row.measures))
    href = reverse("desk:register_row", args=[register.code, row.key])
    return {"row": {"text": title, "href": href}, "why": _("；").join(parts)}
