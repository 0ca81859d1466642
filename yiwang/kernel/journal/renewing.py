"""A new key for the seal: told in the journal under the old tree, so that nobody can pass a stranger's key off as the town's."""

from yiwang.kernel.access import permission
from yiwang.kernel.journal.facts import SealKeyRenewed
from yiwang.kernel.journal.problems import RenewalNeedsReason
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call


@step("seal.renew")
def renew_key(old: str, new: str, *, call: Call) -> SealKeyRenewed:
    """Say that from now on heads are signed with another key; `old` is empty where nothing was signed yet.

    Raises RenewalNeedsReason without a reason. The file itself is changed by the command that calls this.
    """
    permission.require(call.actor, "seal.renew", TOWN_WIDE)
    if not call.reason.strip():
        raise RenewalNeedsReason
    fact = SealKeyRenewed("seal", old, new)
    record(fact, call=call)
    return fact
