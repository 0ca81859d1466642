"""From facts to rows: the only place where the tables of reports are written, live and on replay."""

from dataclasses import asdict
from typing import Any

from yiwang.intake.reports import facts
from yiwang.intake.reports.models import Report, ReportAdvice, SheetColumns
from yiwang.kernel.journal.registry import Entry, applies

ADVICE_COLUMNS = ["reader", "top_code", "top_probability", "types", "places", "duplicates"]
"""What a later advice of the same report writes over."""


@applies(facts.ReportReceived)
def report_received(fact: facts.ReportReceived, entry: Entry) -> None:
    Report.objects.create(
        id=fact.report_id,
        number=fact.number,
        channel=fact.channel,
        source_key=fact.source_key,
        case_id=fact.case_id,
        reporter=fact.reporter,
        on_behalf=fact.on_behalf,
        title=fact.title or "",
        text=fact.text or "",
        place_text=fact.place_text or "",
        contact_cipher=fact.contact_cipher,
        photos=list(fact.photos),
        happened_at=entry.happened_at,
        received_at=entry.recorded_at,
    )


@applies(facts.ReportRead)
def report_read(fact: facts.ReportRead, entry: Entry) -> None:
    advice = ReportAdvice(
        report_id=fact.report_id,
        reader=fact.reader,
        top_code=fact.top_code,
        top_probability=fact.top_probability,
        types=_plain(fact.types),
        places=_plain(fact.places),
        duplicates=_plain(fact.duplicates),
    )
    ReportAdvice.objects.bulk_create(
        [advice], update_conflicts=True, unique_fields=["report"], update_fields=ADVICE_COLUMNS
    )
    Report.objects.filter(pk=fact.report_id).update(read=True)


@applies(facts.ForgettingAsked)
def forgetting_asked(fact: facts.ForgettingAsked, entry: Entry) -> None:
    Report.objects.filter(pk=fact.report_id).update(forget_asked_at=entry.happened_at, forget_ground=fact.ground)


@applies(facts.ReportForgotten)
def report_forgotten(fact: facts.ReportForgotten, entry: Entry) -> None:
    key = {} if fact.key_kept else {"source_key": None}
    Report.objects.filter(pk=fact.report_id).update(
        title="",
        text="",
        place_text="",
        contact_cipher=None,
        photos=[],
        reporter=None,
        on_behalf=None,
        forgotten_at=entry.happened_at,
        **key,
    )
    ReportAdvice.objects.filter(report=fact.report_id).update(types=[], places=[], duplicates=[])


@applies(facts.ContactOpened)
def contact_opened(fact: facts.ContactOpened, entry: Entry) -> None:
    """The entry is all there is: who looked, and why."""


def _plain(suggestions: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    """Suggestions as JSON: identifiers as text."""
    return [
        {key: str(value) if key.endswith("_id") else value for key, value in asdict(suggestion).items()}
        for suggestion in suggestions or ()
    ]


@applies(facts.SheetMapped)
def sheet_mapped(fact: facts.SheetMapped, entry: Entry) -> None:
    SheetColumns.objects.update_or_create(
        sheet=fact.sheet, defaults={"columns": dict(fact.columns), "datum": fact.datum}
    )
