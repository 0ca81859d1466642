"""Stations: which instruments there are and whether they send, what one measured, the readings behind a number, what was kept apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.intake.sensing import queries, rules, series
from yiwang.intake.sensing.alarms import law
from yiwang.intake.sensing.alarms import queries as alarm_queries
from yiwang.intake.sensing.alarms.conditions import Series as AlarmSeries
from yiwang.intake.sensing.alarms.queries import AlarmView, LimitView
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.problems import StreamUnknown
from yiwang.intake.sensing.queries import ApartView, FaultyPacket, StationView
from yiwang.intake.sensing.rules import KnownStream
from yiwang.intake.sensing.series import ChartPoint, Completeness, Series
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Actor
from yiwang.web.components.charts import GAP, OFF
from yiwang.web.components.markup import moment_text, relative_text
from yiwang.web.desk import alarms
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import actor_of, call_of, may, page, said, whole
from yiwang.web.desk.townsfolk import names as names_of
from yiwang.web.desk.views import samples
from yiwang.web.desk.views.stationwords import columns_of, described_name, with_unit

ONE_DAY = timedelta(days=1)
SPANS = {"day": ONE_DAY, "week": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=366)}
MOST_LINES = 60
"""Rows of the table beside a chart: the newest; the others are on the chart, or a shorter time shows them."""
MOST_APART = 50
MOST_BEHIND = 5000
LONGEST_EXPORT = timedelta(days=367)
LABORATORY = "laboratory"


@require_GET
@door("station.read")
def listed(request: HttpRequest) -> HttpResponse:
    """Every station within reach: last contact, how much of a day came, how much was kept apart."""
    actor, now = actor_of(request), call_of(request).now
    found, names = queries.stations(actor), names_of(actor)
    complete = series.completeness(actor, now - ONE_DAY, now)
    taken = _taken(found)
    counts = queries.apart_counts(actor, walltime.town_day(now))
    apart: dict[str, int] = {}
    for one in counts:
        if one.reason != rules.PACKET:
            apart[one.code] = apart.get(one.code, 0) + one.seen
    rows = [
        {
            "name": {"text": station_name(one), "href": reverse("desk:station", args=[one.description.code])},
            "team": names.team(one.description.team_id),
            "door": said(f"station.door.{one.description.door}"),
            "heard": _heard(one, now, taken),
            "complete": _percent(complete[one.description.code]),
            "apart": str(apart.get(one.description.code, 0)),
        }
        for one in found
    ]
    silent = sum(_is_silent(one, now) for one in found)
    content = {
        "rows": rows,
        "silent": silent,
        "columns": columns_of(
            name=_("监测站点"), team=_("归属部门"), door=_("接入口"), heard=_("最近联系或采样"),
            complete=_("24 小时完整率"), apart=_("今天另存"),
        ),
        "unknown": apart.get("", 0),
        "strangers": _apart_rows(queries.strangers(actor, most=MOST_APART)),
        "apart_columns": _apart_columns(),
        "faulty": _faulty_rows(queries.faulty_packets(actor, most=MOST_APART)),
        "faulty_columns": _faulty_columns(),
        "enters": may(actor, "reading.store") and any(one.description.door == LABORATORY for one in found),
    }  # fmt: skip
    return page(request, "desk/stations.html", content)


@require_GET
@door("station.read")
def show(request: HttpRequest, station: str) -> HttpResponse:
    """One station: what it is, whether it sends, and one of its streams over a day, a week, a month or a year."""
    actor, now, given = actor_of(request), call_of(request).now, request.GET
    found = queries.station(actor, station)
    by_hand = found.description.door == LABORATORY
    span = given.get("span", "") if given.get("span", "") in SPANS else "year" if by_hand else "day"
    until = _until(given.get("until", ""), now)
    streams = (*found.streams, *found.closed)
    number = whole(given.get("stream", ""), _first(actor, station, streams))
    complete = {
        one: series.completeness(actor, now - SPANS[one], now, code=station)[station] for one in ("day", "week")
    }
    content = {
        "station": found,
        "name": station_name(found),
        "facts": _facts(actor, found, now, complete),
        "silent": _is_silent(found, now),
        "options": [(one.stream_id, with_unit(one.description)) for one in streams],
        "stream": number,
        "span": span,
        "spans": [(one, _span_name(one)) for one in SPANS],
        "apart": _apart_rows(queries.apart(actor, code=station, most=MOST_APART)),
        "apart_columns": _apart_columns(),
        "faulty": _faulty_rows(queries.faulty_packets(actor, code=station, most=MOST_APART)),
        "faulty_columns": _faulty_columns(),
        **alarms.of_station(actor, station),
    }  # fmt: skip
    if by_hand:
        content |= samples.listed(actor, found, _moment(given.get("before", "")))
    if streams:
        drawn = series.series(actor, station, number, until - SPANS[span], until)
        content |= _drawn(actor, found, drawn, until - SPANS[span], until)
        content["export"] = _export(station, number, until - SPANS[span], until)
    return page(request, "desk/station.html", content)


def _first(actor: Actor, station: str, streams: Sequence[KnownStream]) -> int:
    """The stream that is shown when nobody chose one: what the newest alarm is about, else the first."""
    newest = alarm_queries.alarms(actor, code=station, most=1) if may(actor, alarm_queries.READ) else ()
    about = {found.series for one in newest for found in one.episode.worst}
    concerned = [one.stream_id for one in streams if law.series_of(one.description) in about]
    return next(iter([*concerned, *(one.stream_id for one in streams)]), 0)


@require_GET
@door("station.read")
def behind(request: HttpRequest, station: str) -> HttpResponse:
    """The readings that the number of an hour or a day rests on, each with the batch whose digest the journal has."""
    actor, given = actor_of(request), request.GET
    found = queries.station(actor, station)
    number, period = whole(given.get("stream", ""), 0), given.get("period", "")
    start = _moment(given.get("start", ""))
    if period not in rules.PERIODS or start is None:
        raise StreamUnknown(station=station, stream=number)
    rows = series.behind(actor, station, number, period, start, MOST_BEHIND + 1)
    described = _described(found, number)
    lines = [
        {
            "at": moment_text(one.at, with_year=True),
            "value": rules.told(one.value, one.flag),
            "flag": said(f"reading.flag.{one.flag}"),
            "counted": (_("是，已更正") if one.corrected else _("是")) if one.counted else _("否"),
            "batch": str(one.batch_id),
        }
        for one in rows[:MOST_BEHIND]
    ]
    content = {
        "station": station,
        "name": station_name(found),
        "title": with_unit(described),
        "when": moment_text(start, with_year=True),
        "rows": lines,
        "cut": len(rows) > MOST_BEHIND,
        "counted": sum(one.counted for one in rows[:MOST_BEHIND]),
        "export": _export(station, number, start, start + rules.PERIODS[period]),
        "columns": columns_of(
            at=_("监测时间"), value=_("监测值"), flag=_("数据标记"), counted=_("进统计"), batch=_("批次")
        ),
    }
    return page(request, "desk/station_rows.html", content)


@require_GET
@door("station.read")
def export(request: HttpRequest, station: str) -> StreamingHttpResponse:
    """Every reading of a stream over a time as CSV, sent as it is read: the raw values behind a chart."""
    actor, given = actor_of(request), request.GET
    number, since, until = (
        whole(given.get("stream", ""), 0),
        _moment(given.get("since", "")),
        _moment(given.get("until", "")),
    )
    if since is None or until is None or not since < until <= since + LONGEST_EXPORT:
        raise StreamUnknown(station=station, stream=number)
    lines = series.exported(actor, station, number, since, until)  # asks before the first line is sent
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{station}-{number}-{since:%Y%m%d}.csv"'
    return answer


def _export(station: str, number: int, since: datetime, until: datetime) -> str:
    query = f"?stream={number}&since={int(since.timestamp())}&until={int(until.timestamp())}"
    return reverse("desk:station_export", args=[station]) + query


@require_GET
@door("station.read")
def packet(request: HttpRequest, packet: str) -> HttpResponse:
    """A packet that was kept as evidence, with the password in it as stars."""
    found = queries.packet(actor_of(request), packet)
    content = {
        "packet": found,
        "text": found.content.decode("utf-8", "backslashreplace"),
        "fault": _fault(found.door, found.fault),
    }
    return page(request, "desk/station_packet.html", content)


# --- in words --------------------------------------------------------------------------------------------------------


def _is_silent(one: StationView, now: datetime) -> bool:
    return rules.is_silent(one.heard_at, one.every_s, now)


def _taken(found: Iterable[StationView]) -> dict[str, datetime]:
    """When the newest sample of each laboratory point was taken: it is of that day, whenever its sheet came in."""
    points = [one for one in found if one.description.door == LABORATORY]
    newest = series.newest_of(points)
    moments = {
        one.description.code: [newest[each.stream_id].at for each in one.streams if each.stream_id in newest]
        for one in points
    }
    return {code: max(known) for code, known in moments.items() if known}


def _heard(one: StationView, now: datetime, taken: Mapping[str, datetime]) -> dict[str, Any]:
    if one.description.door == LABORATORY:
        at = taken.get(one.description.code)
        return (
            {"text": _("采样 %(when)s") % {"when": _when(at, now)}}
            if at
            else {"text": _("没有样品"), "tone": "waiting"}
        )
    if one.heard_at is None:
        return {"text": _("从未联系"), "tone": "waiting"}
    text = _when(one.heard_at, now)
    return {"text": text, "tone": "overdue"} if _is_silent(one, now) else {"text": text}


def _when(at: datetime, now: datetime) -> str:
    return _("%(moment)s（%(ago)s）") % {"moment": moment_text(at), "ago": relative_text(at, now)}


def _percent(one: Completeness) -> str:
    return "—" if one.percent is None else f"{one.percent}%"


def _span_name(span: str) -> str:
    return {"day": _("一天"), "week": _("一周"), "month": _("一个月"), "year": _("一年")}[span]


def _described(found: StationView, number: int) -> StreamDescription:
    return next(one.description for one in (*found.streams, *found.closed) if one.stream_id == number)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _facts(actor: Actor, found: StationView, now: datetime, complete: dict[str, Completeness]) -> list[dict[str, Any]]:
    one, names = found.description, names_of(actor)
    in_use = {"first": one.in_use_from.isoformat(), "last": one.in_use_to and one.in_use_to.isoformat()}
    row = reverse("desk:register_row", args=[one.register, one.register_key]) if one.register else ""
    shown_at_door = [
        {"label": _("密码"), "text": _("已设置") if found.has_password else _("没有设置")},
        {"label": _("校验"), "text": _("放过已知的校验错误") if one.tolerates_crc else _("校验错误一律不收")},
    ]
    return [
        {"label": _("归属部门"), "text": names.team(one.team_id)},
        {"label": _("接入口"), "text": f"{said(f'station.door.{one.door}')} · {one.key}"},
        _contact(found, now),
        {"label": _("完整率"), "text": _("24 小时 %(day)s，一周 %(week)s") % {one: _percent(complete[one]) for one in complete}},
        {"label": _("启用"), "text": (_("%(first)s 至 %(last)s") if one.in_use_to else _("%(first)s 起")) % in_use},
        {"label": _("地点"), "text": names.place(one.place_id) or "—"},
        {"label": _("台账"), "text": one.register_key or "—", "href": row if may(actor, "register.read") else ""},
        *(shown_at_door if one.door == "hj212" else []),
    ]  # fmt: skip


def _contact(found: StationView, now: datetime) -> dict[str, Any]:
    if found.description.door != LABORATORY:
        return {"label": _("最近联系"), "text": _when(found.heard_at, now) if found.heard_at else _("从未联系")}
    at = _taken([found]).get(found.description.code)
    return {"label": _("最近采样"), "text": _when(at, now) if at else _("没有样品")}


# --- one stream ------------------------------------------------------------------------------------------------------


def _drawn(actor: Actor, found: StationView, drawn: Series, since: datetime, until: datetime) -> dict[str, Any]:
    code, about = found.description.code, drawn.description
    shown = drawn.points[-MOST_LINES:][::-1]
    off = series.off(actor, code, drawn.stream_id, since, until)
    limits, raised = _judged(actor, code, law.series_of(about), since, until)
    judged = {"limit": _("限值"), "alarm": _("报警")} if limits or raised else {}
    values, bars = (
        [alarms.chart_value(one) for one in drawn.points],
        alarms.chart_spans(raised, off, about.every_s, until),
    )
    return {
        "values": values,
        "none_counts": [one.text for one in bars if one.kind == OFF] if all(one.value is None for one in values) else [],
        "label": described_name(about),
        "unit": alarms.unit_of(about),
        "since": since,
        "until": until,
        "gap_s": series.spacing(drawn) * GAP,
        "limits": alarms.chart_limits(limits, alarms.unit_of(about), since, until),
        "bars": bars,
        "fineness": drawn.fineness,
        "lines": [_line(found, drawn, one) | _judged_line(limits, raised, one) for one in shown],
        "line_columns": columns_of(at=_("监测时间"), value=_("监测值"), flag=_("数据标记"), **judged)
        if drawn.fineness == series.RAW
        else columns_of(at=_("时段开始"), value=_("代表值"), range=_("最小–最大"), n=_("有效个数"), **judged),
        "more": len(drawn.points) - len(shown),
    }  # fmt: skip


def _judged(
    actor: Actor, code: str, about: AlarmSeries, since: datetime, until: datetime
) -> tuple[Sequence[LimitView], Sequence[AlarmView]]:
    """The limits of a stream, and its alarms within a time; nothing for who may not see alarms."""
    if not may(actor, alarm_queries.READ):
        return (), ()
    raised = alarm_queries.alarms(actor, code=code, during=(since, until))
    return alarm_queries.limits(actor, code, about), alarms.of_series(raised, about)


def _judged_line(limits: Sequence[LimitView], raised: Sequence[AlarmView], one: ChartPoint) -> dict[str, Any]:
    return {"limit": alarms.limit_at(limits, one.at), "alarm": alarms.alarm_at(raised, one.at)}


def _line(found: StationView, drawn: Series, one: ChartPoint) -> dict[str, Any]:
    if one.sums is None:
        return {
            "at": moment_text(one.at),
            "value": rules.told(one.value, one.flag),
            "flag": said(f"reading.flag.{one.flag}"),
        }
    query = f"?stream={drawn.stream_id}&period={drawn.fineness}&start={int(one.at.timestamp())}"
    href = reverse("desk:station_rows", args=[found.description.code]) + query
    least, greatest = _plain(one.sums.least), _plain(one.sums.greatest)
    value = None if one.value is None else f"{one.value.normalize():f}"
    return {
        "at": {"text": moment_text(one.at), "href": href},
        "value": value,
        "range": f"{least} – {greatest}" if least is not None else None,
        "n": f"{one.sums.n_valid} / {one.sums.n}",
    }


def _until(written: str, now: datetime) -> datetime:
    return _moment(written) or now


def _moment(written: str) -> datetime | None:
    """A moment as an address carries it: seconds since 1970; None for anything else, or what no reading can be of."""
    seconds = whole(written, -1)
    first, last = (walltime.day_begins(day) for day in (rules.EARLIEST, rules.LATEST))
    inside = first.timestamp() <= seconds <= last.timestamp()
    return first + timedelta(seconds=seconds - first.timestamp()) if inside else None


# --- kept apart ------------------------------------------------------------------------------------------------------


def _apart_columns() -> list[dict[str, Any]]:
    return columns_of(
        last=_("最近收到"),
        key=_("标识"),
        factor=_("监测因子"),
        at=_("监测时间"),
        value=_("监测值"),
        reason=_("原因"),
        times=_("次数"),
        packet=_("数据包"),
    )


def _apart_rows(found: Sequence[ApartView]) -> list[dict[str, Any]]:
    return [
        {
            "last": moment_text(one.last_received_at),
            "key": one.key,
            "factor": alarms.factor_name(one.factor),
            "at": moment_text(one.at, with_year=True),
            "value": one.value or None,
            "reason": _reason(one),
            "times": str(one.times),
            "packet": {"text": _("看数据包"), "href": reverse("desk:station_packet", args=[one.packet])} if one.packet else "—",
        }
        for one in found
    ]  # fmt: skip


def _reason(one: ApartView) -> Any:
    """Why it was kept apart; where two values differ, the page on which that is decided."""
    text = said(f"reading.apart.{one.reason}")
    if one.reason != rules.DIFFERS:
        return text
    return {"text": text, "href": reverse("desk:station_differing", args=[one.apart_id])}


def _faulty_columns() -> list[dict[str, Any]]:
    return columns_of(
        last=_("最近收到"), key=_("标识"), fault=_("问题"), size=_("长度"), times=_("次数"), packet=_("数据包")
    )


def _faulty_rows(found: Sequence[FaultyPacket]) -> list[dict[str, Any]]:
    return [
        {
            "last": moment_text(one.last_received_at),
            "key": one.key or "—",
            "fault": _fault(one.door, one.fault),
            "size": str(one.bytes),
            "times": str(one.times),
            "packet": {"text": _("看数据包"), "href": reverse("desk:station_packet", args=[one.packet])},
        }
        for one in found
    ]


def _fault(door: str, slug: str) -> str:
    """A fault in the words of its door's texts, or of what was wrong with a value; the slug when nobody wrote any."""
    keys = (f"reading.apart.{slug}", f"{door}.fault.{slug}", f"{door}.oddity.{slug}")
    return next((text for key in keys if (text := said(key)) != slug), slug)
