"""What may be done with a case, and what follows. Pure: decides or raises; steps.py records what was decided."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yiwang.cases import problems
from yiwang.cases.classes import DEMANDS, ON_APPROVAL, SUPERVISION_KIND
from yiwang.cases.parts import PartArrow
from yiwang.cases.reasons import REACHED, REASONS
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import (
    ALARM,
    ARROWS,
    SUPERVISION,
    WITH_DEPARTMENT,
    Arrow,
    ClockStage,
    Proof,
    State,
    arrows_from,
)
from yiwang.kernel import personal
from yiwang.kernel.keeping import visible
from yiwang.kernel.terms import AccountId, Actor, FileHash, ScopeKind, TeamId


def arrow(name: str, case: CaseSnapshot) -> Arrow:
    """The arrow, if it leaves the state the case is in. Raises WrongStage and says what can be done instead."""
    found = ARROWS[name]
    if found.origin not in ("", case.origin):
        raise (problems.NotAlarm if found.origin == ALARM else problems.NotSupervised)(number=case.number)
    if case.state not in found.leaves:
        raise problems.WrongStage(
            number=case.number,
            state=str(case.state),
            arrow=name,
            allowed=", ".join(other.name for other in arrows_from(case.state, case.origin)) or "—",
        )
    return found


def need(found: Arrow | PartArrow, proof: Proof, given: object) -> None:
    """Pass when the arrow does not require the proof or it was given. Raises ProofMissing."""
    if proof in found.proofs and not (visible(given) if isinstance(given, str) else given):
        raise problems.ProofMissing(arrow=found.name, proof=str(proof))


def public_words(field: str, text: str) -> str:
    """What staff wrote in this field, without the blanks around it; every free text of staff enters by here.

    It stands in the journal for good, and the one who reported may read it: so it holds no mobile phone or identity
    number (kernel/personal.py). Raises NumberOfAPerson.
    """
    text = text.strip()
    if found := personal.number_in(text):
        raise problems.NumberOfAPerson(field=field, found=found)
    return text


EVIDENCE, WITHDRAWN = "evidence", "evidence_withdrawn"
"""Kinds of proof of a supervision: evidence signed for its promise, and that it was withdrawn; both name the evidence."""


def evidence_stands(proofs: Iterable[tuple[str, str]]) -> bool:
    """Whether of the evidence among these proofs (kind, ref) any was not withdrawn."""
    listed = list(proofs)
    withdrawn = {ref for kind, ref in listed if kind == WITHDRAWN}
    return any(kind == EVIDENCE and withdrawal_of(ref) not in withdrawn for kind, ref in listed)


def withdrawal_of(ref: str) -> str:
    """How a proof names that this evidence was withdrawn: one thing is one proof."""
    return f"{ref}/withdrawn"


def evidence(found: Arrow, case: CaseSnapshot) -> None:
    """A supervision ends by what was signed for its promise, and not by being said to be done. Raises EvidenceWanted."""
    if Proof.EVIDENCE in found.proofs and case.origin == SUPERVISION and not case.evidenced:
        raise problems.EvidenceWanted(number=case.number)


BACK, SAMPLES_BACK, NOT_BACK = "instrument_back", "samples_back", "instrument_not_back"
"""Kinds of proof of an alarm's case: the instrument was back for as long as its rule asks; named samples show the same; one of these
two does not stand any more."""
BEYOND_AGAIN, SAMPLE, GONE = "beyond_again", "manual_sample", "instrument_gone"
"""What else hangs on it: an alarm once more; a stored sample that somebody named, which alone proves nothing; why the instrument
cannot show anything any more."""

BY_INSTRUMENT, BY_SAMPLE, BY_NOTHING = PROVEN = ("instrument", "sample", "nothing")
"""By what the case of an alarm is shown to be back to normal when it is closed."""


def proven_by(proofs: Iterable[tuple[str, str]]) -> str:
    """By what of these proofs (kind, ref) an alarm's case is shown to be back to normal; empty: by none that stands.

    Both proofs are of the module that judges readings, and stand until it takes them back.
    """
    listed = list(proofs)
    for kind, by in ((BACK, BY_INSTRUMENT), (SAMPLES_BACK, BY_SAMPLE)):
        if standing(listed, kind):
            return by
    return ""


def standing(proofs: Iterable[tuple[str, str]], kind: str) -> list[str]:
    """What proofs of a kind name, of those that were not taken back."""
    listed = list(proofs)
    gone = {ref for one, ref in listed if one == NOT_BACK}
    return [ref for one, ref in listed if one == kind and withdrawal_of(ref) not in gone]


def back_to_normal(found: Arrow, case: CaseSnapshot, proven: str) -> None:
    """The case of an alarm ends by proof that it is back to normal (`proven`, one of PROVEN), and not by being said to be.

    Raises ReturnWanted.
    """
    if Proof.RETURN in found.proofs and case.origin == ALARM and not proven:
        raise problems.ReturnWanted(number=case.number)


def type_fits(case: CaseSnapshot, type_code: str) -> None:
    """A supervision is of a type of its own, and nothing else is. Raises TypeOfSupervision."""
    if (type_code[:1] == SUPERVISION_KIND) != (case.origin == SUPERVISION):
        raise problems.TypeOfSupervision(number=case.number, code=type_code)


def choice(field: str, given: str, known: tuple[str, ...]) -> None:
    """A value from a closed list. Raises BadChoice and names the list."""
    if given not in known:
        raise problems.BadChoice(field=field, given=given, known=", ".join(known))


def demand(case: CaseSnapshot, given: str) -> None:
    """A kind of demand that a person may name; complex only where that was approved. Raises BadChoice, ComplexNeedsApproval."""
    choice("demand", given, DEMANDS)
    if given == ON_APPROVAL and case.demand != ON_APPROVAL:
        raise problems.ComplexNeedsApproval(number=case.number)


def may_be_complex(case: CaseSnapshot) -> None:
    """Only a demand is approved as complex, and once; also one that was called so before that needed approval.

    Raises NoDemand or ComplexBefore.
    """
    if not case.demand:
        raise problems.NoDemand(number=case.number)
    if case.complex_approved:
        raise problems.ComplexBefore(number=case.number)


def reason_known(arrow_name: str, code: str) -> None:
    """Reasons are chosen from a list, so that they can be counted. Raises UnknownReason."""
    known = REASONS[arrow_name]
    if code not in known:
        raise problems.UnknownReason(code=code, known=", ".join(known))


def objection(case: CaseSnapshot, team: TeamId, proposed: TeamId, *, now: datetime, until: datetime) -> str:
    """Whether a department may return the case, and which arrow that is: `return` the first time, `dispute` after.

    Once per department, within the window after dispatch, never after a ruling, and always with another department
    proposed. A department that was given its own return again may say so once more, to the arbiter: what that one rules
    is final, so it goes to and fro no further. Not in a case that was reopened.
    Raises RulingIsFinal, ReturnedOnce, TooLateToReturn or NotTheirCase, in this order.
    """
    if case.ruled:
        raise problems.RulingIsFinal(number=case.number)
    if team in case.objected_teams and case.reopened:
        raise problems.ReturnedOnce(number=case.number)
    if now > until:
        raise problems.TooLateToReturn(number=case.number, until=until)
    if proposed == team:
        raise problems.NotTheirCase(number=case.number)
    return "dispute" if case.objected_teams else "return"


def settled_as(case: CaseSnapshot, type_code: str) -> None:
    """An accepted case is settled as the type it was accepted with: the type says what must be shown. Raises TypeIsSet."""
    if case.state is State.ACCEPTED and type_code != case.type_code:
        raise problems.TypeIsSet(number=case.number, code=case.type_code, given=type_code)


def was_given(case: CaseSnapshot) -> datetime:
    """When the case was given to its department. Raises NeverGiven for one that its own people settled."""
    if case.dispatched_at is None:
        raise problems.NeverGiven(number=case.number)
    return case.dispatched_at


def call_to(case: CaseSnapshot) -> None:
    """Raises NobodyToCall where nobody is known who could be spoken with."""
    if not case.somebody_to_call:
        raise problems.NobodyToCall(number=case.number)


@dataclass(frozen=True, slots=True)
class House:
    """Departments as their people are of one house: each with the teams above, beside and below it, and the committee
    that an office answers for."""

    teams: frozenset[TeamId] = frozenset()
    committees: frozenset[UUID] = frozenset()

    def holds(self, actor: Actor) -> bool:
        """Whether the actor has any role in one of them."""
        return any(
            grant.scope_id in (self.teams if grant.scope == ScopeKind.TEAM else self.committees)
            for grant in actor.grants
            if grant.scope in (ScopeKind.TEAM, ScopeKind.COMMITTEE)
        )


def other_person(case: CaseSnapshot, actor: Actor, house: House, hands: frozenset[AccountId] = frozenset()) -> None:
    """Verification is by somebody other than the handler and all (`hands`) who had their hand in it, from elsewhere.

    Who belongs to the house of the department that handled it judges their own. Raises OwnWork or OwnDepartment.
    """
    account = actor.account_id
    if account is not None and (account == case.handler or account in hands):
        raise problems.OwnWork(number=case.number)
    if house.holds(actor):
        raise problems.OwnDepartment(number=case.number)


def other_checker(case: CaseSnapshot, actor: Actor, checked: frozenset[AccountId]) -> None:
    """A re-check is of the verification too, so it is not by those who verified it (`checked`). Raises OwnCheck."""
    if actor.account_id in checked:
        raise problems.OwnCheck(number=case.number)


def not_for_own_house(case: CaseSnapshot, actor: Actor, house: House) -> None:
    """Nobody gives their own department more time, lets its case rest, or rules on its dispute. Raises OwnMatter."""
    if house.holds(actor):
        raise problems.OwnMatter(number=case.number)


def type_stands(case: CaseSnapshot) -> bool:
    """Whether verifying the case confirms its type: the first department it was given to handled it, and none was told or
    said that it is another's. Each later one is a round of its own; a case somebody settled on the spot has none."""
    return case.round <= 1


def called_back(case: CaseSnapshot, found: str) -> None:
    """`nobody` to call is where nobody is known to have told it, and only there. Raises ReporterIsKnown or NobodyToCall."""
    known = case.reporter is not None or case.on_behalf is not None
    if found == "nobody" and known:
        raise problems.ReporterIsKnown(number=case.number)
    if found != "nobody":
        call_to(case)


def rating(case: CaseSnapshot, *, own: bool) -> None:
    """Who reported it rates once by themselves (`own`), also after the desk noted what they said on the telephone.

    The desk notes it once, and only from a call-back that reached them (R-112: a satisfaction is that of an answered
    call-back). Raises RatedBefore or NotReached.
    """
    if not case.own_rating_open or (case.state is State.RATED and not own):
        raise problems.RatedBefore(number=case.number)
    if not own and not (case.somebody_to_call and case.called_back in REACHED):
        raise problems.NotReached(number=case.number)


def photo_or_reason(found: Arrow | PartArrow, *, can_be_seen: bool, photos: tuple[FileHash, ...], reason: str) -> None:
    """Where a photo can show it, a photo or in words why there is none. Raises ProofMissing."""
    if Proof.PHOTO_OR_REASON in found.proofs and can_be_seen and not photos and not visible(reason):
        raise problems.ProofMissing(arrow=found.name, proof=str(Proof.PHOTO_OR_REASON))


_PHOTO_AGAIN: Mapping[str, type[problems.Problem]] = {
    "scene": problems.ScenePhotoAgain,
    "handled_photo": problems.HandledPhotoAgain,
}
"""The refusal of a photo by what it was shown as before; any other was somebody's check."""


def new_photos(case: CaseSnapshot, photos: tuple[FileHash, ...], shown: Mapping[FileHash, str]) -> None:
    """A photo says how it looks now, so one that the case has already (`shown`: as what) proves nothing.

    The same photo twice in one step is one photo. Raises ScenePhotoAgain, HandledPhotoAgain, CheckPhotoAgain or
    PhotoTwice for the first of them.
    """
    for nth, photo in enumerate(photos, start=1):
        if photo in photos[: nth - 1]:
            raise problems.PhotoTwice(number=case.number, nth=nth, first=photos.index(photo) + 1)
        if photo in shown:
            raise _PHOTO_AGAIN.get(shown[photo], problems.CheckPhotoAgain)(number=case.number, nth=nth)


def new_proof(case: CaseSnapshot, ref: str, shown: Mapping[FileHash, str]) -> None:
    """A photo, paper or value stands for one thing of a case, and once. Raises ProofAgain for one that it has already."""
    if ref in shown:
        raise problems.ProofAgain(number=case.number, ref=ref)


def last_day_to_reopen(closed_on: date, window_days: int) -> date:
    """The last day on which a case closed on a day may be reopened, the whole of it: the day of the close does not count, and
    a time of days ends with its last day (Civil Code art. 201 and 203)."""
    return closed_on + timedelta(days=window_days)


def reopening(case: CaseSnapshot, ground: str, *, today: date, last_day: date, recheck_failed: bool) -> None:
    """A closed case can be reopened until the end of `last_day`, and after a failed re-check at any time.

    The window is the reporter's; what the town finds itself it does not let lie. Raises NoFailedRecheck or TooLateToReopen.
    """
    if ground == "recheck-failed":
        if not recheck_failed:
            raise problems.NoFailedRecheck(number=case.number)
        return
    if today > last_day:
        raise problems.TooLateToReopen(number=case.number, until=last_day)


def extension(case: CaseSnapshot, amount: int, *, now: datetime, most_percent: int) -> ClockSnapshot:
    """The handling clock, if more time may be asked for: once, before it ran out, at most `most_percent` of its amount.

    A refusal holds for the round of handling it was given in; a reopened, ruled or redirected case begins a new one.
    Raises ExtensionRefusedOnce, ExtendedOnce, TooLateToExtend or ExtensionTooLong.
    """
    if case.extension_refused:
        raise problems.ExtensionRefusedOnce(number=case.number)
    clock = case.clock(ClockStage.HANDLE)
    if clock is None or clock.extended or case.extension_asked:
        raise problems.ExtendedOnce(number=case.number)
    if clock.due_at is None or now > clock.due_at:
        raise problems.TooLateToExtend(number=case.number, due=clock.due_at)
    most = max(1, clock.amount * most_percent // 100)
    if not 1 <= amount <= most:
        raise problems.ExtensionTooLong(asked=amount, most=most, unit=clock.unit)
    return clock


def extension_waits(case: CaseSnapshot) -> None:
    """Raises NoExtensionAsked when nobody has asked for more time."""
    if not case.extension_asked:
        raise problems.NoExtensionAsked(number=case.number)


def not_ruled(case: CaseSnapshot) -> None:
    """Raises RulingIsFinal when the arbiter has decided whose the case is."""
    if case.ruled:
        raise problems.RulingIsFinal(number=case.number)


def another_team(case: CaseSnapshot, team: TeamId) -> None:
    """A redirect is to another department: to the same one it would only open its window of return again. Raises SameDepartment."""
    if team == case.lead_team:
        raise problems.SameDepartment(number=case.number)


ARBITER = "arbiter"
RULERS = (ARBITER, "duty_officer")
"""Who may rule on a dispute, the second only where nobody of the first is left who may. [D]"""


def ruling(case: CaseSnapshot, actor: Actor, house: House, arbiters: tuple[str, ...]) -> None:
    """A dispute is ruled on by an arbiter of no disputing house (`house`); by a duty officer of none where the town has
    no such arbiter (`arbiters`: the names of those there are). Raises OwnMatter or ArbiterThere.
    """
    not_for_own_house(case, actor, house)
    if arbiters and not actor.has_role(ARBITER):
        raise problems.ArbiterThere(number=case.number, names="、".join(arbiters))


def in_hands(case: CaseSnapshot) -> None:
    """Raises PhoneClosed when the case is not (any more) in the hands of its lead department."""
    if case.state not in WITH_DEPARTMENT:
        raise problems.PhoneClosed(number=case.number)


def review_day(day: date, *, today: date) -> None:
    """A suspended case is looked at again on a day to come, within a year. Raises BadReviewDay."""
    if not today < day <= today + timedelta(days=366):
        raise problems.BadReviewDay(day=day, today=today)


def review_came(case: CaseSnapshot, *, today: date) -> date | None:
    """The review day of a suspended case that has come and is not written down yet; None for every other case."""
    if case.state is not State.SUSPENDED or case.review_due or case.review_on is None or case.review_on > today:
        return None
    return case.review_on


def share_of(count: int, percent: int) -> int:
    """How many of `count` are drawn at `percent`: rounded up, so that a small pool is not passed over."""
    return -(-count * percent // 100)


def lot(seed: str, number: str) -> str:
    """A case's lot in a draw: SHA-256 of seed and number. No one can steer it, and anyone can work it out again."""
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()


def drawn(seed: str, pool: Iterable[str], percent: int) -> tuple[str, ...]:
    """The case numbers of the pool that a seed draws at `percent`: those with the smallest lots, in order of number."""
    numbers = sorted(pool, key=lambda number: lot(seed, number))
    return tuple(sorted(numbers[: share_of(len(numbers), percent)]))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month a day lies in."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_over(last: date, *, today: date) -> None:
    """A month is drawn from when it is over: until then its seed is not there, and its pool grows. Raises MonthNotOver."""
    if today <= last:
        raise problems.MonthNotOver(month=f"{last:%Y-%m}", last=last)


def draw_due(today: date, first_working_day: date) -> date | None:
    """A day of the month to draw from by itself: the month before, from this month's first working day on."""
    return today.replace(day=1) - timedelta(days=1) if today >= first_working_day else None
