"""The cases of one report: the one it opened, and what was split off it, also where that was undone since."""

from yiwang.cases.lineage.rules import SPLIT
from yiwang.cases.models import CaseLink
from yiwang.kernel.terms import CaseId


def first(case_id: CaseId) -> CaseId:
    """The case that the report opened: itself, unless it was split off another one."""
    link = CaseLink.objects.filter(from_case=case_id, kind=SPLIT).first()
    return first(CaseId(link.to_case_id)) if link else case_id


def family(case_id: CaseId) -> tuple[CaseId, ...]:
    """The case and every case that was split off it or off one of those."""
    below = CaseLink.objects.filter(to_case=case_id, kind=SPLIT).order_by("id").values_list("from_case_id", flat=True)
    return (case_id, *(one for child in list(below) for one in family(CaseId(child))))
