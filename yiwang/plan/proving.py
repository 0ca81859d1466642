"""Which entries of the journal tell of a promise to everybody: what gave it its words, what shows it, and what was said of it."""

from datetime import date

from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan import showing
from yiwang.registers import queries as registers
from yiwang.registers.evidence import queries as evidence

PUBLIC = ("commitment.supervised", "commitment.explained")
"""What is asked of a department is not among them: its answer is."""


def places(actor: Actor, year: int, row: str, as_of: date) -> tuple[int, ...]:
    """The positions of these entries, the first one first; without those that are not placed yet. Raises as plans.promises_of.

    A promise that a register shows rests on the entries of the rows that say so at the end of a day. (A figure of an
    indicator is a file of its own: indicators.bundles.)
    """
    enter(actor, "plan.read")
    promise = plans.promises_of(actor, year).get(row)
    if promise is None:
        return ()
    of_it = [one for verb in PUBLIC for one in journal.of_verb(verb, "commitment", [promise.commitment_id])]
    found = {one.position for one in (*plans.readings(actor, year, row), *of_it)}
    for one in evidence.everything_signed(actor, showing.subject_of(year, row)):
        found |= {entry.position for entry in evidence.entries(actor, one.evidence_id)}
    source = promise.source
    if source is not None and source.register:
        rows = registers.behind_tally(actor, source.register, on=as_of, where=source.where)
        found |= journal.positions_of(rows)
    return tuple(sorted(place for place in found if place is not None))
