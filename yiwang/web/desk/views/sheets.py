"""Importing a sheet of the hotline: its columns are shown and can be set right, what is refused is named by row and column."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.intake.reports import hotline
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.sheets.columns import NAMES, NEEDED, map_columns
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk.problems import NoSheet, SheetTooLarge
from yiwang.web.desk.room import actor_of, call_of, page

MOST_BYTES = 30 * 1024 * 1024
SAMPLE = 3
MOST_REFUSALS = 200
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
    """The upload form (GET), or the import with its summary (POST)."""
    if request.method == "GET":
        return page(request, "desk/import.html", {"sheet": None})
    call = call_of(request)
    try:
        sent = _file(request)
        done = hotline.import_sheet(sent.read(), str(sent.name), call=_keyless(call), columns=_columns(request))
    except (LogInFirst, NotAllowed):
        raise
    except Problem as refusal:
        content = {"sheet": None, "refusal": problem_text(refusal, house.language())}
        return page(request, "desk/import.html", content, status=refusal.status)
    return page(request, "desk/imported.html", _summary(done, str(sent.name)))


@require_POST
@door("report.import")
def look(request: HttpRequest) -> HttpResponse:
    """How the columns of the chosen sheet would be read, with its first rows; nothing is imported by this."""
    actor = actor_of(request)
    try:
        sent = _file(request)
        sheet = open_sheet(sent.read(), str(sent.name))
        remembered = reports.remembered_columns(actor, hotline.SHEET)
        mapping = map_columns(sheet.header, _columns(request) or remembered)
    except (LogInFirst, NotAllowed):
        raise
    except Problem as refusal:
        return render(request, "desk/columns.html", {"refusal": problem_text(refusal, house.language())})
    chosen = mapping.remember()
    first = [row for _number, row in zip(range(SAMPLE), sheet.rows, strict=False)]
    content = {
        "columns": [_column(field, chosen, sheet.header) for field in NAMES],
        "ignored": mapping.ignored,
        "header": [name for name in sheet.header if name],
        "sample": [_cells(row, sheet.header) for row in first],
        "remembered": remembered is not None,
    }
    return render(request, "desk/columns.html", content)


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


def _columns(request: HttpRequest) -> dict[str, str] | None:
    """The columns as they were set right on the page; None when they were not shown."""
    given = {field: request.POST.get(f"column_{field}", "") for field in NAMES}
    chosen = {field: name for field, name in given.items() if name}
    return chosen or None


def _keyless(call: Call) -> Call:
    """An import is many steps; each message is known again by its own number, so it needs no key."""
    return Call(call.actor, call.now, call.door)


def _summary(done: hotline.HotlineImport, name: str) -> dict[str, Any]:
    refused = [
        {
            "row": one.row,
            "column": one.column,
            **problem_text(one.problem, house.language()),
        }
        for one in done.refused[:MOST_REFUSALS]
    ]
    return {
        "name": name,
        "done": done,
        "refused": refused,
        "more": max(0, len(done.refused) - MOST_REFUSALS),
        "columns": [(FIELDS.get(field, field), column) for field, column in done.columns.items()],
    }
