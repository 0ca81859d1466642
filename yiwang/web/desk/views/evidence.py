"""Evidence: the promises that one's department answers for, and the page on which their evidence is signed and withdrawn."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.files import uploads
from yiwang.kernel.files.problems import FileTooLarge
from yiwang.kernel.files.rules import MAX_DOCUMENT_BYTES, MEGABYTE
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import BadFields, LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import Actor, Call, FileHash
from yiwang.kernel.wording import problem_text
from yiwang.plan import queries as plans
from yiwang.plan import rules, showing
from yiwang.plan.inquiries.queries import may_explain
from yiwang.plan.queries import Standing
from yiwang.plan.supervision import queries as supervisions
from yiwang.registers.evidence import queries, steps, subjects
from yiwang.registers.evidence.problems import EvidenceWithdrawnAlready
from yiwang.registers.evidence.queries import SignedEvidence
from yiwang.registers.evidence.rules import Statement
from yiwang.web import house
from yiwang.web.board import evidence, pulse, shown, source
from yiwang.web.desk import inquiries
from yiwang.web.desk.casepage import field_content
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms.evidence import DONE, VALUE, SignEvidence, WithdrawEvidence
from yiwang.web.desk.room import actor_of, call_of, page


def _nothing(*_given: Any) -> None:
    """The step is called by _attempt, which puts its refusals beside the fields."""


SIGN = Deed("sign", "evidence.sign", gettext_lazy("签认依据"), SignEvidence, _nothing)
WITHDRAW = Deed("withdraw", "evidence.withdraw", gettext_lazy("撤回依据"), WithdrawEvidence, _nothing, danger=True)


@require_GET
@door("desk.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The promises of the latest year that the actor's departments answer for; those that wait for evidence stand first."""
    actor = actor_of(request)
    known = plans.plans(actor)
    found = standings(actor, known[0].year, call_of(request)) if known else ()
    names = shown.owners(actor)
    groups = [
        {"title": title, "rows": [_row(one, names, known[0].year) for one in found if waits(one) is waiting]}
        for title, waiting in ((_("待提交依据"), True), (_("已有依据"), False))
    ]
    content = {
        "year": known[0].year if known else None,
        "groups": groups,
        "columns": shown.columns(),
        "any": bool(found),
    }
    return page(request, "desk/evidence.html", content)


def standings(actor: Actor, year: int, call: Call) -> tuple[Standing, ...]:
    """The promises of a year that the actor's departments answer for."""
    owners = [card.code for card in people.teams(actor) if card.team_id in actor.teams]
    return plans.standings_of(actor, year, owners, walltime.town_day(call.now)) if owners else ()


def waits(one: Standing) -> bool:
    """Whether a promise waits for evidence: nothing shows it, or what does is old."""
    return one.judgement.why in rules.WANTING


def waiting(actor: Actor, call: Call) -> list[dict[str, Any]]:
    """For the home page: the promises of one's department that wait for evidence."""
    known = plans.plans(actor)
    if not known or not actor.has_role("handler"):
        return []
    year = known[0].year
    rows = [
        {
            "href": reverse("desk:promise", args=[year, one.promise.row]),
            "name": shown.text(one.promise.promise),
            "kind": one.promise.row,
            "code": shown.said(f"plan.colour.{one.judgement.colour}"),
        }
        for one in standings(actor, year, call)
        if waits(one)
    ]
    return [{"title": _("待提交依据的任务"), "href": reverse("desk:evidence"), "rows": rows}]


def _row(one: Standing, names: dict[str, str], year: int) -> dict[str, Any]:
    line = shown.row(one, names, year)
    return line | {"promise": line["promise"] | {"href": reverse("desk:promise", args=[year, one.promise.row])}}


# --- one promise -----------------------------------------------------------------------------------------------------


@require_GET
@door("desk.read")
def show(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """One promise with all that was signed of it, by name; the forms stand there for who may use them."""
    return _page(request, year, row)


def _page(
    request: HttpRequest, year: int, row: str, asked: Asked | None = None, about: UUID | None = None
) -> HttpResponse:
    actor, call = actor_of(request), call_of(request)
    found = plans.promise(actor, year, row, walltime.town_day(call.now))
    judged, everything = found.judgement, evidence.of_promise(actor, year, row)
    lines = evidence.lines(actor, everything)
    may = evidence.may_withdraw(actor, everything)
    for line in lines:
        if line["id"] in may:
            line["withdraw"] = _withdrawing(actor, everything, line["id"], asked if about == line["id"] else None)
    content = {
        "year": year,
        "row": row,
        "version": pulse.of(actor, year, walltime.town_day(call.now)),
        "heading": shown.text(found.promise.promise),
        "state": shown.state(judged),
        "why": shown.said(f"plan.why.{judged.why}"),
        "facts": shown.facts(found, shown.owners(actor)),
        "lines": lines,
        "source": source.of(actor, found, year, walltime.town_day(call.now)),
        "deed": _signing(actor, year, row, call, asked if about is None else None),
        "carried": shown.carried(plans.plan(actor, year)),
        **inquiries.of_promise(actor, year, row),
        "explain": reverse("desk:explain", args=[year, row]) if may_explain(actor, found.promise.owner) else "",
    }
    return page(request, "desk/promise.html", content, status=asked.status if asked else 200)


def _signing(actor: Actor, year: int, row: str, call: Call, asked: Asked | None) -> dict[str, Any] | None:
    if not evidence.may_sign(actor, year, row):
        return None
    again = asked if asked is not None and asked.deed.name == SIGN.name else None
    day = rules.judged_on(year, walltime.town_day(call.now))
    form = again.form if again else _form(actor, year, row, initial={"as_of": day})
    return _deed(SIGN, form, reverse("desk:evidence_sign", args=[year, row]), again)


def _withdrawing(
    actor: Actor, everything: Sequence[SignedEvidence], evidence_id: UUID, asked: Asked | None
) -> dict[str, Any]:
    form = asked.form if asked else WithdrawEvidence()
    shown_deed = _deed(WITHDRAW, form, reverse("desk:evidence_withdraw", args=[evidence_id]), asked)
    form.auto_id = f"withdraw_{evidence_id}_%s"
    return shown_deed | {"name": f"withdraw-{evidence_id}"}


def _deed(deed: Deed, form: Any, address: str, asked: Asked | None) -> dict[str, Any]:
    form.auto_id = f"{deed.name}_%s"
    return {
        "name": deed.name,
        "text": deed.text,
        "danger": deed.danger,
        "action": address,
        "form": form,
        "fields": [field_content(form, name) for name in form.fields if not form[name].is_hidden],
        "hidden": [form[name] for name in form.fields if form[name].is_hidden],
        "refusal": asked.refusal if asked else None,
        "open": asked is not None,
    }


def _form(actor: Actor, year: int, row: str, *given: Any, **named: Any) -> SignEvidence:
    wanted = subjects.wanted(actor, showing.subject_of(year, row))
    return SignEvidence(*given, units=wanted.units, **named)


# --- signing and withdrawing -----------------------------------------------------------------------------------------


@require_POST
@door("evidence.sign")
def sign(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """Sign evidence of a promise, with a file if one was given; back to its page."""
    actor, call = actor_of(request), call_of(request)
    if not evidence.may_sign(actor, year, row):
        raise NotAllowed(action=SIGN.action)
    form = _form(actor, year, row, request.POST)
    asked: Asked | None = Asked(SIGN, form)
    if form.is_valid():
        asked = _attempt(SIGN, form, lambda: _sign(year, row, form.cleaned_data, request.FILES.get("file"), call))
    if asked is not None:
        return _page(request, year, row, asked)
    messages.success(request, _supervised_words(actor, year, row) or _("已签认，看板马上更新。"))
    return HttpResponseRedirect(reverse("desk:promise", args=[year, row]))


def _supervised_words(actor: Actor, year: int, row: str) -> str:
    """What is true of evidence signed while its promise is supervised: it counts from the close on; empty where there is none."""
    if all(one.state != "open" for one in supervisions.public_of(actor, year, row)):
        return ""
    return _("已签认。这项任务正在督办：看过依据、督办办结以后，这份依据才算数，看板的颜色到那时再变。")


def _sign(year: int, row: str, given: dict[str, Any], sent: Any, call: Call) -> None:
    said = Statement(
        as_of=given["as_of"],
        why=given["why"],
        value=given["value"] if given["shows"] == VALUE else None,
        unit=given["unit"] if given["shows"] == VALUE else "",
        done=given["shows"] == DONE,
        document_number=given["document_number"],
        files=_kept(sent, call),
    )
    steps.sign(showing.subject_of(year, row), said, call=call)


def _kept(sent: Any, call: Call) -> tuple[FileHash, ...]:
    """The file that came with the form, stored. One that is too large is refused before it is read."""
    if not isinstance(sent, UploadedFile) or not sent.size:
        return ()
    if sent.size > MAX_DOCUMENT_BYTES:
        raise FileTooLarge(megabytes=round(sent.size / MEGABYTE, 1), limit=MAX_DOCUMENT_BYTES // MEGABYTE)
    # Without the form's key, which belongs to the signing: the same content again is the same file.
    stored = uploads.store_upload(sent.read(), sent.content_type or "", call=replace(call, key=None))
    return (stored.sha256,)


@require_POST
@door("evidence.withdraw")
def withdraw(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Withdraw evidence with a reason; back to the page of its promise."""
    actor, call = actor_of(request), call_of(request)
    one = queries.evidence(actor, evidence_id)
    named = showing.promise_named(one.subject.ref)
    assert named is not None, "what is signed here is about a promise"  # noqa: S101
    form = WithdrawEvidence(request.POST)
    if one.withdrawn is not None:
        raise EvidenceWithdrawnAlready(day=walltime.town_day(one.withdrawn.at).isoformat())
    if not evidence.may_withdraw(actor, [one]):
        raise NotAllowed(action=WITHDRAW.action)
    asked: Asked | None = Asked(WITHDRAW, form)
    if form.is_valid():
        asked = _attempt(WITHDRAW, form, lambda: steps.withdraw(evidence_id, form.cleaned_data["reason"], call=call))
    if asked is not None:
        return _page(request, *named, asked, evidence_id)
    messages.success(request, _("已撤回，不再算数。"))
    return HttpResponseRedirect(reverse("desk:promise", args=named))


def _attempt(deed: Deed, form: Any, act: Any) -> Asked | None:
    """Do it; None when it is done, else the form with what refused it, beside its field where there is one."""
    try:
        act()
    except (LogInFirst, NotAllowed):
        raise
    except BadFields as refused:
        for field, fault in refused.fields.items():
            told = problem_text(fault, house.language())
            form.add_error(field if field in form.fields else None, f"{told['what']}{told['do']}")
        return Asked(deed, form)
    except Problem as refusal:
        return Asked(deed, form, problem_text(refusal, house.language()), refusal.status)
    return None
