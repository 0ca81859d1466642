"""The table of stages is sound, and the documentation shows the table that runs."""

from pathlib import Path

from yiwang.cases import diagram
from yiwang.cases.reasons import REASONS
from yiwang.cases.stages import ARROWS, ENDED, STAGE_OF, Proof, State
from yiwang.kernel.access import permission

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "case_stages.md"


def test_the_page_of_the_documentation_is_the_table_that_runs():
    assert PAGE.read_text(encoding="utf-8") == diagram.page(), (
        "stages.py changed: write the page again with `python -m yiwang.cases.tests.write_stages`"
    )


def test_every_state_has_a_stage_and_can_be_reached():
    reached = {State.GATHERED} | {arrow.enters for arrow in ARROWS.values() if arrow.enters}
    assert reached == set(State) == set(STAGE_OF)


def test_every_open_state_has_a_way_to_an_end():
    for start in set(State) - ENDED:
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for arrow in ARROWS.values():
                if here in arrow.leaves and arrow.enters and arrow.enters not in seen:
                    seen.add(arrow.enters)
                    waiting.append(arrow.enters)
        assert seen & ENDED, f"nothing leads from {start} to an end"


def test_every_arrow_has_an_authority_that_somebody_holds():
    for arrow in ARROWS.values():
        assert permission.table()[arrow.authority], f"nobody may {arrow.name}"


def test_arrows_with_a_list_of_reasons_require_a_reason():
    for name in REASONS:
        assert Proof.REASON in ARROWS[name].proofs, name


def test_handled_verified_closed_and_rated_are_different_states():
    assert ARROWS["report_back"].enters == State.HANDLED
    assert ARROWS["verify"].leaves == {State.HANDLED}
    assert ARROWS["close"].leaves == {State.VERIFIED}
    assert Proof.OTHER_PERSON in ARROWS["verify"].proofs
