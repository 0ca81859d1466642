"""The page of one case, and taking an arrow from it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.cases import queries as cases
from yiwang.cases.problems import CaseUnknown, WrongStage
from yiwang.cases.reasons import PURPOSES
from yiwang.cases.stages import State
from yiwang.cases.steps import remarks
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.steps import private
from yiwang.kernel.access.door import door
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.problems import ReasonMissing
from yiwang.kernel.problems import ChangedMeanwhile, LogInFirst, NotAllowed, NotFound, Problem
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.components.markup import moment_text
from yiwang.web.desk import casepage, happenings, partacts, townsfolk
from yiwang.web.desk.acts import Act
from yiwang.web.desk.casepage import Seen
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.room import actor_of, by_htmx, call_of, page, said, whole
from yiwang.web.desk.views.files import receive

NO_VERSION = -1
"""No row of the database has it."""


@require_GET
@door("desk.read")
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One case; as a fragment for the right side of the list."""
    seen = casepage.see(actor_of(request), number)
    content = casepage.content(seen, call_of(request), open_act=request.GET.get("act", ""))
    content["done"] = _draft_done(request, seen.case.row.number)
    return answer(request, content)


def _draft_done(request: HttpRequest, number: str) -> str:
    """Which draft of this browser has arrived, so that it is forgotten: the redirect after a form says so."""
    if request.GET.get("entered") == "1":
        return "desk-new"
    done = request.GET.get("done", "")
    return f"case-{number}-{done}" if partacts.named(done) else ""


def answer(request: HttpRequest, content: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The case as a page of its own, or as the fragment that htmx asked for."""
    content["purposes"] = [(code, said(f"case.purpose.{code}")) for code in PURPOSES]
    if by_htmx(request):
        return render(request, "desk/case_body.html", content, status=status)
    return page(request, "desk/case.html", content, status=status)


@require_http_methods(["GET", "POST"])
@door("desk.read")
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The form of one arrow (GET), or taking it (POST). What was typed is never lost: a refusal stands above it."""
    chosen = partacts.named(name)
    if chosen is None:
        raise NotFound
    seen = casepage.see(actor_of(request), number)
    if request.method == "GET":
        return _asked(request, seen, chosen)
    return _taken(request, seen, chosen)


def _asked(request: HttpRequest, seen: Seen, chosen: Act) -> HttpResponse:
    if chosen.name not in {one.name for one in casepage.acts_of(seen)}:
        raise WrongStage(number=seen.case.row.number, **_state_words(seen, chosen))
    form = casepage.form_content(seen, chosen, casepage.blank_form(seen, chosen, call_of(request)))
    if by_htmx(request):
        return render(request, "desk/act_form.html", {"form": form, "row": seen.case.row})
    return answer(request, casepage.content(seen, call_of(request), form=form))


def _taken(request: HttpRequest, seen: Seen, chosen: Act) -> HttpResponse:
    call, given = call_of(request), request.POST.copy()
    try:
        _add_plain_photos(request, given, call)
    except Problem as refusal:
        form = casepage.sent_form(seen, chosen, given)
        return _refused(request, seen, chosen, form, refusal)
    form = casepage.sent_form(seen, chosen, given)
    if not form.is_valid():
        return _refused(request, seen, chosen, form, None)
    try:
        chosen.run(seen.case, form.cleaned_data | {"part": chosen.part}, _version(given), call)
    except (LogInFirst, NotAllowed):
        raise
    except ChangedMeanwhile as refusal:
        return _conflict(request, chosen, form, given, refusal)
    except Problem as refusal:
        return _refused(request, casepage.see(call.actor, seen.case.row.number), chosen, form, refusal)
    return _done(request, seen, chosen)


def _version(given: Any) -> int | None:
    """The version that the form was made from; what is no version counts as one that the case never had."""
    text = given.get("_version", "")
    return whole(text, NO_VERSION) if text else None


def _add_plain_photos(request: HttpRequest, given: Any, call: Call) -> None:
    """Photos of a browser without JavaScript come with the form; they become tokens like the others."""
    for sent in request.FILES.getlist("photos_files"):
        received = receive(sent, replace(call, key=None))
        given.appendlist("photos", received.token)


def _refused(
    request: HttpRequest, seen: Seen, chosen: Act, form: ActForm, refusal: Problem | None, **more: Any
) -> HttpResponse:
    """The form again with what was typed, and above it what is the matter, why, and what to do now."""
    text = _in_words(refusal, seen, chosen) if refusal else None
    shown = casepage.form_content(seen, chosen, form, refusal=text, **more)
    shown["photos"] = [{"id": token, "url": reverse("desk:photo_show", args=[token])} for token in form.tokens]
    status = refusal.status if refusal else 422
    if by_htmx(request) and "conflict" not in more:
        part = render(request, "desk/act_form.html", {"form": shown, "row": seen.case.row}, status=status)
        part["HX-Retarget"] = "#act"
        return part
    return answer(request, casepage.content(seen, call_of(request), form=shown), status=status)


def _in_words(refusal: Problem, seen: Seen, chosen: Act) -> dict[str, str]:
    """A refusal in the desk's words: states, arrows and proofs by name instead of code."""
    if isinstance(refusal, WrongStage):
        refusal = WrongStage(number=seen.case.row.number, **_state_words(seen, chosen))
    elif refusal.slug == "case-proof-missing":
        refusal.parameters["proof"] = said(f"case.proof.{refusal.parameters['proof']}")
        refusal.parameters["arrow"] = casepage.arrow_word(seen, chosen.name)
    elif refusal.slug == "case-number-of-a-person":
        refusal.parameters["field"] = said(f"case.field.{refusal.parameters['field']}")
        refusal.parameters["found"] = said(f"case.number.{refusal.parameters['found']}")
    elif refusal.slug == "case-extension-too-long":
        refusal.parameters["unit"] = said(f"time-unit.{refusal.parameters['unit']}")
    for name in ("until", "due"):
        if name in refusal.parameters and refusal.parameters[name] is not None:
            refusal.parameters[name] = moment_text(refusal.parameters[name], with_year=True)
    return problem_text(refusal, house.language())


def _state_words(seen: Seen, chosen: Act) -> dict[str, str]:
    able = [casepage.arrow_word(seen, one.name) for one in casepage.acts_of(seen)]
    return {
        "state": said(f"case.state.{seen.case.row.state}"),
        "arrow": casepage.arrow_word(seen, chosen.name),
        "allowed": _("、").join(able) or "—",
    }


def _conflict(request: HttpRequest, chosen: Act, form: ActForm, given: Any, refusal: Problem) -> HttpResponse:
    """Another person changed the case while the form lay open: see what, keep what was typed, or take theirs over."""
    seen = casepage.see(actor_of(request), request.resolver_match.kwargs["number"])  # type: ignore[union-attr]
    newer = happenings.verbs_since(seen.happened, whole(given.get("_seen", ""), 0))
    who = townsfolk.people_of(seen.actor, (one.actor for one in newer))
    current = casepage.blank_form(seen, chosen, call_of(request))
    conflict = {
        "events": [{"title": said(f"verb.{one.verb}"), "who": who[one.actor], "at": one.happened_at} for one in newer],
        "possible": chosen.name in {one.name for one in casepage.acts_of(seen)},
        "differences": _differences(form, current),
        "typed": [(field.label, _typed(form, field)) for field in form if field.value()],
    }
    return _refused(request, seen, chosen, form, refusal, conflict=conflict)


def _differences(form: ActForm, current: ActForm) -> list[dict[str, str]]:
    """Fields whose value on the case is another than what was typed, with both in words."""
    found = []
    for field in form:
        theirs = current[field.name].value()
        mine = field.value()
        if theirs not in (None, "", False) and str(theirs) != str(mine):
            found.append(
                {
                    "name": field.html_name,
                    "label": str(field.label),
                    "value": str(theirs),
                    "theirs": _typed(current, current[field.name]),
                    "mine": _typed(form, field),
                }
            )
    return found


def _typed(form: ActForm, field: Any) -> str:
    value = field.value()
    if field.name in form.options and isinstance(value, list):
        return _("、").join(one["text"] for one in form.options[field.name] if one["value"] in value)
    for option in form.options.get(field.name, ()):
        if option["value"] == str(value):
            return option["text"]
    pairs = dict(getattr(field.field, "choices", ()) or ())
    return str(pairs.get(value, value if not isinstance(value, list) else _("%(n)s 张照片") % {"n": len(value)}))


def _done(request: HttpRequest, seen: Seen, chosen: Act) -> HttpResponse:
    number = seen.case.row.number
    text = _("%(act)s：已办。%(number)s") % {"act": casepage.arrow_word(seen, chosen.name), "number": number}
    if not by_htmx(request):
        messages.success(request, text)
        still = cases.may_read(actor_of(request), seen.case.row.id)
        target = reverse("desk:case", args=[number]) + f"?done={chosen.name}" if still else reverse("desk:home")
        return HttpResponseRedirect(target)
    try:
        now = casepage.see(actor_of(request), number)
    except CaseUnknown:
        return render(request, "desk/case_gone.html", {"said": text, "number": number})
    content = casepage.content(now, call_of(request))
    undo = chosen.name == "suspend" and seen.case.row.state != State.SUSPENDED
    content |= {"said": text, "done": f"case-{number}-{chosen.name}", "undo": undo}
    return answer(request, content)


@require_POST
@door("person.unmask")
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """Show a reporter's name and phone in full, or the words in place of one (`report`), for a purpose that the journal
    keeps and the person can read."""
    seen = casepage.see(actor_of(request), number)
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        raise ReasonMissing
    opened = _contact_text(request, seen, purpose) if "report" in request.POST else _person(request, seen, purpose)
    content = {**opened, "purpose": said(f"case.purpose.{purpose}"), "row": seen.case.row}
    if by_htmx(request):
        return render(request, "desk/phone.html", content)
    return page(request, "desk/phone_page.html", content)


def _person(request: HttpRequest, seen: Seen, purpose: str) -> dict[str, Any]:
    known = {str(one): one for told in seen.told for one in (told.reporter, told.on_behalf) if one}
    wanted = request.POST.get("person", "")
    if wanted not in known:
        raise NotFound
    fact = remarks.open_person(seen.case.row.id, known[wanted], purpose=purpose, call=call_of(request))
    return {"person": people.unmasked(seen.actor, fact)}


def _contact_text(request: HttpRequest, seen: Seen, purpose: str) -> dict[str, Any]:
    known = {str(told.id): told.id for told in seen.told if told.has_contact_text}
    wanted = request.POST["report"]
    if wanted not in known:
        raise NotFound
    fact = private.open_contact(known[wanted], purpose=purpose, case_id=seen.case.row.id, call=call_of(request))
    return {"contact": reports.contact_text(seen.actor, fact)}
