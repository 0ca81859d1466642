"""Laboratory samples: a sheet is looked at, then entered; a sample with its values and the row of the sheet it stands in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing import rules
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.samples import queries, taking
from yiwang.intake.sensing.samples.queries import SampleView
from yiwang.intake.sensing.samples.sheet import Read
from yiwang.intake.sensing.samples.taking import Taken
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.sheets.writing import as_csv
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.components.markup import moment_text
from yiwang.web.desk.alarms import factor_name
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.problems import NoSheet, SheetTooLarge
from yiwang.web.desk.room import actor_of, by_htmx, call_of, page, said
from yiwang.web.desk.views.stationwords import columns_of

MOST_BYTES = 10 * 1024 * 1024
MOST_LISTED = 50
MOST_SHOWN = 100
"""Rows of a sheet, and things that were not entered, on one page."""


@require_http_methods(["GET", "POST"])
@door("reading.store")
def take_sheet(request: HttpRequest) -> HttpResponse:
    """A CSV or XLSX of samples. Looked at (`go=check`, or by htmx as soon as it is chosen) nothing is kept of it; else what can be
    used is stored, and each other row and cell is told."""
    run, refusal, status = None, None, 200
    if request.method == "POST":
        try:
            run = _run(request)
        except (LogInFirst, NotAllowed):
            raise
        except Problem as refused:
            refusal, status = problem_text(refused, house.language()), refused.status
    content = {"run": run, "refusal": refusal, "most": taking.MOST_ROWS}
    if by_htmx(request):
        return render(request, "desk/samples_run.html", content)
    return page(request, "desk/samples_import.html", content, status=status)


def _run(request: HttpRequest) -> dict[str, Any]:
    """What came of the file, or would. Raises what taking.take raises, NoSheet and SheetTooLarge."""
    sent = request.FILES.get("sheet")
    if not isinstance(sent, UploadedFile):
        raise NoSheet
    if (sent.size or 0) > MOST_BYTES:
        raise SheetTooLarge(megabytes=round((sent.size or 0) / 1048576, 1), limit=MOST_BYTES // 1048576)
    check = by_htmx(request) or request.POST.get("go") == "check"
    taken = (taking.preview if check else taking.take)(sent.read(), str(sent.name), call=call_of(request))
    return _outcome(taken) | {"check": check}


def _outcome(taken: Taken) -> dict[str, Any]:
    apart = {(one.row, one.column) for one in taken.refused}
    told = [
        {"row": one.row, "column": one.column, **problem_text(one.problem, house.language())} for one in taken.refused
    ]
    return {
        "filename": taken.filename,
        "samples": taken.entered.samples,
        "values": taken.entered.values,
        "known": taken.entered.known,
        "rows": taken.rows,
        "refusals": told[:MOST_SHOWN],
        "refused": len(told),
        "more": max(0, len(told) - MOST_SHOWN),
        "read": [f"{one.name} → {factor_name(code)}" for code, one in taken.columns.factors.items()],
        "ignored": taken.columns.ignored,
        "head": columns_of(
            row=_("行"), station=_("监测站点"), at=_("采样时间"), number=_("样品编号"), values=_("监测值")
        ),
        "lines": [_read_line(one, apart) for one in taken.read[:MOST_SHOWN]],
        "days_only": sum(1 for one in taken.read if one.day_only),
        "more_lines": max(0, len(taken.read) - MOST_SHOWN),
    }


def _read_line(one: Read, apart: set[tuple[int, str]]) -> dict[str, Any]:
    """A sample that was read. `apart`: rows and columns that are not stored; such a value says so where it stands."""
    values = [
        f"{factor_name(each.factor)} {rules.told(each.value, each.flag)}"
        + (_("（不入库）") if {(one.row, heading), (one.row, "")} & apart else "")
        for each, heading in zip(one.readings, one.headings, strict=True)
    ]
    at = moment_text(one.taken_at, with_year=True)
    return {
        "row": str(one.row),
        "station": {"text": one.place.name, "href": reverse("desk:station", args=[one.place.code])},
        "at": _("%(at)s（表里没有时间）") % {"at": at} if one.day_only else at,
        "number": one.number or "—",
        "values": _("，").join(values),
    }


@require_GET
@door("reading.store")
def template(request: HttpRequest) -> HttpResponse:
    """A sheet to be filled in, with the stations and factors that are this person's to enter; a spreadsheet opens it."""
    answer = HttpResponse(as_csv(*taking.empty_sheet(actor_of(request))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="samples.csv"'
    return answer


@require_GET
@door("station.read")
def show(request: HttpRequest, sample: UUID) -> HttpResponse:
    """One sample: what was found, where it stands in which sheet, and the batch of each value."""
    actor = actor_of(request)
    found = queries.sample(actor, sample)
    station = sensing.station(actor, found.station_code)
    content = {
        "sample": found,
        "title": found.number or moment_text(found.taken_at, with_year=True),
        "station": station_name(station),
        "values": _values(station, found),
        "value_columns": columns_of(
            factor=_("监测因子"), value=_("监测值"), unit=_("单位"), flag=_("数据标记"), batch=_("批次")
        ),
        "cells": [{"heading": heading, "cell": cell} for heading, cell in found.cells],
        "cell_columns": columns_of(heading=_("列"), cell=_("内容")),
    }
    return page(request, "desk/sample.html", content)


def _values(station: StationView, found: SampleView) -> list[dict[str, Any]]:
    described = {one.stream_id: one.description for one in (*station.streams, *station.closed)}
    return [
        {
            "factor": factor_name(described[one.stream_id].factor),
            "value": rules.told(one.value, one.flag),
            "unit": described[one.stream_id].unit,
            "flag": said(f"reading.flag.{one.flag}"),
            "batch": str(one.batch_id),
        }
        for one in found.values
    ]


def listed(actor: Actor, station: StationView, before: datetime | None = None) -> dict[str, Any]:
    """For the page of a laboratory's station: its samples, the newest first."""
    described = {one.stream_id: one.description for one in (*station.streams, *station.closed)}
    code = station.description.code
    found = queries.samples(actor, code, before=before, most=MOST_LISTED)
    older = (
        f"{reverse('desk:station', args=[code])}?before={int(found[-1].taken_at.timestamp())}"
        if len(found) == MOST_LISTED
        else ""
    )
    rows = [
        {
            "at": {
                "text": moment_text(one.taken_at, with_year=True),
                "href": reverse("desk:sample", args=[one.sample_id]),
            },
            "number": one.number or "—",
            "laboratory": one.laboratory or "—",
            "values": _("，").join(
                f"{factor_name(described[each.stream_id].factor)} {rules.told(each.value, each.flag)}"
                for each in one.values
            ),
        }
        for one in found
    ]
    columns = columns_of(at=_("采样时间"), number=_("样品编号"), laboratory=_("检测单位"), values=_("监测值"))
    return {"samples": rows, "sample_columns": columns, "older_samples": older}
