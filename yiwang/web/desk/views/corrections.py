"""A value that differs from the stored one: what is there, what came, and the decision of the keeper of the registers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yiwang.intake.sensing import queries, rules
from yiwang.intake.sensing.steps import correcting
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, Call
from yiwang.web.components.markup import moment_text
from yiwang.web.desk import deeds
from yiwang.web.desk.deeds import Deed
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import words
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import actor_of, call_of, page, said
from yiwang.web.desk.views.stationwords import columns_of, with_unit


class Decide(ActForm):
    reason = words(_("理由"), most=correcting.LONGEST_REASON, hint=_("例如：仪器校准后补传，和纸质记录一致。"))


def _accept(about: UUID, given: dict[str, Any], call: Call) -> None:
    correcting.accept(about, reason=given["reason"], call=call)


def _refuse(about: UUID, given: dict[str, Any], call: Call) -> None:
    correcting.refuse(about, reason=given["reason"], call=call)


DEEDS = {
    one.name: one
    for one in (
        Deed("accept", "reading.correct", gettext_lazy("以后来的值为准"), Decide, _accept),
        Deed("refuse", "reading.correct", gettext_lazy("仍以先入库的值为准"), Decide, _refuse),
    )
}


@require_http_methods(["GET", "POST"])
@door("station.read")
def decide(request: HttpRequest, apart: UUID) -> HttpResponse:
    """What differs, and for who may decide: which of the two values counts from now on."""
    actor, call, asked = actor_of(request), call_of(request), None
    found = queries.differing(actor, apart)
    if request.method == "POST":
        deed = DEEDS.get(request.GET.get("to", ""))
        if deed is None:
            raise NotFound
        permission.require(actor, deed.action, TOWN_WIDE)
        asked = deeds.attempt(deed, apart, request.POST, {}, call)
        if asked is None:
            messages.success(request, _("已经记下。更正以后，汇总和报警会重新计算。"))
            return HttpResponseRedirect(reverse("desk:station", args=[found.apart.station_code]))
    here = reverse("desk:station_differing", args=[apart])
    rows = [
        {"which": _("先入库的值"), "value": rules.told(*found.first), "flag": said(f"reading.flag.{found.first[1]}")},
        {"which": _("现在计入的值"), "value": rules.told(*found.now), "flag": said(f"reading.flag.{found.now[1]}")},
        {"which": _("后来的值"), "value": found.apart.value or None, "flag": said(f"reading.flag.{found.apart.flag}")},
    ]
    content = {
        "apart": found.apart,
        "name": station_name(queries.station(actor, found.apart.station_code)),
        "stream": with_unit(found.stream.description),
        "when": moment_text(found.apart.at, with_year=True),
        "rows": rows,
        "columns": columns_of(which=_("哪一个"), value=_("监测值"), flag=_("数据标记")),
        "answer": found.answer,
        "deeds": [] if found.answer else [
            {"name": one.name, "deed": shown}
            for one in DEEDS.values()
            if (shown := deeds.shown(one, actor, f"{here}?to={one.name}", {}, asked=asked))
        ],
    }  # fmt: skip
    return page(request, "desk/station_differing.html", content, status=asked.status if asked else 200)
