"""The alarm rules that packs declare (`alarms.yaml`). Pure: the packs' folders are given.

A rule may name only what its own pack has: the type of the case it opens, the register at which stations stand, the standard a
limit is of. What would never be raised, or always, is refused at load with file and line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from yiwang.cases import classes
from yiwang.intake.sensing.alarms import problems
from yiwang.intake.sensing.alarms.conditions import (
    DIRECTIONS,
    EITHER,
    OVER,
    SEVERITIES,
    SIDES,
    AlarmRule,
    ByRow,
    Condition,
    Count,
    Limit,
    Missing,
    Number,
    OfRow,
    OfStandard,
    Rate,
    Rung,
    Series,
    Several,
    Source,
    Stuck,
    Unusable,
    Way,
    sources,
)
from yiwang.intake.sensing.alarms.levels import FIRST, ByDay, found
from yiwang.intake.sensing.received import INTERVALS, STATISTICS
from yiwang.kernel.params import loading
from yiwang.kernel.params.loading import refuse_twice
from yiwang.kernel.params.problems import MissingKey, RuleFileProblem
from yiwang.kernel.params.rulebook import Rulebook, hash_of
from yiwang.kernel.params.yamlfile import (
    Check,
    Node,
    Row,
    anything,
    choice,
    day,
    flag,
    gathered,
    listed,
    mapping,
    matching,
    number,
    optional,
    raised,
    read,
    table,
    text,
)
from yiwang.registers import declared as registers

FILE = "alarms.yaml"
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN = re.compile(rf"([1-9]\d*) ({'|'.join(UNITS)})")
NOTHING = timedelta(0)
HUNDRED = Decimal(100)


def span(node: Node) -> timedelta:
    """A length of time: `30 min`, `2 h`, `1 d`."""
    written = _SPAN.fullmatch(str(node.value).strip())
    if not written:
        raise node.wrong("30 min / 2 h / 1 d")
    return int(written[1]) * UNITS[written[2]]


def _above_zero(node: Node) -> Decimal:
    if number(node) <= 0:
        raise node.wrong("1.5")
    return number(node)


def _step(node: Node) -> Way:
    """A step of a path: a key, a place in a list, `{field: …, as: {…}, without: […]}` or `{field: …, before: …, from: {…}, unsaid: …}`."""
    if isinstance(node.value, dict):
        if "from" in node.value:
            row = _BY_DAY(node)
            return ByDay(row["field"], ((FIRST, row["before"]), *sorted(dict(row["from"]).items())), (), row["unsaid"])
        row = _BY_ROW(node)
        return ByRow(row["field"], tuple(sorted(dict(row["as"]).items())), tuple(row["without"]))
    return _word(node)


def _word(node: Node) -> str | int:
    if isinstance(node.value, bool) or not isinstance(node.value, str | int):
        raise node.wrong("at_most / 3")
    return node.value


def _day(node: Node) -> str:
    """A day that stands as a key."""
    try:
        return date.fromisoformat(str(node.value)).isoformat()
    except ValueError:
        raise node.wrong("2006-01-01") from None


def _source(node: Node) -> Source:
    """A limit: a number, `{field: …}` of the register row, or `{standard: …, path: […]}`."""
    if not isinstance(node.value, dict):
        return Number(number(node))
    if "field" in node.value:
        return OfRow(str(_OF_ROW(node)["field"]))
    row = _OF_STANDARD(node)
    return OfStandard(row["standard"], tuple(row["path"]))


_CODE = registers.CODE
_BY_ROW = mapping({"field": _CODE, "as": table(text, _word), "without": optional(listed(text), ())})
_BY_DAY = mapping({"field": _CODE, "before": _word, "from": table(_day, _word), "unsaid": optional(_word)})
_OF_ROW = mapping({"field": _CODE})
_OF_STANDARD = mapping({"standard": text, "path": listed(_step)})
_SERIES = {
    "factor": matching(r"[a-z]\d{5}", "w21003"),
    "statistic": choice(*STATISTICS),
    "interval": choice(*INTERVALS),
}
_LIMIT = mapping(
    {**_SERIES, OVER: optional(_source), "under": optional(_source), "back_percent": optional(_above_zero, HUNDRED)}
)
_RATE = mapping(
    {
        **_SERIES,
        "direction": optional(choice(*DIRECTIONS), EITHER),
        "an_hour": _above_zero,
        "back_percent": optional(_above_zero, HUNDRED),
    }
)
_COUNT = mapping({**_SERIES, "every": span, OVER: _source, "more_than": _source})
_STUCK = mapping({**_SERIES, "band": optional(number, Decimal(0))})
_UNUSABLE = mapping(_SERIES)
_MISSING = mapping({**_SERIES, "longer_than": span})


def _series(row: Row) -> Series:
    return Series(row["factor"], row["statistic"], row["interval"])


def _limit(node: Node) -> Limit:
    row = _LIMIT(node)
    sides = [side for side in SIDES if row[side] is not None]
    if len(sides) != 1:
        raise node.wrong("over: 1.5")
    side, back = sides[0], row["back_percent"]
    if back > HUNDRED if side == OVER else back < HUNDRED:
        raise row.at("back_percent").wrong("95" if side == OVER else "105")
    return Limit(_series(row), side, row[side], back / HUNDRED)


def _rate(node: Node) -> Rate:
    row = _RATE(node)
    if row["back_percent"] > HUNDRED:
        raise row.at("back_percent").wrong("80")
    return Rate(_series(row), row["direction"], row["an_hour"], row["back_percent"] / HUNDRED)


def _stuck(node: Node) -> Stuck:
    row = _STUCK(node)
    if row["band"] < 0:
        raise row.at("band").wrong("0")
    return Stuck(_series(row), row["band"])


def _missing(node: Node) -> Missing:
    row = _MISSING(node)
    return Missing(_series(row), row["longer_than"])


def _unusable(node: Node) -> Unusable:
    return Unusable(_series(_UNUSABLE(node)))


def _count(node: Node) -> Count:
    row = _COUNT(node)
    return Count(_series(row), row["every"], row[OVER], row["more_than"])


def _several(node: Node, *, every: bool) -> Several:
    return Several(every, tuple(listed(_condition)(node)))


_KINDS: dict[str, Check] = {
    "limit": _limit,
    "rate": _rate,
    "stuck": _stuck,
    "missing": _missing,
    "unusable": _unusable,
    "count": _count,
    "all": partial(_several, every=True),
    "any": partial(_several, every=False),
}


def _condition(node: Node) -> Condition:
    """One condition: a mapping of its kind to what it says."""
    row = mapping({kind: optional(check) for kind, check in _KINDS.items()})(node)
    said = [condition for condition in row.values() if condition is not None]
    if len(said) != 1:
        raise node.wrong(
            "limit: {…} / rate: {…} / stuck: {…} / missing: {…} / unusable: {…} / count: {…} / all: […] / any: […]"
        )
    condition: Condition = said[0]
    return condition


_NAMES = mapping({"zh-Hans": text, "en": text})
_RUNG = mapping(
    {
        "severity": choice(*SEVERITIES),
        "times": optional(_above_zero, Decimal(0)),
        "lasting": optional(span, NOTHING),
    }
)
_OPENS = mapping({"type": matching(r"[A-Z]-\d\d-\d\d", "E-41-01"), "team_field": optional(_CODE, "")})
_ALARM = mapping(
    {
        "code": matching(r"[a-z_]+\.[a-z0-9_]+", "waters.nh3n_over_target"),
        "name": _NAMES,
        "stands_at": optional(_CODE, ""),
        "when": _condition,
        "lasting": optional(span, NOTHING),
        "clear_after": optional(span, NOTHING),
        "speaks_for": optional(span, NOTHING),
        "severities": listed(_RUNG),
        "opens": _OPENS,
        "proof": span,
        "from": day,
        "reference": _NAMES,
        "verified": flag,
    }
)
_FILE = mapping({"alarms": listed(_ALARM)})


# --- loading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pack:
    """What of a pack its alarm rules may name."""

    name: str
    types: tuple[str, ...]
    registers: Mapping[str, registers.Register]
    rulebook: Rulebook


def load(folders: Iterable[Path]) -> dict[str, AlarmRule]:
    """The alarm rules of these packs by code, in the order of the files.

    Raises a RuleFileProblem with file and line, which carries all others: what the checker of YAML says, DoubleKey, and the
    problems of this module.
    """
    first: dict[str, Node] = {}

    def checked(pack: _Pack, row: Row) -> AlarmRule:
        refuse_twice(row, "code", first)
        rule = _rule(row)
        gathered(partial(raised, fault) for fault in _faults(pack, row, rule))
        return rule

    def file(folder: Path) -> list[AlarmRule]:
        rows = _FILE(read(folder / FILE))["alarms"]
        pack = _pack(folder)
        return gathered(partial(checked, pack, row) for row in rows)

    files = [folder for folder in folders if (folder / FILE).exists()]
    return {rule.code: rule for rules in gathered(partial(file, folder) for folder in files) for rule in rules}


def _pack(folder: Path) -> _Pack:
    types, declared = folder / "case_types.yaml", folder / "registers.yaml"
    return _Pack(
        folder.name,
        tuple(one.code for one in classes.load([types] if types.exists() else []).types()),
        registers.load([declared] if declared.exists() else []).by_code,
        loading.load(loading.rule_files(folder)),
    )


def _rule(row: Row) -> AlarmRule:
    said: dict[str, Any] = anything(row.node)
    judged_by = {key: value for key, value in said.items() if key not in ("name", "verified")}
    return AlarmRule(
        code=row["code"],
        name=dict(row["name"]),
        stands_at=row["stands_at"],
        when=row["when"],
        lasting=row["lasting"],
        clear_after=row["clear_after"],
        speaks_for=row["speaks_for"],
        ladder=tuple(Rung(rung["severity"], rung["times"], rung["lasting"]) for rung in row["severities"]),
        case_type=row["opens"]["type"],
        team_field=row["opens"]["team_field"],
        proof=row["proof"],
        effective_from=row["from"],
        reference=dict(row["reference"]),
        verified=row["verified"],
        hash=hash_of(judged_by),
    )


def _faults(pack: _Pack, row: Row, rule: AlarmRule) -> Iterator[RuleFileProblem]:
    """What is wrong with a rule whose keys are all right by themselves."""
    if not rule.code.startswith(f"{pack.name}."):
        yield row.refuse("code", problems.AlarmOfAnother, code=rule.code, start=f"{pack.name}.")
    if rule.case_type not in pack.types:
        known = ", ".join(pack.types) or "—"
        yield row.refuse("opens", problems.AlarmTypeUnknown, type=rule.case_type, known=known)
    if rule.stands_at and rule.stands_at not in pack.registers:
        known = ", ".join(pack.registers) or "—"
        yield row.refuse("stands_at", problems.AlarmRegisterUnknown, register=rule.stands_at, known=known)
    yield from _span_faults(row, rule)
    yield from _field_faults(pack, row, rule)
    yield from _limit_faults(pack, row, rule)


def _span_faults(row: Row, rule: AlarmRule) -> Iterator[RuleFileProblem]:
    """Spans that are missing where something has to last, or that nothing would come of."""
    kinds = {type(one) for one in rule.singles}
    if kinds != {Missing} and not rule.speaks_for:
        yield row.refuse("speaks_for", MissingKey, key="speaks_for")
    if {Stuck, Unusable} & kinds and not rule.lasting:
        yield row.refuse("lasting", problems.AlarmStandstillWithoutSpan, code=rule.code)
    if Missing in kinds and rule.lasting:
        yield row.refuse("lasting", problems.AlarmSilenceWithSpan, code=rule.code)
    if Count in kinds and rule.lasting:
        yield row.refuse("lasting", problems.AlarmCountWithSpan, code=rule.code)
    if any(rung.times for rung in rule.ladder) and not kinds & {Limit, Rate, Count}:
        yield row.refuse("severities", problems.AlarmTimesOfNothing, code=rule.code)


def _field_faults(pack: _Pack, row: Row, rule: AlarmRule) -> Iterator[RuleFileProblem]:
    """Fields that the register does not have; a rule for stations anywhere has none to read."""
    if rule.stands_at and rule.stands_at not in pack.registers:
        return
    known = {one.code: one for one in pack.registers[rule.stands_at].fields} if rule.stands_at else {}
    wanted = [("opens", rule.team_field, "team")] if rule.team_field else []
    wanted += [("when", field, kind) for source in sources(rule) for field, kind in _fields(source)]
    for key, field, kind in dict.fromkeys(wanted):
        fit = [code for code, one in known.items() if kind in ("", one.type)]
        if field not in fit:
            names = ", ".join(fit)
            register = rule.stands_at or "—"
            yield row.refuse(key, problems.AlarmFieldUnknown, field=field, register=register, known=names or "—")


def _limit_faults(pack: _Pack, row: Row, rule: AlarmRule) -> Iterator[RuleFileProblem]:
    """Standards that the pack does not have, and paths that lead to no number: in any version, for any word of the row."""
    for source in sources(rule):
        if not isinstance(source, OfStandard):
            continue
        if source.rule not in pack.rulebook.ids():
            known = ", ".join(pack.rulebook.ids()) or "—"
            yield row.refuse("when", problems.AlarmStandardUnknown, rule=source.rule, known=known)
            continue
        for path in _paths(pack, rule, source):
            if any(found(version.value, path) is None for version in pack.rulebook.versions(source.rule)):
                written = " › ".join(str(step) for step in path)
                yield row.refuse("when", problems.AlarmLimitMissing, rule=source.rule, path=written)


def _paths(pack: _Pack, rule: AlarmRule, source: OfStandard) -> Iterator[tuple[Way, ...]]:
    """Every way that the path can go, one for each word that the row may have in its fields."""
    register = pack.registers.get(rule.stands_at)
    fields = {one.code: one for one in register.fields} if register else {}

    def ways(step: Way) -> list[str | int]:
        if not isinstance(step, ByRow):
            return [step]
        meaning = dict(step.meaning)
        if isinstance(step, ByDay):
            return [*meaning.values(), *([] if step.unsaid is None else [step.unsaid])]
        offered = fields[step.field].choices if step.field in fields else ()
        return [
            meaning.get(word, f"{step.field} = {word}") for word in (*offered, *meaning) if word not in step.without
        ]

    yield from dict.fromkeys(product(*(ways(step) for step in source.path)))


def _fields(source: Source) -> list[tuple[str, str]]:
    """The fields of the register row that a limit asks for, each with the type it must have (empty: any)."""
    if isinstance(source, OfRow):
        return [(source.field, "")]
    steps = source.path if isinstance(source, OfStandard) else ()
    return [(step.field, "date" if isinstance(step, ByDay) else "") for step in steps if isinstance(step, ByRow)]
