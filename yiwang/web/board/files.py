"""The board for programs: rows of CSV and JSON."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse

from yiwang.kernel.sheets import writing
from yiwang.plan import rules
from yiwang.plan.queries import PlanCard, Standing
from yiwang.web.board.shown import number


def plain(one: Standing, card: PlanCard, as_of: date) -> dict[str, Any]:
    """A promise in both languages. `value` is None as long as nothing has been shown: that is not 0."""
    promise, judged, shown = one.promise, one.judgement, one.shown
    return {
        "year": card.year,
        "promised_for": card.of_year,
        "item": promise.item,
        "row": promise.row,
        "promise_zh": promise.promise.zh,
        "promise_en": promise.promise.en,
        "owner": promise.owner,
        "measure_zh": promise.measure.zh,
        "measure_en": promise.measure.en,
        "comparator": promise.goal.comparator if promise.goal else None,
        "target": number(promise.goal.value) if promise.goal else None,
        "unit": promise.goal.unit if promise.goal else None,
        "due": promise.due.isoformat(),
        "evidence_kind": promise.evidence,
        "in_published_plan": not rules.of_a_pack(promise.row),
        "value": number(shown.value) if shown and shown.value is not None else None,
        "part": number(shown.part) if shown and shown.part is not None else None,
        "whole": shown.whole if shown else None,
        "reached": judged.why in rules.KEPT,
        "reached_days_late": judged.days_late,
        "shown_by": shown.by if shown else None,
        "shown_as_of": shown.as_of.isoformat() if shown else None,
        "colour": str(judged.colour),
        "why": judged.why,
        "late": judged.late,
        "as_of": as_of.isoformat(),
    }


def as_csv(rows: Iterable[dict[str, Any]], name: str) -> HttpResponse:
    """A file that spreadsheets open: UTF-8 with its mark; a cell that looks like a formula is made a text."""
    listed = list(rows)
    text = writing.as_csv(list(listed[0]) if listed else ["row"], listed)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def as_json(content: dict[str, Any]) -> JsonResponse:
    """The same for a program."""
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
