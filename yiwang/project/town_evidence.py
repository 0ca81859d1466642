"""The invented evidence of a demonstration (`evidence.yaml` in the town's folder), signed by its invented people in the real step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from uuid import UUID

from yiwang.kernel import walltime
from yiwang.kernel.params.yamlfile import (
    Check,
    Node,
    Row,
    choice,
    flag,
    listed,
    mapping,
    number,
    optional,
    positive,
    read,
    text,
)
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import SYSTEM, Actor, Call, ScopeKind
from yiwang.plan import queries as plans
from yiwang.plan import showing
from yiwang.plan.facts import Promise
from yiwang.registers.evidence import steps
from yiwang.registers.evidence.rules import Statement

EVIDENCE = "evidence.yaml"
SIGNED_AT = timedelta(hours=15)
"""In the afternoon of the day that it is about."""
MARK = "演示数据，虚构"
PLACES = {"yuan": Decimal(1), "mu": Decimal("0.1")}
"""To what a figure that is made from a pace is rounded down; others to whole ones."""


@dataclass(frozen=True, slots=True)
class Invented:
    """One piece of evidence: whose promise, how many days ago, and what it says; `pace` is of what the day would ask for."""

    row: str
    ago: int
    why: str
    value: Decimal | None
    pace: Decimal | None
    done: bool
    withdrawn: str


def read_evidence(path: Path, rows: Mapping[str, bool]) -> tuple[Invented, ...]:
    """The file's evidence, the oldest first. `rows`: the promises' numbers, and whether a number is to be reached.

    Raises a RuleFileProblem with file and line for what the YAML checks find, and for a row that says nothing or two things.
    """
    found = [one for row in listed(_check(rows))(read(path)) for one in _invented(row)]
    return tuple(sorted(found, key=lambda one: -one.ago))


def _check(rows: Mapping[str, bool]) -> Check:
    keys = mapping(
        {
            "row": choice(*rows),
            "ago": listed(positive),
            "why": text,
            "value": optional(number),
            "pace": optional(number),
            "done": optional(flag, False),
            "paper": optional(flag, False),
            "withdrawn": optional(text, ""),
        }
    )

    def check(node: Node) -> Row:
        row = keys(node)
        said = [row["value"] is not None, row["pace"] is not None, row["done"], row["paper"]]
        if sum(said) != 1 or (row["pace"] is not None and not rows[row["row"]]):
            raise node.wrong("value: 80")
        return row

    return check


def _invented(row: Row) -> Iterator[Invented]:
    for ago in row["ago"]:
        yield Invented(row["row"], ago, row["why"], row["value"], row["pace"], row["done"], row["withdrawn"])


def demonstrate(town_dir: Path, year: int) -> int:
    """Sign a demonstration's evidence for the promises of a year, each on the day it is about; gives how much was signed.

    What would lie before the year, or whose department has nobody invented, is left out. Inside a transaction, and once: it
    is called when the town is loaded.
    """
    path = town_dir / EVIDENCE
    if not path.exists():
        return 0
    promises = plans.promises_of(SYSTEM, year)
    found = read_evidence(path, {row: one.goal is not None for row, one in promises.items()})
    signers, today = _signers(), walltime.town_day(walltime.now())
    signed = 0
    for at, one in enumerate(found, 1):
        day, promise = today - timedelta(days=one.ago), promises[one.row]
        if day.year != year or promise.owner not in signers:
            continue
        _sign(one, promise, year, day, at, signers[promise.owner])
        signed += 1
    return signed


def _sign(one: Invented, promise: Promise, year: int, day: date, at: int, signer: Actor) -> None:
    moment = walltime.day_begins(day) + SIGNED_AT
    value = one.value if one.pace is None else paced(promise, day, one.pace)
    said = Statement(
        as_of=day,
        why=f"{one.why}。（{MARK}）",
        value=value,
        unit=(promise.goal.unit if promise.goal else "count") if value is not None else "",
        done=one.done,
        document_number=f"演示〔{year}〕{at}号",
    )
    fact = steps.sign(showing.subject_of(year, one.row), said, call=_call(signer, moment))
    if one.withdrawn:
        reason = f"{one.withdrawn}。（{MARK}）"
        steps.withdraw(fact.evidence_id, reason, call=_call(signer, moment + timedelta(hours=1)))


def _call(signer: Actor, moment: datetime) -> Call:
    return Call(signer, moment, "command")


def paced(promise: Promise, day: date, pace: Decimal) -> Decimal:
    """What a promise with a number to reach would have come to by a day, going at so many times the pace that it needs."""
    assert promise.goal is not None, "a pace is of a number to reach"  # noqa: S101
    begins = date(day.year, 1, 1)
    gone, whole = (day - begins).days + 1, (promise.due - begins).days + 1
    value = promise.goal.value * gone / whole * pace
    step = PLACES.get(promise.goal.unit, Decimal(1))
    return (value / step).quantize(Decimal(1), ROUND_DOWN) * step


def _signers() -> dict[str, Actor]:
    """By a department's code somebody invented who may sign for it."""
    codes: dict[UUID | None, str] = {card.team_id: card.code for card in people.teams(SYSTEM)}
    found: dict[str, Actor] = {}
    for account in people.demonstration_accounts(SYSTEM):
        for held in account.roles:
            if held.role == "handler" and held.scope == ScopeKind.TEAM and held.scope_id in codes:
                found.setdefault(codes[held.scope_id], account.actor())
    return found
