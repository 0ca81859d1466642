"""Importing a sheet of the hotline: its columns are shown and can be set right, the worker takes it in while the page tells how far
it is, and what is refused is named by row and column."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.intake.reports import queries as reports
from yiwang.intake.reports import taking
from yiwang.intake.reports.queries import SheetState
from yiwang.intake.reports.sheets.columns import NAMES, NEEDED, ColumnMapping, map_columns, recognised
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.intake.reports.sheets.problems import ColumnMissing, DatumNeeded
from yiwang.intake.reports.sheets.rows import know_datum
from yiwang.intake.reports.steps import importing
from yiwang.intake.reports.taking import MESSAGES_TAKEN, SHEET_READ
from yiwang.kernel.access.door import door
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.sheets.opening import Sheet
from yiwang.kernel.terms import Actor, Call
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import casetypes
from yiwang.web.desk.problems import NoSheet, SheetTooLarge
from yiwang.web.desk.room import actor_of, by_htmx, call_of, page, said

MOST_BYTES = 30 * 1024 * 1024
SAMPLE = 3
MOST_REFUSALS = 200
MOST_TYPES = 10
RECENT = 5
WORKER_LATE = timedelta(seconds=30)
"""After so long without a beginning the page says that the worker may not be running."""
PHASES = {SHEET_READ: gettext_lazy("正在读表"), MESSAGES_TAKEN: gettext_lazy("正在收进")}
TONES = {"waiting": "waiting", "running": "action", "done": "done", "refused": "overdue", "stuck": "overdue"}
FIELDS = {
    "source_key": gettext_lazy("工单编号"),
    "happened_at": gettext_lazy("来电时间"),
    "text": gettext_lazy("内容"),
    "title": gettext_lazy("标题"),
    "phone": gettext_lazy("电话"),
    "name": gettext_lazy("姓名"),
    "reporter": gettext_lazy("用户"),
    "address": gettext_lazy("地址"),
    "longitude": gettext_lazy("经度"),
    "latitude": gettext_lazy("纬度"),
    "datum": gettext_lazy("坐标系"),
    "reply": gettext_lazy("答复"),
    "replied_at": gettext_lazy("答复时间"),
}


@require_http_methods(["GET", "POST"])
@door("report.import")
def show(request: HttpRequest) -> HttpResponse:
    """The upload form (GET); or the file is looked at and handed to the worker, whose progress has a page of its own (POST)."""
    actor, status = actor_of(request), 200
    content: dict[str, Any] = {"sheet": None}
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_address(_handed_in(request)))
        except (LogInFirst, NotAllowed):
            raise
        except Problem as refusal:
            content["refusal"], status = problem_text(refusal, house.language()), refusal.status
    content["datum"] = _datum(request) or ""
    content["datums"] = [("", _("以表里的列为准")), *((str(one), str(one)) for one in Datum)]
    content["recent"] = [_line(one) for one in reports.sheet_imports(actor, RECENT)]
    return page(request, "desk/import.html", content, status=status)


def _handed_in(request: HttpRequest) -> UUID:
    """Look at the file, and let it wait for the worker. Raises what taking.look_at raises, NoSheet and SheetTooLarge."""
    sent = _file(request)
    call, columns, datum = _keyless(call_of(request)), _columns(request, sent), _datum(request)
    content, name = sent.read(), str(sent.name)
    rows = taking.look_at(content, name, columns, datum, call=call)
    return importing.hand_in_sheet(content, name, rows=rows, columns=columns, datum=str(datum or ""), call=call)


@require_GET
@door("report.import")
def progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far the worker is with a sheet; then what came of it. Asked by htmx it is only that part, every second."""
    state = reports.sheet_import(actor_of(request), import_id)
    content = {"run": _run(request, state), "name": state.filename}
    if by_htmx(request):
        return render(request, "desk/import_run.html", content)
    return page(request, "desk/imported.html", content)


def _run(request: HttpRequest, state: SheetState) -> dict[str, Any]:
    actor, now = actor_of(request), call_of(request).now
    unread = reports.unread_of_import(actor, taking.CHANNEL, state.received_at, state.finished_at or now)
    done = state.outcome if state.state == "done" else {}
    late = not state.phase and now - state.received_at > WORKER_LATE
    run: dict[str, Any] = {
        "state": state.state,
        "href": _address(state.import_id),
        "phase": str(PHASES.get(state.phase, _("等待后台程序"))),
        "done": state.done,
        "total": state.total,
        "unread": unread,
        "busy": state.finished_at is None or bool(unread),
        "late": late,
        "refusal": state.outcome.get("refusal", {}).get(house.language()),
    }
    return run | _outcome(done, unread) | ({"reader": _reader(actor, state)} if done and not unread else {})


def _outcome(done: dict[str, Any], unread: int) -> dict[str, Any]:
    """What came of a sheet, in the page's language."""
    if not done:
        return {"finished": False}
    shown, warned = done["refusals"][:MOST_REFUSALS], done.get("warnings", [])[:MOST_REFUSALS]
    return {
        "finished": True,
        "added": done["added"],
        "known": done["known"],
        "replied": done.get("replied", 0),
        "refused": done["refused"],
        "read": max(0, done["added"] - unread),
        "first_at": datetime.fromisoformat(done["first_at"]) if done["first_at"] else None,
        "last_at": datetime.fromisoformat(done["last_at"]) if done["last_at"] else None,
        "refusals": _in_words(shown),
        "more": max(0, done["refused"] - len(shown)),
        "warnings": _in_words(warned),
        "more_warned": max(0, done.get("warned", 0) - len(warned)),
        "columns": [
            (FIELDS.get(field, field), column or _("（没有这一列）")) for field, column in done["columns"].items()
        ],
    }


def _in_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"row": one["row"], "column": one["column"], **one["said"][house.language()]} for one in rows]


def _reader(actor: Actor, state: SheetState) -> dict[str, Any]:
    """What the reader made of the messages: how sure it is, how many look like another report, and which types it suggests."""
    made = reports.summary(actor, taking.CHANNEL, state.received_at, state.finished_at)
    types = [
        {"name": casetypes.name(code) if code else _("读不出类别"), "count": count}
        for code, count in made["types"].items()
    ]
    return {
        "sure": made["sure"],
        "doubled": made["with_possible_duplicates"],
        "types": types[:MOST_TYPES],
        "more": len(types) > MOST_TYPES,
    }


def _line(state: SheetState) -> dict[str, Any]:
    return {
        "name": state.filename,
        "at": state.received_at,
        "href": _address(state.import_id),
        "state": {"text": said(f"import.state.{state.state}"), "tone": TONES[state.state]},
        "refused": state.outcome.get("refused", 0),
    }


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for who imports: the last sheet, when rows of it were refused."""
    last = [_line(one) for one in reports.sheet_imports(actor, 1)]
    rows = [
        {**one, "kind": _("没有收进 %(n)s 行") % {"n": one["refused"]}, "code": ""} for one in last if one["refused"]
    ]
    return [{"title": _("最近导入的表里没有收进的行"), "href": reverse("desk:import"), "rows": rows}] if rows else []


def _address(import_id: UUID) -> str:
    return reverse("desk:import_run", args=[import_id])


@require_POST
@door("report.import")
def look(request: HttpRequest) -> HttpResponse:
    """How the columns of the chosen sheet would be read, with its first rows; nothing is imported by this."""
    actor = actor_of(request)
    try:
        sent = _file(request)
        sheet = open_sheet(sent.read(), str(sent.name))
        remembered = reports.remembered_columns(actor, taking.SHEET)
        chosen, ignored, wanting = _mapped(request, sheet, remembered, _columns(request, sent))
    except (LogInFirst, NotAllowed):
        raise
    except Problem as refusal:
        return render(request, "desk/columns.html", {"refusal": problem_text(refusal, house.language())})
    first = [row for _number, row in zip(range(SAMPLE), sheet.rows, strict=False)]
    content = {
        "columns": [_column(field, chosen, sheet.header) for field in NAMES],
        "ignored": ignored,
        "header": [name for name in sheet.header if name],
        "sample": [_cells(row, sheet.header) for row in first],
        "remembered": remembered is not None,
        "wanting": wanting,
        "columns_for": _name_and_size(sent),
    }
    return render(request, "desk/columns.html", content)


def _mapped(
    request: HttpRequest, sheet: Sheet, remembered: dict[str, str] | None, asked: dict[str, str] | None
) -> tuple[dict[str, str], tuple[str, ...], dict[str, str] | None]:
    """The columns as known so far, those not read, and what is wanting: a needed column that nobody has named yet too."""
    try:
        mapping = map_columns(sheet.header, remembered, asked)
    except ColumnMissing as missing:
        return recognised(sheet.header, remembered, asked), (), problem_text(missing, house.language())
    return mapping.remember(), mapping.ignored, _wanting(sheet, mapping, _datum(request))


def _wanting(sheet: Sheet, mapping: ColumnMapping, datum: Datum | None) -> dict[str, str] | None:
    """What still has to be said of the coordinates before the sheet can be imported."""
    try:
        know_datum(sheet, mapping, datum)
    except DatumNeeded as needed:
        return problem_text(needed, house.language())
    return None


def _column(field: str, chosen: dict[str, str], header: Any) -> dict[str, Any]:
    return {
        "name": f"column_{field}",
        "label": FIELDS.get(field, field),
        "needed": field in NEEDED,
        "value": chosen.get(field, ""),
        "options": [("", _("（没有这一列）")), *((name, name) for name in header if name)],
    }


def _cells(row: Any, header: Any) -> list[str]:
    cells = list(getattr(row, "cells", row))
    return [str(cell if cell is not None else "")[:60] for name, cell in zip(header, cells, strict=False) if name]


def _file(request: HttpRequest) -> UploadedFile:
    sent = request.FILES.get("sheet")
    if not isinstance(sent, UploadedFile):
        raise NoSheet
    if (sent.size or 0) > MOST_BYTES:
        raise SheetTooLarge(megabytes=round((sent.size or 0) / 1048576, 1), limit=MOST_BYTES // 1048576)
    return sent


def _name_and_size(sent: UploadedFile) -> str:
    return f"{sent.name} {sent.size}"


def _columns(request: HttpRequest, sent: UploadedFile) -> dict[str, str] | None:
    """The columns as they were set right on the page for this file, empty for none; None when they were not shown.

    Another file may have columns that the one before had not: what was left empty for that one says nothing of this.
    """
    if request.POST.get("columns_for", _name_and_size(sent)) != _name_and_size(sent):
        return None
    given = {field: request.POST.get(f"column_{field}") for field in NAMES}
    return {field: name for field, name in given.items() if name is not None} or None


def _datum(request: HttpRequest) -> Datum | None:
    """As it was chosen on the page, which shows what is remembered; what is remembered where the page was not asked."""
    given = request.POST.get("datum")
    if given is None:
        return reports.remembered_datum(actor_of(request), taking.SHEET)
    return Datum(given) if given in set(Datum) else None


def _keyless(call: Call) -> Call:
    """An import is many steps; each message is known again by its own number, so it needs no key."""
    return Call(call.actor, call.now, call.door)
