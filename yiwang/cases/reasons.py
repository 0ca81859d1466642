"""The reasons an arrow may have, as codes that can be counted; their words are in texts/. Pure."""

NOT_TOWN = "not-town"
"""Not the town's duty: who dismisses a case for it says to whom it was passed on."""

WITHDRAWN = "readings-say-otherwise"
"""The alarm of the case was withdrawn, for whatever reason: the words beside it say why (late readings, a changed rule, a silence that
was none). The code is the one that the journal has, from when only readings did that."""

REASONS: dict[str, tuple[str, ...]] = {
    "decline": ("not-town", "in-court", "answered-before", "not-understood", "private-dispute"),
    "dismiss": ("not-found", "already-mended", "lawful", "duplicate", NOT_TOWN),
    "retract": (WITHDRAWN,),
    "void": ("mistake", "practice", "duplicate"),
    "redirect": ("wrong-department", "department-agreed", "organisation-changed"),
    "return": ("other-department", "other-place", "other-owner", "upper-level"),
    "dispute": ("other-department", "other-place", "other-owner", "upper-level"),
    "suspend": ("licence-elsewhere", "weather", "budget-year", "court-or-appeal", "owner-unknown", "works-planned"),
    "ask_extension": ("parts-ordered", "weather", "owner-consent", "joint-works", "complex"),
    "reopen": ("not-mended", "came-back", "part-only", "answer-wrong", "recheck-failed"),
}

PURPOSES = ("first-contact", "ask-place", "call-back", "emergency")
"""For what a person's telephone may be opened. The person reads it on their own page."""

OUTCOMES = ("solved", "explained")
"""What came of the handling: 实际解决 or 解释说明 (R-112)."""

CALLED_BACK = ("solved", "explained", "unreachable", "nobody")
"""What the call-back found; `nobody`: there is no reporter to call."""

REACHED = ("solved", "explained")
"""Those of CALLED_BACK in which somebody was spoken with: only from these the desk knows how they find it (R-112)."""

SOLVED = ("yes", "partly", "no")
"""Whether the reporter finds it mended."""

UNSOLVED = "no"
"""The one of them after which somebody of the town has to look at the case again."""

SATISFACTION = ("satisfied", "fairly", "unsatisfied")
"""How the reporter finds the handling: 满意, 基本满意, 不满意."""
