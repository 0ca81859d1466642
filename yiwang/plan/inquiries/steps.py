"""The writes of inquiries: asked by the timer, climbing by the timer, answered by the department."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.conf import settings

from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, Call
from yiwang.kernel.workdays.loading import town_calendar
from yiwang.plan import queries, showing
from yiwang.plan.inquiries import rules
from yiwang.plan.inquiries.facts import InquiryAnswered, InquiryClimbed, InquiryMade, PromiseExplained
from yiwang.plan.inquiries.queries import ground
from yiwang.plan.inquiries.rules import Heard
from yiwang.plan.models import Commitment, Explanation, Inquiry
from yiwang.plan.queries import Standing
from yiwang.plan.rules import KEPT
from yiwang.registers.evidence import queries as evidence


@step("plan.explain")
def explain(year: int, row: str, *, words: str, expected_on: date, call: Call) -> PromiseExplained:
    """The department says how a promise stands and by when it expects to show it; that answers what was asked.

    The words are public and change no colour. Raises NotFound, NotAllowed, and what rules.explanation raises.
    """
    found = Commitment.objects.select_for_update(of=("self",)).filter(plan__year=year, row=row).first()
    if found is None:
        raise NotFound
    permission.require(call.actor, "plan.explain", ground(call.actor, found.owner))
    said = rules.explanation(words, expected_on, today=walltime.town_day(call.now))
    fact = PromiseExplained(found.id, said, expected_on)
    record(fact, call=call)
    return fact


@step("plan.follow")
def ask(commitment_id: UUID, why: str, *, call: Call) -> InquiryMade | None:
    """Ask the department how a promise stands. None while a question waits already."""
    permission.require(call.actor, "plan.follow", TOWN_WIDE)
    Commitment.objects.select_for_update().get(pk=commitment_id)
    if Inquiry.objects.filter(commitment=commitment_id, answered_at=None).exists():
        return None
    today = walltime.town_day(call.now)
    until = town_calendar(settings.TOWN_DIR).add_working_days(today, rules.GRACE_WORKING_DAYS).day
    fact = InquiryMade(commitment_id, ids.new_id(call.now), why, today, until)
    record(fact, call=call)
    return fact


@step("plan.follow")
def climb(inquiry_id: UUID, *, call: Call) -> InquiryClimbed | None:
    """The days of grace are over: the question goes to whoever leads. None when it was answered or climbed meanwhile."""
    permission.require(call.actor, "plan.follow", TOWN_WIDE)
    row = Inquiry.objects.select_for_update().filter(pk=inquiry_id, answered_at=None, climbed_on=None).first()
    if row is None:
        return None
    fact = InquiryClimbed(row.commitment_id, row.id, walltime.town_day(call.now))
    record(fact, call=call)
    return fact


@step("plan.follow")
def answered(inquiry_id: UUID, *, call: Call) -> InquiryAnswered | None:
    """Evidence came, or the promise is kept: nobody waits for words. None when it was answered meanwhile."""
    permission.require(call.actor, "plan.follow", TOWN_WIDE)
    row = Inquiry.objects.select_for_update().filter(pk=inquiry_id, answered_at=None).first()
    if row is None:
        return None
    fact = InquiryAnswered(row.commitment_id, row.id)
    record(fact, call=call)
    return fact


def sweep(call: Call) -> int:
    """Bring the inquiries of the current year up to the day of the call, each in its own transaction; returns how many changed."""
    today = walltime.town_day(call.now)
    done = 0
    for standing, heard, waiting in _heard(call, today):
        done += _turn(standing, heard, waiting, today, call)
    return done


def _turn(standing: Standing, heard: Heard, waiting: Inquiry | None, today: date, call: Call) -> int:
    if waiting is None:
        why = rules.wanted(heard, today)
        return int(bool(why) and ask(standing.promise.commitment_id, why, call=call) is not None)
    if heard.kept or (heard.evidence_on is not None and heard.evidence_on >= waiting.asked_on):
        return int(answered(waiting.id, call=call) is not None)
    if waiting.climbed_on is None and today > waiting.grace_until:
        return int(climb(waiting.id, call=call) is not None)
    return 0


def _heard(call: Call, today: date) -> Iterator[tuple[Standing, Heard, Inquiry | None]]:
    """The promises of the year that runs, with what was heard of each and the question that waits."""
    year = today.year
    known = {one.year: one for one in queries.plans(call.actor)}
    if year not in known:
        return
    standings = [one for item in queries.board(call.actor, year, today) for one in item.promises]
    begun = walltime.town_day(queries.begun_at(call.actor, year))
    refs = {showing.subject_of(year, one.promise.row).ref: one.promise.row for one in standings}
    signed = evidence.signed_evidence_of(call.actor, showing.PROMISE, refs.keys(), today)
    signed_on = {refs[ref]: max(walltime.town_day(one.at) for one in listed) for ref, listed in signed.items()}
    asked_rows = Inquiry.objects.filter(commitment__plan__year=year).order_by("asked_on", "id")
    asked = {one.commitment_id: one for one in asked_rows}  # the last of each promise
    said_rows = Explanation.objects.filter(commitment__plan__year=year).order_by("id")
    said = {one.commitment_id: one for one in said_rows}
    for one in standings:
        key = one.promise.commitment_id
        last_asked, last_said = asked.get(key), said.get(key)
        days = [signed_on.get(one.promise.row), one.shown.as_of if one.shown else None]
        heard = Heard(
            begins=max(date(year, 1, 1), begun),
            due=one.promise.due,
            kept=one.judgement.why in KEPT,
            evidence_on=max((day for day in days if day is not None), default=None),
            asked_on=last_asked.asked_on if last_asked else None,
            explained_on=walltime.town_day(last_said.at) if last_said else None,
            expected_on=last_said.expected_on if last_said else None,
        )
        yield one, heard, last_asked if last_asked and last_asked.answered_at is None else None
