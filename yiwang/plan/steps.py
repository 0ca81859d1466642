"""The writes of the plan."""

from collections.abc import Sequence
from uuid import UUID

from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call
from yiwang.plan import matching, rules
from yiwang.plan.commitments import Commitment
from yiwang.plan.facts import DraftRead, FigureRead, ItemRead, PlanImported, PlanOpened, PlanRevised, Promise
from yiwang.plan.items import Contents
from yiwang.plan.models import Plan
from yiwang.plan.parsing.clauses import commitments
from yiwang.plan.parsing.document import PlanDocument, Quote, Target
from yiwang.plan.problems import NothingPromised, OtherDocument, OtherYear
from yiwang.plan.queries import promises_of

PREAMBLE = 0


@step("plan.import")
def promise_year(
    year: int, contents: Contents, promised: Sequence[Commitment], *, document_number: str = "", call: Call
) -> PlanOpened | PlanRevised | None:
    """Give a year its promises, or put them right. None, and nothing recorded, when nothing differs.

    Another year than that of the contents carries the promises over to it. A promise that is no longer listed stays, and so does
    what a person changed on the page (queries.kept_by_hand names it).
    Raises OtherYear when the year has promises from another plan, DocumentNumberWanted when a number to reach would change silently.
    """
    permission.require(call.actor, "plan.import", TOWN_WIDE)
    wanted = [rules.promise_of(one, ids.new_id(call.now), year) for one in promised]
    plan = Plan.objects.select_for_update().filter(year=year).first()
    if plan is None:
        opened = PlanOpened(ids.new_id(call.now), year, contents.year, contents.items, tuple(wanted), contents.keeper)
        record(opened, call=call)
        return opened
    if plan.of_year != contents.year:
        raise OtherYear(year=year, before=plan.of_year, now=contents.year)
    changed = rules.revised(promises_of(call.actor, year), wanted, document_number)
    if not changed and plan.keeper == contents.keeper:
        return None
    revised = PlanRevised(plan.id, changed, document_number, keeper=contents.keeper)
    record(revised, call=call)
    return revised


@step("plan.import")
def keep_document(
    year: int, document: PlanDocument, *, text: str, filename: str, sha256: str, call: Call
) -> PlanImported | None:
    """Keep the published document of a year, and what its words seem to promise. None when this very file is kept already.

    Raises NothingPromised when it has other items than the town's promises, or the year has none yet; OtherDocument when another
    file of this year is kept already.
    """
    permission.require(call.actor, "plan.import", TOWN_WIDE)
    plan = Plan.objects.select_for_update().filter(year=year).first()
    if plan is not None and plan.sha256 == sha256:
        return None
    if plan is not None and plan.sha256:
        raise OtherDocument(year=year, filename=plan.filename)
    known = set(plan.items.values_list("no", flat=True)) - {PREAMBLE} if plan else set()
    numbers = [int(item.no) if item.no.isdecimal() else -1 for item in document.items()]
    if plan is None or not numbers or not set(numbers) <= known or len(set(numbers)) < len(numbers):
        raise NothingPromised(items=len(numbers), year=year)
    ours = promises_of(call.actor, year)
    fact = PlanImported(
        plan_id=plan.id,
        title=document.title,
        metadata=document.metadata,
        filename=filename,
        sha256=sha256,
        text=text,
        items=tuple(
            ItemRead(int(item.no), chapter.no, chapter.title, item.title, len(item.sentences), item.start, item.end)
            for chapter in document.chapters
            for item in chapter.items
        ),
        drafts=_drafts(document, text, ours, call),
    )
    record(fact, call=call)
    return fact


def _drafts(document: PlanDocument, text: str, ours: dict[str, Promise], call: Call) -> tuple[DraftRead, ...]:
    first = tuple(one for part in document.preamble for one in commitments(text, part))
    found = _drafts_of(PREAMBLE, first, (), ours, call)
    for item in document.items():
        found += _drafts_of(int(item.no), item.commitments, item.targets, ours, call)
    return tuple(found)


def _drafts_of(
    no: int, quotes: Sequence[Quote], targets: Sequence[Target], ours: dict[str, Promise], call: Call
) -> list[DraftRead]:
    within = {row: f"{one.promise.zh}{one.measure.zh}" for row, one in ours.items() if one.item == no}
    meanings = matching.meanings([one.quote for one in quotes], within)
    return [
        DraftRead(_new(call), no, quote.quote, quote.start, quote.end, _figures(quote, targets), meant.rows, meant.sure)
        for quote, meant in zip(quotes, meanings, strict=True)
    ]


def _new(call: Call) -> UUID:
    return ids.new_id(call.now)


def _figures(quote: Quote, targets: Sequence[Target]) -> tuple[FigureRead, ...]:
    return tuple(
        FigureRead(one.value, one.unit, one.comparator, one.quote, one.start, one.end)
        for one in targets
        if quote.start <= one.start and one.end <= quote.end
    )
