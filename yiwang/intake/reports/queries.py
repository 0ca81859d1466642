"""What leaves the module about reports. The first argument is always the Actor."""

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.cases import law, links, numbers
from yiwang.cases import queries as cases
from yiwang.cases.stages import ENDED
from yiwang.intake.reports import rules, town_reader
from yiwang.intake.reports.facts import ContactOpened
from yiwang.intake.reports.models import Report, ReportAdvice, SheetColumns, SheetImport
from yiwang.intake.reports.problems import LinkUnknown
from yiwang.intake.reports.reading.reader import Advice, DepartmentSuggestion, Reason
from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import Untold
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor, ActorKind, CaseId, Point, ReportId


@dataclass(frozen=True, slots=True)
class ReportView:
    """What one person told the town, for those who may read its case."""

    id: ReportId
    number: str
    case_id: CaseId
    channel: str
    reporter: AccountId | None
    on_behalf: AccountId | None
    title: str
    text: str
    place_text: str
    has_contact_text: bool
    """Something stands in place of a telephone, or beside it: steps.open_contact opens it."""
    happened_at: datetime
    received_at: datetime
    forget_asked_at: datetime | None
    withheld: bool = False
    """Of a case that was split off: its reader may not read the one it came from, so the report's own words are left out."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion of the reader in words: what, how sure (0-1), and why."""

    key: str
    name: str
    probability: float
    why: str

    @property
    def sure(self) -> bool:
        """Whether a suggested class may be taken with one key; what is not is shown as a guess."""
        return rules.sure_enough(self.probability)


@dataclass(frozen=True, slots=True)
class AdviceView:
    """What the reader makes of a message. `duplicates` name cases by number."""

    types: tuple[Suggestion, ...]
    department: str
    places: tuple[Suggestion, ...]
    duplicates: tuple[Suggestion, ...]
    reader: str
    lead: Suggestion | None = None
    """The department that would lead: `key` is its code, the probability that of the types it leads, added up."""

    @property
    def best_type(self) -> Suggestion | None:
        """The class that may be filled in beforehand; None where the reader only guesses."""
        return self.types[0] if self.types and self.types[0].sure else None


NO_ADVICE = AdviceView((), "", (), (), "")


def _view(row: Report) -> ReportView:
    return ReportView(
        id=ReportId(row.id),
        number=row.number,
        case_id=CaseId(row.case_id),
        channel=row.channel,
        reporter=AccountId(row.reporter) if row.reporter else None,
        on_behalf=AccountId(row.on_behalf) if row.on_behalf else None,
        title=row.title,
        text=row.text,
        place_text=row.place_text,
        has_contact_text=row.contact_cipher is not None,
        happened_at=row.happened_at,
        received_at=row.received_at,
        forget_asked_at=row.forget_asked_at,
    )


def reports_of_case(actor: Actor, case_id: CaseId) -> tuple[ReportView, ...]:
    """The reports behind a case, oldest first, of what was split off those of the case it comes from: without their words for
    who may not read that one, because they tell of its matter too. Empty for a case the actor may not read."""
    if not cases.may_read(actor, case_id):
        return ()
    rows = list(Report.objects.filter(case=case_id).order_by("happened_at", "id"))
    if not rows and (first := links.first_of(actor, case_id)) != case_id:
        rows = list(Report.objects.filter(case=first).order_by("happened_at", "id"))
        if not cases.may_read(actor, first):
            return tuple(replace(_view(row), title="", text="", withheld=True) for row in rows)
    return tuple(_view(row) for row in rows)


def untold_of_case(actor: Actor, case_id: CaseId) -> tuple[Untold, ...]:
    """The texts to the people of a case that could not be brought; empty for a case the actor may not read."""
    if permission.reach(actor, "report.read").nothing or not cases.may_read(actor, case_id):
        return ()
    return people.untold(actor, case_id)


def report_of_case(actor: Actor, case_id: CaseId) -> ReportView | None:
    """The first report of a case; None when it has none or is out of reach."""
    return next(iter(reports_of_case(actor, case_id)), None)


def contact_text(actor: Actor, seen: ContactOpened) -> str:
    """What was written in place of a telephone, for the one whose looking was just recorded (steps.open_contact).

    Raises NotAllowed, and NotFound when it has been erased.
    """
    enter(actor, "person.unmask")
    if seen.by != actor.account_id:
        raise NotAllowed(action="person.unmask")
    cipher = Report.objects.values_list("contact_cipher", flat=True).get(pk=seen.report_id)
    if cipher is None:
        raise NotFound
    return secrecy.unseal(cipher)


def own_contact_texts(actor: Actor) -> dict[ReportId, str]:
    """What was written in place of the actor's telephone, or beside it, by report: theirs to read. Raises LogInFirst."""
    enter(actor, "account.change_own")
    own = Report.objects.filter(reporter=actor.account_id, reporter__isnull=False, contact_cipher__isnull=False)
    return {ReportId(pk): secrecy.unseal(cipher) for pk, cipher in own.values_list("id", "contact_cipher") if cipher}


def advice_of(actor: Actor, case_id: CaseId, language: str = "zh-Hans") -> AdviceView:
    """What the reader made of a case's first report, in words; nothing when it was not read yet or is out of reach."""
    if permission.reach(actor, "report.read").nothing or not cases.may_read(actor, case_id):
        return NO_ADVICE
    row = ReportAdvice.objects.filter(report__case=case_id).order_by("report__happened_at").first()
    if row is None:
        return NO_ADVICE
    names = law.type_names(language)
    numbers_by_id = cases.rows_of(actor, [CaseId(UUID(one["case_id"])) for one in row.duplicates])
    return AdviceView(
        types=tuple(
            Suggestion(one["code"], names.get(one["code"], one["code"]), one["probability"], _why(one, language))
            for one in row.types
        ),
        department=_department(row.top_code),
        places=tuple(Suggestion(one["place_id"], one["name"], one["score"], _why(one, language)) for one in row.places),
        duplicates=tuple(
            Suggestion(found.number, found.title, one["probability"], _why(one, language))
            for one in row.duplicates
            if (found := numbers_by_id.get(CaseId(UUID(one["case_id"]))))
        ),
        reader=row.reader,
        lead=_stored_lead(row.types, names, language),
    )


def _why(suggestion: dict[str, Any], language: str) -> str:
    reason = suggestion["reason"]
    return Reason(reason["key"], tuple((key, value) for key, value in reason["parameters"])).said(language)


def _stored_lead(types: list[dict[str, Any]], names: Mapping[str, str], language: str) -> Suggestion | None:
    """The department of the kept types with the greatest probability in all; those the reader did not keep are not counted."""
    sums: dict[str, float] = {}
    for one in types:
        sums[_department(one["code"])] = sums.get(_department(one["code"]), 0.0) + one["probability"]
    sums.pop("", None)
    if not sums:
        return None
    best = max(sums, key=lambda code: sums[code])
    leading = next(one["code"] for one in types if _department(one["code"]) == best)
    reason = Reason("reading.department.leads", (("type", names.get(leading, leading)),))
    return Suggestion(best, best, sums[best], reason.said(language))


def _department(code: str) -> str:
    catalogue = law.catalogue()
    return catalogue[code].department if code in catalogue else ""


def suggested_types(actor: Actor, case_ids: list[CaseId]) -> dict[CaseId, tuple[str, float]]:
    """The best suggested type and its probability for each of these cases, for lists and bulk acceptance."""
    if permission.reach(actor, "report.read").nothing:
        return {}
    rows = ReportAdvice.objects.filter(report__case__in=case_ids).values_list(
        "report__case_id", "top_code", "top_probability"
    )
    return {CaseId(case_id): (code, probability) for case_id, code, probability in rows}


def suggest(
    actor: Actor,
    text: str,
    *,
    at: datetime,
    point: Point | None = None,
    place_id: Any = None,
    kinds: str = "CEH",
    language: str = "zh-Hans",
) -> AdviceView:
    """Read a message while it is typed at the desk: type, department, place and possible duplicates, each with its reason."""
    enter(actor, "report.suggest")
    if not text.strip():
        return NO_ADVICE
    reader = town_reader.reader_at_hand(at)
    with town_reader.live_index(at) as recent:
        advice = reader.read(text, at=at, recent=recent, point=point, place_id=place_id, kinds=kinds)
    return _in_words(actor, advice, language)


def _in_words(actor: Actor, advice: Advice, language: str) -> AdviceView:
    names = law.type_names(language)
    found = cases.rows_of(actor, [CaseId(one.ref) for one in advice.duplicates])
    return AdviceView(
        types=tuple(
            Suggestion(one.code, names[one.code], one.probability, one.reason.said(language))
            for one in advice.classes[:3]
        ),
        department=advice.department.code if advice.department else "",
        places=tuple(
            Suggestion(str(one.place_id), one.name, one.score, one.reason.said(language)) for one in advice.places[:3]
        ),
        duplicates=tuple(
            Suggestion(row.number, row.title, one.probability, one.reason.said(language))
            for one in advice.duplicates[:5]
            if (row := found.get(CaseId(one.ref)))
        ),
        reader=advice.reader,
        lead=_lead(advice.department, language),
    )


def _lead(found: DepartmentSuggestion | None, language: str) -> Suggestion | None:
    return Suggestion(found.code, found.code, found.probability, found.reason.said(language)) if found else None


def link_token(number: str) -> str:
    """The secret part of the link that the one who reported gets. Only this town can make it."""
    return secrecy.short_token(f"report/{number}")


def reporter_by_link(number: str, token: str) -> Actor:
    """Who reported, for whoever holds the link: they may see and rate what this account reported.

    A report without a phone has nobody behind it; its link then shows the plain status only (a visitor).
    Raises LinkUnknown.
    """
    number = numbers.tidy(number)
    first = links.first_number(Actor(ActorKind.VISITOR), number)
    row = Report.objects.filter(number=first).first()
    if row is None or not hmac.compare_digest(token.encode(), link_token(number).encode()):
        raise LinkUnknown
    return Actor(ActorKind.RESIDENT, AccountId(row.reporter)) if row.reporter else Actor(ActorKind.VISITOR)


def reports_of(actor: Actor, limit: int = 50) -> tuple[ReportView, ...]:
    """What the actor reported, newest first."""
    if actor.account_id is None:
        return ()
    mine = Q(reporter=actor.account_id) | Q(on_behalf=actor.account_id)
    rows = Report.objects.filter(mine).order_by("-happened_at")[:limit]
    return tuple(_view(row) for row in rows)


def own_report(actor: Actor, number: str) -> ReportView:
    """What the actor reported under this number, or what was reported for them. Raises NotFound."""
    mine = Q(reporter=actor.account_id) | Q(on_behalf=actor.account_id)
    row = Report.objects.filter(mine, number=numbers.tidy(number)).first() if actor.account_id else None
    if row is None:
        raise NotFound
    return _view(row)


@dataclass(frozen=True, slots=True)
class Wish:
    """A report whose person wants it forgotten, on this ground."""

    report_id: ReportId
    ground: str


def wishes_to_fulfil(actor: Actor) -> tuple[Wish, ...]:
    """The reports to be forgotten whose case has ended by now, the oldest wish first. Raises NotAllowed."""
    permission.require(actor, "report.forget", TOWN_WIDE)
    waiting = list(Report.objects.filter(forget_asked_at__isnull=False, forgotten_at=None).order_by("forget_asked_at"))
    found = cases.rows_of(actor, [CaseId(row.case_id) for row in waiting])
    ended = {case_id for case_id, row in found.items() if row.state in ENDED}
    return tuple(Wish(ReportId(row.id), row.forget_ground) for row in waiting if row.case_id in ended)


def remembered_columns(actor: Actor, sheet: str) -> dict[str, str] | None:
    """How the columns of this kind of sheet were read last time. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    row = SheetColumns.objects.filter(sheet=sheet).first()
    return dict(row.columns) if row else None


def remembered_datum(actor: Actor, sheet: str) -> Datum | None:
    """What somebody said the coordinates of this kind of sheet refer to; None when nobody did. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    said = SheetColumns.objects.filter(sheet=sheet).values_list("datum", flat=True).first()
    return Datum(said) if said else None


@dataclass(frozen=True, slots=True)
class Unread:
    """A report the reader has not read."""

    report_id: ReportId
    case_id: CaseId
    text: str
    happened_at: datetime
    point: Point | None
    place_id: UUID | None


def unread(actor: Actor, limit: int, *, only_direct: bool = False) -> tuple[Unread, ...]:
    """The oldest reports nobody's machine has read, with what the reader needs; `only_direct`: not those of another system.

    Raises NotAllowed.
    """
    permission.require(actor, "report.read_by_machine", TOWN_WIDE)
    waiting = Report.objects.filter(read=False, **({"source_key": None} if only_direct else {}))
    rows = list(waiting.order_by("received_at", "id")[:limit])
    opened = cases.rows_of(actor, [CaseId(row.case_id) for row in rows])
    return tuple(
        Unread(
            ReportId(row.id),
            CaseId(row.case_id),
            f"{row.title}\n{row.text}".strip(),
            row.happened_at,
            opened[CaseId(row.case_id)].point,
            opened[CaseId(row.case_id)].place_id,
        )
        for row in rows
        if CaseId(row.case_id) in opened
    )


def unread_cases(actor: Actor) -> frozenset[UUID]:
    """The cases whose reports wait for the reader. Raises NotAllowed."""
    permission.require(actor, "report.read_by_machine", TOWN_WIDE)
    return frozenset(Report.objects.filter(read=False).values_list("case_id", flat=True))


def taken_before(actor: Actor, channel: str, source_keys: Collection[str]) -> dict[str, rules.Taken]:
    """Those of these messages of another system that are here, by their keys. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    rows = Report.objects.filter(channel=channel, source_key__in=source_keys)
    columns = ("source_key", "case_id", "number", "text", "happened_at", "received_at", "forgotten_at")
    return {
        str(key): rules.Taken(CaseId(case_id), number, text, happened_at, happened_at == received_at, gone is not None)
        for key, case_id, number, text, happened_at, received_at, gone in rows.values_list(*columns)
    }


def taken_since(actor: Actor, channel: str, source_keys: Collection[str], since: datetime) -> int:
    """How many of these messages of another system have come in since then. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    return Report.objects.filter(channel=channel, source_key__in=source_keys, received_at__gte=since).count()


@dataclass(frozen=True, slots=True)
class SheetState:
    """How far a sheet that was handed in is. `outcome` is empty until it is finished; then see handed_in.py."""

    import_id: UUID
    filename: str
    state: str
    phase: str
    done: int
    total: int
    received_at: datetime
    finished_at: datetime | None
    outcome: dict[str, Any]


def sheet_import(actor: Actor, import_id: UUID) -> SheetState:
    """A sheet that was handed in. Raises NotFound, also for one that was forgotten after a month, and NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    row = SheetImport.objects.defer("content").filter(pk=import_id).first()
    if row is None:
        raise NotFound
    return _state(row)


def sheet_is_being_taken(actor: Actor) -> bool:
    """Whether the worker is in the middle of a sheet. Raises NotAllowed."""
    permission.require(actor, "report.read_by_machine", TOWN_WIDE)
    return SheetImport.objects.filter(finished_at=None, state="running").exists()


def sheet_imports(actor: Actor, limit: int) -> tuple[SheetState, ...]:
    """The sheets that were handed in last, the newest first. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    return tuple(_state(row) for row in SheetImport.objects.defer("content").order_by("-received_at")[:limit])


def _state(row: SheetImport) -> SheetState:
    outcome = json.loads(secrecy.unseal(row.outcome)) if row.outcome else {}
    return SheetState(
        row.id, row.filename, row.state, row.phase, row.done, row.total, row.received_at, row.finished_at, outcome
    )


def unread_of_import(actor: Actor, channel: str, since: datetime, until: datetime) -> int:
    """How many messages of another system that came in from `since` to `until` wait for the reader. Raises NotAllowed."""
    permission.require(actor, "report.import", TOWN_WIDE)
    waiting = Report.objects.filter(read=False, received_at__gte=since, received_at__lte=until)
    return waiting.filter(channel=channel, source_key__isnull=False).count()


def summary(actor: Actor, channel: str, since: datetime | None = None, until: datetime | None = None) -> dict[str, Any]:
    """How many reports of a channel there are, how many were read, and the types the reader suggests most.

    With `since` and `until` only those that came in from another system in that time. Raises NotAllowed.
    """
    permission.require(actor, "report.import", TOWN_WIDE)
    rows = Report.objects.filter(channel=channel)
    if since is not None and until is not None:
        rows = rows.filter(received_at__gte=since, received_at__lte=until, source_key__isnull=False)
    advice_list = ReportAdvice.objects.filter(report__in=rows).values_list("top_code", "top_probability", "duplicates")
    counted: dict[str, int] = {}
    sure = doubled = 0
    for code, probability, duplicates in advice_list:
        counted[code] = counted.get(code, 0) + 1
        sure += probability >= 0.5
        doubled += bool(duplicates)
    return {
        "reports": rows.count(),
        "read": rows.filter(read=True).count(),
        "sure": sure,
        "with_possible_duplicates": doubled,
        "types": dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))),
    }
