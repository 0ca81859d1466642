"""Sheets of registers in and out. A short one goes in at once; a long one the worker takes in while the page tells how far it is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.kernel.access.door import door
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.problems import LogInFirst, NotAllowed, NotFound, Problem
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text
from yiwang.registers import exporting, handed_in, importing, queries, steps
from yiwang.registers.declared import Register
from yiwang.registers.importing import ROWS_ENTERED, ROWS_LOOKED_AT
from yiwang.registers.queries import SheetState
from yiwang.web import house
from yiwang.web.desk.problems import NoSheet, SheetTooLarge
from yiwang.web.desk.room import actor_of, by_htmx, call_of, page
from yiwang.web.desk.views.registers import kept, today, tongue

MOST_BYTES = 30 * 1024 * 1024
MOST_REFUSALS = 200
AT_ONCE = 2000
"""So many rows go in while one waits, in well under two seconds; a longer sheet is handed to the worker."""
WORKER_LATE = timedelta(seconds=30)
"""After so long without a beginning the page says that the worker may not be running."""
PHASES = {ROWS_LOOKED_AT: gettext_lazy("正在核对各行"), ROWS_ENTERED: gettext_lazy("正在登记")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@door("register.write")
def take_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """A CSV or XLSX into the register: good rows go in, each of the others is named with row, column and reason.

    With `?sheet=` how far the worker is with one that was handed in; asked by htmx it is only that part, every second.
    """
    actor, status, run = actor_of(request), 200, None
    register, refusal = kept(actor, code), None
    if request.method == "POST":
        try:
            run = _taken(request, register)
        except (LogInFirst, NotAllowed):
            raise
        except Problem as refused:
            refusal, status = problem_text(refused, house.language()), refused.status
        if isinstance(run, UUID):
            return HttpResponseRedirect(_address(code, run))
    elif "sheet" in request.GET:
        run = _run(request, code, queries.handed_in_sheet(actor, code, _asked_for(request)))
    if by_htmx(request) and run:
        return render(request, "desk/register_run.html", {"run": run})
    content = _page(request, register) | {"run": run, "refusal": refusal}
    return page(request, "desk/register_import.html", content, status=status)


def _page(request: HttpRequest, register: Register) -> dict[str, Any]:
    actor = actor_of(request)
    optional = [one.name[tongue()] for one in register.fields if not one.required]
    return {
        "name": register.name[tongue()],
        "href": reverse("desk:register", args=[register.code]),
        "here": reverse("desk:register_import", args=[register.code]),
        "needed": [one.name[tongue()] for one in register.fields if one.required],
        "optional": [*optional, importing.VALID_FROM[tongue()]],
        "loads": queries.loads(actor, register.code),
        "in_work": [
            {"name": one.filename, "at": one.received_at, "href": _address(register.code, one.sheet_id)}
            for one in queries.sheets_in_work(actor, register.code)
        ],
    }


def _asked_for(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET["sheet"])
    except ValueError:
        raise NotFound from None


def _address(code: str, sheet_id: UUID) -> str:
    return f"{reverse('desk:register_import', args=[code])}?sheet={sheet_id}"


def _taken(request: HttpRequest, register: Register) -> dict[str, Any] | UUID:
    """What came of a short sheet; of a long one by what to ask for it. Raises what importing.take raises, NoSheet, SheetTooLarge."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise NoSheet
    if (sent.size or 0) > MOST_BYTES:
        raise SheetTooLarge(megabytes=round((sent.size or 0) / 1048576, 1), limit=MOST_BYTES // 1048576)
    content, name, call = sent.read(), str(sent.name), call_of(request)
    rows = importing.rows_of(register.code, content, name, tongue(), call.actor)
    if rows > AT_ONCE:
        return steps.hand_in_sheet(register.code, content, name, rows=rows, language=tongue(), call=_keyless(call))
    done = importing.take(register.code, content, name, language=tongue(), call=call)
    return {"filename": name, "busy": False} | _outcome(handed_in.outcome(done))


def _keyless(call: Call) -> Call:
    """The same sheet again changes nothing, so it needs no key."""
    return Call(call.actor, call.now, call.door)


def _run(request: HttpRequest, code: str, state: SheetState) -> dict[str, Any]:
    """How far the worker is with a sheet, then what came of it."""
    late = not state.phase and call_of(request).now - state.received_at > WORKER_LATE
    run: dict[str, Any] = {
        "filename": state.filename,
        "state": state.state,
        "href": _address(code, state.sheet_id),
        "busy": state.finished_at is None,
        "phase": str(PHASES.get(state.phase, _("等待后台程序"))),
        "done": state.done,
        "total": state.total,
        "late": late,
        "refusal": state.outcome.get("refusal", {}).get(house.language()),
    }
    return run | (_outcome(state.outcome) if state.state == "done" else {})


def _outcome(done: Any) -> dict[str, Any]:
    shown = done["refusals"][:MOST_REFUSALS]
    return {
        "finished": True,
        "entered": done["entered"],
        "unchanged": done["unchanged"],
        "refused": done["refused"],
        "refusals": [{"row": one["row"], "column": one["column"], **one["said"][house.language()]} for one in shown],
        "more": max(0, done["refused"] - len(shown)),
        "ignored": done["ignored"],
    }


@require_GET
@door("register.export")
def give_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says today as CSV, or with `?form=xlsx` as a workbook; the import reads both back."""
    actor, on, language = actor_of(request), today(request), house.language()
    securitylog.note_export("register.export", code, origin=origin_of(request), call=call_of(request))
    if request.GET.get("form") == "xlsx":
        answer = HttpResponse(exporting.as_xlsx(actor, code, on=on, language=language), content_type=XLSX)
        ending = "xlsx"
    else:
        text = exporting.as_csv(actor, code, on=on, language=language)
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        ending = "csv"
    answer["Content-Disposition"] = f'attachment; filename="{code}-{on.isoformat()}.{ending}"'
    return answer
