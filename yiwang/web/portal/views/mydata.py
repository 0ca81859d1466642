"""What the law gives everybody of their own data (个人信息保护法 arts. 44-47): a copy to take away, and having one report's words deleted.

Seeing and correcting are on the account's page, withdrawing and deleting everything in account.erase.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.cases import links, numbers
from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseRow
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.facts import ReportForgotten
from yiwang.intake.reports.queries import ReportView
from yiwang.intake.reports.steps import private
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.files import queries as files
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import ERASURE_GROUND
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.web.portal import case_words
from yiwang.web.portal.looks import looks_of

ALL = 10_000
"""More reports than any person makes: a copy has all of them."""


@require_GET
@never_cache
@door("account.change_own")
def copy(request: HttpRequest) -> HttpResponse:
    """Everything the town keeps of the one who asks, as one JSON file: account, looks at the number, reports, their way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != ActorKind.RESIDENT:
        return HttpResponseRedirect("/desk/")
    own, now = people.own_details(actor), request.call().now  # type: ignore[attr-defined]
    contacts = reports.own_contact_texts(actor)
    content = {
        "made_at": _moment(now),
        "account": {
            "phone": own.phone, "name": own.name, "language": own.language, "large_type": own.large_type,
        },
        "looks_at_my_number": [{**look, "at": _moment(look["at"])} for look in looks_of(actor)],
        "reports": [
            {
                **_report(request, actor, told), "other_contact": contacts.get(told.id, ""),
                "handled_apart": [
                    {"matter": row.text, **_case(actor, row)} for row in _split_off(actor, told)
                ],
            }
            for told in reports.reports_of(actor, ALL)
        ],
    }  # fmt: skip
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="yiwang-{walltime.town_day(now)}.json"'
    return answer


def _report(request: HttpRequest, actor: Actor, told: ReportView) -> dict[str, Any]:
    return {
        "number": told.number,
        "by_me": told.reporter == actor.account_id,
        "happened_at": _moment(told.happened_at),
        "received_at": _moment(told.received_at),
        "title": told.title,
        "text": told.text,
        "place": told.place_text,
        "deletion_asked_at": _moment(told.forget_asked_at),
        "photos": [
            request.build_absolute_uri(reverse("portal:own_photo", args=[told.number, one.sha256]))
            for one in files.files_of(actor, "case", told.case_id)
        ],
        **_case(actor, cases.case(actor, told.number).row),
    }


def _split_off(actor: Actor, told: ReportView) -> list[CaseRow]:
    """Matters of the report that have a number of their own."""
    return list(cases.rows_of(actor, links.split_off(actor, told.case_id)).values())


def _case(actor: Actor, row: CaseRow) -> dict[str, Any]:
    """How far a matter is and what was answered."""
    view = cases.case(actor, row.number)
    answer = case_words.answer_of(actor, view)
    return {
        "number": row.number,
        "state": case_words.own_plain(view.row),
        "answer": answer.text if answer and answer.stands else "",
        "answer_before_reopening": answer.text if answer and not answer.stands else "",
        "events": [
            {"at": _moment(one["at"]), "what": one["title"], "who": one["who"], "text": one.get("text", "")}
            for one in case_words.story(actor, view)
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return walltime.in_town(moment).isoformat(timespec="seconds") if moment else None


@require_http_methods(["GET", "POST"])
@never_cache
@door("report.forget")
def forget(request: HttpRequest, number: str) -> HttpResponse:
    """Delete one's words and photos of one report, after saying so once more; those of an open case when it has ended."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != ActorKind.RESIDENT:
        return HttpResponseRedirect("/desk/")
    told = reports.own_report(actor, number)
    if request.method == "GET" or request.POST.get("sure") != "on":
        errors = {"sure": _("请先勾选，表示您确定。")} if request.method == "POST" else {}
        content = {"told": told, "spaced": numbers.spaced(told.number), "errors": errors}
        return render(request, "portal/forget.html", content, status=422 if errors else 200)
    asked = request.call(reason=_("本人在网页上要求删除"))  # type: ignore[attr-defined]
    fact = private.forget_report(told.id, ground=ERASURE_GROUND, call=asked)
    done = "gone" if isinstance(fact, ReportForgotten) else "asked"
    return HttpResponseRedirect(f"{reverse('portal:me')}?{urlencode({'forgotten': done})}", status=303)
