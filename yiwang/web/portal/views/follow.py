"""Following a matter: by its number how far it is, by the link or log-in everything one said and what came of it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yiwang.cases import links, numbers
from yiwang.cases import queries as cases
from yiwang.cases.links import Lineage
from yiwang.cases.problems import CaseUnknown
from yiwang.cases.queries import PlainStatus
from yiwang.cases.reasons import REASONS, SATISFACTION, SOLVED
from yiwang.cases.steps import forward, sideways
from yiwang.intake.reports import queries as reports
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.files import queries as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.problems import BadField, NotFound, Problem
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, PlaceId
from yiwang.kernel.wording import problem_text, word
from yiwang.web import house
from yiwang.web.portal import case_words, reasons_told, room

NOT_FOR_REPORTERS = ("recheck-failed",)
MOST_WORDS = 1000


@require_GET
@door("case.follow")
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for a number. However it was typed it is tidied; a typing slip shows at once by the check digits."""
    given = request.GET.get("number", "")[:80].replace("\0", "")
    number = numbers.tidy(given)
    error = ""
    if "number" in request.GET:
        if numbers.is_number(number):
            try:
                cases.plain_status(request.actor, number)  # type: ignore[attr-defined]
            except CaseUnknown:
                error = _("没有这个编号的上报。请核对一遍；还是查不到，请拨打 %(phone)s。") % {
                    "phone": room.telephone()
                }
            else:
                return HttpResponseRedirect(reverse("portal:follow", args=[number]))
        elif not number:
            error = _("请填写编号。")
        elif numbers.PREFIX not in number:
            error = _("编号以 XH 开头，例如 XH 20260402 W00001 25。请照着当时给您的编号填。")
        else:
            error = _("编号输错了一位，或者没有输完。编号共 18 位，请从头核对一遍。")
    content = {"given": given, "errors": {"number": error} if error else {}, "telephone": room.telephone()}
    return render(request, "portal/look_up.html", content, status=422 if error else 200)


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks at which matter, and by what right: `reporter` is a visitor when only the number is known."""

    status: PlainStatus
    reporter: Actor
    token: str = ""

    @property
    def own(self) -> bool:
        """Whether this is the one who reported, so that words, photos and answers are shown."""
        return self.reporter.kind == ActorKind.RESIDENT and cases.may_read(self.reporter, self.status.case_id)


def _seen(request: HttpRequest, number: str, token: str) -> Seen:
    """Raises CaseUnknown, LinkUnknown. A link opens this one matter and nothing else of its account."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if token:
        reporter = reports.reporter_by_link(number, token)
        return Seen(cases.plain_status(actor, number), reporter, token)
    return Seen(cases.plain_status(actor, number), actor if actor.kind == ActorKind.RESIDENT else VISITOR)


@require_GET
@never_cache
@door("case.follow")
def follow(request: HttpRequest, number: str, token: str = "") -> HttpResponse:
    """How far a matter is. With the link's token or logged in as its reporter also the words, photos, answer and rating."""
    return _page(request, _seen(request, number, token))


def _page(request: HttpRequest, seen: Seen, refusal: Problem | None = None) -> HttpResponse:
    status, now = seen.status, request.call().now  # type: ignore[attr-defined]
    main = links.main_status(request.actor, status.number)  # type: ignore[attr-defined]
    content: dict[str, Any] = {
        "number": status.number,
        "spaced": numbers.spaced(status.number),
        "state": status.state,
        "plain": case_words.plain(status.state),
        "stages": case_words.progress(main[1] if main else status.state),
        "main": {"number": numbers.spaced(main[0]), "plain": case_words.plain(main[1])} if main else None,
        "stopped": status.state in case_words.STOPPED,
        "opened_at": status.opened_at,
        "changed_at": status.changed_at,
        "token": seen.token,
        "telephone": room.telephone(),
        "own": seen.own,
        "refusal": problem_text(refusal, house.language()) if refusal else None,
        "said": request.POST,
    }
    if seen.own:
        content |= _own_part(seen, now)
    return render(request, "portal/follow.html", content, status=refusal.status if refusal else 200)


def _own_part(seen: Seen, now: Any) -> dict[str, Any]:
    actor, view = seen.reporter, cases.case(seen.reporter, seen.status.number)
    found = reports.report_of_case(actor, view.row.id)
    told = found if found and found.case_id == view.row.id else None  # of what was split off, the words of that matter
    until, today = case_words.reopen_until(view), walltime.town_day(now)
    answer = case_words.answer_of(actor, view)
    return {
        "plain": case_words.own_plain(view.row),
        "mine": told is not None and not seen.token,
        "forget_asked": told is not None and told.forget_asked_at is not None,
        "text": told.text if told else view.row.text,
        "where": " · ".join(
            part
            for part in (
                room.place_words(actor, PlaceId(view.row.place_id) if view.row.place_id else None, view.row.point),
                told.place_text if told else "",
            )
            if part
        ),
        "photos": _photos(seen, Purpose.SCENE),
        "proofs": _photos(seen, Purpose.PROOF, answer.photos) if answer else [],
        "events": case_words.story(actor, view),
        "why": reasons_told.why(actor, view.row.number),
        "awaited": case_words.awaited(view, now),
        "answer": answer,
        "apart": _apart(seen, links.lineage_of(actor, view.row.id)),
        "declined": _declined(actor, view) if seen.status.state in case_words.STOPPED else None,
        "can_rate": view.snapshot.own_rating_open,
        "rated_by_phone": view.snapshot.rating_taken_by is not None,
        "reopen_until": walltime.day_begins(until) if until and today <= until else None,
        "too_late_since": until if until and today > until else None,
        "version": view.row.row_version,
        "solved": [(code, word(f"case.solved.{code}", house.language())) for code in SOLVED],
        "satisfaction": [(code, word(f"case.satisfaction.{code}", house.language())) for code in SATISFACTION],
        "grounds": [
            (code, word(f"case.reason.{code}", house.language()))
            for code in REASONS["reopen"]
            if code not in NOT_FOR_REPORTERS
        ],
    }


def _apart(seen: Seen, kin: Lineage) -> list[dict[str, Any]]:
    """One's other matters of the same report, each under a number of its own: how far they are, and where to look."""
    found = (*((kin.parent,) if kin.parent else ()), *kin.children)
    return [
        {
            "spaced": numbers.spaced(one.number),
            "title": one.title,
            "plain": case_words.plain(one.state),
            "href": reverse("portal:follow_by_link", args=[one.number, reports.link_token(one.number)])
            if seen.token
            else reverse("portal:follow", args=[one.number]),
        }
        for one in found
    ]


def _declined(actor: Actor, view: cases.CaseView) -> dict[str, str] | None:
    """Why the town did not take it on, and where to go."""
    for one in reversed(cases.timeline(actor, view.row.id)):
        if one.verb in ("case.declined", "case.dismissed", "case.voided"):
            return {
                "why": word(f"case.reason.{one.fact.reason_code}", house.language()),
                "explanation": one.fact.explanation,
                "go": case_words.where_to_go(one.fact.reason_code, getattr(one.fact, "passed_to", "")),
            }
    return None


def _photos(seen: Seen, purpose: Purpose, only: frozenset[str] | None = None) -> list[dict[str, str]]:
    """The photos of one purpose, all or `only` those of these hashes."""
    shown = files.files_of(seen.reporter, "case", seen.status.case_id, purpose)
    addresses = [
        reverse("portal:own_photo", args=[seen.status.number, file.sha256])
        for file in shown
        if file.width and (only is None or file.sha256 in only)
    ]
    return [
        {
            "url": f"{address}?{urlencode({'t': seen.token})}",
            "small": f"{address}?{urlencode({'t': seen.token, 'small': 1})}",
            "text": _("照片"),
        }
        for address in addresses
    ]


@require_GET
@door("case.follow")
def photo(request: HttpRequest, number: str, sha256: str) -> HttpResponseBase:
    """One photo of a matter for the one who reported it. Raises NotFound for any other file of the same account."""
    seen = _seen(request, number, request.GET.get("t", ""))
    hung = {file.sha256 for file in files.files_of(seen.reporter, "case", seen.status.case_id)} if seen.own else set()
    if sha256 not in hung:
        raise NotFound
    opened = files.open_for(seen.reporter, sha256, thumbnail="small" in request.GET)
    return room.sent(opened)


@require_GET
@never_cache
@door("case.follow")
def sheet(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """The matter on paper, for the link's holder."""
    seen = _seen(request, number, token)
    content = {
        "number": seen.status.number,
        "spaced": numbers.spaced(seen.status.number),
        "plain": case_words.plain(seen.status.state),
        "opened_at": seen.status.opened_at,
        "own": seen.own,
        "link": request.build_absolute_uri(reverse("portal:follow_by_link", args=[seen.status.number, token])),
        "telephone": room.telephone(),
    }
    if seen.own:
        content |= _own_part(seen, request.call().now)  # type: ignore[attr-defined]
    return render(request, "portal/sheet.html", content)


# --- what the one who reported can do ---------------------------------------------------------------------------------


@require_POST
@door("case.follow")
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Stage 7: solved or not, satisfied or not, and words if one likes."""
    seen, call = _acting(request, number)
    sent = request.POST
    try:
        if not (sent.get("solved") and sent.get("satisfaction")):
            raise BadField(field=_("评价"), why=_("请选一项。"))
        forward.rate(
            seen.status.case_id,
            solved=sent.get("solved", ""),
            satisfaction=sent.get("satisfaction", ""),
            words=sent.get("words", "")[:MOST_WORDS],
            call=call,
        )
    except Problem as refusal:
        return _page(request, seen, refusal)
    return _back(seen)


@require_POST
@door("case.follow")
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Closed but not mended: back to the department, with the reason."""
    seen, call = _acting(request, number)
    sent = request.POST
    try:
        sideways.reopen(
            seen.status.case_id, ground=sent.get("ground", ""), words=sent.get("words", "")[:MOST_WORDS], call=call
        )
    except Problem as refusal:
        return _page(request, seen, refusal)
    return _back(seen)


def _acting(request: HttpRequest, number: str) -> tuple[Seen, Call]:
    """The one who reported, acting on this one matter. Raises CaseUnknown for everybody else."""
    seen = _seen(request, number, request.POST.get("token", ""))
    if not seen.own:
        raise CaseUnknown(number=number)
    return seen, replace(request.call(), actor=seen.reporter)  # type: ignore[attr-defined]


def _back(seen: Seen) -> HttpResponse:
    name, given = (
        ("follow_by_link", [seen.status.number, seen.token]) if seen.token else ("follow", [seen.status.number])
    )
    return HttpResponseRedirect(reverse(f"portal:{name}", args=given), status=303)
