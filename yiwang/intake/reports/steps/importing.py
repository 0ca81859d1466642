"""Messages of another system (12345) are imported; a sheet of them waits for the worker; how its columns are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection

from yiwang.cases import queries as cases
from yiwang.cases.steps import forward, remarks
from yiwang.intake.reports import facts, queries, rules, sheetqueue
from yiwang.intake.reports.steps.receiving import Person, kept, received
from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step, together
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import (
    TOWN_WIDE,
    Call,
    Point,
)

IMPORT_BATCH = 100
"""Messages per transaction of an import: a crash repeats at most so many, and they are known again by their keys."""


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


@step("report.import")
def _import_message(message: Message, *, channel: str, call: Call) -> facts.ReportReceived:
    """Take one message of another system with its own time; its reply becomes an event of the case."""
    permission.require(call.actor, "report.import", TOWN_WIDE)
    return received(
        call,
        channel=channel,
        text=message.text.strip(),
        title=message.title,
        ground=forward.ground_at(call.actor, None, message.point),
        place_text=message.place_text,
        reporter=kept(message.person, call),
        contact_text=message.contact_text,
        source_key=message.source_key,
        happened_at=message.happened_at,
        reply=message.reply,
        replied_at=message.replied_at,
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
