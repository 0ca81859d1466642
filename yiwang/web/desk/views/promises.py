"""The promises of a year as those see them who keep the plan: which have no words, what was changed, and the forms to change one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor, Call
from yiwang.plan import queries as plans
from yiwang.plan import wording
from yiwang.plan.facts import Promise
from yiwang.plan.review import queries as review
from yiwang.plan.review import rules, steps
from yiwang.plan.reviewed import Reviewed
from yiwang.plan.rows import Draft
from yiwang.web.board import history
from yiwang.web.board import shown as board
from yiwang.web.desk import deeds
from yiwang.web.desk import plan as pages
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import plan as forms
from yiwang.web.desk.plan import Known
from yiwang.web.desk.room import actor_of, call_of, page
from yiwang.web.desk.views.plan import reviewer

EVERY, SILENT, EDITED = "all", "silent", "edited"
SHOWN = (EVERY, SILENT, EDITED)
"""Which promises are listed: all; those for which no words were confirmed; those that were changed on the page."""


@require_GET
@door("plan.review")
def listed(request: HttpRequest, year: int) -> HttpResponse:
    """The promises of a year with how many words of the plan were confirmed for each."""
    actor = reviewer(request, year)
    at_hand = pages.known(actor, year)
    shown = request.GET.get("show", "") if request.GET.get("show", "") in SHOWN else EVERY
    confirmed, proposed = _words(plans.drafts(actor, year))
    by_view = {
        EVERY: list(at_hand.promises.values()),
        SILENT: [one for one in at_hand.promises.values() if not confirmed.get(one.row)],
        EDITED: [one for one in at_hand.promises.values() if one.edited],
    }
    content = {
        **pages.frame(actor, year, "promises"),
        "views": [
            {"text": _VIEW_WORDS[one], "href": f"?show={one}", "current": one == shown, "count": len(by_view[one])}
            for one in SHOWN
        ],
        "columns": [
            {"key": key, "text": text}
            for key, text in (
                ("row", _("编号")), ("promise", _("任务")), ("owner", _("责任部门")), ("goal", _("要达到的数")),
                ("due", _("期限")), ("words", _("原文")), ("edited", _("页面上改过")),
            )
        ],
        "rows": [_row(one, at_hand, confirmed, proposed) for one in by_view[shown]],
    }  # fmt: skip
    return page(request, "desk/plan_promises.html", content)


_VIEW_WORDS = {
    EVERY: gettext_lazy("全部"),
    SILENT: gettext_lazy("没有确认的原文"),
    EDITED: gettext_lazy("页面上改过"),
}


def _words(drafts: tuple[Draft, ...]) -> tuple[dict[str, int], dict[str, int]]:
    """By row how many quotations were confirmed, and how many are only proposed."""
    confirmed: dict[str, int] = {}
    proposed: dict[str, int] = {}
    for one in drafts:
        for row in one.meant:
            confirmed[row] = confirmed.get(row, 0) + 1
        if one.state == Reviewed.UNREVIEWED:
            for row in one.rows:
                proposed[row] = proposed.get(row, 0) + 1
    return confirmed, proposed


def _row(one: Promise, at_hand: Known, confirmed: dict[str, int], proposed: dict[str, int]) -> dict[str, Any]:
    said = _("确认 %(n)s 处") % {"n": confirmed[one.row]} if confirmed.get(one.row) else ""
    maybe = _("待核对 %(n)s 处") % {"n": proposed[one.row]} if proposed.get(one.row) else ""
    return {
        "row": one.row,
        "promise": {"text": pages.text(one.promise), "href": pages.promise_address(at_hand.year, one.row)},
        "owner": at_hand.teams.get(one.owner, one.owner),
        "goal": pages.goal(one.goal),
        "due": board.day(one.due),
        "words": _("，").join(part for part in (said, maybe) if part) or _("没有"),
        "edited": _("、").join(pages.edited(one.edited)) or "—",
    }


# --- one promise -----------------------------------------------------------------------------------------------------

About = tuple[int, Promise, str]
"""The year, the promise, and the version of it that the form was made of."""


def _reword(about: About, given: dict[str, Any], call: Call) -> None:
    steps.reword(about[0], about[1].row, forms.wanted(given), reason=given["reason"], version=about[2], call=call)


def _retarget(about: About, given: dict[str, Any], call: Call) -> None:
    steps.retarget(
        about[0], about[1].row, given["goal"], document_number=given["document_number"], reason=given["reason"],
        version=about[2], call=call,
    )  # fmt: skip


DEEDS = {
    "reword": Deed("reword", "plan.reword", gettext_lazy("改措辞、责任部门、期限或依据"), forms.Reword, _reword),
    "retarget": Deed("retarget", "plan.retarget", gettext_lazy("凭文号改目标数"), forms.Retarget, _retarget),
}


@require_GET
@door("plan.review")
def show(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """One promise with its words, its history, and the forms to change it."""
    actor = reviewer(request, year)
    return _promise_page(request, year, _promise(actor, year, row))


def _promise(actor: Actor, year: int, row: str) -> Promise:
    found = plans.promises_of(actor, year).get(row)
    if found is None:
        raise NotFound
    return found


@require_POST
@door("plan.reword")
def reword(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """Other words, another owner or another day, with a reason."""
    return _act(request, year, row, DEEDS["reword"])


@require_POST
@door("plan.retarget")
def retarget(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """Another number to reach, with the number of the document that says so."""
    return _act(request, year, row, DEEDS["retarget"])


def _act(request: HttpRequest, year: int, row: str, deed: Deed) -> HttpResponse:
    actor = reviewer(request, year)
    one = _promise(actor, year, row)
    options = {"owner": pages.team_options(pages.known(actor, year))}
    about = (year, one, request.GET.get("seen", ""))
    asked = deeds.attempt(deed, about, request.POST, options, call_of(request))
    if asked is not None:
        return _promise_page(request, year, one, asked)
    if _promise(actor, year, row) == one:
        messages.info(request, _("和原来一样，没有改动。"))
    else:
        messages.success(request, _("已改，公开页面上写着新旧两种和理由或文号。"))
    return HttpResponseRedirect(pages.promise_address(year, row))


def _promise_page(request: HttpRequest, year: int, one: Promise, asked: Asked | None = None) -> HttpResponse:
    actor = actor_of(request)
    at_hand, where = pages.known(actor, year), plans.ground(actor, year)
    options = {"owner": pages.team_options(at_hand)}
    initial = {"reword": pages.promise_initial(one), "retarget": pages.goal_initial(one.goal)}
    seen = wording.version(one)
    shown = [
        deeds.shown(
            deed, actor, f"{reverse(f'desk:plan_{name}', args=[year, one.row])}?seen={seen}", options,
            asked=asked, where=where, **initial[name],
        )
        for name, deed in DEEDS.items()
    ]  # fmt: skip
    past = plans.wordings(actor, year, one.row)
    content = {
        **pages.frame(actor, year, "promises"),
        "row": one.row,
        "title": pages.text(one.promise),
        "item": at_hand.item(one.item),
        "facts": pages.facts(one, at_hand),
        "public": reverse("board:promise", args=[year, one.row]),
        "unfounded": history.unfounded(actor, year, one),
        "quotes": [pages.line(each, at_hand) for each in plans.drafts(actor, year, row=one.row)],
        "targets": [
            {"at": each.at, "before": pages.goal(each.before), "after": pages.goal(each.after), "number": each.document_number}
            for each in wording.target_changes(past)
        ],
        "past": [
            {"at": each.at, "text": pages.text(each.promise.promise), "owner": at_hand.teams.get(each.promise.owner, ""),
             "due": board.day(each.promise.due), "reason": each.reason}
            for each in past
        ],
        "deeds": [deed for deed in shown if deed],
    }  # fmt: skip
    return page(request, "desk/plan_promise.html", content, status=asked.status if asked else 200)


# --- a new one, made of published words ------------------------------------------------------------------------------


def _nothing(*_given: Any) -> None:
    """The step is called by _make."""


NEW = Deed("new", "plan.review", gettext_lazy("立一项新任务"), forms.NewPromise, _nothing)


@require_http_methods(["GET", "POST"])
@door("plan.review")
def new(request: HttpRequest, year: int) -> HttpResponse:
    """A new promise of the words that the address names; then its page."""
    actor = reviewer(request, year)
    drafts = _named(request, actor, year)
    if not drafts:
        messages.warning(request, _("没有选中还没核对的原文，没有改动。"))
        return HttpResponseRedirect(reverse("desk:plan", args=[year]))
    at_hand, asked = pages.known(actor, year), None
    options = {"owner": pages.team_options(at_hand)}
    if request.method == "POST":

        def run(about: None, given: dict[str, Any], call: Call) -> None:
            steps.make_promise(year, [one.draft_id for one in drafts], forms.wanted(given), given["goal"], call=call)

        deed = Deed(NEW.name, NEW.action, NEW.text, NEW.form, run)
        asked = deeds.attempt(deed, None, request.POST, options, call_of(request))
        if asked is None:
            messages.success(request, _("已立新任务，并确认了这些原文。"))
            row = review.draft(actor, year, drafts[0].draft_id).meant[0]
            return HttpResponseRedirect(pages.promise_address(year, row))
        asked = Asked(NEW, asked.form, asked.refusal, asked.status)
    address = f"{reverse('desk:plan_new', args=[year])}?{'&'.join(f'draft={one.draft_id}' for one in drafts)}"
    shown = deeds.shown(
        NEW, actor, address, options, asked=asked, where=plans.ground(actor, year), **_first_words(drafts, at_hand)
    )
    content = {
        **pages.frame(actor, year, "drafts"),
        "quotes": [pages.line(one, at_hand) for one in drafts],
        "deed": shown,
    }
    return page(request, "desk/plan_new.html", content, status=asked.status if asked else 200)


def _named(request: HttpRequest, actor: Actor, year: int) -> tuple[Draft, ...]:
    """The drafts that the address or the form names, as far as nobody has decided about them."""
    wanted = {*request.GET.getlist("draft"), *request.POST.getlist("pick")}
    every = review.listed(actor, year, view=review.UNREVIEWED) if wanted else ()
    return tuple(one for one in every if str(one.draft_id) in wanted)


def _first_words(drafts: tuple[Draft, ...], at_hand: Known) -> dict[str, Any]:
    """What the form holds at first: the words themselves, the day the year ends, the only figure, the item's usual owner."""
    owners = [one.owner for one in at_hand.promises.values() if one.item == drafts[0].item]
    goal = rules.goal_of([figure for one in drafts for figure in one.figures])
    return {
        "promise": "；".join(one.quote for one in drafts),
        "owner": max(owners, key=owners.count) if owners else "",
        "due": f"{at_hand.year}-12-31",
        "evidence": "signed",
        **pages.goal_initial(goal),
    }
