"""What is going to become of one report: drawn once from its own dice, so that the same seed gives the same town. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from yiwang.kernel.ids import Dice

PLAIN, DECLINED, DISMISSED, VOIDED = "plain", "declined", "dismissed", "voided"
CHANNELS = ("portal", "hotline", "desk", "grid")


@dataclass(frozen=True, slots=True)
class Plan:
    """The turns that a case takes. Minutes are of office time. `stop`: the state in which it is left waiting."""

    channel: str = "portal"
    ending: str = PLAIN
    settled: bool = False
    returns: int = 0
    extension: str = ""
    suspended: bool = False
    contact: bool = False
    noted: bool = False
    photo: bool = True
    reworks: int = 0
    rated: bool = False
    reopened: bool = False
    accept_after: int = 30
    dispatch_after: int = 30
    sign_after: int = 60
    handle_after: int = 300
    verify_after: int = 120
    close_after: int = 120
    stop: str = ""
    verified_by: str = "verifier"
    """The role of whoever looks at what was done: another than who may be asked to look at it again."""
    assisted: bool = False
    """Whether another department is asked to assist."""
    repeats: bool = False
    """Whether somebody else told of it just before, in other words."""
    split: bool = False
    """Whether it turns out to hold a second matter, for another department."""
    team: str = ""
    """The department whose matter it has to be; any when empty."""


def drawn(dice: Dice) -> Plan:
    """A plausible plan: most cases go straight, some take a turn, one in ten is late."""
    channel = dice.choices(CHANNELS, (50, 25, 10, 15))[0]
    ending = dice.choices((PLAIN, DECLINED, DISMISSED, VOIDED), (90, 4, 4, 2))[0]
    late = dice.random() < 0.1
    plan = Plan(
        channel=channel,
        ending=ending,
        settled=channel == "grid" and dice.random() < 0.4,
        returns=dice.choices((0, 1, 2), (86, 10, 4))[0],
        extension=dice.choices(("", "granted", "refused"), (90, 8, 2))[0],
        suspended=dice.random() < 0.05,
        contact=channel == "hotline" or dice.random() < 0.3,
        noted=dice.random() < 0.2,
        photo=dice.random() < 0.6,
        reworks=int(dice.random() < 0.08),
        rated=dice.random() < 0.6,
        reopened=dice.random() < 0.05,
        accept_after=dice.randint(5, 90),
        dispatch_after=dice.randint(5, 90),
        sign_after=dice.randint(10, 200),
        handle_after=dice.randint(60, 800),
        verify_after=dice.randint(30, 300),
        close_after=dice.randint(30, 600),
    )
    # told from figures that were drawn already: older seeds keep what else was drawn for them
    plan = replace(
        plan,
        assisted=plan.handle_after % 8 == 0 and plan.returns == 0,
        repeats=plan.close_after % 8 == 0 and not plan.settled,
        split=plan.verify_after % 16 == 0,
    )
    late_at: dict[str, Any] = {dice.choice(LATE): dice.randint(1500, 3200)}
    return replace(plan, **late_at) if late else plan


LATE = ("accept_after", "dispatch_after", "handle_after", "verify_after", "close_after")
"""Where a late case lies too long."""


def quick(plain: Plan) -> Plan:
    """A case that goes straight through all stages within a day."""
    plain = replace(plain, accept_after=10, dispatch_after=10, sign_after=20, handle_after=60, verify_after=30)
    plain = replace(plain, close_after=30, reopened=False, reworks=0, suspended=False, returns=0, extension="")
    plain = replace(plain, assisted=False, repeats=False, split=False)
    return replace(plain, ending=PLAIN, settled=False, channel="portal")


def closed_last_month(plain: Plan) -> Plan:
    """A case that was closed and may be drawn: the duty officer verified it, so that the verifier may look again."""
    return replace(quick(plain), stop="closed", verified_by="duty_officer")


def waiting_room(plain: Plan) -> tuple[Plan, ...]:
    """One case in each state that somebody at the town hall has to do something about, so that no desk is empty."""
    straight = quick(plain)
    stops = ("gathered", "accepted", "dispatched", "handling", "handled", "verified", "closed", "rated")
    return (
        *(replace(straight, stop=stop, rated=stop == "rated") for stop in stops),
        replace(straight, stop="gathered", channel="hotline"),
        replace(straight, stop="gathered", channel="desk"),
        replace(straight, stop="gathered", channel="grid"),
        replace(straight, stop="closed"),
        replace(straight, stop="returned", returns=1),
        replace(straight, stop="disputed", returns=2),
        replace(straight, stop="suspended", suspended=True),
        replace(straight, stop="handling", assisted=True),
        replace(straight, stop="dispatched", split=True),
        replace(straight, stop="asked", extension="granted"),
        replace(straight, stop="handled", settled=True, channel="grid"),
        replace(straight, ending=DECLINED),
        replace(straight, ending=DISMISSED),
        replace(straight, ending=VOIDED),
    )
