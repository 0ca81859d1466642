"""What staff write stands in the journal for good: a resident's mobile phone or identity number is refused at the door."""

import inspect
from dataclasses import dataclass
from datetime import date

import pytest

from yiwang.cases import rules
from yiwang.cases.models import Case
from yiwang.cases.problems import NumberOfAPerson
from yiwang.cases.steps import forward, joint, remarks, sideways, timing
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.step import STEPS

PHONE, IDENTITY = "报件人电话 199-0000-0001", "身份证 11010519491231002X"
NO_WORDS = {"type_code", "demand", "outcome", "called_back", "solved", "satisfaction", "reason_code", "kind", "ref",
            "seed", "notice", "purpose", "department", "origin_kind", "origin_ref"}  # fmt: skip
"""Texts that are codes, keys, or names of offices."""
OF_THE_PERSON = {"words", "title"}
"""What the one who reported said: private payload of the journal."""
APART = {
    ("gather", "text"): "what was reported: private payload",
    ("split", "text"): "what was reported, of one matter: private payload",
    ("note_first_reply", "reply"): "another office's paper, taken as it is",
    ("reopen", "ground"): "a code",
    ("forget_words", "ground"): "the law",
    ("ask_assist", "task"): "joint.ask gives it the rule, as for the next one",
    ("dispatch", "assist_task"): "joint.ask gives it the rule",
    ("close_unproven", "gone"): "what the module that judges readings found",
    ("show_sample", "sample"): "a stored sample, whose number passed the rule as its sheet was entered",
}


@dataclass(frozen=True)
class Row:
    """A step in a state, by whom, with the field that holds words of staff."""

    state: str
    run: object
    by: str
    field: str
    more: dict


TABLE = [
    Row("gathered", sideways.decline, "operator", "explanation", {"reason_code": "not-town"}),
    Row("gathered", sideways.void, "duty_officer", "explanation", {"reason_code": "mistake"}),
    Row("accepted", sideways.dismiss, "dispatcher", "explanation", {"reason_code": "lawful"}),
    Row("returned", sideways.dismiss, "dispatcher", "passed_to", {"reason_code": "not-town", "explanation": "区管道路"}),
    Row("accepted", forward.dispatch, "dispatcher", "instruction", {"team_id": "sanitation"}),
    Row("handling", forward.contact, "dispatcher", "note", {"reached": True}),
    Row("handling", forward.report_back, "handler", "result", {"outcome": "solved", "no_photo_reason": "夜间"}),
    Row("handling", forward.report_back, "handler", "no_photo_reason", {"outcome": "solved", "result": "清了"}),
    Row("handling", timing.ask_extension, "handler", "explanation", {"amount": 1, "reason_code": "weather"}),
    Row("handling", sideways.suspend, "duty_officer", "explanation",
        {"reason_code": "weather", "review_on": date(2019, 4, 9)}),
    Row("suspended", sideways.resume, "duty_officer", "explanation", {}),
    Row("handled", forward.verify, "verifier", "finding", {"no_photo_reason": "当场看过"}),
    Row("handled", sideways.rework, "verifier", "finding", {}),
    Row("verified", forward.close, "operator", "answer", {"called_back": "solved"}),
    Row("closed", forward.call_back, "operator", "note", {"called_back": "unreachable"}),
    Row("closed", remarks.note, "operator", "text", {}),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.run.__name__}-{row.field}")
@pytest.mark.parametrize(("words", "found"), [(PHONE, "mobile"), (IDENTITY, "identity")])
def test_a_number_of_a_person_is_refused_with_the_name_of_the_field(town, handling, row, words, found):
    case_id = handling()
    Case.objects.update(state=row.state)
    more = {key: town.teams[value] if key == "team_id" else value for key, value in row.more.items()}
    call = town.call(row.by, team="sanitation" if row.by == "handler" else None)
    written = Entry.objects.count()
    with pytest.raises(NumberOfAPerson) as refused:
        row.run(case_id, **more, **{row.field: words}, call=call)
    assert refused.value.parameters == {"field": row.field, "found": found}
    assert Entry.objects.count() == written
    assert row.run(case_id, **more, **{row.field: " 请拨打 021-59640000 "}, call=call) is not None


def test_an_imported_reply_is_another_offices_paper_and_is_taken_as_it_is(town, handling):
    fact = remarks.note(handling(), text=PHONE, kind="reply", call=town.call("operator"))
    assert fact.text == PHONE


def test_every_text_that_a_step_takes_from_staff_passes_the_same_rule():
    missing, seen = [], set()
    for name, function in STEPS.items():
        if not name.startswith("yiwang.cases.steps."):
            continue
        source = inspect.getsource(function)
        for field, parameter in inspect.signature(function, eval_str=True).parameters.items():
            verb = function.__name__
            if parameter.annotation is not str or field in NO_WORDS | OF_THE_PERSON or (verb, field) in APART:
                continue
            seen.add(field)
            if f'rules.public_words("{field}", {field})' not in source:
                missing.append((verb, field))
    assert missing == []
    assert {row.field for row in TABLE} <= seen


@pytest.mark.parametrize(("words", "found"), [(PHONE, "mobile"), (IDENTITY, "identity")])
def test_a_number_of_a_person_is_refused_in_what_assisting_departments_are_asked_to_do(town, handling, words, found):
    with pytest.raises(NumberOfAPerson) as refused:
        joint.ask_assist(handling(), (town.teams["water"],), task=words, call=town.call("dispatcher"))
    assert refused.value.parameters == {"field": "task", "found": found}


def test_the_rule_gives_the_text_without_the_blanks_around_it():
    assert rules.public_words("answer", "  已清走。\n") == "已清走。"
