"""Law as data (R-000): a rule has values, each in force from a day to a day, and is read by the day of the fact. Pure."""

import datetime
import difflib
import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from yiwang.kernel.params.problems import RuleNotInForce, RuleUnknown


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One value of a rule, in force from `effective_from` to `effective_to` (both included; None: until a new one).

    `version` is the label people read (`hotline.limit@2019-01-01`); `hash` is what a decision stores beside it.
    `text` holds the rule in our own words by language; `verified` is false while nobody has seen the source itself.
    """

    id: str
    value: Any
    unit: str
    version: str
    hash: str
    verified: bool
    reference: str
    text: Mapping[str, str]
    effective_from: datetime.date
    effective_to: datetime.date | None
    scope: str
    source: str
    article: str


def frozen(value: Any) -> Any:
    """The same value with tuples for lists and read-only mappings for dicts."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces; dates as 2019-01-31, decimals as text without needless zeros."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def hash_of(parts: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hex.

    What goes in is what a decision rests on: id, value, unit, scope, source, reference and the first day. The last day
    does not (closing an old value must not change what earlier decisions stored), nor do our own words and `verified`.
    """
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


class Rulebook:
    """All loaded rules. Ask `on(rule_id, day)` with the day of the fact, never with today."""

    def __init__(self, versions: Iterable[RuleVersion]) -> None:
        """Versions of one rule are in order of date without gap or overlap; the loader has checked it."""
        collected: dict[str, list[RuleVersion]] = {}
        for version in versions:
            collected.setdefault(version.id, []).append(version)
        self._versions = {rule_id: tuple(rows) for rule_id, rows in collected.items()}
        self._starts = {rule_id: [row.effective_from for row in rows] for rule_id, rows in collected.items()}

    def ids(self) -> tuple[str, ...]:
        """Every rule's id, sorted."""
        return tuple(sorted(self._versions))

    def versions(self, rule_id: str) -> tuple[RuleVersion, ...]:
        """All values of one rule, the oldest first. Raises RuleUnknown."""
        try:
            return self._versions[rule_id]
        except KeyError:
            near = difflib.get_close_matches(rule_id, self._versions, n=3)
            raise RuleUnknown(rule=rule_id, near=", ".join(near) or "—") from None

    def on(self, rule_id: str, day: datetime.date) -> RuleVersion:
        """The value in force on the day of the fact (the town's day: `walltime.town_day(moment)`).

        Raises RuleUnknown, and RuleNotInForce for a day before the first or after the last value, TypeError for a moment.
        """
        if isinstance(day, datetime.datetime):
            raise TypeError("a rule is read by the town's calendar day, not by a moment: walltime.town_day(moment)")
        rows = self.versions(rule_id)
        position = bisect_right(self._starts[rule_id], day) - 1
        last = rows[-1].effective_to
        if position < 0 or (last is not None and day > last):
            raise RuleNotInForce(rule=rule_id, day=day, first=rows[0].effective_from, last=last or "—")
        return rows[position]
