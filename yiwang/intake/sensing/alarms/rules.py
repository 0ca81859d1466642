"""Alarms from readings, in event time. Pure: what is found depends on the set of readings and on up to when it is known, on nothing else.

An episode begins when a rule's condition has held for as long as the rule says, and ends when it has been back for as long as
the rule says. What nobody knows (a silence, a calibration) neither raises nor ends one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from yiwang.intake.sensing.alarms.conditions import SEVERITIES, UNDER, Limit, Series, Watch
from yiwang.intake.sensing.alarms.verdicts import Finding, Samples, Step, Verdict, horizon_of, steps


@dataclass(frozen=True, slots=True)
class Episode:
    """One alarm. `start`: from when on it was so; `raised_at`: when that had lasted long enough; `end`: from when on it was back
    (None: it is not, or not for long enough yet); `proved_at`: the reading by which it had been back for long enough.

    `severity`: the gravest; `severities`: from when on it was of which; `worst`: of each condition that was raised the worst
    that it found, the earliest of equals; `last_raised`: the last moment that says it; `versions`: what the limits were read
    from; `verified`: whether all of that was seen; `by_hand`: a value that somebody entered is among what it rests on (R-077).
    """

    rule: str
    start: datetime
    raised_at: datetime
    end: datetime | None
    proved_at: datetime | None
    severity: str
    severities: tuple[tuple[datetime, str], ...]
    worst: tuple[Finding, ...]
    last_raised: datetime
    versions: tuple[str, ...]
    verified: bool
    by_hand: bool

    def covers(self, moment: datetime) -> bool:
        """Whether it was going on at a moment, until it was proved to be over."""
        return self.start <= moment and (self.proved_at is None or moment <= self.proved_at)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of a station: the episodes in order, and up to when that is known (None: there was no reading)."""

    episodes: tuple[Episode, ...]
    until: datetime | None


def judge(watch: Watch, samples: Samples, known_until: datetime | None = None) -> Judged:
    """The episodes of a rule at a station from all readings there are.

    `known_until` is a moment up to which silence is known to be silence: the clock's now, as a rule. Only rules of missing data
    ask for it, and a reading that comes late takes back what was said of the silence before. Raises ValueError for two
    different readings of one moment: what is stored has one.
    """
    horizon = horizon_of(samples, known_until)
    course = run(watch, steps(watch, samples, horizon))
    return Judged((*course.over, *course.going_on()), horizon)


def run(watch: Watch, line: Iterable[Step]) -> "Course":
    """Read a line of steps."""
    course = Course(watch)
    for step in line:
        course.take(step)
    return course


# --- one episode after the other -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Course:
    """Where the reading of the steps has come to. `raised`: of the run that is an episode, or may become one.

    `not_before`: when the last episode was proved to be over; the next one begins no earlier.
    """

    watch: Watch
    not_before: datetime | None = None
    over: list[Episode] = field(default_factory=list)
    raised: list[Step] = field(default_factory=list)
    clear: Step | None = None
    start: datetime | None = None
    raised_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether an episode is going on."""
        return self.raised_at is not None

    def take(self, step: Step) -> None:
        """Go on by one step. One that nothing says at its moment only makes known things unknown."""
        if step.verdict is Verdict.RAISED:
            if step.told:
                self._rises(step)
        elif self.open:
            self._falls(step)
        else:
            self.raised.clear()

    def _rises(self, step: Step) -> None:
        self.clear = None
        self.raised.append(step)
        if self.open:
            return
        since = self.raised[0].since
        if step.at - since >= self.watch.rule.lasting:
            self.start = max(since, self.not_before or since)
            self.raised_at = step.at

    def _falls(self, step: Step) -> None:
        if step.verdict is not Verdict.CLEAR:
            self.clear = None
        elif step.told:
            self.clear = self.clear or step
            if step.at - self.clear.at >= self.watch.rule.clear_after:
                self.over += self._episode(self.clear.at, step.at)
                self.not_before, self.raised_at, self.clear = step.at, None, None
                self.raised.clear()

    def going_on(self) -> list[Episode]:
        """The episode that is not over yet, if there is one."""
        return self._episode(None, None)

    def _episode(self, end: datetime | None, proved_at: datetime | None) -> list[Episode]:
        if self.start is None or self.raised_at is None:
            return []
        severities = self._severities(self.start)
        findings = [finding for step in self.raised for finding in step.findings]
        episode = Episode(
            rule=self.watch.rule.code,
            start=self.start,
            raised_at=self.raised_at,
            end=end,
            proved_at=proved_at,
            severity=max((severity for _, severity in severities), key=SEVERITIES.index),
            severities=severities,
            worst=_worst(self.watch, findings),
            last_raised=self.raised[-1].at,
            versions=tuple(sorted({finding.version for finding in findings if finding.version})),
            verified=self.watch.rule.verified and all(finding.verified for finding in findings),
            by_hand=any(step.by_hand for step in self.raised),
        )
        return [episode]

    def _severities(self, start: datetime) -> tuple[tuple[datetime, str], ...]:
        """From when on the episode was of which severity: told anew wherever a raised step changes it, up or down."""
        found: list[tuple[datetime, str]] = []
        for step in self.raised:
            severity = self._severity(step, start)
            if not found or found[-1][1] != severity:
                found.append((step.at, severity))
        return tuple(found)

    def _severity(self, step: Step, start: datetime) -> str:
        reached = [
            rung.severity
            for rung in self.watch.rule.ladder
            if rung.times <= step.times and rung.lasting <= step.at - start
        ]
        return max(reached, key=SEVERITIES.index, default=SEVERITIES[0])


def _worst(watch: Watch, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of each condition the worst that it found, in the order of the rule."""
    conditions = watch.rule.singles
    worst: dict[int, Finding] = {}
    for found in findings:
        condition = conditions[found.part]
        falls = isinstance(condition, Limit) and condition.side == UNDER
        known = worst.get(found.part)
        if known is None or _amount(found, falls) > _amount(known, falls):
            worst[found.part] = found
    return tuple(worst[part] for part in sorted(worst))


def _amount(found: Finding, falls: bool) -> Decimal:
    value = found.value if found.value is not None else Decimal(0)
    return -value if falls else value


# --- the proof of return ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProofOfReturn:
    """The instrument itself showed that it is back: from a moment on, and by the reading that made it long enough."""

    since: datetime
    proved_at: datetime
    series: tuple[Series, ...]


def returned(watch: Watch, line: Iterable[Step], after: datetime) -> ProofOfReturn | None:
    """Whether the same instrument was back without a break for as long as the rule asks, after a moment; None while it was not.

    What somebody entered by hand is no proof by an instrument, nor is a silence. What is beyond takes a proof away, also for too short a
    time to be an alarm: then it has to be shown again.
    """
    first: Step | None = None
    shown: ProofOfReturn | None = None
    for step in line:
        if step.verdict is not Verdict.CLEAR or step.by_hand:
            first = None
            shown = None if step.verdict is Verdict.RAISED else shown
        elif shown is None and step.told and step.at >= after:
            first = first or step
            if step.at - first.at >= watch.rule.proof:
                shown = ProofOfReturn(first.at, step.at, watch.rule.series)
    return shown
