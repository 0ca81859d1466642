"""A report is received from a resident, or entered by the desk."""

from dataclasses import dataclass, replace
from datetime import datetime

from yiwang.cases.steps import forward, remarks
from yiwang.cases.steps.forward import Ground
from yiwang.intake.reports import facts, rules
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.problems import AlreadyTaken
from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people.guesses import NOWHERE, Origin
from yiwang.kernel.people.rules import Sending
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import proving
from yiwang.kernel.terms import (
    TOWN_WIDE,
    AccountId,
    ActorKind,
    Call,
    FileHash,
    PlaceId,
    Point,
    ReportId,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be answered: a phone, and a name if they gave one; or a name alone, which is kept and cannot be answered."""

    phone: str
    name: str = ""


@step("report.receive", apart={"origin"})
def receive(
    *,
    text: str,
    title: str = "",
    channel: str = "portal",
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
    """A resident reports, on the pages or through another's program (`channel` open311, whose service is the `title`).

    Logged in, the account answers; otherwise the phone that was left does.

    `on_behalf` is the person it concerns, if that is another: both are informed. `origin`: what a visitor's is counted by.
    Raises SaySomething, TooLong, TooManyPhotos, BadPhone, TooManyReportsHere.
    """
    permission.require(call.actor, "report.receive", TOWN_WIDE)
    text = rules.words(text, photos=photos)
    proving.count_visitor(Sending.REPORT, origin=origin, call=call)
    account = call.actor.account_id if call.actor.kind == ActorKind.RESIDENT else None
    return received(
        call,
        channel=channel,
        title=title,
        text=text,
        photos=photos,
        ground=forward.ground_at(call.actor, place_id, point),
        place_text=place_text,
        reporter=account or kept(reporter, call),
        on_behalf=kept(on_behalf, call),
        contact_text=rules.name_alone(reporter.phone, reporter.name) if reporter and not account else "",
        urgent=urgent,
        happened_at=call.now,
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
    return received(
        call,
        channel=channel,
        text=text,
        title=title,
        photos=photos,
        ground=forward.ground_at(call.actor, place_id, point),
        place_text=place_text,
        reporter=kept(reporter, call),
        on_behalf=kept(on_behalf, call),
        contact_text=rules.name_alone(reporter.phone, reporter.name) if reporter else "",
        urgent=urgent,
        source_key=source_key or None,
        happened_at=call.now,
    )


def kept(person: Person | None, call: Call) -> AccountId | None:
    """A part of the steps that take a report: the account behind a phone, None where none was left."""
    if person is None or not person.phone.strip():
        return None
    return people.keep_contact(person.phone, name=person.name, call=call)


def received(
    call: Call,
    *,
    channel: str,
    text: str,
    ground: Ground,
    happened_at: datetime,
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
    """A part of the steps that take a report: open its case, and record both."""
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
