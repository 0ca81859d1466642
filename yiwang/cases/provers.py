"""Whether the case of an alarm is back to normal is asked, as it is closed, of the module that judges readings.

Cases lie below that module and do not know it. A case closes by what hangs on it, so that everybody can see it there, and only while that
still holds: since it was hung a limit may have been corrected, or the case opened again.
"""

from collections.abc import Callable
from datetime import datetime

from yiwang.kernel.terms import CaseId

Prover = Callable[[CaseId, datetime], str]
"""By what a case is shown to be back to normal at a moment (rules.PROVEN); empty: by nothing."""

PROVERS: dict[str, Prover] = {}


def proves(origin: str) -> Callable[[Prover], Prover]:
    """Declare the one function that says whether a case of this origin is back to normal. TypeError for a second one."""

    def declare(function: Prover) -> Prover:
        if origin in PROVERS:
            raise TypeError(f"cases of {origin} have a prover already: {PROVERS[origin]!r}")
        PROVERS[origin] = function
        return function

    return declare


def proven_now(origin: str, case_id: CaseId, now: datetime) -> str:
    """By what a case is shown to be back to normal now; empty: by nothing, or nobody judges cases of this origin."""
    prover = PROVERS.get(origin)
    return prover(case_id, now) if prover is not None else ""
