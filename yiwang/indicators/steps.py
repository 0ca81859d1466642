"""The only writes of indicators: evidence of what was touched is made anew, then the cells it lies in. No facts of their own."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.outcomes import Stretch
from yiwang.indicators import evidence, law
from yiwang.indicators.evidence import Key
from yiwang.indicators.models import NOBODY, EvidenceCase, IndicatorCell
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor, CaseId

CHUNK = 500


def follow(actor: Actor, case_ids: Collection[CaseId]) -> None:
    """Make the evidence of these cases anew from their entries, and the cells in which they lie or lay. Inside a transaction.

    Raises NotAllowed.
    """
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    if not case_ids:
        return
    before = _cells_of(case_ids)
    EvidenceCase.objects.filter(case_id__in=case_ids).delete()
    EvidenceCase.objects.bulk_create(
        [row for case_id, stretches in cases.outcomes_of(actor, case_ids).items() for row in _rows(case_id, stretches)]
    )
    _count(before | _cells_of(case_ids))


def count_by_new_definitions(actor: Actor) -> bool:
    """Count every cell again when a pack's definitions are others than those counted by; whether that was so. Raises NotAllowed."""
    permission.require(actor, "indicator.keep", TOWN_WIDE)
    counted = set(IndicatorCell.objects.values_list("indicator", "hash").distinct())
    declared = {(one.code, one.hash) for one in law.indicators().values()}
    if not counted or counted == declared:
        return False
    IndicatorCell.objects.all().delete()
    keys = EvidenceCase.objects.filter(until=None).values_list("month", "committee", "team").distinct()
    _count(set(keys))
    return True


def _rows(case_id: CaseId, stretches: Sequence[Stretch]) -> Iterable[EvidenceCase]:
    month = _month(stretches)
    for one in stretches:
        yield EvidenceCase(
            case_id=case_id,
            since=one.since,
            until=one.until,
            month=month,
            committee=one.standing.committee or NOBODY,
            team=one.standing.team or NOBODY,
            source=one.standing.source,
            type_code=one.standing.type_code,
            holds=sorted(one.standing.holds),
        )


def _month(stretches: Sequence[Stretch]) -> date:
    return walltime.town_day(stretches[0].since).replace(day=1)


def _cells_of(case_ids: Collection[CaseId]) -> set[Key]:
    rows = EvidenceCase.objects.filter(case_id__in=case_ids, until=None)
    return set(rows.values_list("month", "committee", "team"))


def _count(keys: Iterable[Key]) -> None:
    """Write these cells anew."""
    everything = sorted(keys)
    declared = list(law.indicators().values())
    sql = law.sums_of_all()
    for start in range(0, len(everything), CHUNK):
        some = everything[start : start + CHUNK]
        _forget(some)
        cells = []
        for month, committee, team, *sums in evidence.of_cells(sql, some):
            for place, one in enumerate(declared):
                where = {"month": month, "committee": committee, "team": team}
                counted = {"numerator": sums[2 * place], "denominator": sums[2 * place + 1]}
                cells.append(IndicatorCell(indicator=one.code, hash=one.hash, **where, **counted))
        IndicatorCell.objects.bulk_create(cells)


def _forget(keys: Sequence[Key]) -> None:
    wanted: dict[tuple[date, UUID], set[UUID]] = {}
    for month, committee, team in keys:
        wanted.setdefault((month, committee), set()).add(team)
    for (month, committee), teams in wanted.items():
        IndicatorCell.objects.filter(month=month, committee=committee, team__in=teams).delete()
