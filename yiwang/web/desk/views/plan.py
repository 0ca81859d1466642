"""The review of a published plan: its words as a list, one of them with what may be decided, many at once, and taken back."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import Actor, Call
from yiwang.plan import queries as plans
from yiwang.plan.review import queries as review
from yiwang.plan.review import steps
from yiwang.plan.review.facts import Confirmed
from yiwang.plan.reviewed import Reviewed
from yiwang.plan.rows import Draft
from yiwang.web.desk import deeds
from yiwang.web.desk import plan as pages
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import plan as forms
from yiwang.web.desk.plan import Known, frame
from yiwang.web.desk.room import actor_of, by_htmx, call_of, page

REVIEW = "plan.review"
MOST = 1000
"""So many drafts are decided at once at most."""
MOST_IN_ONE = 20
"""So many drafts are merged in one new promise at most: their names stand in the address."""


def reviewer(request: HttpRequest, year: int) -> Actor:
    """Who asks, if they review this year's plan. Raises NotAllowed, NotFound."""
    actor = actor_of(request)
    if not plans.may_review(actor, year):
        raise NotAllowed(action=REVIEW)
    return actor


@require_GET
@door(REVIEW)
def latest(request: HttpRequest) -> HttpResponse:
    """The review of the latest year that has a document; of the latest year where none has."""
    actor = actor_of(request)
    every = plans.plans(actor)
    if not every:
        return page(request, "desk/plan_none.html")
    year = next((one.year for one in every if one.sha256), every[0].year)
    reviewer(request, year)
    return HttpResponseRedirect(reverse("desk:plan", args=[year]))


@require_GET
@door(REVIEW)
def listed(request: HttpRequest, year: int) -> HttpResponse:
    """The words of the year's document that seem to promise something, narrowed as the address says."""
    actor = reviewer(request, year)
    card = plans.plan(actor, year)
    if card.carried_over and any(one.year == card.of_year for one in plans.plans(actor)):
        messages.info(
            request,
            _("%(year)s 年沿用的是 %(of_year)s 年的要点，原文在这里核对。") % {"year": year, "of_year": card.of_year},
        )
        return HttpResponseRedirect(reverse("desk:plan", args=[card.of_year]))
    shown, at_hand = pages.asked(request.GET), pages.known(actor, year)
    found = review.listed(actor, year, view=shown.view, item=shown.item, text=shown.text)
    last = max(1, -(-len(found) // pages.PAGE))
    at = min(shown.page, last)
    counted = review.counts(actor, year)
    done = request.GET.get("done", "")
    content = {
        **frame(actor, year, "drafts"),
        "shown": shown,
        "progress": pages.progress(review.progress(actor, year)),
        "views": pages.views(shown, counted),
        "any": counted[review.EVERYTHING],
        "sure": counted[review.SURE],
        "items": [(str(no), at_hand.item(no)) for no in at_hand.items],
        "item": "" if shown.item is None else str(shown.item),
        "rows": [pages.line(one, at_hand) for one in found[(at - 1) * pages.PAGE : at * pages.PAGE]],
        "narrowed": bool(shown.text) or shown.item is not None,
        "total": len(found),
        "previous": f"?{shown.query(page=at - 1)}" if at > 1 else "",
        "next": f"?{shown.query(page=at + 1)}" if at < last else "",
        "range": _("第 %(page)s 页，共 %(pages)s 页") % {"page": at, "pages": last},
        "query": shown.query(page=at),
        "undo": reverse("desk:plan_undo", args=[year, int(done)]) if done.isdecimal() and len(done) < 18 else "",
        "promises": pages.promise_options(at_hand),
        "why_not": [(code, text) for code, text in forms.WHY_NOT.items()],
    }
    return page(request, "desk/plan.html", content)


# --- many at once ----------------------------------------------------------------------------------------------------


@require_POST
@door(REVIEW)
def together(request: HttpRequest, year: int, act: str) -> HttpResponse:
    """Decide about many drafts at once: confirm as matched, confirm all that are surely matched, merge in one promise, dismiss."""
    actor = reviewer(request, year)
    if act not in (*TOGETHER, "new"):
        raise NotFound
    picked = _picked(request, actor, year) if act != "sure" else review.listed(actor, year, view=review.SURE)
    if not picked:
        messages.warning(request, _("没有选中还没核对的原文，没有改动。"))
        return _back(request, year)
    if act == "new":
        named = "&".join(f"draft={one.draft_id}" for one in picked[:MOST_IN_ONE])
        return HttpResponseRedirect(f"{reverse('desk:plan_new', args=[year])}?{named}")
    refusal, done = TOGETHER[act](request, year, picked)
    if refusal:
        messages.warning(request, refusal)
        return _back(request, year)
    messages.success(request, _("已核对 %(n)s 处。") % {"n": len(done)})
    left = len(picked) - len(done)
    if left:
        messages.warning(request, _("%(n)s 处没有改动：没有对上任务，或者刚才已经有人核对。") % {"n": left})
    entry = review.draft(actor, year, done[0]).entry
    return _back(request, year, done=entry)


def _picked(request: HttpRequest, actor: Actor, year: int) -> tuple[Draft, ...]:
    """The picked drafts that nobody has decided about."""
    wanted = set(request.POST.getlist("pick")[:MOST])
    every = review.listed(actor, year, view=review.UNREVIEWED) if wanted else ()
    return tuple(one for one in every if str(one.draft_id) in wanted)


def _back(request: HttpRequest, year: int, done: int | None = None) -> HttpResponse:
    """To the list as it was narrowed; with `done` it offers to take that entry's decisions back."""
    shown = pages.asked(request.GET)
    return HttpResponseRedirect(f"{reverse('desk:plan', args=[year])}?{shown.query(done=done)}")


Done = tuple[str, list[UUID]]


def _as_matched(request: HttpRequest, year: int, picked: tuple[Draft, ...]) -> Done:
    chosen = [Confirmed(one.draft_id, one.rows[:1]) for one in picked if one.rows]
    if not chosen:
        return _("选中的原文都没有对上任务，请逐一打开选择。"), []
    return "", [one.draft_id for one in steps.confirm(year, chosen, call=call_of(request)).confirmed]


def _merged(request: HttpRequest, year: int, picked: tuple[Draft, ...]) -> Done:
    row = request.POST.get("row", "")
    if not row:
        return _("没有选任务，没有改动。"), []
    chosen = [Confirmed(one.draft_id, (row,)) for one in picked]
    return "", [one.draft_id for one in steps.confirm(year, chosen, call=call_of(request)).confirmed]


def _dismissed(request: HttpRequest, year: int, picked: tuple[Draft, ...]) -> Done:
    form = forms.DismissDraft(request.POST)
    if not form.is_valid():
        return _("没有写明为什么不是承诺，没有改动。"), []
    reason = forms.why_not(form.cleaned_data)
    fact = steps.dismiss(year, [one.draft_id for one in picked], reason=reason, call=call_of(request))
    return "", list(fact.drafts)


TOGETHER: Mapping[str, Callable[[HttpRequest, int, tuple[Draft, ...]], Done]] = {
    "confirm": _as_matched,
    "sure": _as_matched,
    "merge": _merged,
    "dismiss": _dismissed,
}


@require_POST
@door(REVIEW)
def undo(request: HttpRequest, year: int, entry: int) -> HttpResponse:
    """Take back what one journal entry decided, as far as nobody has decided anew."""
    actor = reviewer(request, year)
    drafts = review.decided_by(actor, year, entry)
    if drafts:
        steps.reopen(year, list(drafts), call=call_of(request))
        messages.success(request, _("已取回 %(n)s 处，可以重新核对。") % {"n": len(drafts)})
    else:
        messages.warning(request, _("没有可以取回的，没有改动。"))
    address = reverse("desk:plan", args=[year])
    if by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


# --- one draft -------------------------------------------------------------------------------------------------------

About = tuple[int, Draft]


def _confirm(about: About, given: dict[str, Any], call: Call) -> None:
    rows = tuple(dict.fromkeys(one for one in (*given["rows"], given["other"]) if one))
    steps.confirm(about[0], [Confirmed(about[1].draft_id, rows)], call=call)


def _dismiss(about: About, given: dict[str, Any], call: Call) -> None:
    steps.dismiss(about[0], [about[1].draft_id], reason=forms.why_not(given), call=call)


def _split(about: About, given: dict[str, Any], call: Call) -> None:
    steps.split(about[0], about[1].draft_id, given["pieces"].splitlines(), call=call)


def _reopen(about: About, given: dict[str, Any], call: Call) -> None:
    steps.reopen(about[0], [about[1].draft_id], call=call)


DEEDS = {
    "confirm": Deed("confirm", REVIEW, gettext_lazy("确认这处原文说的任务"), forms.ConfirmDraft, _confirm),
    "dismiss": Deed("dismiss", REVIEW, gettext_lazy("不是承诺"), forms.DismissDraft, _dismiss),
    "split": Deed("split", REVIEW, gettext_lazy("拆成几处"), forms.SplitDraft, _split),
    "reopen": Deed("reopen", REVIEW, gettext_lazy("取回重核"), forms.Reopen, _reopen, danger=True),
}
OFFERED = {
    Reviewed.UNREVIEWED: ("confirm", "dismiss", "split"),
    Reviewed.CONFIRMED: ("reopen",),
    Reviewed.DISMISSED: ("reopen",),
    Reviewed.SPLIT: ("reopen",),
}


@require_GET
@door(REVIEW)
def draft(request: HttpRequest, year: int, draft_id: UUID) -> HttpResponse:
    """One draft: its words where they stand, what they seem to mean, and what may be decided."""
    actor = reviewer(request, year)
    return _draft_page(request, year, review.draft(actor, year, draft_id))


@require_POST
@door(REVIEW)
def draft_act(request: HttpRequest, year: int, draft_id: UUID, act: str) -> HttpResponse:
    """Decide about one draft; then its line in the list, or the next draft that nobody has decided about."""
    actor = reviewer(request, year)
    one = review.draft(actor, year, draft_id)
    if act not in DEEDS:
        raise NotFound
    deed = DEEDS[act]
    asked = deeds.attempt(deed, (year, one), request.POST, _options(pages.known(actor, year), one), call_of(request))
    if by_htmx(request):
        return _row_again(request, year, draft_id, asked)
    if asked is not None:
        return _draft_page(request, year, one, asked)
    messages.success(request, _("已办：%(act)s") % {"act": deed.text})
    if act in ("reopen", "split"):
        return HttpResponseRedirect(pages.draft_address(year, draft_id))
    following = review.neighbours(actor, year, one).open
    return HttpResponseRedirect(
        pages.draft_address(year, following) if following else reverse("desk:plan", args=[year])
    )


def _row_again(request: HttpRequest, year: int, draft_id: UUID, asked: Asked | None) -> HttpResponse:
    """The draft's line as it is now, in its place in the list, with what refused the act if anything did; and the progress."""
    actor = actor_of(request)
    content = {
        "line": pages.line(review.draft(actor, year, draft_id), pages.known(actor, year)),
        "progress": pages.progress(review.progress(actor, year)),
        "refusal": asked.refusal if asked else None,
        "swapped": True,
    }
    return render(request, "desk/plan_row.html", content)


def _options(at_hand: Known, one: Draft) -> dict[str, list[dict[str, str]]]:
    return {
        "rows": pages.tick_options(at_hand, one.item, one.rows),
        "other": pages.promise_options(at_hand, without=one.item),
    }


def _draft_page(request: HttpRequest, year: int, one: Draft, asked: Asked | None = None) -> HttpResponse:
    actor = actor_of(request)
    at_hand, where = pages.known(actor, year), plans.ground(actor, year)
    initial: dict[str, dict[str, Any]] = {"confirm": {"rows": list(one.rows)}, "split": {"pieces": one.quote}}
    options = _options(at_hand, one)
    shown = [
        deeds.shown(
            DEEDS[name], actor, reverse("desk:plan_draft_act", args=[year, one.draft_id, name]), options,
            asked=asked, where=where, **initial.get(name, {}),
        )
        for name in OFFERED[one.state]
    ]  # fmt: skip
    around = review.neighbours(actor, year, one)
    content = {
        **frame(actor, year, "drafts"),
        "line": pages.line(one, at_hand),
        "passage": review.passage(actor, year, one),
        "figures": [
            {
                "quote": each["quote"],
                "place": _("第 %(start)s–%(end)s 字") % {"start": each["start"], "end": each["end"]},
            }
            for each in one.figures
        ],
        "reviewed_at": one.reviewed_at,
        "entry": one.entry,
        "parts": [pages.line(each, at_hand) for each in review.parts(actor, year, one.draft_id)],
        "whole": pages.draft_address(year, one.part_of) if one.part_of else "",
        "deeds": [deed for deed in shown if deed],
        "new": f"{reverse('desk:plan_new', args=[year])}?draft={one.draft_id}"
        if one.state == Reviewed.UNREVIEWED
        else "",
        "before": pages.draft_address(year, around.before) if around.before else "",
        "after": pages.draft_address(year, around.after) if around.after else "",
        "following": pages.draft_address(year, around.open) if around.open else "",
    }
    return page(request, "desk/plan_draft.html", content, status=asked.status if asked else 200)
