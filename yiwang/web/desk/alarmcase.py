"""What the page of an alarm's case shows: its alarms, their readings as a chart, and what proves that it is over, or is missing."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases.queries import CaseView
from yiwang.cases.rules import BY_INSTRUMENT, BY_SAMPLE, SAMPLE
from yiwang.cases.stages import ALARM, ENDED
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing import series as past
from yiwang.intake.sensing.alarms import law, queries, standing
from yiwang.intake.sensing.alarms.queries import AlarmView
from yiwang.intake.sensing.alarms.sampled import known_by
from yiwang.intake.sensing.alarms.standing import Said, Standing
from yiwang.intake.sensing.alarms.states import LIVE
from yiwang.intake.sensing.alarms.verdicts import Verdict
from yiwang.intake.sensing.problems import StationUnknown
from yiwang.intake.sensing.queries import READ as READ_STATIONS
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.samples.queries import at_row
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor
from yiwang.web import house
from yiwang.web.components import charts
from yiwang.web.components.markup import moment_text
from yiwang.web.desk.alarms import (
    ONE_DAY,
    STATE_TONES,
    TONES,
    chart_limits,
    chart_spans,
    chart_value,
    factor_name,
    rule_name,
    rule_of,
    severity,
    span,
    unit_of,
    when,
    worst,
)
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import may, said

LONGEST_CHART = timedelta(days=31)
"""Of an alarm that goes on for longer, its case shows the last part."""


def of_case(actor: Actor, case: CaseView, stands: Standing | None, now: datetime) -> dict[str, Any] | None:
    """What the page of an alarm's case shows: its alarms, the readings of the last one as a chart, and what proves that it is over.

    None for any other case, and for who sees no alarm of it.
    """
    if stands is None:
        return None
    found = queries.of_case(actor, case.row.id)
    if not found:
        return None
    last = next((one for one in reversed(found) if one.state in LIVE), found[-1])
    station = _station(actor, last.station_code)
    return {
        "alarms": [_shown(one, station) for one in found],
        "proof": _proof_of(case, last, stands),
        "chart": _chart(actor, station, last, now) if station else None,
        "samples": _samples(actor, case, station, stands) if station else [],
        "sample_columns": [
            {"key": key, "text": text}
            for key, text in (
                ("number", _("样品编号")),
                ("taken", _("采样")),
                ("laboratory", _("检测单位")),
                ("says", _("按报警规则")),
                ("proof", _("证明")),
            )
        ],
    }


def _named(case: CaseView) -> list[str]:
    """The samples that hang on a case as proofs."""
    return [one.ref for one in case.proofs if one.kind == SAMPLE]


def stands(actor: Actor, case: CaseView) -> Standing | None:
    """How the proof of an alarm's case stands now; None for any other case, and for who sees no alarms."""
    if case.snapshot.origin != ALARM or not may(actor, queries.READ):
        return None
    return standing.of_case(actor, case.row.id, _named(case), walltime.now())


def unoffered(case: CaseView, stands: Standing | None) -> frozenset[str]:
    """Acts on an alarm's case that would be refused now: a close without proof while the instrument measures, and a sample where none
    could be named. The page says why.
    """
    if stands is None:
        return frozenset()
    alive = set() if stands.instrument.why else {"close_unproven"}
    return frozenset(alive | (set() if _nameable(stands, _named(case)) else {"show_sample"}))


def _nameable(stands: Standing, named: list[str]) -> list[Said]:
    """The samples that may be named as proof of a case: those within the limits that hang on it not yet, the newest first."""
    return [one for one in stands.samples if one.verdict is Verdict.CLEAR and one.taken.named not in named]


def sample_options(case: CaseView, stands: Standing | None) -> list[dict[str, str]]:
    """The samples that may be named as proof of a case, as cards to choose from."""
    if stands is None:
        return []
    return [
        {
            "value": str(one.taken.sample_id),
            "text": _("%(number)s，%(at)s 采") % {
                "number": known_by(one.taken.named), "at": moment_text(one.taken.at, with_year=True)
            },
        }
        for one in _nameable(stands, _named(case))
    ]  # fmt: skip


VERDICTS = {Verdict.CLEAR: "done", Verdict.BETWEEN: "soon", Verdict.RAISED: "overdue", Verdict.UNKNOWN: "waiting"}


def _samples(actor: Actor, case: CaseView, station: StationView, stands: Standing) -> list[dict[str, Any]]:
    """The stored samples of the place from the alarm on, with what they say by its rule, and whether they were named as proof."""
    if not may(actor, READ_STATIONS) or not stands.samples:
        return []
    named, says = _named(case), {one.taken.sample_id: one for one in stands.samples}
    since = min(one.taken.at for one in stands.samples)
    found = at_row(actor, station.description.register, station.description.register_key, since)
    return [
        {
            "number": {
                "text": known_by(says[one.sample_id].taken.named),
                "href": reverse("desk:sample", args=[one.sample_id]),
            },
            "taken": moment_text(one.taken_at, with_year=True),
            "laboratory": one.laboratory or "—",
            "says": {
                "text": said(f"alarm.sample.{says[one.sample_id].verdict.value}"),
                "tone": VERDICTS[says[one.sample_id].verdict],
            },
            "proof": _named_text(says[one.sample_id], named, stands),
        }
        for one in found
        if one.sample_id in says
    ]


def _named_text(one: Said, named: list[str], stands: Standing) -> dict[str, str] | str:
    if one.taken.named not in named:
        return "—"
    if one.taken.at in stands.run:
        return {"text": _("登记为证明"), "tone": "done"}
    return {"text": _("登记过，后来又超过，不算"), "tone": "waiting"}


def _station(actor: Actor, code: str) -> StationView | None:
    try:
        return sensing.station(actor, code)
    except StationUnknown:
        return None


def _shown(one: AlarmView, station: StationView | None) -> dict[str, Any]:
    rule = rule_of(one.rule)
    return {
        "severity": {"text": severity(one), "tone": TONES[one.episode.severity]},
        "state": {"text": said(f"alarm.state.{one.state}"), "tone": STATE_TONES[one.state]},
        "rule": rule_name(one.rule),
        "station": station_name(station) if station else one.station_code,
        "href": reverse("desk:station", args=[one.station_code]),
        "when": when(one),
        "worst": worst(one, station),
        "by_hand": one.episode.by_hand,
        "reference": rule.reference[house.language()] if rule else "",
        "versions": _("、").join(one.episode.versions),
        "withdrawn": said(f"alarm.why.{one.withdrawn_why}") if one.withdrawn_why else "",
    }


def _proof_of(case: CaseView, last: AlarmView, stands: Standing) -> dict[str, Any]:
    """Whether it is shown that the water, the air or the instrument is back: by what, or what is missing, by each of the ways."""
    proven = case.snapshot.proven
    if proven == BY_INSTRUMENT and last.returned_at is not None:
        end = last.episode.end or last.returned_at
        moments = {"since": moment_text(end), "at": moment_text(last.returned_at)}
        text = _("%(since)s 起回到限值以内，到 %(at)s 一直没有再超过。") % moments
        return {"title": said("case.proven.instrument"), "text": text, "tone": "done"}
    if proven == BY_SAMPLE:
        text = _("、").join(known_by(ref) for ref in _named(case))
        return {"title": said("case.proven.sample"), "text": text, "tone": "done"}
    if case.row.state in ENDED:
        return {
            "title": said("case.proven.nothing"),
            "text": _("结案时没有仪器或样品证明已经恢复。"),
            "tone": "overdue",
        }
    ways = [
        {"name": _("仪器"), "text": _by_instrument(last)},
        {"name": _("样品"), "text": _by_samples(last, stands, _named(case))},
        {"name": _("未经证明"), "text": _without(stands)},
    ]
    return {
        "title": _("还没有证明恢复，不能结案"),
        "text": _("下面有一条做到了，才能结案。"),
        "tone": "soon",
        "ways": [one for one in ways if one["text"]],
    }


def _by_instrument(last: AlarmView) -> str:
    rule = rule_of(last.rule)
    wanted = span(rule.proof) if rule else ""
    if last.episode.end is None:
        text = _("最近一次超过限值在 %(at)s。要同一台仪器回到限值以内，连续 %(span)s，才能结案。")
        return text % {"at": moment_text(last.episode.last_raised), "span": wanted}
    text = _("%(since)s 起已经回到限值以内，还要连续满 %(span)s，中间不断数据、不靠人工录入。")
    return text % {"since": moment_text(last.episode.end), "span": wanted}


def _by_samples(last: AlarmView, stands: Standing, named: list[str]) -> str:
    """What samples would have to show, and how far they have."""
    rule = rule_of(last.rule)
    if stands.enough_from is None or rule is None:
        return ""
    if stands.run:
        told = {"n": len(stands.run), "at": moment_text(stands.enough_from)}
        return _("已登记 %(n)s 份达标样品，再登记一份 %(at)s 以后采的达标样品就能结案。") % told
    text = _("登记最后一次超过以后采的达标样品，头尾相隔 %(span)s以上。") % {"span": span(rule.proof)}
    if not _nameable(stands, named):
        text += _("这里报警以后还没有可以登记的达标样品：先采样，再到“监测样品”录入结果。")
    return text


def _without(stands: Standing) -> str:
    """Whether a leader may close it without proof, and why not."""
    found = stands.instrument
    if found.why:
        return _("%(why)s：领导可以写明理由，未经证明结案。") % {"why": said(f"alarm.gone.{found.why}")}
    told = {"at": moment_text(found.newest) if found.newest else "", "span": span(stands.span)}
    return (
        _("仪器还在测（最近一次有效数据 %(at)s），领导不能未经证明结案；连续 %(span)s没有有效数据或站点停用的才可以。")
        % told
    )


def _chart(actor: Actor, station: StationView, last: AlarmView, now: datetime) -> dict[str, Any] | None:
    """The readings from a day before the alarm until it was proved to be over, or until now."""
    rule = rule_of(last.rule)
    series = last.episode.worst[0].series if last.episode.worst else rule.series[0] if rule else None
    stream = next((one for one in station.streams if law.series_of(one.description) == series), None)
    if stream is None or series is None:
        return None
    until = min(now, (last.returned_at or now) + ONE_DAY)
    since = max(last.episode.start - ONE_DAY, until - LONGEST_CHART)
    code, about = station.description.code, stream.description
    drawn = past.series(actor, code, stream.stream_id, since, until)
    off = past.off(actor, code, stream.stream_id, since, until)
    limits = [one for one in queries.limits(actor, code, series) if one.rule == last.rule]
    return {
        "values": [chart_value(one) for one in drawn.points],
        "label": f"{factor_name(about.factor)} · {said(f'reading.interval.{about.interval}')}",
        "unit": unit_of(about),
        "since": since,
        "until": until,
        "gap_s": past.spacing(drawn) * charts.GAP,
        "limits": chart_limits(limits, unit_of(about), since, until),
        "spans": chart_spans([last], off, about.every_s, until),
    }
