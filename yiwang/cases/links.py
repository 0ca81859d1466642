"""What leaves the module about how cases belong together (并案, ADR 0016). The first argument is always the Actor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yiwang.cases.lineage import kin
from yiwang.cases.lineage.rules import MERGE, SPLIT, SPLIT_ORIGIN
from yiwang.cases.models import Case, CaseLink
from yiwang.cases.queries import visible
from yiwang.cases.stages import NOTHING_TO_DO, State
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor, CaseId


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case at the other end of a link of a `kind` (merge or split): since when, until when if it was undone."""

    number: str
    title: str
    state: State
    kind: str
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a case follows and what follows it, what it was split off from and what was split off it; of followers and of
    those split off that are out of the actor's reach only how many."""

    main: LinkedCase | None
    followers: tuple[LinkedCase, ...]
    hidden: int
    parent: LinkedCase | None
    children: tuple[LinkedCase, ...]
    hidden_children: int
    before: tuple[LinkedCase, ...]
    """Links that were undone, in both directions."""


def lineage_of(actor: Actor, case_id: CaseId) -> Lineage:
    """How a case belongs together with others."""
    links = CaseLink.objects.filter(Q(from_case=case_id) | Q(to_case=case_id)).select_related("from_case", "to_case")
    ends = [(link, link.to_case if link.from_case_id == case_id else link.from_case) for link in links.order_by("id")]
    may_see = set(visible(actor).filter(pk__in=[case.id for _, case in ends]).values_list("pk", flat=True))
    seen = [_linked(link, case) for link, case in ends if link.undone_at and case.id in may_see]

    def now(kind: str, *, up: bool) -> tuple[tuple[LinkedCase, ...], int]:
        """Those on this side that the actor sees, and how many there are that they do not see."""
        found = [
            (link, case)
            for link, case in ends
            if link.undone_at is None and link.kind == kind and (link.from_case_id == case_id) is up
        ]
        shown = tuple(_linked(link, case) for link, case in found if case.id in may_see)
        return shown, len(found) - len(shown)

    (mains, _), (parents, _) = now(MERGE, up=True), now(SPLIT, up=True)
    (followers, hidden), (children, hidden_children) = now(MERGE, up=False), now(SPLIT, up=False)
    return Lineage(
        main=mains[0] if mains else None,
        followers=followers,
        hidden=hidden,
        parent=parents[0] if parents else None,
        children=children,
        hidden_children=hidden_children,
        before=tuple(seen),
    )


def _linked(link: CaseLink, case: Case) -> LinkedCase:
    return LinkedCase(case.number, case.title or case.text[:40], State(case.state), link.kind, link.at, link.undone_at)


def leaders(actor: Actor, numbers: Iterable[str]) -> frozenset[str]:
    """Those of these numbers that others may follow now (lineage.may_lead) and that the actor sees."""
    open_now = visible(actor).exclude(state__in={State.GATHERED, *NOTHING_TO_DO})
    return frozenset(open_now.filter(number__in=list(numbers)).values_list("number", flat=True))


def _head_of(case_id: UUID) -> Case | None:
    """The case at the head of what a merged case follows."""
    head: Case | None = None
    link = CaseLink.objects.filter(from_case=case_id, kind=MERGE, undone_at=None).select_related("to_case").first()
    while link is not None:
        head = link.to_case
        link = CaseLink.objects.filter(from_case=head, kind=MERGE, undone_at=None).select_related("to_case").first()
    return head


def main_status(actor: Actor, number: str) -> tuple[str, State] | None:
    """Number and state of the main case that this one is done with, for whoever has the number: nothing of whose it is.

    None for a case that follows none now.
    """
    found = Case.objects.filter(number=number, state=State.MERGED).first()
    if found is None or permission.reach(actor, "case.follow").nothing:
        return None
    head = _head_of(found.id)
    return (head.number, State(head.state)) if head else None


# --- what was split off what, also where that was undone since: it is the same people's report -------------------------


def first_of(actor: Actor, case_id: CaseId) -> CaseId:
    """The case that the report of this one opened: itself, unless it was split off another one. Of what the actor may not see, itself."""
    if not visible(actor).filter(pk=case_id).exists():
        return case_id
    return kin.first(case_id)


def first_number(actor: Actor, number: str) -> str:
    """The number under which the matter with this number was reported, for whoever has the number: its own, or its parent's."""
    case = Case.objects.filter(number=number, origin_kind=SPLIT_ORIGIN).first()
    if case is None or permission.reach(actor, "case.follow").nothing:
        return number
    return Case.objects.values_list("number", flat=True).get(pk=kin.first(CaseId(case.id)))


def split_off(actor: Actor, case_id: CaseId) -> tuple[CaseId, ...]:
    """Every case that was split off this one or off one of those, as far as the actor sees them."""
    below = kin.family(case_id)[1:]
    seen = set(visible(actor).filter(pk__in=below).values_list("pk", flat=True))
    return tuple(one for one in below if one in seen)
