"""拆案 (ADR 0016): one of the matters that a report holds becomes a case of its own; taken back while nothing was done on it."""

from collections.abc import Collection

from yiwang.cases import facts as of_case
from yiwang.cases import law, limits, rules
from yiwang.cases.lineage import facts
from yiwang.cases.lineage.rules import SPLIT, SPLIT_ORIGIN, alone, may_lead, untouched, words_fit
from yiwang.cases.locked import locked_case
from yiwang.cases.models import CaseLink
from yiwang.cases.problems import NotSplitOff
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import ARROWS, Proof
from yiwang.cases.steps.forward import Ground, free_number, ground_after
from yiwang.cases.steps.frame import house_of, limits_of, take, turn
from yiwang.cases.steps.lineage import MERGED, number_of_main, one_at_a_time, to_lead
from yiwang.kernel import ids, walltime
from yiwang.kernel.files import queries as hanging
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Call, CaseId, FileHash, PlaceId, Point


@step("case.split")
def split(
    case_id: CaseId,
    *,
    type_code: str,
    title: str,
    text: str,
    demand: str = "",
    place_id: PlaceId | None = None,
    point: Point | None = None,
    explanation: str = "",
    scene: Collection[str] | None = None,
    version: int | None = None,
    call: Call,
) -> facts.CaseSplit:
    """拆案: one of the matters that the case holds is an accepted case of its own, with the words the clerk chose for it.

    The same people reported it, when the case was received: their answer is due from then. It is where the case is, if
    nothing else is said. `scene`: which photos of the scene (by hash) show this matter and hang on it too; None: all of them.
    Who only reads the new case reads these words and sees these photos, and nothing else of the report (ADR 0016 §11).
    Raises TypeUnknown, ProofMissing, SplitWordsTooLong, and NotFound for a photo that does not hang on the case.
    """
    arrow, case = take("split", case_id, version, call)
    alone(case)
    rules.need(arrow, Proof.TYPE, type_code)
    rules.type_fits(case, type_code)
    rules.need(arrow, Proof.WORDS, title.strip() and text.strip())
    words_fit(text)
    case_type = law.catalogue()[type_code]
    demand = limits.demand_of(case_type, demand, hotline=case.hotline)
    if demand:
        rules.demand(case, demand)
    ground = ground_after(case, place_id, point, call.actor)
    photos = _chosen(case, scene, call)
    child = _gathered(case, text.strip(), ground, call)
    accepted = of_case.CaseAccepted(
        case_id=child.id,
        type_code=type_code,
        demand=demand,
        title=title.strip()[:80],
        place_id=ground.place_id,
        point=ground.point,
        grid_cell=ground.grid_cell,
        committee=ground.committee,
        urgent=case_type.urgent,
        clocks=turn(ARROWS["accept"], child, call, in_force=limits_of(child, type_code, demand)),
    )
    record(accepted, call=call)
    record(facts.CaseSplitOff(child.id, case.id, case.number), call=call)
    for photo in photos:
        files.use_file(photo, "case", str(child.id), Purpose.SCENE, call=call)
    fact = facts.CaseSplit(case.id, child.id, child.number, rules.public_words("explanation", explanation))
    record(fact, call=call)
    return fact


def _chosen(case: CaseSnapshot, scene: Collection[str] | None, call: Call) -> list[FileHash]:
    hung = [photo.sha256 for photo in hanging.files_of(call.actor, "case", case.id, Purpose.SCENE)]
    if scene is not None and not set(scene) <= set(hung):
        raise NotFound
    return [photo for photo in hung if scene is None or photo in scene]


def _gathered(case: CaseSnapshot, text: str, ground: Ground, call: Call) -> CaseSnapshot:
    """A new case of the same people, received when that one was, under a number of today. The first clocks were that one's."""
    fact = of_case.CaseGathered(
        case_id=CaseId(ids.new_id(call.now)),
        number=free_number(call.now, case.source),
        source=str(case.source),
        origin_kind=SPLIT_ORIGIN,
        origin_ref=str(case.id),
        day=walltime.town_day(case.opened_at).isoformat(),
        type_code=None,
        place_id=ground.place_id,
        point=ground.point,
        grid_cell=ground.grid_cell,
        committee=ground.committee,
        urgent=False,
        reporter=case.reporter,
        on_behalf=case.on_behalf,
        clocks=(),
        text=text,
    )
    record(fact, call=call, happened_at=case.opened_at)
    return locked_case(fact.case_id)


@step("case.split")
def unsplit(case_id: CaseId, *, explanation: str, version: int | None = None, call: Call) -> facts.CaseTakenBack:
    """撤销拆案: it is no matter of its own after all. It keeps its number and follows the case it was split off from.

    Raises NotSplitOff, SplitTouched, OwnMatter, and what may_lead raises of a case that has ended or follows another one.
    """
    one_at_a_time()
    link = CaseLink.objects.filter(from_case=case_id, kind=SPLIT, undone_at=None).first()
    parent = to_lead(CaseId(link.to_case_id)) if link else None
    arrow, case = take("unsplit", case_id, version, call)
    if parent is None:
        raise NotSplitOff(number=case.number)
    rules.need(arrow, Proof.REASON, explanation.strip())
    untouched(case)
    may_lead(case, parent, number_of_main(parent))
    rules.not_for_own_house(case, call.actor, house_of(case, call))
    fact = facts.CaseTakenBack(
        case_id=case.id,
        main_id=parent.id,
        main_number=parent.number,
        state_before=str(case.state),
        explanation=rules.public_words("explanation", explanation),
        clocks=turn(arrow, case, call, reason=MERGED),
    )
    record(fact, call=call)
    return fact
