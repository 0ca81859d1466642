"""What a program or a form sends with each arrow, so that the step itself is asked and not only its door."""

from typing import Any

REASONED = {"explanation": "说明"}
BODIES: dict[str, dict[str, Any]] = {
    "accept": {"type_code": "E-01-01", "title": "垃圾"},
    "decline": {"reason_code": "not-town", **REASONED},
    "settle": {"type_code": "E-01-01", "result": "已清", "no_photo_reason": "夜间"},
    "dismiss": {"reason_code": "not-found", **REASONED},
    "void": {"reason_code": "mistake", **REASONED},
    "dispatch": {"team": "urban"},
    "redirect": {"team": "urban", "reason_code": "wrong-department"},
    "sign": {},
    "return": {"reason_code": "other-department", "legal_basis": "三定", "proposed_team": "urban", **REASONED},
    "rule": {"team": "urban", "question": "谁管", "grounds": "三定"},
    "contact": {"reached": True},
    "report_back": {"outcome": "solved", "result": "已清", "no_photo_reason": "夜间"},
    "verify": {"finding": "已清", "no_photo_reason": "夜间"},
    "rework": {"finding": "没有清"},
    "discharge": {"finding": "看过"},
    "press": {"finding": "还差"},
    "close_unproven": {"finding": "仪器撤了"},
    "show_sample": {"sample": "00000000-0000-0000-0000-000000000001"},
    "close": {"called_back": "solved", "answer": "已清"},
    "call_back": {"called_back": "unreachable"},
    "rate": {"solved": "yes", "satisfaction": "satisfied"},
    "reopen": {"ground": "not-mended"},
    "suspend": {"reason_code": "weather", "review_on": "2036-01-01", **REASONED},
    "resume": REASONED,
    "merge": {"main": ""},
    "unmerge": REASONED,
    "split": {"type_code": "E-01-01", "title": "路灯", "text": "路灯也不亮"},
    "unsplit": REASONED,
    "ask_extension": {"reason_code": "weather", "amount": 1, **REASONED},
    "grant_extension": REASONED,
    "refuse_extension": REASONED,
    "correct": {"type_code": "E-01-01"},
    "approve_complex": REASONED,
    "note": {"text": "备注"},
    "recheck": {"holds": True, "finding": "还好", "no_photo_reason": "夜间"},
}
"""For each arrow what its form and its body need, so that the step itself is asked."""
JOINT: dict[str, dict[str, Any]] = {
    "ask_assist": {"teams": ["urban"], "task": "看一下"},
    "answer": {"result": "已看", "no_photo_reason": "夜间"},
    "pass_on": {"team": "urban"},
    "withdraw": REASONED,
}
"""What asking departments to assist and the arrows of their parts need beyond that."""
