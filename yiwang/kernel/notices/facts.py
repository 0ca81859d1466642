"""What is recorded of notices: only what somebody chose. Who was told what, and what they read, is no fact. Pure."""

from dataclasses import dataclass

from yiwang.kernel.terms import AccountId, fact


@fact("notice.chosen", subject="account_id")
@dataclass(frozen=True, slots=True)
class NoticesChosen:
    """Somebody chose the kinds of notices that they do not want, those that also go out by mail, and when (rules.PACES).

    No pace: nothing goes out by mail, as before that could be chosen.
    """

    account_id: AccountId
    muted: tuple[str, ...]
    mailed: tuple[str, ...] = ()
    pace: str = ""
