"""What the law gives everybody of their own data (个人信息保护法 arts. 44-47): what is kept and why, a copy to take away or to print,
and having one report's words deleted.

Correcting is on the account's page, withdrawing and deleting everything in account.erase, explaining on each matter's page.
"""

from collections.abc import Callable
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
from yiwang.intake.reports import kept
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.claims import law
from yiwang.intake.reports.claims import queries as claims
from yiwang.intake.reports.claims.queries import ClaimView
from yiwang.intake.reports.facts import ReportForgotten
from yiwang.intake.reports.queries import ReportView
from yiwang.intake.reports.steps import private
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.files import queries as files
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps.accounts import ERASURE_GROUND
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.components.markup import moment_text
from yiwang.web.portal import case_words, room
from yiwang.web.portal.guards import residents_page
from yiwang.web.portal.looks import looks_of


@require_GET
@never_cache
@door("account.change_own")
@residents_page
def copy(request: HttpRequest) -> HttpResponse:
    """Everything the town keeps of the one who asks, as one JSON file: account, looks at the number, reports, their way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    answer = JsonResponse(_content(request, actor, _moment), json_dumps_params={"ensure_ascii": False, "indent": 2})
    day = walltime.town_day(request.call().now)  # type: ignore[attr-defined]
    answer["Content-Disposition"] = f'attachment; filename="yiwang-{day}.json"'
    return answer


@require_GET
@never_cache
@door("account.change_own")
@residents_page
def sheet(request: HttpRequest) -> HttpResponse:
    """The same copy to read, to print, or to keep as a PDF."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    content = _content(request, actor, _written_out)
    for told in content["reports"]:
        told["photos"] = [f"{address}?small=1" for address in told["photos"]]
        for part in (told, *told["handled_apart"]):
            part["spaced"] = numbers.spaced(part["number"])
    content["phone"] = room.spaced_phone(content["account"]["phone"])
    return render(request, "portal/copy.html", content)


@require_GET
@never_cache
@door("account.change_own")
@residents_page
def data(request: HttpRequest) -> HttpResponse:
    """What is kept, for what, on what ground, until when; and what one may ask for, each with its way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    kinds = [
        {
            "count": one.count,
            **{part: word(f"report.kept.{one.kind}.{part}", house.language()) for part in kept.PARTS},
        }
        for one in kept.kept_of(actor)
    ]
    days = law.answer_days(request.call().now)  # type: ignore[attr-defined]
    content = {"kinds": kinds, "telephone": room.telephone(), "days": days}
    return render(request, "portal/data.html", content)


Moment = Callable[[datetime | None], Any]


def _content(request: HttpRequest, actor: Actor, moment: Moment) -> dict[str, Any]:
    """All of it. `moment` says how a moment is written."""
    own, now = people.own_details(actor), request.call().now  # type: ignore[attr-defined]
    contacts = reports.own_contact_texts(actor)
    return {
        "made_at": moment(now),
        "account": {
            "phone": own.phone, "name": own.name, "language": own.language, "large_type": own.large_type,
        },
        "looks_at_my_number": [{**look, "at": moment(look["at"])} for look in looks_of(actor)],
        "claims": [_claim(one, moment) for one in claims.own(actor)],
        "reports": [
            {
                **_report(request, actor, told, moment), "other_contact": contacts.get(told.id, ""),
                "handled_apart": [
                    {"matter": row.text, **_case(actor, row, moment)} for row in _split_off(actor, told)
                ],
            }
            for told in reports.reports_of(actor, kept.ALL)
        ],
    }  # fmt: skip


def _claim(one: ClaimView, moment: Moment) -> dict[str, Any]:
    """What one asked about one's own data, and what was answered."""
    language = house.language()
    return {
        "kind": word(f"claim.kind.{one.kind}", language),
        "number": one.number,
        "words": one.words,
        "made_at": moment(one.made_at),
        "due_on": one.due_on.isoformat(),
        "outcome": word(f"claim.outcome.{one.outcome}", language) if one.outcome else "",
        "answer": one.answer,
        "answered_at": moment(one.answered_at),
    }


def _report(request: HttpRequest, actor: Actor, told: ReportView, moment: Moment) -> dict[str, Any]:
    return {
        "number": told.number,
        "by_me": told.reporter == actor.account_id,
        "happened_at": moment(told.happened_at),
        "received_at": moment(told.received_at),
        "title": told.title,
        "text": told.text,
        "place": told.place_text,
        "deletion_asked_at": moment(told.forget_asked_at),
        "photos": [
            request.build_absolute_uri(reverse("portal:own_photo", args=[told.number, one.sha256]))
            for one in files.files_of(actor, "case", told.case_id)
        ],
        **_case(actor, cases.case(actor, told.number).row, moment),
    }


def _split_off(actor: Actor, told: ReportView) -> list[CaseRow]:
    """Matters of the report that have a number of their own."""
    return list(cases.rows_of(actor, links.split_off(actor, told.case_id)).values())


def _case(actor: Actor, row: CaseRow, moment: Moment) -> dict[str, Any]:
    """How far a matter is and what was answered."""
    view = cases.case(actor, row.number)
    answer = case_words.answer_of(actor, view)
    return {
        "number": row.number,
        "state": case_words.own_plain(view.row),
        "answer": answer.text if answer and answer.stands else "",
        "answer_before_reopening": answer.text if answer and not answer.stands else "",
        "events": [
            {"at": moment(one["at"]), "what": one["title"], "who": one["who"], "text": one.get("text", "")}
            for one in case_words.story(actor, view)
        ],
    }


def _written_out(moment: datetime | None) -> str:
    """With its year: a paper is read years later."""
    return moment_text(moment, with_year=True) if moment else ""


def _moment(moment: datetime | None) -> str | None:
    return walltime.in_town(moment).isoformat(timespec="seconds") if moment else None


@require_http_methods(["GET", "POST"])
@never_cache
@door("report.forget")
@residents_page
def forget(request: HttpRequest, number: str) -> HttpResponse:
    """Delete one's words and photos of one report, after saying so once more; those of an open case when it has ended."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    told = reports.own_report(actor, number)
    if request.method == "GET" or request.POST.get("sure") != "on":
        errors = {"sure": _("请先勾选，表示您确定。")} if request.method == "POST" else {}
        content = {"told": told, "spaced": numbers.spaced(told.number), "errors": errors}
        return render(request, "portal/forget.html", content, status=422 if errors else 200)
    asked = request.call(reason=_("本人在网页上要求删除"))  # type: ignore[attr-defined]
    fact = private.forget_report(told.id, ground=ERASURE_GROUND, call=asked)
    done = "gone" if isinstance(fact, ReportForgotten) else "asked"
    return HttpResponseRedirect(f"{reverse('portal:me')}?{urlencode({'forgotten': done})}", status=303)
