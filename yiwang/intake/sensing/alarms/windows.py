"""When readings come late: which part of a station's past must be judged again, so that the whole is as if they had been there. Pure.

The part is found by what a step can rest on. It begins where surely no run was going on that could still become an episode, and
ends where the old and the new course surely stand alike: then all that follows is as it was.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from yiwang.intake.sensing.alarms.conditions import Missing, Watch
from yiwang.intake.sensing.alarms.rules import Course, Judged, run
from yiwang.intake.sensing.alarms.verdicts import Samples, Step, horizon_of, rests_from, speaks_until, steps

PART = timedelta(days=31)
"""How much of a long past is read at a time."""

Read = Callable[[datetime, datetime | None], Samples]
"""Reads the stored readings from a moment to a moment (both included, None: to the end), by series; and of each series the
nearest one before, and the nearest one after."""

EVER = datetime(1900, 1, 1, tzinfo=UTC)
"""Before every reading."""
LEAST = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the past, both moments included; `last` None: to the end."""

    first: datetime
    last: datetime | None

    def holds(self, moment: datetime) -> bool:
        return self.first <= moment and (self.last is None or moment <= self.last)


def judge_again(
    watch: Watch, before: Judged, times: Collection[datetime], read: Read, known_until: datetime | None = None
) -> Judged:
    """What a rule says of a station now that there are readings at `times` as well: equal to `judge` of all readings.

    `before`: what it said without them; `read` gives the readings as they are now, those of `times` among them; `known_until`
    is not before that of `before`. Without times only the clock has gone on.
    """
    until = max([one for one in (before.until, known_until, *times) if one is not None], default=None)
    window = affected(watch, before, times, read, until) if until is not None else None
    if window is None or until is None:
        return Judged(before.episodes, until)
    while True:
        course, complete = _judged(watch, window, read, until)
        if complete or not course.open:
            break
        window = _longer(before, window)
    kept_before = [one for one in before.episodes if one.start < window.first]
    kept_after = [one for one in before.episodes if window.last is not None and one.start > window.last]
    return Judged((*kept_before, *course.over, *course.going_on(), *kept_after), until)


def affected(watch: Watch, before: Judged, times: Collection[datetime], read: Read, until: datetime) -> Window | None:
    """The part of the past in which readings at `times`, or a clock gone on to `until`, can change an episode; None: nowhere."""
    rule = watch.rule
    reach = rule.lasting + rule.speaks_for
    if rule.of_silence and before.until is None:
        return Window(EVER, None)
    clock_went_on = rule.of_silence and before.until is not None and until > before.until
    touched = [*times, *([before.until] if clock_went_on and before.until else [])]
    if not touched:
        return None
    first = _outside_backwards(before, min(touched) - reach - LEAST)
    if clock_went_on:
        return Window(first, None)
    changed = _last_changed(watch, max(times), read)
    return Window(first, None if changed is None else _outside(before, changed + reach))


def _last_changed(watch: Watch, latest: datetime, read: Read) -> datetime | None:
    """The last moment at which a reading at `latest` can change how it stands; None: to the end."""
    changed = speaks_until(watch, latest)
    near = read(latest, latest) if watch.rule.of_silence else {}
    for series in {one.series for one in watch.rule.singles if isinstance(one, Missing)}:
        following = [one.at for one in near.get(series, ()) if one.at > latest]
        if not following:
            return None
        changed = max(changed, min(following))
    return changed


def _outside_backwards(before: Judged, moment: datetime) -> datetime:
    """The moment, or the start of the first of the episodes that were going on at it, one into the other."""
    for one in reversed(before.episodes):
        if one.covers(moment):
            moment = one.start
    return moment


def _outside(before: Judged, moment: datetime) -> datetime | None:
    """The moment, or the end of the last of the episodes that were going on at it; None: it has not ended."""
    for one in before.episodes:
        if one.covers(moment):
            if one.proved_at is None:
                return None
            moment = one.proved_at
    return moment


def _longer(before: Judged, window: Window) -> Window:
    assert window.last is not None, "a part that reaches to the end is complete"  # noqa: S101
    return Window(window.first, _outside(before, window.last + (window.last - window.first)))


def _judged(watch: Watch, window: Window, read: Read, until: datetime) -> tuple[Course, bool]:
    """The course through a window, and whether nothing at all comes after it."""
    samples = read(rests_from(watch, window.first), window.last)
    latest = horizon_of(samples, None)
    comes = [one for one in (latest, until if watch.rule.of_silence else None) if one is not None]
    complete = window.last is None or all(one <= window.last for one in comes)
    line = (step for step in steps(watch, samples, horizon_of(samples, until)) if window.holds(step.at))
    return run(watch, line), complete


def in_parts(watch: Watch, first: datetime, until: datetime, read: Read, length: timedelta = PART) -> Iterator[Step]:
    """The steps from a moment on (verdicts.steps), with a part of the past read at a time, as they are asked for."""
    begin = first
    while begin <= until:
        samples = read(rests_from(watch, begin), begin + length)
        for step in steps(watch, samples, horizon_of(samples, until)):
            if begin <= step.at < begin + length and step.at <= until:
                yield step
        begin += length


def judge_in_parts(watch: Watch, first: datetime, until: datetime, read: Read, length: timedelta = PART) -> Judged:
    """What `rules.judge` says of all readings: `first` is not after any of them, `until` what it gives as `until`."""
    course = run(watch, in_parts(watch, first, until, read, length))
    return Judged((*course.over, *course.going_on()), until)
