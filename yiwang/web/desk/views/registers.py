"""Registers: the catalogue of what the town keeps and why, the rows of one as a list or on a map, one row with its history."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.people.queries import teams
from yiwang.kernel.problems import BadFields, LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import problem_text
from yiwang.registers import queries, steps
from yiwang.registers.declared import NUMERIC, Register
from yiwang.registers.fitting import usable
from yiwang.registers.problems import RegisterIsMirror
from yiwang.registers.queries import FILTERED, RowView
from yiwang.registers.speaking import Speaker
from yiwang.web import house
from yiwang.web.desk import deeds, registermap, registerunfit, sectionrow
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import registers as forms
from yiwang.web.desk.forms.registers import EndRow, cells_of, initial_of, row_form
from yiwang.web.desk.registernames import options_of
from yiwang.web.desk.room import actor_of, call_of, page, said

PAGE = 50
TOMORROW = timedelta(days=1)


def tongue() -> str:
    """The page's language as declarations name it."""
    return "en" if house.language().startswith("en") else "zh-Hans"


def today(request: HttpRequest) -> date:
    """The town's day of the call."""
    return walltime.town_day(call_of(request).now)


@require_GET
@door("register.read")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every register and every field: who keeps it, on what basis, what for, and how long."""
    actor, language = actor_of(request), tongue()
    owners = {card.code: card.name(house.language()) for card in teams(actor)}
    found = [
        {**_about(card.register, owners), "rows": card.rows, "readable": card.rows is not None, "newest": card.newest,
         "fields": [_field(one, language) for one in card.register.fields]}
        for card in queries.catalogue(actor, today(request))
    ]  # fmt: skip
    return page(request, "desk/registers.html", {"registers": found})


def _about(register: Register, owners: dict[str, str]) -> dict[str, Any]:
    language = tongue()
    return {
        "code": register.code,
        "name": register.name[language],
        "href": reverse("desk:register", args=[register.code]),
        "owner": owners.get(register.owner, register.owner),
        "basis": register.legal_basis,
        "purpose": register.purpose[language],
        "months": register.retention_months,
        "disclosure": said(f"register.disclosure.{register.disclosure}"),
        "mirror_of": register.mirror_of,
        "systems": ", ".join(register.systems),
    }


def _field(field: Any, language: str) -> dict[str, Any]:
    return {
        "name": field.name[language],
        "type": said(f"register.type.{field.type}"),
        "unit": field.unit,
        "required": field.required,
        "choices": [names[language] for names in field.choices.values()],
        "fact": field.fact,
    }


@require_GET
@door("register.read")
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """What a register says today: narrowed, sorted, page by page."""
    actor, given = actor_of(request), request.GET
    register = queries.register(actor, code)
    names = {one.code for one in register.fields}
    only = {one.code: given[one.code] for one in register.fields if one.type in FILTERED and given.get(one.code)}
    sort = given.get("sort", "") if given.get("sort", "").lstrip("-") in names else ""
    at = int(given["page"]) if given.get("page", "").isdecimal() and len(given["page"]) < 7 else 1
    text = given.get("q", "").strip()[:60]
    if given.get("view") == registerunfit.VIEW:
        return registerunfit.shown(request, register, today(request))
    drawn = registermap.has_map(register) and given.get("view") == "map"
    first, most = (0, registermap.MOST) if drawn else ((max(at, 1) - 1) * PAGE, PAGE)
    found = queries.rows(actor, code, on=today(request), text=text, only=only, sort=sort, first=first, most=most)
    owners = {card.code: card.name(house.language()) for card in teams(actor)}
    content = {
        **_about(register, owners),
        "columns": _columns(register),
        "lines": [] if drawn else _lines(actor, register, found.rows),
        "views": _views(request, drawn=drawn) if registermap.has_map(register) else [],
        "map": registermap.on_the_map(actor, register, found.rows) if drawn and found.rows else None,
        "undrawn": max(0, found.total - len(found.rows)) if drawn else 0,
        "sort": sort,
        "text": text,
        "narrowed": bool(text or only),
        "filters": _filters(actor, register, only),
        "total": found.total,
        "pages": _pages(request, at, found.total),
        "may_write": queries.may_write(actor, register),
        "may_enter": queries.may_write(actor, register) and not register.mirror_of,
        "loads": queries.loads(actor, code, 1),
        "unfit": registerunfit.told(actor, register, today(request)),
    }
    return page(request, "desk/register.html", content)


def _views(request: HttpRequest, *, drawn: bool) -> list[dict[str, Any]]:
    """The list and the map of the same rows."""

    def address(view: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["view"] = view
        return f"?{query.urlencode()}"

    return [
        {"text": _("列表"), "href": address("list"), "current": not drawn},
        {"text": _("地图"), "href": address("map"), "current": drawn},
    ]


def _columns(register: Register) -> list[dict[str, Any]]:
    return [
        {"key": one.code, "text": forms.label_of(one, tongue()), "sorts": True,
         "end": one.type in NUMERIC}
        for one in register.fields
    ]  # fmt: skip


def _lines(actor: Actor, register: Register, rows: tuple[RowView, ...]) -> list[dict[str, Any]]:
    """Rows as the table shows them; the first key leads to the row's page."""
    speak = Speaker(actor, register, house.language())
    lines = []
    for row in rows:
        words: dict[str, Any] = dict(speak.row(row.values, row.measures))
        words[register.key[0]] = {"text": words[register.key[0]] or row.key, "href": _row_address(register, row.key)}
        lines.append(words)
    return lines


def _row_address(register: Register, key: str) -> str:
    return reverse("desk:register_row", args=[register.code, key])


def _filters(actor: Actor, register: Register, only: dict[str, str]) -> list[dict[str, Any]]:
    language = tongue()
    found = []
    for one in register.fields:
        if one.type not in FILTERED:
            continue
        if one.type == "team":
            pairs = [(card.code, card.name(house.language())) for card in teams(actor)]
        elif one.type == "yes_no":
            pairs = [("yes", _("是")), ("no", _("否"))]
        else:
            pairs = [(code, names[language]) for code, names in one.choices.items()]
        found.append({"name": one.code, "text": one.name[language], "pairs": pairs, "value": only.get(one.code, "")})
    return found


def _pages(request: HttpRequest, at: int, total: int) -> dict[str, Any]:
    last = max(1, -(-total // PAGE))

    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "several": last > 1,
        "previous": address(at - 1) if at > 1 else "",
        "next": address(at + 1) if at < last else "",
        "text": _("第 %(page)s 页，共 %(pages)s 页") % {"page": at, "pages": last},
    }


# --- one row ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@door("register.write")
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form for a row of a new key; then its page."""
    actor = actor_of(request)
    register, status = kept(actor, code), 200
    if register.mirror_of:
        raise RegisterIsMirror(source=register.mirror_of)  # before somebody types a row that the step would refuse
    deed = Deed("new", "register.write", gettext_lazy("登记"), row_form(register, tongue()), _nothing)
    options, asked = options_of(actor, register), None
    if request.method == "POST":
        done = _attempt(request, deed, register, options)
        if not isinstance(done, Asked):
            return done
        asked, status = done, done.status
    where = queries.ground(actor, register)
    address = reverse("desk:register_new", args=[code])
    shown = deeds.shown(deed, actor, address, options, asked=asked, where=where, valid_from=today(request))
    content = {"name": register.name[tongue()], "href": reverse("desk:register", args=[code]), "deed": shown}
    return page(request, "desk/register_new.html", content, status=status)


def _nothing(*_given: Any) -> None:
    """The step is called by _attempt, which puts its refusals beside the fields."""


def kept(actor: Actor, code: str) -> Register:
    """A register that the actor keeps. Raises what queries.register raises, and NotAllowed."""
    register = queries.register(actor, code)
    if not queries.may_write(actor, register):
        raise NotAllowed(action=queries.WRITE)
    return register


def _attempt(
    request: HttpRequest, deed: Deed, register: Register, options: Any, key: dict[str, Any] | None = None
) -> HttpResponse | Asked:
    """Enter the row that the form describes and go to its page, or give back the form with what refused it."""
    form = deed.form(request.POST, options=dict(options))
    if not form.is_valid():
        return Asked(deed, form)
    given = form.cleaned_data
    cells = cells_of(register, given) | (key or {})
    try:
        fact = steps.enter_row(register.code, cells, given["valid_from"], call=call_of(request, reason=given["reason"]))
    except (LogInFirst, NotAllowed):
        raise
    except BadFields as refused:
        for field, fault in refused.fields.items():
            told = problem_text(fault, house.language())
            form.add_error(field if field in form.fields else None, f"{told['what']}{told['do']}")
        return Asked(deed, form)
    except Problem as refusal:
        return Asked(deed, form, problem_text(refusal, house.language()), refusal.status)
    messages.success(request, _("已登记。"))
    return HttpResponseRedirect(_row_address(register, fact.rows[0].key))


@require_http_methods(["GET", "POST"])
@door("register.read")
def row(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One key: what holds, what held before, what was corrected; and, for who keeps the register, the forms to change and end it."""
    actor = actor_of(request)
    register = queries.register(actor, code)
    asked = None
    if request.method == "POST":
        kept(actor, code)
        newest = queries.history(actor, code, key)[0]
        known = initial_of(register, newest.values, newest.measures)
        settled = {one: known[one] for one in _settled(register, newest)}
        done = _attempt(request, _change(register, newest), register, options_of(actor, register), settled)
        if not isinstance(done, Asked):
            return done
        asked = done
    return _row_page(request, register, key, asked)


def _settled(register: Register, newest: RowView) -> tuple[str, ...]:
    """The fields of the key that the row has: they are not asked again."""
    return tuple(
        one.code
        for one in register.fields
        if one.code in register.key and usable(one, newest.values.get(one.code), newest.measures.get(one.code, ""))
    )


def _change(register: Register, newest: RowView) -> Deed:
    form = row_form(register, tongue(), without=_settled(register, newest))
    return Deed("change", "register.write", gettext_lazy("变更或更正"), form, _nothing)


END = Deed("end", "register.write", gettext_lazy("注销"), EndRow, _nothing, danger=True)


def _row_page(request: HttpRequest, register: Register, key: str, asked: Asked | None = None) -> HttpResponse:
    actor, day = actor_of(request), today(request)
    history = queries.history(actor, register.code, key)
    speak = Speaker(actor, register, house.language())
    newest = history[0]
    shown = []
    if queries.may_write(actor, register) and not register.mirror_of:
        shown = _deeds(request, register, newest, asked)
    words = speak.row(newest.values, newest.measures)
    content = {
        "register": register.name[tongue()],
        "href": reverse("desk:register", args=[register.code]),
        "key": key,
        "title": registermap.title_of(register, newest, words),
        "facts": [{"text": one["text"], "value": words[one["key"]]} for one in _columns(register)],
        "newest": newest,
        "holds": newest.valid_from <= day and (newest.valid_to is None or day < newest.valid_to),
        "history": [_past(view, register, speak) for view in history],
        "deeds": shown,
        **sectionrow.water(actor, register, key, call_of(request).now),
    }
    return page(request, "desk/register_row.html", content, status=asked.status if asked else 200)


def _deeds(request: HttpRequest, register: Register, newest: RowView, asked: Asked | None) -> list[Any]:
    actor, day = actor_of(request), today(request)
    where, change = queries.ground(actor, register), _change(register, newest)
    if asked is not None and asked.deed.name == "change":
        change = asked.deed
    address = _row_address(register, newest.key)
    initial = initial_of(register, newest.values, newest.measures) | {"valid_from": max(day, newest.valid_from)}
    made = [deeds.shown(change, actor, address, options_of(actor, register), asked=asked, where=where, **initial)]
    if newest.valid_to is None:
        ending = reverse("desk:register_end", args=[register.code, newest.key])
        later = {"on": max(day, newest.valid_from) + TOMORROW}
        made.append(deeds.shown(END, actor, ending, {}, asked=asked, where=where, **later))
    return [deed for deed in made if deed]


def _past(view: RowView, register: Register, speak: Speaker) -> dict[str, Any]:
    """A dated row with what it said before each correction, as the history shows them."""

    def said_of(values: Any, measures: Any) -> list[dict[str, str]]:
        words, gone = speak.row(values, measures), speak.removed(values, measures)
        said = [{"text": one.name[tongue()], "value": words[one.code]} for one in register.fields if words[one.code]]
        return said + [{"text": code, "value": value} for code, value in gone.items()]

    return {
        "valid_from": view.valid_from,
        "valid_to": view.valid_to,
        "facts": said_of(view.values, view.measures),
        "entry": view.entry,
        "earlier": [
            {
                "at": datetime.fromisoformat(one["at"]),
                "reason": one["reason"],
                "facts": said_of(one["values"], one.get("measures", {})),
            }
            for one in view.earlier
        ],
    }


@require_POST
@door("register.write")
def end(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """From a day on the key holds no longer; back to its page."""
    register = kept(actor_of(request), code)

    def run(about: None, given: dict[str, Any], call: Any) -> None:
        steps.end_row(code, key, given["on"], call=call_of(request, reason=given["reason"]))

    queries.history(actor_of(request), code, key)
    asked = deeds.attempt(
        Deed("end", END.action, END.text, EndRow, run, danger=True), None, request.POST, {}, call_of(request)
    )
    if asked is not None:
        return _row_page(request, register, key, Asked(END, asked.form, asked.refusal, asked.status))
    messages.success(request, _("已注销。"))
    return HttpResponseRedirect(_row_address(register, key))
