"""The table of stages as a page of the documentation: a Mermaid diagram and a table, both made from stages.py. Pure."""

from yiwang.cases.parts import PART_ARROWS
from yiwang.cases.stages import ARROWS, STAGE_OF, State
from yiwang.kernel.wording import word

TITLE = "# The stages of a case\n\nMade from `yiwang/cases/stages.py` by `yiwang/cases/diagram.py`; a test keeps them equal.\n"


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([TITLE, _diagram(), _states(), _arrows(), _parts()])


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.GATHERED}"]
    for arrow in ARROWS.values():
        if arrow.enters is None:
            continue  # also one that leads back
        leaving = sorted(arrow.leaves, key=list(State).index)
        lines += [f"    {state} --> {arrow.enters}: {arrow.name}" for state in leaving]
    return "\n".join([*lines, "```", ""])


def _states() -> str:
    rows = [
        f"| {STAGE_OF[state]} {word(f'case.stage.{STAGE_OF[state]}')} | `{state}` | {word(f'case.state.{state}')} |"
        f" {word(f'case.state.{state}', 'en')} |"
        for state in State
    ]
    return "\n".join(["| stage (R-101) | state | 状态 | meaning |", "|---|---|---|---|", *rows, ""])


def _arrows() -> str:
    head = "| arrow | 动作 | from | to | authority | proofs | clocks |"
    rows = [
        f"| `{arrow.name}` | {word(f'case.arrow.{arrow.name}')} | {', '.join(sorted(arrow.leaves))} |"
        f" {arrow.enters or ('where it was before' if arrow.back else 'as it is')} |"
        f" `{arrow.authority}`{f', a {arrow.origin} only' if arrow.origin else ''} |"
        f" {', '.join(word(f'case.proof.{proof}', 'en') for proof in arrow.proofs) or '—'} | {_clocks(arrow.name)} |"
        for arrow in ARROWS.values()
    ]
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows, ""])


def _parts() -> str:
    """The parts of assisting departments (parts.py), in the same words."""
    head = "| arrow of a part | 动作 | from | to | authority | proofs | its clock |"
    rows = [
        f"| `{arrow.name}` | {word(f'case.arrow.{arrow.name}')} | {', '.join(sorted(arrow.leaves)) or '—'} |"
        f" {arrow.enters} | `{arrow.authority}` |"
        f" {', '.join(word(f'case.proof.{proof}', 'en') for proof in arrow.proofs) or '—'} | {arrow.clock or '—'} |"
        for arrow in PART_ARROWS.values()
    ]
    told = "Each assisting department (协办) has a part of its own beside the lead's way (`yiwang/cases/parts.py`):\n"
    return "\n".join([told, head, "|---|---|---|---|---|---|---|", *rows, ""])


def _clocks(name: str) -> str:
    arrow = ARROWS[name]
    effects = (
        ("stops", arrow.stops),
        ("stops as not met", arrow.unmet),
        ("starts", arrow.starts),
        ("pauses", arrow.pauses),
        ("resumes", arrow.resumes),
    )
    return "; ".join(f"{verb} {', '.join(stages)}" for verb, stages in effects if stages) or "—"
