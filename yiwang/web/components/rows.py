"""Components a person reads: tags, clocks, timelines, rows, tables, figures. Each returns the context of its partial."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.template import Context
from django.utils.translation import gettext as _

from yiwang.kernel import walltime
from yiwang.web.components.markup import attributes, clock_text, moment_text, relative_text

TONES = ("waiting", "soon", "overdue", "done", "action")
ICON_OF_TONE = {"overdue": "warning", "soon": "clock", "done": "check", "waiting": "pause", "action": "next"}
CLOCK_STATES = ("running", "soon", "overdue", "paused", "late", "done", "unmet")
ICON_OF_CLOCK = {"overdue": "warning", "paused": "pause", "late": "warning", "done": "check", "unmet": "warning"}
LEVELS = {
    "warning": {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"},
    "water": {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ", 5: "Ⅴ", 6: "劣Ⅴ"},
}


def icon(name: str, label: str = "") -> dict[str, Any]:
    """A drawing from static/yiwang/icons.svg; with a label it is read out, without it is decoration."""
    return {"name": name, "label": label}


def moment(at: datetime | None, *, now: datetime | None = None, day: bool = False) -> dict[str, Any]:
    """`11月23日 周一 14:05`, the full date on hover; with `now` also `(3 小时前)`. None is 无数据."""
    if at is None:
        return {"at": None}
    present = now or walltime.now()
    local = walltime.in_town(at)
    return {
        "at": local.isoformat(timespec="minutes"),
        "text": moment_text(at, day_only=day, with_year=local.year != walltime.in_town(present).year),
        "full": moment_text(at, with_year=True),
        "relative": relative_text(at, now) if now else "",
    }


def status_tag(text: str, tone: str = "waiting", *, icon: str | None = None) -> dict[str, Any]:
    """A state in a word, with colour and drawing. tone: waiting, soon, overdue, done, action."""
    assert tone in TONES, f"a tone is one of {TONES}, not {tone}"  # noqa: S101
    return {"text": text, "tone": tone, "icon": ICON_OF_TONE[tone] if icon is None else icon}


def level_tag(scheme: str, level: int, text: str = "") -> dict[str, Any]:
    """An official level: scheme `warning` 1–4 (R-163) or `water` 1–6 (R-008), always with its letter."""
    return {"scheme": scheme, "level": level, "letter": LEVELS[scheme][level], "text": text}


def clock(due: datetime | None = None, *, left_minutes: int | None = None, unit: str = "office", state: str = "",
          why: Sequence[str] = (), provisional: bool = False, now: datetime | None = None, name: str = "",
          minutes_per_day: int | None = None, short: bool = False) -> dict[str, Any]:  # fmt: skip
    """How long is left, when it is due, and why (lines in a disclosure). left_minutes count in the clock's own unit.

    unit: office, urgent, workday or day. state: running, soon, overdue, paused, late (it had run out when it was halted), done,
    unmet. When empty it runs, or is overdue with nothing left; what is soon depends on the clock's own length and is said by who knows it.
    """
    if not state:
        state = "overdue" if left_minutes is not None and left_minutes < 0 else "running"
    assert state in CLOCK_STATES, f"a clock is one of {CLOCK_STATES}, not {state}"  # noqa: S101
    span = "" if left_minutes is None else clock_text(left_minutes, unit, minutes_per_day)
    sentences = {
        "running": _("还有 %(span)s"), "soon": _("快到期，还有 %(span)s"), "overdue": _("已超 %(span)s"),
        "paused": _("已暂停，剩 %(span)s"), "late": _("已超 %(span)s（已停）"), "done": _("已停止，用剩 %(span)s"),
    }  # fmt: skip
    if state == "unmet":
        text = _("没有做到")
    elif state == "done" and (left_minutes is None or left_minutes < 0):
        text = _("已停止") if left_minutes is None else _("已停止，超 %(span)s") % {"span": span}
    elif left_minutes is None:
        text = {"paused": _("已暂停"), "late": _("已超时（已停）")}.get(state, _("无数据"))
    else:
        text = sentences[state] % {"span": span}
    return {
        "due": due, "now": now, "text": text, "state": state, "why": why, "provisional": provisional, "name": name,
        "short": short, "icon": ICON_OF_CLOCK.get(state, "clock"),
    }  # fmt: skip


def timeline(events: Sequence[Mapping[str, Any]], *, now: datetime | None = None, label: str = "") -> dict[str, Any]:
    """What happened, newest or oldest first as given.

    Each event: title, at (a datetime), who, text, tone, href, photos [{"url", "text"}], next (True for what is to come).
    """
    return {"events": events, "now": now, "label": label or _("办理经过")}


def case_row(row: Mapping[str, Any], *, pick: str = "", now: datetime | None = None, **given: Any) -> dict[str, Any]:
    """One case (or report) of a list. pick: the checkbox's name for bulk acts; its value is row.id.

    row: id, href, title, number, place, who, at, tags [{"text", "tone"}], clock {arguments of clock}, unread, note.
    """
    return {"row": row, "pick": pick, "now": now, "attributes": attributes(given)}


def data_table(context: Context, columns: Sequence[Mapping[str, Any]], rows: Sequence[Any], *, caption: str = "",
               sort: str = "", parameter: str = "sort", empty: str = "") -> dict[str, Any]:  # fmt: skip
    """A table; sorting is a link that the view answers (`?sort=name`, `?sort=-name`), names by their pinyin column.

    columns: {"key", "text", "sorts": bool, "end": bool}. rows: mappings key → value, or value {"text", "href", "tone"}; what has a tone may
    have a "note" beside its tag.
    None is shown as 无数据, never as 0.
    """
    request = context.get("request")
    heads = []
    for column in columns:
        key, direction = column["key"], ""
        if sort.lstrip("-") == key:
            direction = "descending" if sort.startswith("-") else "ascending"
        query = request.GET.copy() if request else None
        target = f"-{key}" if direction == "ascending" else key
        if query is not None:
            query[parameter] = target
            query.pop("page", None)
        href = f"?{query.urlencode()}" if query is not None else f"?{parameter}={target}"
        heads.append({**column, "direction": direction, "href": href if column.get("sorts") else ""})
    body = [[_cell(column, row.get(column["key"])) for column in columns] for row in rows or ()]
    return {"heads": heads, "rows": body, "caption": caption, "empty": empty or _("这里还没有内容")}


def _cell(column: Mapping[str, Any], value: Any) -> dict[str, Any]:
    content = dict(value) if isinstance(value, Mapping) else {"text": value}
    missing = content.get("text") is None or content.get("text") == ""
    return {**content, "label": column["text"], "end": column.get("end", False), "missing": missing}


def figure_tile(label: str, value: Any, unit: str = "", *, as_of: datetime | None = None, change: str = "",
                better: bool | None = None, href: str = "", note: str = "", series: Sequence[Any] = ()) -> dict[str, Any]:  # fmt: skip
    """A figure with its unit, moment, change and the sentence that explains it; a click opens its rows. None is 无数据."""
    tone = {True: "better", False: "worse", None: "same"}[better]
    return {
        "label": label, "value": value, "unit": unit, "as_of": as_of, "change": change, "tone": tone, "href": href,
        "note": note, "series": series, "missing": value is None or value == "",
        "drawing": {True: "up", False: "down", None: ""}[_rises(change)],
    }  # fmt: skip


def _rises(change: str) -> bool | None:
    return True if change.startswith("+") else False if change.startswith(("-", "−")) else None


def sparkline(values: Sequence[float | None], label: str = "", *, target: float | None = None) -> dict[str, Any]:
    """A small line drawn on the server. None leaves a gap (missing is not 0); the label says it in words."""
    width, height = 120.0, 32.0
    known = [value for value in [*values, target] if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    step = width / max(len(values) - 1, 1)

    def across(value: float) -> float:
        return round(height - 3 - (value - low) / ((high - low) or 1) * (height - 6), 1)

    lines: list[list[str]] = [[]]
    last = None
    for index, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        last = (round(index * step, 1), across(value))
        lines[-1].append(f"{last[0]},{last[1]}")
    return {
        "lines": [" ".join(line) for line in lines if len(line) > 1], "last": last, "label": label, "known": bool(known),
        "target": None if target is None else across(target), "text": ", ".join("–" if v is None else str(v) for v in values),
    }  # fmt: skip
