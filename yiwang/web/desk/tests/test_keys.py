"""Each key does one thing: those of the list stay the list's, and no two acts that one page can show share one."""

import re
from itertools import combinations

from yiwang.cases.stages import ARROWS, State
from yiwang.web import components
from yiwang.web.desk.acts import ACTS

DESK_JS = components.__path__[0] + "/../static/yiwang/desk.js"
APART = {frozenset({"grant_extension", "ask_extension"})}
"""Acts of one key in one state, of which only one makes sense at a time (acts.SENSIBLE): more time is asked for, or was."""


def keys_of_the_list() -> set[str]:
    """The keys that desk.js has for itself, and `g`, which begins the two keys of a section."""
    with open(DESK_JS, encoding="utf-8") as file:
        fixed = re.search(r"const fixed = \{(.*?)\n  \};", file.read(), re.DOTALL)[1]
    return {"g", *re.findall(r'^    "?([^\s":]+)"?: ', fixed, re.MULTILINE)}


def test_no_acts_key_is_one_of_the_lists_own():
    own = keys_of_the_list()
    assert own >= {"j", "k", "x", "/", "?", "Enter", "g"}
    assert not {act.name for act in ACTS.values() if act.key in own}


def test_no_two_acts_that_a_case_may_offer_at_once_share_a_key():
    clashes = {
        (state, first.name, second.name)
        for state in State
        for first, second in combinations(ACTS.values(), 2)
        if first.key
        and first.key == second.key
        and {state} <= ARROWS[first.name].leaves & ARROWS[second.name].leaves
        and frozenset({first.name, second.name}) not in APART
    }
    assert not clashes
