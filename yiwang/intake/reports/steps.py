"""The verbs on reports: receive, enter, import, note what the reader made of them, accept in bulk."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yiwang.cases import queries as cases
from yiwang.cases.problems import StillOpen
from yiwang.cases.steps import forward, remarks
from yiwang.cases.steps.forward import Ground
from yiwang.intake.reports import facts, queries, rules, sheetqueue
from yiwang.intake.reports.models import Report, ReportAdvice
from yiwang.intake.reports.problems import AlreadyTaken
from yiwang.intake.reports.reading.reader import Advice, Reason
from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal.erasing import erase_private
from yiwang.kernel.journal.step import step, together
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import steps as people
from yiwang.kernel.people.guesses import NOWHERE, Origin
from yiwang.kernel.people.rules import Sending
from yiwang.kernel.problems import NotAllowed, NotFound, Problem
from yiwang.kernel.terms import (
    TOWN_WIDE,
    AccountId,
    Actor,
    ActorKind,
    Call,
    CaseId,
    FileHash,
    PlaceId,
    Point,
    ReportId,
    Where,
)

IMPORT_BATCH = 100
"""Messages per transaction of an import: a crash repeats at most so many, and they are known again by their keys."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be answered: a phone, and a name if they gave one."""

    phone: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message from another system (12345): its key there, its own times, and the reply it got, if any."""

    source_key: str
    text: str
    happened_at: datetime
    title: str = ""
    place_text: str = ""
    person: Person | None = None
    contact_text: str = ""
    """What was written in place of a telephone, or beside it: sealed, and opened like one."""
    point: Point | None = None
    reply: str = ""
    replied_at: datetime | None = None


@step("report.receive", apart={"origin"})
def receive(
    *,
    text: str,
    photos: tuple[FileHash, ...] = (),
    place_id: PlaceId | None = None,
    point: Point | None = None,
    place_text: str = "",
    reporter: Person | None = None,
    on_behalf: Person | None = None,
    urgent: bool = False,
    origin: Origin = NOWHERE,
    call: Call,
) -> facts.ReportReceived:
    """A resident reports. Logged in, the account answers; otherwise the phone that was left does.

    `on_behalf` is the person it concerns, if that is another: both are informed. `origin`: what a visitor's is counted by.
    Raises SaySomething, TooLong, TooManyPhotos, BadPhone, TooManyReportsHere.
    """
    permission.require(call.actor, "report.receive", TOWN_WIDE)
    text = rules.words(text, photos=photos)
    people.count_visitor(Sending.REPORT, origin=origin, call=call)
    account = call.actor.account_id if call.actor.kind == ActorKind.RESIDENT else None
    return _received(
        channel="portal",
        text=text,
        photos=photos,
        ground=forward.ground_at(call.actor, place_id, point),
        place_text=place_text,
        reporter=account or _kept(reporter, call),
        on_behalf=_kept(on_behalf, call),
        urgent=urgent,
        happened_at=call.now,
        call=call,
    )


@step("report.enter")
def enter(
    *,
    channel: str,
    text: str,
    title: str = "",
    photos: tuple[FileHash, ...] = (),
    place_id: PlaceId | None = None,
    point: Point | None = None,
    place_text: str = "",
    reporter: Person | None = None,
    on_behalf: Person | None = None,
    urgent: bool = False,
    source_key: str | None = None,
    call: Call,
) -> facts.ReportReceived:
    """The desk enters what somebody says on the telephone, at the counter, or a grid worker found (`channel`)."""
    permission.require(call.actor, "report.enter", files.own_ground(call.actor))
    text = rules.words(text, photos=photos)
    known = Report.objects.filter(channel=channel, source_key=source_key).first() if source_key else None
    if known is not None:
        raise AlreadyTaken(source_key=source_key, number=known.number)
    return _received(
        channel=channel,
        text=text,
        title=title,
        photos=photos,
        ground=forward.ground_at(call.actor, place_id, point),
        place_text=place_text,
        reporter=_kept(reporter, call),
        on_behalf=_kept(on_behalf, call),
        urgent=urgent,
        source_key=source_key or None,
        happened_at=call.now,
        call=call,
    )


def _kept(person: Person | None, call: Call) -> AccountId | None:
    if person is None or not person.phone.strip():
        return None
    return people.keep_contact(person.phone, name=person.name, call=call)


def _received(
    *,
    channel: str,
    text: str,
    ground: Ground,
    happened_at: datetime,
    call: Call,
    title: str = "",
    photos: tuple[FileHash, ...] = (),
    place_text: str = "",
    reporter: AccountId | None = None,
    on_behalf: AccountId | None = None,
    contact_text: str = "",
    urgent: bool = False,
    source_key: str | None = None,
    reply: str = "",
    replied_at: datetime | None = None,
) -> facts.ReportReceived:
    report_id = ReportId(ids.new_id(call.now))
    opened = forward.gather(
        source=rules.CHANNELS[channel],
        origin_kind="report",
        origin_ref=str(report_id),
        text=f"{title.strip()}\n{text}".strip(),
        ground=ground,
        reporter=reporter,
        on_behalf=on_behalf,
        happened_at=happened_at,
        urgent=urgent,
        call=call,
    )
    fact = facts.ReportReceived(
        report_id=report_id,
        case_id=opened.case_id,
        number=opened.number,
        channel=channel,
        source_key=source_key,
        reporter=reporter,
        on_behalf=on_behalf,
        photos=photos,
        title=title.strip() or None,
        text=text or None,
        place_text=place_text.strip() or None,
        contact_cipher=secrecy.seal(contact_text) if contact_text else None,
    )
    record(fact, call=call, happened_at=happened_at)
    for photo in photos:
        files.use_file(photo, "case", str(opened.case_id), Purpose.SCENE, call=call)
    if reply:
        remarks.note_first_reply(opened, reply=reply, happened_at=replied_at, call=replace(call, key=None))
    return fact


@step("report.import")
def _import_message(message: Message, *, channel: str, call: Call) -> facts.ReportReceived:
    """Take one message of another system with its own time; its reply becomes an event of the case."""
    permission.require(call.actor, "report.import", TOWN_WIDE)
    return _received(
        channel=channel,
        text=message.text.strip(),
        title=message.title,
        ground=forward.ground_at(call.actor, None, message.point),
        place_text=message.place_text,
        reporter=_kept(message.person, call),
        contact_text=message.contact_text,
        source_key=message.source_key,
        happened_at=message.happened_at,
        reply=message.reply,
        replied_at=message.replied_at,
        call=call,
    )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many are new, how many were here before, and how many of those got the reply they lacked.

    `others`: keys under which another message stands here, each with that one's number; these were not taken.
    """

    added: int
    known: int
    replied: int = 0
    others: dict[str, str] = field(default_factory=dict)


def import_messages(
    messages: Iterable[Message],
    *,
    channel: str = "hotline",
    call: Call,
    progress: Callable[[int], None] = lambda done: None,
) -> Imported:
    """Take many messages, `IMPORT_BATCH` in a transaction; of one that was taken before only a reply that is new is added.

    `progress` hears how many are done. Raises NotAllowed.
    """
    added = replied = done = 0
    others: dict[str, str] = {}
    for batch in _batches(messages):
        with together():
            new = _take_batch(batch, channel, call)
        added, replied = added + new.added, replied + new.replied
        others |= new.others
        done += len(batch)
        progress(done)
    return Imported(added, done - added - len(others), replied, others)


def _take_batch(batch: Sequence[Message], channel: str, call: Call) -> Imported:
    """Imports of a channel take turns by the batch, so that what was taken before stays true until its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import of {channel}"])
    before = queries.taken_before(call.actor, channel, [one.source_key for one in batch])
    answered = [before[one.source_key].case_id for one in batch if one.reply and one.source_key in before]
    replied = set(cases.with_reply(call.actor, answered)) if answered else set()
    added, late, others = 0, 0, {}
    for message in batch:
        known = before.get(message.source_key)
        if known is None:
            known = _known(_import_message(message, channel=channel, call=call), message)
            before[message.source_key] = known
            replied |= {known.case_id} if message.reply else set()
            added += 1
        elif not rules.same_message(known, message.text, message.happened_at):
            others[message.source_key] = known.number
        elif message.reply and not known.forgotten and known.case_id not in replied:
            said = replace(call, key=None)
            remarks.note(known.case_id, text=message.reply, kind="reply", happened_at=message.replied_at, call=said)
            replied.add(known.case_id)
            late += 1
    return Imported(added, 0, late, others)


def _known(taken: facts.ReportReceived, message: Message) -> rules.Taken:
    return rules.Taken(taken.case_id, taken.number, message.text, message.happened_at, typed=False)


def _batches(messages: Iterable[Message]) -> Iterator[Sequence[Message]]:
    waiting = iter(messages)
    while batch := list(islice(waiting, IMPORT_BATCH)):
        yield batch


@step("report.read_by_machine")
def keep_advice(report_id: ReportId, advice: Advice, *, call: Call) -> facts.ReportRead:
    """Note what the reader made of a report. It suggests; nothing is filed by this."""
    permission.require(call.actor, "report.read_by_machine", TOWN_WIDE)
    # Forgotten while the machine read it: the suggestions would quote words that are gone.
    gone = Report.objects.select_for_update().values_list("forgotten_at", flat=True).get(pk=report_id) is not None
    best = advice.classes[0] if advice.classes and not gone else None
    fact = facts.ReportRead(
        report_id=report_id,
        reader=advice.reader,
        top_code=best.code if best else "",
        top_probability=round(best.probability, 4) if best else 0.0,
        **({} if gone else _best_few(advice)),
    )
    record(fact, call=call)
    return fact


def _best_few(advice: Advice) -> dict[str, Any]:
    """The private fields of ReportRead: the best few of each list."""
    return {
        "types": tuple(
            facts.SuggestedType(one.code, round(one.probability, 4), _said(one.reason)) for one in advice.classes[:3]
        ),
        "places": tuple(
            facts.SuggestedPlace(one.place_id, one.name, round(one.score, 4), _said(one.reason))
            for one in advice.places[:3]
        ),
        "duplicates": tuple(
            facts.SuggestedDuplicate(CaseId(one.ref), round(one.probability, 4), _said(one.reason))
            for one in advice.duplicates[:5]
        ),
    }


def _said(reason: Reason) -> facts.Said:
    return facts.Said(reason.key, tuple((str(key), str(value)) for key, value in reason.parameters))


@step("report.import")
def remember_columns(sheet: str, columns: dict[str, str], datum: str = "", *, call: Call) -> facts.SheetMapped:
    """Remember how the columns of a kind of sheet are read, and what its coordinates refer to."""
    permission.require(call.actor, "report.import", TOWN_WIDE)
    fact = facts.SheetMapped(sheet, tuple(sorted(columns.items())), datum)
    record(fact, call=call)
    return fact


@step("report.import")
def hand_in_sheet(
    content: bytes, filename: str, *, rows: int, columns: dict[str, str] | None = None, datum: str = "", call: Call
) -> UUID:
    """Let a sheet wait for the worker, which imports it in the name of who hands it in; returns what to ask for it by.

    `rows`: how many it has. It takes no key: the same sheet twice adds nothing. Raises NotAllowed.
    """
    permission.require(call.actor, "report.import", TOWN_WIDE)
    if call.actor.account_id is None:
        raise NotAllowed(action="report.import")
    import_id = ids.new_id(call.now)
    sheetqueue.put(
        import_id,
        by=call.actor.account_id,
        door=call.door,
        filename=filename,
        columns=columns,
        datum=datum,
        content=content,
        rows=rows,
        at=call.now,
    )
    return import_id


@step("person.unmask")
def open_contact(report_id: ReportId, *, purpose: str, call: Call) -> facts.ContactOpened:
    """Open what was written in place of a telephone, under the same rules as a telephone (remarks.take_look).

    Where a person is known behind the report, they find the look among the others. The answer is for
    queries.contact_text. Raises what take_look raises, and NotFound where there is no such text or it was erased.
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    look = remarks.take_look(CaseId(report.case_id), purpose=purpose, actor=call.actor)
    permission.require(call.actor, "person.unmask", look.ground)
    if report.contact_cipher is None:
        raise NotFound
    said = replace(call, reason=f"{look.number}: {purpose}")
    if report.reporter is not None:
        people.unmask_person(
            AccountId(report.reporter), purpose=purpose, about=look.number, team_id=look.team_id, call=said
        )
    role = permission.role_for(call.actor, "person.unmask", look.ground)
    fact = facts.ContactOpened(report_id, call.actor.account_id, purpose, look.number, role, look.team_id)
    record(fact, call=said)
    return fact


@step("report.forget")
def forget_report(
    report_id: ReportId, *, ground: str, call: Call
) -> facts.ReportForgotten | facts.ForgettingAsked | None:
    """Erase what one person told the town, its photos too, from the tables and the journal.

    While the case is open the town needs it: then the wish is recorded, and jobs.py calls again when the case has
    ended. None when it was forgotten before, or the same wish waits already.
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    owners = frozenset(AccountId(one) for one in (report.reporter, report.on_behalf) if one)
    permission.require(call.actor, "report.forget", Where(owners=owners))
    if report.forgotten_at is not None:
        return None
    try:
        with transaction.atomic():
            remarks.forget_words(CaseId(report.case_id), ground=ground, call=call)
    except StillOpen:
        return None if report.forget_asked_at else _keep_wish(report_id, ground, call)
    for photo in report.photos:
        files.release_file(FileHash(photo), "case", str(report.case_id), Purpose.SCENE, call=call)
    fact = facts.ReportForgotten(report_id, key_kept=True)
    record(fact, call=call)
    erase_private("report", report_id, ground=ground, call=call)
    return fact


def _keep_wish(report_id: ReportId, ground: str, call: Call) -> facts.ForgettingAsked:
    fact = facts.ForgettingAsked(report_id, ground)
    record(fact, call=call)
    return fact


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What could be erased of a person, and the numbers of the open cases whose words go when they have ended."""

    reports: int
    kept: tuple[str, ...]


def forget_person(account_id: AccountId, *, ground: str = people.ERASURE_GROUND, call: Call) -> Forgotten:
    """Take a person out: their reports' words (those of open cases when they end), then the account itself.

    `call.reason` says why.
    """
    with transaction.atomic():
        mine = dict(Report.objects.filter(reporter=account_id).order_by("id").values_list("id", "number"))
        for report_id in mine:
            forget_report(ReportId(report_id), ground=ground, call=replace(call, key=None))
        people.erase_person(account_id, ground=ground, call=replace(call, key=None))
        kept = Report.objects.filter(pk__in=mine, forgotten_at=None).order_by("number")
        numbers = tuple(kept.values_list("number", flat=True))
    return Forgotten(len(mine) - len(numbers), numbers)


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """What became of one case of a bulk action: its number, and the refusal where it was refused."""

    case_id: CaseId
    refused: Problem | None


def accept_as_suggested(case_ids: Iterable[CaseId], *, call: Call) -> tuple[BulkAnswer, ...]:
    """A named person accepts many gathered cases, each with the type the reader suggested for its report.

    Each is a step of its own under this person's name: one that cannot be accepted is refused and the rest goes on.
    What the reader was not sure of is refused with NotSure: nobody looks at each of many.
    """
    answers = []
    for case_id in case_ids:
        report = Report.objects.filter(case=case_id).order_by("received_at").first()
        advice = ReportAdvice.objects.filter(report=report).first() if report else None
        try:
            forward.accept(
                case_id,
                type_code=_type_in_bulk(report, advice),
                title=rules.title_of(report.title, report.text) if report else "",
                type_unseen=True,
                call=replace(
                    call,
                    key=f"{call.key}/{case_id}" if call.key else None,
                    filled=frozenset({"type_code", "title"}),  # suggestions, which may be others by the time of a retry
                ),
            )
        except Problem as refusal:
            answers.append(BulkAnswer(case_id, refusal))
        else:
            answers.append(BulkAnswer(case_id, None))
    return tuple(answers)


def _type_in_bulk(report: Report | None, advice: ReportAdvice | None) -> str:
    if report is None or advice is None:
        return ""
    return rules.type_in_bulk(report.number, advice.top_code, advice.top_probability)


def reading_actor() -> Actor:
    """In whose name the timers of reports act: nobody's, never a person's."""
    return Actor(ActorKind.SYSTEM)
