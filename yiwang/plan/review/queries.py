"""What a person sees who reviews the words of a plan. All of it is public; who may decide is asked by the steps."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor
from yiwang.plan import wording
from yiwang.plan.facts import Promise, Words
from yiwang.plan.models import Plan, PlanDraft, PlanItem
from yiwang.plan.queries import ItemView
from yiwang.plan.reviewed import Reviewed
from yiwang.plan.rows import Draft, draft_of

AROUND = 90
"""So many characters of the text are shown on each side of a quotation."""
EVERYTHING, UNREVIEWED, SURE, NOTHING = "all", "unreviewed", "sure", "nothing"
VIEWS = (UNREVIEWED, SURE, NOTHING, Reviewed.CONFIRMED, Reviewed.DISMISSED, Reviewed.SPLIT, EVERYTHING)
"""How the list of drafts is narrowed: not decided yet; of these the surely matched, and those that match nothing; as decided; all."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a document's drafts a person has decided about. A draft that was split counts by its parts."""

    drafts: int
    confirmed: int
    dismissed: int

    @property
    def reviewed(self) -> int:
        """Those that somebody has decided about."""
        return self.confirmed + self.dismissed


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation in the text around it."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The drafts before and after one in the text, and the next one that nobody has decided about; None where there is none."""

    before: UUID | None
    after: UUID | None
    open: UUID | None


def progress(actor: Actor, year: int) -> Progress:
    """How far the review of the year's document is; nought of nought without one. Raises NotFound for a year without promises."""
    enter(actor, "plan.read")
    counted = dict(_of_document(year).values_list("state").annotate(Count("id")).values_list("state", "id__count"))
    whole = sum(counted.values()) - counted.get(Reviewed.SPLIT, 0)
    return Progress(whole, counted.get(Reviewed.CONFIRMED, 0), counted.get(Reviewed.DISMISSED, 0))


def counts(actor: Actor, year: int) -> dict[str, int]:
    """How many drafts each of VIEWS shows. Raises NotFound."""
    enter(actor, "plan.read")
    found = _of_document(year).aggregate(**{one: Count("id", filter=_narrowed(one)) for one in VIEWS})
    return {str(one): number for one, number in found.items()}


def listed(actor: Actor, year: int, *, view: str, item: int | None = None, text: str = "") -> tuple[Draft, ...]:
    """The drafts of a view in the order of the text; only of an item, only those with these words. Raises NotFound."""
    enter(actor, "plan.read")
    rows = _of_document(year).filter(_narrowed(view))
    if item is not None:
        rows = rows.filter(item=item)
    if text:
        rows = rows.filter(quote__icontains=text)
    return tuple(draft_of(row) for row in rows.order_by("start", "end"))


def items(actor: Actor, year: int) -> tuple[ItemView, ...]:
    """The items of a year by number, without their promises. Raises NotFound."""
    enter(actor, "plan.read")
    _document_year(year)
    return tuple(
        ItemView(
            no=row.no,
            name=Words(row.name_zh, row.name_en),
            chapter=row.chapter,
            chapter_name=Words(row.chapter_zh, row.chapter_en),
            published_chapter=row.published_chapter,
            published_title=row.published_title,
            promises=(),
        )
        for row in PlanItem.objects.filter(plan__year=year).order_by("no")
    )


def draft(actor: Actor, year: int, draft_id: UUID) -> Draft:
    """One draft of the year's document. Raises NotFound."""
    enter(actor, "plan.read")
    row = _of_document(year).filter(id=draft_id).first()
    if row is None:
        raise NotFound
    return draft_of(row)


def parts(actor: Actor, year: int, draft_id: UUID) -> tuple[Draft, ...]:
    """What a draft was split into."""
    enter(actor, "plan.read")
    return tuple(draft_of(row) for row in _of_document(year).filter(part_of=draft_id).order_by("start"))


def unfounded(actor: Actor, year: int, promise: Promise) -> tuple[Draft, ...] | None:
    """For a promise that was made on the page of words of the plan, and no words of it are confirmed any more: the drafts that were
    once confirmed for it and still stand there, in the order of the text. None for every other promise. Raises NotFound.
    """
    enter(actor, "plan.read")
    rows = _of_document(year)
    if (
        wording.MADE not in promise.edited
        or rows.filter(state=Reviewed.CONFIRMED, meant__contains=[promise.row]).exists()
    ):
        return None
    document = Plan.objects.values_list("id", flat=True).get(year=_document_year(year))
    once = {
        one.draft_id
        for placed in journal.of_verb("plan.drafts_confirmed", "plan", [document])
        for one in placed.fact.confirmed
        if promise.row in one.rows
    }
    return tuple(draft_of(row) for row in rows.filter(id__in=once).order_by("start"))


def decided_by(actor: Actor, year: int, entry: int) -> tuple[UUID, ...]:
    """The drafts about which one journal entry decided and nobody has since."""
    enter(actor, "plan.read")
    return tuple(_of_document(year).filter(entry=entry).values_list("id", flat=True))


def passage(actor: Actor, year: int, shown: Draft) -> Passage:
    """A draft with the text of the document on both sides of it."""
    enter(actor, "plan.read")
    text = Plan.objects.values_list("text", flat=True).get(year=_document_year(year))
    return Passage(text[max(0, shown.start - AROUND) : shown.start], shown.quote, text[shown.end : shown.end + AROUND])


def neighbours(actor: Actor, year: int, shown: Draft) -> Neighbours:
    """Where one goes on from a draft: the open one is the next in the text, or the first of all when none comes after."""
    enter(actor, "plan.read")
    rows = _of_document(year).exclude(state=Reviewed.SPLIT)
    later = rows.filter(start__gte=shown.end).order_by("start")
    unreviewed = rows.filter(state=Reviewed.UNREVIEWED).exclude(id=shown.draft_id).order_by("start")
    return Neighbours(
        before=_first(rows.filter(end__lte=shown.start).order_by("-start")),
        after=_first(later),
        open=_first(unreviewed.filter(start__gte=shown.start)) or _first(unreviewed),
    )


def _first(rows: QuerySet[PlanDraft]) -> UUID | None:
    return rows.values_list("id", flat=True).first()


def _document_year(year: int) -> int:
    """The year whose document holds the words of a year's promises. Raises NotFound."""
    found = Plan.objects.filter(year=year).values_list("of_year", flat=True).first()
    if found is None:
        raise NotFound
    return found


def _of_document(year: int) -> QuerySet[PlanDraft]:
    return PlanDraft.objects.filter(plan__year=_document_year(year))


def _narrowed(view: str) -> Q:
    open_ones = Q(state=Reviewed.UNREVIEWED)
    return {
        EVERYTHING: Q(),
        UNREVIEWED: open_ones,
        SURE: open_ones & Q(sure=True),
        NOTHING: open_ones & Q(rows=[]),
    }.get(view, Q(state=view))
