"""What leaves the module about cases. The first argument is always the Actor; only what its roles reach is shown."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yiwang.cases import houses, law, limits, listing, models, numbers, outcomes, partoutcomes, rules
from yiwang.cases.bigrams import bigrams
from yiwang.cases.facts import RechecksDrawn
from yiwang.cases.lineage.rules import SPLIT, untouched
from yiwang.cases.locked import ground_of, snapshot_of
from yiwang.cases.models import Case, CaseLink, CasePart, CaseProof, Extension, Objection, Recheck, RecheckDraw, Ruling
from yiwang.cases.parts import WITH_ASSISTANT
from yiwang.cases.problems import ArbiterThere, CaseUnknown, OwnMatter, SplitTouched
from yiwang.cases.shown import (
    CaseRow,
    CaseView,
    ExtensionView,
    Happening,
    ListFilter,
    ObjectionView,
    Page,
    PlainStatus,
    ProofView,
    RecheckView,
    RulerView,
    RulingView,
    TaughtText,
)
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import ENDED, WITH_DEPARTMENT, WITHOUT_GROUND, Arrow, ClockStage, State, arrows_from
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files.guards import guards
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor, CaseId, PartId, Point, TeamId
from yiwang.kernel.workdays.clocks import TimeUnit, due_at

PAGE_SIZE = 50
HANDLING_HALTED = frozenset({State.DISPUTED, State.SUSPENDED, State.HANDLED, State.VERIFIED})
"""States in which the clock of handling stands or was stopped, and the case is not over."""


def visible(actor: Actor, action: str = "case.read") -> QuerySet[Case]:
    """The cases an actor may see (or do something with). Raises nothing: those out of reach are simply not there."""
    return Case.objects.filter(listing.within(permission.reach(actor, action), assisting=action == "case.read"))


def _row(case: Case, *, late: bool = False) -> CaseRow:
    return CaseRow(
        id=CaseId(case.id),
        number=case.number,
        state=State(case.state),
        stage=case.stage,
        source=case.source,
        type_code=case.type_code,
        title=case.title or case.text[:40],
        text=case.text,
        urgent=case.urgent,
        committee=case.committee,
        lead_team=TeamId(case.lead_team_id) if case.lead_team_id else None,
        handler=AccountId(case.handler) if case.handler else None,
        place_id=case.place_id,
        point=Point(case.longitude, case.latitude)
        if case.longitude is not None and case.latitude is not None
        else None,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        due_at=case.due_at,
        soon_at=case.soon_at,
        due_stage=case.due_stage,
        overdue=case.overdue,
        review_on=case.review_on,
        review_due=case.review_due,
        reworks=case.reworks,
        reopened=case.reopened,
        objections=case.objections,
        satisfaction=case.satisfaction,
        rated_unsolved=case.rated_unsolved,
        row_version=case.row_version,
        handled_late=late,
    )


def _rows(cases: Collection[Case]) -> tuple[CaseRow, ...]:
    """The rows of a list, with whether handling was late where its clock does not run any more: one query at most."""
    halted = [case.id for case in cases if case.state in HANDLING_HALTED]
    clocks = models.Clock.objects.filter(case__in=halted, part=None, stage=ClockStage.HANDLE, ran_out=True)
    late = set(clocks.exclude(state="running").values_list("case", flat=True)) if halted else set()
    return tuple(_row(case, late=case.id in late) for case in cases)


def _listed(actor: Actor, wanted: ListFilter, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the cases that belong on a work list, in no order, whatever word is looked for."""
    found = _narrowed(cases, wanted)
    if wanted.own:
        found = found.filter(listing.within(permission.reach(actor, "case.handle")))
    if wanted.assist:
        found = found.filter(pk__in=_waiting_parts(actor).values("case"))
    if wanted.part_states:
        found = found.filter(pk__in=CasePart.objects.filter(state__in=wanted.part_states).values("case"))
    if not wanted.untold:
        return found
    somebody = Q(reporter__isnull=False) | Q(on_behalf__isnull=False)
    may_call = listing.within(permission.reach(actor, "case.contact"))
    return found.filter(may_call, somebody, pk__in=people.untold_things(actor))


def _waiting_parts(actor: Actor) -> QuerySet[CasePart]:
    """Parts that an assisting department still has to do: the asker's own department's, or for others everybody's."""
    waiting = CasePart.objects.filter(state__in=WITH_ASSISTANT)
    teams = permission.reach(actor, "case.assist").teams
    return waiting.filter(team__in=teams) if teams else waiting


def _narrowed(cases: QuerySet[Case], wanted: ListFilter) -> QuerySet[Case]:
    equal = {
        "lead_team": wanted.team,
        "committee": wanted.committee,
        "grid_cell": wanted.cell,
        "place": wanted.place,
        "source": wanted.source,
        "handler": wanted.handler,
        "type_code__startswith": wanted.type_prefix,
        "state__in": wanted.states,
        "overdue": wanted.overdue,
        "urgent": wanted.urgent,
        "rated_unsolved": wanted.unsolved,
        "opened_at__gte": wanted.opened_since,
        "closed_at__gte": wanted.closed_since,
        "committee__isnull": wanted.unplaced,
    }
    cases = cases.filter(**{column: value for column, value in equal.items() if value})
    if wanted.open_only:
        cases = cases.filter(models.OPEN)
    if wanted.rechecks:
        cases = cases.filter(recheck__holds__isnull=True, recheck__isnull=False)
    if wanted.uncalled:
        cases = cases.filter(models.UNCALLED)
    if wanted.soon_at:
        cases = cases.filter(listing.soon(wanted.soon_at))
    if wanted.runs_out:
        cases = cases.filter(overdue=False, due_at__range=wanted.runs_out)
    if wanted.extensions:
        cases = cases.filter(extensions__state="asked", state__in=(State.DISPATCHED, State.HANDLING))
    number = numbers.tidy(wanted.text)
    return cases.filter(number__startswith=number) if number.startswith(numbers.PREFIX) else cases


def _pieces(wanted: ListFilter) -> list[str] | None:
    """The bigrams of what is looked for; None when nothing is, or a number."""
    text = wanted.text.strip()
    return bigrams(text) if text and not numbers.tidy(text).startswith(numbers.PREFIX) else None


def _matching(cases: QuerySet[Case], pieces: list[str] | None) -> QuerySet[Case]:
    """Cases with all these bigrams; none when there was a text without any."""
    if pieces is None:
        return cases
    return cases.filter(bigrams__contains=pieces) if pieces else cases.none()


def work_list(actor: Actor, wanted: ListFilter, *, after: int = 0, size: int = PAGE_SIZE) -> Page:
    """The cases an actor sees, due first (or newest first). `after` is the cursor a page gave; `size` at most 200.

    A list of suspended cases goes by their review days: their clocks stand, so nothing of them is due.
    """
    by_due = "review_on" if wanted.states == (State.SUSPENDED,) else "due_at"
    order = ("-opened_at", "-id") if wanted.newest_first else (by_due, "-opened_at", "id")
    size = min(size, 200)
    upto = after + size + 1
    reasons = listing.reasons(permission.reach(actor, "case.read"), assisting=True)
    each = [(_listed(actor, wanted, Case.objects.filter(one.which)), one.few) for one in reasons]
    pieces = _pieces(wanted) or []
    if len(pieces) >= listing.LONG:
        walked = (listing.first_with(cases, pieces, order, upto, few=few) for cases, few in each)
        cases = Case.objects.filter(pk__in={one for some in walked for one in some})
    elif len(each) == 1:
        cases = _matching(each[0][0], _pieces(wanted))
    else:
        read = (listing.first(_matching(cases, _pieces(wanted)), order, upto, few=few) for cases, few in each)
        cases = Case.objects.filter(pk__in={one for some in read for one in some})
    found = list(cases.order_by(*order).defer("bigrams")[after:upto])
    return Page(_rows(found[:size]), after + size if len(found) > size else None)


def length_of(actor: Actor, wanted: ListFilter) -> int:
    """How many cases a work list has on all its pages."""
    return _matching(_listed(actor, wanted, visible(actor)), _pieces(wanted)).count()


def open_by_committee(actor: Actor) -> dict[UUID | None, tuple[int, int]]:
    """How many open cases lie in each committee, and how many of them are overdue; None: in no committee. One query."""
    rows = visible(actor).filter(models.OPEN).values("committee").order_by()
    counted = rows.annotate(open=Count("pk"), late=Count("pk", filter=Q(overdue=True)))
    return {row["committee"]: (row["open"], row["late"]) for row in counted}


def due_soon(actor: Actor, now: datetime) -> tuple[CaseRow, ...]:
    """The cases within reach whose next clock is about to run out, the nearest first."""
    found = visible(actor).filter(listing.soon(now)).filter(models.OPEN).order_by("due_at", "id")
    return tuple(_row(case) for case in found.defer("bigrams"))


def _found(actor: Actor, number: str, action: str) -> Case:
    case = visible(actor, action).filter(number=numbers.tidy(number)).first()
    if case is None:
        raise CaseUnknown(number=number)
    return case


def case_id_of(actor: Actor, number: str) -> CaseId:
    """The identifier of a number that the actor may read. Raises CaseUnknown."""
    found = visible(actor, "case.read").filter(number=numbers.tidy(number)).values_list("id", flat=True)
    case_id = found.order_by("number").first()
    if case_id is None:
        raise CaseUnknown(number=number)
    return CaseId(case_id)


def case(actor: Actor, number: str) -> CaseView:
    """A case in full by its number. Raises CaseUnknown, also for one out of the actor's reach."""
    found = _found(actor, number, "case.read")
    snapshot = snapshot_of(found)
    return CaseView(
        row=_row(found),
        snapshot=snapshot,
        demand=found.demand,
        outcome=found.outcome,
        called_back=found.called_back,
        missed_calls=found.missed_calls,
        answer=found.answer,
        dispatched_at=found.dispatched_at,
        clocks=snapshot.clocks,
        objections=tuple(_objection(row) for row in Objection.objects.filter(case=found).order_by("id")),
        rulings=tuple(_ruling(row) for row in Ruling.objects.filter(case=found).select_related("case")),
        proofs=tuple(
            ProofView(row.kind, row.ref, row.stage, row.at)
            for row in CaseProof.objects.filter(case=found).order_by("at", "id")
        ),
        extensions=tuple(
            ExtensionView(row.amount, row.unit, row.reason_code, row.explanation, row.state, row.asked_at)
            for row in Extension.objects.filter(case=found).order_by("id")
        ),
        recheck=_recheck(found),
    )


def _objection(row: Objection) -> ObjectionView:
    return ObjectionView(
        TeamId(row.team_id), row.round, row.reason_code, row.legal_basis, row.proposed_team, row.explanation, row.at
    )


def _ruling(row: Ruling) -> RulingView:
    return RulingView(row.case.number, TeamId(row.team_id), row.type_code, row.question, row.grounds, row.at)


def _recheck(case: Case) -> RecheckView | None:
    row = Recheck.objects.filter(case=case).first()
    return RecheckView(_draw(row.draw_id), row.drawn_at, row.holds, row.finding) if row else None


def _draw(draw_id: str) -> RechecksDrawn:
    row = RecheckDraw.objects.get(pk=draw_id)
    days = (str(row.first), str(row.last))
    return RechecksDrawn(
        row.id, *days, row.seed, row.seed_position, row.share_percent, tuple(row.pool), tuple(row.drawn)
    )


def draw_of_month(actor: Actor, day: date) -> RechecksDrawn | None:
    """The draw for re-check among the cases closed in the month of a day; None when none was held, or not for this actor."""
    first, last = rules.month_of(day)
    row = RecheckDraw.objects.filter(first=first, last=last).first()
    return _draw(row.id) if row and permission.reach(actor, "case.draw").town else None


def timeline(actor: Actor, case_id: CaseId) -> tuple[Happening, ...]:
    """Everything that was recorded of a case, oldest first. Raises CaseUnknown for one out of reach."""
    if not visible(actor).filter(pk=case_id).exists():
        raise CaseUnknown(number=str(case_id))
    return tuple(
        Happening(
            entry_id=placed.entry.id,
            verb=placed.entry.verb,
            happened_at=placed.entry.happened_at,
            recorded_at=placed.entry.recorded_at,
            actor=placed.entry.actor,
            reason=placed.entry.reason,
            fact=placed.fact,
        )
        for placed in journal.history("case", case_id, with_private=True)
    )


def outcomes_of(
    actor: Actor, case_ids: Iterable[CaseId]
) -> dict[CaseId, dict[PartId | None, tuple[outcomes.Stretch, ...]]]:
    """What came of these cases (None) and of each part of an assisting department in them, from their entries in the journal,
    without anything about a person. Raises NotAllowed."""
    permission.require(actor, "case.read", TOWN_WIDE)
    placed = journal.histories("case", case_ids)
    found = outcomes.subjects((one.entry.subject_id, one.entry.happened_at, one.fact) for one in placed)
    return {CaseId(case_id): _outcomes(history) for case_id, history in found.items()}


def _outcomes(history: Sequence[outcomes.Found]) -> dict[PartId | None, tuple[outcomes.Stretch, ...]]:
    told: dict[PartId | None, tuple[outcomes.Stretch, ...]] = {None: outcomes.stretches(history, _usual_due)}
    return told | dict(partoutcomes.stretches(history).items())


def _usual_due(received_at: datetime) -> datetime | None:
    limit = limits.usual_answer(law.rulebook(), walltime.town_day(received_at))
    return due_at(received_at, limit.amount, TimeUnit(limit.unit), law.calendar()).due_at if limit else None


def with_reply(actor: Actor, case_ids: Iterable[CaseId]) -> frozenset[CaseId]:
    """Those of these cases to which an answer given elsewhere was added once, also one whose words were erased since.

    Who may add such an answer may know of it. Raises NotAllowed.
    """
    permission.require(actor, "case.note", TOWN_WIDE)
    noted = journal.of_verb("case.noted", "case", case_ids)
    return frozenset(placed.fact.case_id for placed in noted if placed.fact.kind == "reply")


def arrows_for(actor: Actor, snapshot: CaseSnapshot) -> tuple[Arrow, ...]:
    """The arrows this actor may take from the state the case is in: the buttons of its page."""
    ground = ground_of(snapshot)
    return tuple(
        arrow
        for arrow in arrows_from(snapshot.state, snapshot.origin)
        if permission.reach(actor, arrow.authority).covers(ground)
        and (arrow.name != "rule" or _may_rule(actor, snapshot))
        and (arrow.name != "unsplit" or _may_be_taken_back(snapshot))
    )


def _may_be_taken_back(snapshot: CaseSnapshot) -> bool:
    try:
        untouched(snapshot)
    except SplitTouched:
        return False
    return CaseLink.objects.filter(from_case=snapshot.id, kind=SPLIT, undone_at=None).exists()


def _may_rule(actor: Actor, snapshot: CaseSnapshot) -> bool:
    try:
        houses.require_ruler(actor, snapshot)
    except (OwnMatter, ArbiterThere):
        return False
    return True


def may_rule(actor: Actor, number: str) -> bool:
    """Whether the actor may rule on the dispute about a case now. Raises CaseUnknown."""
    snapshot = snapshot_of(_found(actor, number, "case.read"))
    return any(arrow.name == "rule" for arrow in arrows_for(actor, snapshot))


def rulers(actor: Actor, snapshot: CaseSnapshot) -> tuple[RulerView, ...]:
    """Who may rule on a dispute now, by name; nobody for a case in no dispute, and for those who are no staff."""
    if snapshot.state is not State.DISPUTED or permission.reach(actor, "team.members").nothing:
        return ()
    role, free = houses.rulers(actor, snapshot)
    return tuple(RulerView(card.name, role) for card in free)


def may_open_person(actor: Actor, snapshot: CaseSnapshot) -> bool:
    """Whether the actor may open the telephone of the case's people now (steps.remarks.open_person)."""
    reach = permission.reach(actor, "person.unmask")
    in_hands = snapshot.state in WITH_DEPARTMENT and reach.covers(people.ground_of_team(snapshot.lead_team))
    return reach.town or in_hands


def precedents(actor: Actor, type_code: str, text: str = "", limit: int = 5) -> tuple[RulingView, ...]:
    """Rulings on cases of this type, those that share words with the text first: shown at dispatch and to the arbiter."""
    if permission.reach(actor, "case.read").nothing:
        return ()
    rows = list(Ruling.objects.filter(type_code=type_code).select_related("case").order_by("-at")[:100])
    pieces = set(bigrams(text))
    rows.sort(key=lambda row: len(pieces.intersection(row.bigrams)), reverse=True)
    return tuple(_ruling(row) for row in rows[:limit])


def rulings(actor: Actor, text: str = "", limit: int = 50) -> tuple[RulingView, ...]:
    """All rulings, newest first, narrowed to those with the words of the text, or of the case with this number."""
    if not permission.reach(actor, "case.read").town:
        return ()
    rows = Ruling.objects.select_related("case").order_by("-at")
    number = numbers.tidy(text)
    if number.startswith(numbers.PREFIX):
        rows = rows.filter(case__number__startswith=number)
    elif pieces := bigrams(text):
        rows = rows.filter(bigrams__contains=pieces)
    return tuple(_ruling(row) for row in rows[:limit])


def of_reporter(actor: Actor, limit: int = 50) -> tuple[CaseRow, ...]:
    """What the actor reported themselves, newest first."""
    if actor.account_id is None:
        return ()
    mine = Case.objects.filter(Q(reporter=actor.account_id) | Q(on_behalf=actor.account_id)).order_by("-opened_at")[
        :limit
    ]
    return tuple(_row(case) for case in mine)


def rows_of(actor: Actor, case_ids: Iterable[CaseId]) -> dict[CaseId, CaseRow]:
    """The rows of these cases that the actor sees, by identifier."""
    found = visible(actor).filter(pk__in=list(case_ids)).defer("bigrams")
    return {row.id: row for row in _rows(list(found))}


def proofs(actor: Actor, case_id: CaseId) -> tuple[ProofView, ...]:
    """What hangs on a case that the actor sees, the oldest first."""
    rows = CaseProof.objects.filter(case__in=visible(actor).filter(pk=case_id)).order_by("at", "id")
    return tuple(ProofView(row.kind, row.ref, row.stage, row.at) for row in rows)


def proven(actor: Actor, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[bool, str]]:
    """Of cases of alarms that the actor sees: whether they have ended, and by what they are shown to be back to normal (rules.PROVEN)."""
    wanted = list(case_ids)
    proofs: dict[CaseId, list[tuple[str, str]]] = {}
    for case_id, kind, ref in CaseProof.objects.filter(case__in=wanted).values_list("case_id", "kind", "ref"):
        proofs.setdefault(CaseId(case_id), []).append((kind, ref))
    states = visible(actor).filter(pk__in=wanted).values_list("id", "state")
    return {CaseId(one): (State(state) in ENDED, rules.proven_by(proofs.get(CaseId(one), ()))) for one, state in states}


def plain_status(actor: Actor, number: str) -> PlainStatus:
    """How far the case with this number is, for whoever has the number. Raises CaseUnknown."""
    found = Case.objects.filter(number=numbers.tidy(number)).first()
    if found is None or permission.reach(actor, "case.follow").nothing:
        raise CaseUnknown(number=number)
    return PlainStatus(
        CaseId(found.id),
        found.number,
        State(found.state),
        found.stage,
        found.opened_at,
        found.changed_at,
        found.closed_at,
    )


def _teaching(actor: Actor, since: datetime, limit: int) -> QuerySet[Case]:
    """The newest cases since a moment whose type a person stands by, the newest first: accepted, and not ended as unfounded."""
    rows = visible(actor).exclude(type_code="").exclude(text="").filter(opened_at__gte=since, type_unseen=False)
    return rows.exclude(state__in={State.GATHERED, *WITHOUT_GROUND}).order_by("-opened_at", "-id")[:limit]


def taught_types(actor: Actor, since: datetime, limit: int) -> dict[CaseId, str]:
    """The type of each of the newest cases that `taught_texts` gives, without their texts: to see whether much has changed."""
    return {CaseId(case_id): code for case_id, code in _teaching(actor, since, limit).values_list("id", "type_code")}


def taught_texts(actor: Actor, since: datetime, limit: int) -> tuple[TaughtText, ...]:
    """The newest accepted cases' texts with the type a person gave them, the newest first. Nothing of who reported.

    What was declined, dismissed or voided teaches nothing, nor do cases opened before `since`, nor those accepted unseen as the
    reader suggested until something confirms their type: it would learn its own guesses.
    """
    newest = _teaching(actor, since, limit).values_list("id", "text", "type_code")
    return tuple(TaughtText(CaseId(case_id), text, type_code) for case_id, text, type_code in newest)


def any_wordless(actor: Actor, case_ids: Collection[CaseId]) -> bool:
    """Whether the words of any of these cases are gone: erased at the wish of the one who reported."""
    return bool(case_ids) and visible(actor).filter(pk__in=case_ids, text="").exists()


def opened_since(actor: Actor, since: datetime, limit: int) -> tuple[CaseId, ...]:
    """The cases opened since a moment, newest first, among which duplicates are looked for."""
    rows = visible(actor).filter(opened_at__gte=since).order_by("-opened_at", "-id")
    return tuple(CaseId(case_id) for case_id in rows.values_list("id", flat=True)[:limit])


def may_read(actor: Actor, case_id: CaseId | str) -> bool:
    """Whether the actor may read this case."""
    return visible(actor).filter(pk=case_id).exists()


@guards("case")
def may_see_files(actor: Actor, subject_id: str) -> bool:
    """Who may see the files of a case: who may read it."""
    return may_read(actor, subject_id)
