"""Alarms as the desk shows them: on a station's chart, in lists, and on the page of their case with what proves that they are over."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing import series as past
from yiwang.intake.sensing.alarms import law, queries
from yiwang.intake.sensing.alarms.conditions import OVER, AlarmRule, Series
from yiwang.intake.sensing.alarms.problems import AlarmUnknown
from yiwang.intake.sensing.alarms.queries import AlarmView, LimitView
from yiwang.intake.sensing.alarms.saying import KINDS
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.alarms.verdicts import Finding
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.queries import StationView
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor
from yiwang.web import house
from yiwang.web.components import charts
from yiwang.web.components.charts import ChartLimit, ChartSpan, ChartValue
from yiwang.web.components.markup import moment_text
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import may, said

ONE_DAY = timedelta(days=1)
MOST_OF_STATION = 20
TONES = {"minor": "soon", "major": "soon", "serious": "overdue"}
STATE_TONES = {AlarmState.OPEN: "overdue", AlarmState.ENDED: "done", AlarmState.WITHDRAWN: "waiting"}


# --- names -----------------------------------------------------------------------------------------------------------


def factor_name(code: str) -> str:
    """A factor in the page's language; its code where nobody knows it."""
    found = sensing_law.catalogue().by_code.get(code.lower())
    return str(found.name[house.language()]) if found else code


def unit_of(one: StreamDescription) -> str:
    """The unit as it stands beside the name; none where the name says it, as pH does."""
    return "" if one.unit.casefold() in factor_name(one.factor).casefold() else one.unit


def rule_of(code: str) -> AlarmRule | None:
    """The rule of a code; None where no installed pack has it any more."""
    try:
        return law.rule(code)
    except AlarmUnknown:
        return None  # its pack is gone, the alarms of it are not


def rule_name(code: str) -> str:
    """The rule in the page's language; its code where no installed pack has it any more."""
    found = rule_of(code)
    return found.name[house.language()] if found else code


def severity(one: AlarmView) -> str:
    """How grave it is, in words."""
    return said(f"alarm.severity.{one.episode.severity}")


def when(one: AlarmView) -> str:
    """From when to when it was so."""
    since = moment_text(one.episode.start)
    if one.episode.end is None:
        return _("%(since)s 起，未解除") % {"since": since}
    return _("%(since)s 至 %(until)s") % {"since": since, "until": moment_text(one.episode.end)}


def worst(one: AlarmView, station: StationView | None) -> str:
    """What was found at the worst, of each condition."""
    rule = rule_of(one.rule)
    return _("；").join(_finding(rule, found, station) for found in one.episode.worst)


def _finding(rule: AlarmRule | None, found: Finding, station: StationView | None) -> str:
    if rule is None or found.part >= len(rule.singles):
        return f"{factor_name(found.series.factor)} {_plain(found.value)}"
    text = said(f"alarm.case.{KINDS[type(rule.singles[found.part])]}").format(
        factor=factor_name(found.series.factor),
        value=_plain(found.value),
        limit=_plain(found.limit),
        unit=_unit(station, found.series),
        at=moment_text(found.at),
    )
    return text if found.verified else text + said("alarm.case.unverified")


def _unit(station: StationView | None, series: Series) -> str:
    streams = station.streams if station else ()
    return next((unit_of(one.description) for one in streams if law.series_of(one.description) == series), "")


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def span(length: timedelta) -> str:
    """A length of time in words."""
    hours = length / timedelta(hours=1)
    return _("%(n)s 小时") % {"n": f"{hours:g}"}


# --- on a chart ------------------------------------------------------------------------------------------------------


def chart_limits(found: Sequence[LimitView], unit: str, since: datetime, until: datetime) -> list[ChartLimit]:
    """The limits that hold within a time, as lines with a step where one was changed."""
    drawn = []
    for one in found:
        steps = tuple(_steps(one, since, until))
        if steps:
            drawn.append(ChartLimit(steps, _limit_text(one, steps, unit)))
    return drawn


def _steps(one: LimitView, since: datetime, until: datetime) -> list[tuple[datetime, datetime, Decimal]]:
    found = []
    for first, last, value in one.spans:
        begin = max(since, walltime.day_begins(first)) if first > date.min else since
        end = min(until, walltime.day_begins(last + ONE_DAY)) if last is not None else until
        if value is not None and begin < end:
            found.append((begin, end, value))
    return found


def _limit_text(one: LimitView, steps: Sequence[tuple[datetime, datetime, Decimal]], unit: str) -> str:
    told = [_plain(steps[0][2])]
    told += [
        _("%(day)s起 %(value)s") % {"day": walltime.town_day(begin).isoformat(), "value": _plain(value)}
        for begin, _end, value in steps[1:]
    ]
    side = _("不高于") if one.side == OVER else _("不低于")
    text = f"{rule_name(one.rule)}：{side} {_('，').join(told)} {unit}".rstrip()
    if one.more_than:
        text += _("，一日超过不多于 %(n)s 次") % {"n": _plain(one.more_than[-1][2])}
    return text if one.verified else text + said("alarm.case.unverified")


def limit_at(found: Sequence[LimitView], at: datetime) -> str | None:
    """The limits of a moment, as the table beside the chart has them."""
    day = walltime.town_day(at)
    holding = [
        _plain(value)
        for one in found
        for first, last, value in one.spans
        if value is not None and first <= day and (last is None or day <= last)
    ]
    return " / ".join(dict.fromkeys(holding)) or "—"


def of_series(found: Sequence[AlarmView], series: Series) -> list[AlarmView]:
    """The alarms of rules that look at this series."""
    return [one for one in found if (rule := rule_of(one.rule)) is not None and series in rule.series]


def chart_spans(found: Sequence[AlarmView], off: Sequence[past.Off], every_s: int, until: datetime) -> list[ChartSpan]:
    """Alarms, each with its case, and times in which nothing counted, with what the flag says."""
    return [
        *(
            ChartSpan(one.episode.start, one.episode.end or until, charts.ALARM, _alarm_text(one), _case(one))
            for one in found
        ),
        *(ChartSpan(one.first, one.last + timedelta(seconds=every_s), charts.OFF, _off_text(one)) for one in off),
    ]


def _alarm_text(one: AlarmView) -> str:
    told = {"severity": severity(one), "rule": rule_name(one.rule), "when": when(one)}
    return _("报警（%(severity)s）：%(rule)s，%(when)s") % told


def _off_text(one: past.Off) -> str:
    told = {"flag": said(f"reading.flag.{one.flag}"), "n": one.n}
    moments = {"since": moment_text(one.first), "until": moment_text(one.last)}
    return _("不计入统计：%(flag)s，%(since)s 至 %(until)s，%(n)s 个值") % (told | moments)


def _case(one: AlarmView) -> str:
    return reverse("desk:case", args=[one.case_number])


def alarm_at(found: Sequence[AlarmView], at: datetime) -> str:
    """Which alarms were going on at a moment, as the table beside the chart has them."""
    going_on = [one for one in found if one.episode.start <= at and (one.episode.end is None or at < one.episode.end)]
    return _("；").join(f"{rule_name(one.rule)}（{severity(one)}）" for one in going_on) or "—"


def chart_value(one: past.ChartPoint) -> ChartValue:
    """A point as the chart draws it."""
    if one.sums is None:
        return ChartValue(one.at, one.value, apart=one.value is None)
    return ChartValue(one.at, one.value, one.sums.least, one.sums.greatest, apart=one.sums.n_valid < one.sums.n)


# --- in lists --------------------------------------------------------------------------------------------------------


def columns(*, withdrawn: bool = False) -> list[dict[str, Any]]:
    """The headings of a list of alarms."""
    heads = {
        "severity": _("等级"),
        "rule": _("报警"),
        "station": _("监测站点"),
        "when": _("起止"),
        "worst": _("最差"),
        "proof": _("撤销原因") if withdrawn else _("恢复证明"),
        "case": _("案件"),
    }
    return [{"key": key, "text": text} for key, text in heads.items()]


def lines(actor: Actor, found: Sequence[AlarmView]) -> list[dict[str, Any]]:
    """Alarms as lines of a table, each open to its station and its case."""
    stations = {one.description.code: one for one in sensing.stations(actor)} if found else {}
    return [_line(one, stations.get(one.station_code)) for one in found]


def _line(one: AlarmView, station: StationView | None) -> dict[str, Any]:
    name = station_name(station) if station else one.station_code
    return {
        "severity": {"text": severity(one), "tone": TONES[one.episode.severity]},
        "rule": rule_name(one.rule),
        "station": {"text": name, "href": reverse("desk:station", args=[one.station_code])},
        "when": when(one),
        "worst": worst(one, station) or "—",
        "proof": _proof(one),
        "case": {"text": one.case_number, "href": _case(one)},
    }


def _proof(one: AlarmView) -> dict[str, Any]:
    if one.state == AlarmState.WITHDRAWN:
        return {"text": said(f"alarm.why.{one.withdrawn_why}"), "tone": "waiting"}
    if one.returned_at is not None:
        return {"text": _("%(at)s 证明") % {"at": moment_text(one.returned_at)}, "tone": "done"}
    if one.case_proven:
        return {"text": said(f"case.proven.{one.case_proven}"), "tone": "done"}
    if one.case_ended:
        return {"text": _("未经证明结案"), "tone": "overdue"}
    if one.episode.end is None:
        return {"text": _("还没有恢复"), "tone": "overdue"}
    return {"text": _("已恢复，等证明"), "tone": "soon"}


def of_station(actor: Actor, code: str) -> dict[str, Any]:
    """The newest alarms of a station, for its page."""
    if not may(actor, queries.READ):
        return {}
    found = queries.alarms(actor, code=code, most=MOST_OF_STATION)
    unfit = [_unfit_text(rule, said) for rule, said in queries.unfit(actor, code)]
    return {"alarm_rows": lines(actor, found), "alarm_columns": columns(), "unfit": unfit}


def _unfit_text(rule: str, one: StreamDescription) -> str:
    told = {"rule": rule_name(rule), "stream": factor_name(one.factor), "unit": one.unit}
    usual = sensing_law.catalogue().of(one.factor).unit
    text = _(
        "报警规则“%(rule)s”没有用于“%(stream)s”：这个序列的单位是 %(unit)s，规则的限值按 %(usual)s 计。请登记员把序列改成 %(usual)s。"
    )
    return text % (told | {"usual": usual})
