"""Facts about registers become rows, live and on replay."""

from collections.abc import Iterable
from typing import Any

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.registers.facts import DatedRow, RowEnded, RowsEntered, SheetTaken
from yiwang.registers.models import RegisterLoad, RegisterRow


@applies(RowsEntered)
def rows_entered(fact: RowsEntered, entry: Entry) -> None:
    """Many rows in a few statements: a sheet of ten thousand is a matter of seconds."""
    known: dict[str, list[RegisterRow]] = {}
    for row in RegisterRow.objects.filter(register=fact.register, key__in={one.key for one in fact.rows}):
        known.setdefault(row.key, []).append(row)
    made: dict[Any, RegisterRow] = {}
    touched: dict[Any, RegisterRow] = {}
    for one in fact.rows:
        rows = known.setdefault(one.key, [])
        same = next((row for row in rows if row.valid_from == one.valid_from), None)
        for row in [_corrected(same, fact, one, entry)] if same else _cut(rows, one):
            touched[row.pk] = row
        if same is None:
            made[one.row_id] = RegisterRow(
                id=one.row_id,
                register=fact.register,
                key=one.key,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                values=one.values,
                measures=_measured(fact, one),
                entry=entry.id,
            )
            rows.append(made[one.row_id])
    RegisterRow.objects.bulk_create(made.values())
    there = [row for key, row in touched.items() if key not in made]
    RegisterRow.objects.bulk_update(there, ["valid_to", "values", "measures", "earlier", "entry"])


def _corrected(row: RegisterRow, fact: RowsEntered, one: DatedRow, entry: Entry) -> RegisterRow:
    said = {
        "values": row.values,
        "measures": row.measures,
        "at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "reason": entry.reason,
    }
    row.earlier = [*row.earlier, said]
    row.values, row.valid_to, row.entry = one.values, one.valid_to, entry.id
    row.measures = _measured(fact, one)
    return row


def _measured(fact: RowsEntered, one: DatedRow) -> dict[str, str]:
    """As what the values of one row are recorded: of the fields that it says something about."""
    return {code: fact.measures[code] for code in one.values if code in fact.measures}


def _cut(rows: Iterable[RegisterRow], one: DatedRow) -> list[RegisterRow]:
    """The row that held on the new row's first day ends there."""
    cut = [
        row for row in rows if row.valid_from < one.valid_from and (not row.valid_to or row.valid_to > one.valid_from)
    ]
    for row in cut:
        row.valid_to = one.valid_from
    return cut


@applies(RowEnded)
def row_ended(fact: RowEnded, entry: Entry) -> None:
    rows = RegisterRow.objects.filter(register=fact.register, key=fact.key, valid_to=None)
    rows.update(valid_to=fact.valid_to, entry=entry.id)


@applies(SheetTaken)
def sheet_taken(fact: SheetTaken, entry: Entry) -> None:
    RegisterLoad.objects.create(
        id=fact.load_id,
        register=fact.register,
        at=entry.recorded_at,
        filename=fact.filename,
        sha256=fact.sha256,
        entered=fact.entered,
        unchanged=fact.unchanged,
        refused=fact.refused,
    )
