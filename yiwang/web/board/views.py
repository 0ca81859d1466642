"""The public board: the plan of a year, its items, and a page for each promise."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan import rules, showing
from yiwang.plan.review import queries as review
from yiwang.plan.rules import judged_on
from yiwang.plan.wording import target_changes
from yiwang.registers.evidence import queries as signed
from yiwang.registers.evidence.problems import EvidenceUnknown
from yiwang.web import house
from yiwang.web.board import asof, evidence, files, history, pulse, shown, source, supervised
from yiwang.web.board.licence import LICENCE


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _today() -> date:
    return walltime.town_day(walltime.now())


@require_GET
@door("plan.read")
def latest(request: HttpRequest) -> HttpResponse:
    """The board of the latest year; a page that says how to begin where no year has promises."""
    known = plans.plans(_actor(request))
    if not known:
        return render(request, "board/none.html")
    return redirect("board:board", known[0].year)


@require_GET
@door("plan.read")
def board(request: HttpRequest, year: int) -> HttpResponse:
    """All items of a year."""
    actor = _actor(request)
    card, items = plans.plan(actor, year), plans.board(actor, year, _today())
    everything = [one for item in items for one in item.promises]
    years = [
        {
            "text": str(one.year),
            "href": reverse("board:board", args=[one.year]),
            "current": one.year == year,
            "count": None,
        }
        for one in plans.plans(actor)
    ]
    return render(
        request,
        "board/board.html",
        {
            "version": pulse.of(actor, year, _today()),
            "card": card,
            "carried": shown.carried(card),
            "heading": shown.said("board.heading", year=year),
            "review": history.progress(review.progress(actor, year)),
            "summary": shown.said("board.summary", promises=len(everything), items=sum(one.no > 0 for one in items)),
            "as_of": shown.said("board.as-of", day=shown.day(judged_on(year, _today()))),
            "counts": shown.counts(everything, year),
            "chapters": shown.chapters(items, year),
            "years": years if len(years) > 1 else [],
            **supervised.on_board(actor, year),
        },
    )


@require_GET
@door("plan.read")
def item(request: HttpRequest, year: int, no: int) -> HttpResponse:
    """One item with its promises."""
    actor = _actor(request)
    card, found = plans.plan(actor, year), plans.item(actor, year, no, _today())
    names = shown.owners(actor)
    return render(
        request,
        "board/item.html",
        {
            "version": pulse.of(actor, year, _today()),
            "card": card,
            "carried": shown.carried(card),
            "name": shown.item_name(found),
            "caption": shown.chapter_name(found) or shown.said("board.heading", year=year),
            "counts": shown.counts(found.promises, year, no),
            "columns": shown.columns(),
            "rows": [shown.row(one, names, year) for one in found.promises],
        },
    )


@require_GET
@door("plan.read")
def promise(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """The permanent page of one promise; with `as_of`, as it stood on that day or at that moment."""
    actor, today = _actor(request), _today()
    at = asof.asked(request, walltime.now())
    day, earlier = at.day, at.day < today or at.known_at is not None
    card, found = plans.plan(actor, year), plans.promise(actor, year, row, day, known_at=at.known_at)
    within = plans.item(actor, year, found.promise.item, _today())
    judged = found.judgement
    past = plans.wordings(actor, year, row)
    return render(
        request,
        "board/promise.html",
        {
            "version": pulse.of(actor, year, _today()),
            "card": card,
            "added": shown.said("board.added") if rules.of_a_pack(row) else "",
            "carried": shown.carried(card),
            "row": row,
            "heading": shown.text(found.promise.promise),
            "item_name": shown.item_name(within),
            "item_no": within.no,
            "state": shown.state(judged),
            "why": shown.said(f"plan.why.{judged.why}"),
            "past": shown.said("board.past", day=shown.day(day)) if earlier else "",
            "facts": shown.facts(found, shown.owners(actor)),
            "evidence": evidence.lines(actor, evidence.of_promise(actor, year, row)),
            "unfounded": history.unfounded(actor, year, found.promise),
            "source": source.of(actor, found, year, day),
            "sign_href": _sign_href(actor, year, row),
            **supervised.of_promise(actor, year, row),
            "quotes": [history.quote(one) for one in plans.drafts(actor, year, row=row)],
            "targets": [history.target(one) for one in target_changes(past)],
            "wordings": history.wordings(past, shown.owners(actor)),
            "figure_proof": source.proof_of(actor, found, year, judged_on(year, today)),
            "licence": LICENCE,
            "licence_text": shown.said("board.licence", town=house.town_name()),
            "edit": reverse("desk:plan_promise", args=[year, row]) if plans.may_review(actor, year) else "",
        },
    )


def _sign_href(actor: Actor, year: int, row: str) -> str:
    """Where its department signs evidence; empty for everybody else."""
    return reverse("desk:promise", args=[year, row]) if evidence.may_sign(actor, year, row) else ""


@require_GET
@door("evidence.read")
def entry(request: HttpRequest, year: int, row: str, evidence_id: UUID) -> HttpResponse:
    """One piece of evidence with its entries in the journal, by which anybody can compare it later."""
    actor = _actor(request)
    one = signed.evidence(actor, evidence_id)
    if one.subject != showing.subject_of(year, row):
        raise EvidenceUnknown
    card = plans.plan(actor, year)
    return render(
        request,
        "board/entry.html",
        {
            "card": card,
            "carried": shown.carried(card),
            "row": row,
            "promise": shown.text(plans.promise(actor, year, row, _today()).promise.promise),
            "heading": evidence.what(one),
            "lines": evidence.lines(actor, [one]),
            "entries": evidence.recorded(actor, one),
        },
    )


@require_GET
@door("plan.read")
def pulse_of(request: HttpRequest, year: int) -> HttpResponse:
    """Whether the board says anything else than before: a version, as JSON and as ETag; 304 when the asker has it already."""
    version = pulse.of(_actor(request), year, _today())
    answer = (
        HttpResponse(status=304)
        if request.headers.get("If-None-Match") == f'"{version}"'
        else JsonResponse({"version": version})
    )
    answer["ETag"] = f'"{version}"'
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
@door("plan.read")
def board_csv(request: HttpRequest, year: int) -> HttpResponse:
    """Every promise of a year as a sheet."""
    return files.as_csv(_rows(_actor(request), year), f"plan-{year}")


@require_GET
@door("plan.read")
def board_json(request: HttpRequest, year: int) -> HttpResponse:
    """Every promise of a year for a program."""
    actor = _actor(request)
    found = history.plain_progress(review.progress(actor, year))
    return files.as_json({"year": year, "license": LICENCE.address, "quotes": found, "promises": _rows(actor, year)})


@require_GET
@door("plan.read")
def promise_csv(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """One promise as a sheet of one row."""
    return files.as_csv([_one(_actor(request), year, row)], f"plan-{year}-{row}")


@require_GET
@door("plan.read")
def promise_json(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """One promise for a program, with the words of the published plan that seem to mean it and how it read from when on."""
    actor = _actor(request)
    past = plans.wordings(actor, year, row)
    return files.as_json(
        _one(actor, year, row)
        | {
            "license": LICENCE.address,
            "evidence": [evidence.plain(one) for one in evidence.of_promise(actor, year, row)],
            **supervised.plain(actor, year, row),
            "words_taken_back": review.unfounded(actor, year, plans.promises_of(actor, year)[row]) is not None,
            "quotes": [history.plain_quote(one) for one in plans.drafts(actor, year, row=row)],
            "targets": [history.plain_target(one) for one in target_changes(past)],
            "wordings": [history.plain_wording(one) for one in past],
        }
    )


def _rows(actor: Actor, year: int) -> list[dict[str, object]]:
    card, as_of = plans.plan(actor, year), judged_on(year, _today())
    return [files.plain(one, card, as_of) for item in plans.board(actor, year, _today()) for one in item.promises]


def _one(actor: Actor, year: int, row: str) -> dict[str, object]:
    found = plans.promise(actor, year, row, _today())
    plain = files.plain(found, plans.plan(actor, year), judged_on(year, _today()))
    return plain | history.counted(plans.drafts(actor, year, row=row), plans.wordings(actor, year, row))
