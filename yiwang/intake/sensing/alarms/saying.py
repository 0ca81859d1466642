"""What an alarm says in words: the title and the words of its case, and why it was taken back. In Chinese, as the town's papers are."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from yiwang.intake.sensing.alarms.conditions import (
    AlarmRule,
    Count,
    Limit,
    Missing,
    Rate,
    Series,
    Single,
    Stuck,
    Unusable,
)
from yiwang.intake.sensing.alarms.rules import Episode
from yiwang.intake.sensing.alarms.verdicts import Finding
from yiwang.kernel.wording import word
from yiwang.kernel.zone import in_town

CHINESE = "zh-Hans"
KINDS: Mapping[type, str] = {
    Limit: "limit",
    Rate: "rate",
    Stuck: "stuck",
    Missing: "missing",
    Unusable: "unusable",
    Count: "count",
}


def title(rule_name: str, station_name: str) -> str:
    """The title of the case."""
    return word("alarm.case.title").format(rule=rule_name, station=station_name)


def words(rule: AlarmRule, station_name: str, episode: Episode, names: Mapping[Series, tuple[str, str]]) -> str:
    """What was noticed: from when on, of each condition the worst with its limit, and what the rule rests on. `names`: factor
    and unit of each series."""
    parts = [
        word("alarm.case.since").format(station=station_name, since=_moment(episode.start), rule=rule.name[CHINESE])
    ]
    parts += [
        _finding(one, rule.singles[one.part], *names.get(one.series, (one.series.factor, ""))) for one in episode.worst
    ]
    parts.append(word("alarm.case.rests_on").format(reference=rule.reference[CHINESE]))
    if episode.by_hand:
        parts.append(word("alarm.case.by_hand"))
    return "".join(parts)


def _finding(one: Finding, condition: Single, factor: str, unit: str) -> str:
    said = word(f"alarm.case.{KINDS[type(condition)]}").format(
        factor=factor,
        value=_number(one.value),
        limit=_number(one.limit),
        unit=unit,
        at=_moment(one.at),
    )
    return said + ("" if one.verified else word("alarm.case.unverified")) + "。"


def withdrawn(why: str, rule_name: str, station_name: str, episode: Episode, other: str = "") -> str:
    """Why an alarm was taken back; `other`: the number of the case with which its episode goes on."""
    return word(f"alarm.withdrawn.{why}").format(
        rule=rule_name, station=station_name, since=_moment(episode.start), other=other
    )


def outlived(number: str) -> str:
    """What the case says that follows another one of the same episode."""
    return word("alarm.case.outlived").format(other=number)


def goes_on(number: str) -> str:
    """What the case that ended says of the one with which its episode goes on."""
    return word("alarm.case.goes_on").format(other=number)


def _moment(at: datetime) -> str:
    local = in_town(at)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
