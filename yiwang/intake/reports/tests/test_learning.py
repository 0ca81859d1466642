"""The reader learns from the town's own cases: from those somebody stands by, the newest, and again and again."""

import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from yiwang.cases.models import Case
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.cases.tests.conftest import SYSTEM, town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import queries, rules, town_reader
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.reading.reader import Advice, ClassSuggestion, Reason
from yiwang.intake.reports.rules import fit_due
from yiwang.intake.reports.steps import private, receiving, suggesting
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, CaseId, ReportId

STRANGE = "咕噜机嘀嘀嗒嗒"
"""Words no pack knows, so that only the town's own cases can teach them."""
RIGHT, WRONG = "C-01-02", "E-01-01"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_learnt():
    forget_all()
    yield
    forget_all()


def forget_all():
    with town_reader._training:  # a training that runs beside keeps what it learnt: wait for it
        town_reader._kept.clear()
        town_reader._plain.clear()
        town_reader._failed.clear()


@pytest.fixture
def told(town):  # noqa: F811
    """A report somebody accepted under a type."""

    def make(type_code, text=STRANGE, days=0):
        now = town.now + days * DAY
        visit = Call(VISITOR, now, "web")
        case_id = receiving.receive(text=text, reporter=Person("13900000001", "陆测试"), call=visit).case_id
        forward.accept(case_id, type_code=type_code, title="咕噜机", call=replace(town.call("operator"), now=now))
        return case_id

    return make


def suggested(town, days=0):  # noqa: F811
    now = town.now + days * DAY
    return town_reader.reader(now).read(STRANGE, at=now).classes[0].code


def void(case_id, call):
    sideways.void(case_id, reason_code="practice", explanation="演练", call=call)


def dismiss(case_id, call):
    sideways.dismiss(case_id, reason_code="not-found", explanation="到现场没有看到", call=call)


@pytest.mark.parametrize("end", [void, dismiss])
def test_what_ended_as_unfounded_teaches_nothing(told, town, end):  # noqa: F811
    for number in range(8):
        case_id = told(WRONG, f"{STRANGE}{number}")
        end(case_id, town.call("duty_officer"))
    for number in range(3):
        told(RIGHT, f"{STRANGE}{number}")
    assert suggested(town) == RIGHT


@pytest.fixture
def accepted_unseen(town):  # noqa: F811
    """Reports the reader took for WRONG and somebody accepted in bulk."""

    def make(count):
        visit = Call(VISITOR, town.now, "web")
        made = [
            receiving.receive(text=f"{STRANGE}{number}", reporter=Person("13900000001", "陆测试"), call=visit)
            for number in range(count)
        ]
        advice = Advice((ClassSuggestion(WRONG, 0.9, Reason("reading.class.weak")),), None, (), (), "a reader")
        for one in made:
            suggesting.keep_advice(one.report_id, advice, call=Call(SYSTEM, town.now, "timer"))
        answers = suggesting.accept_as_suggested([one.case_id for one in made], call=town.call("operator"))
        assert all(answer.refused is None for answer in answers)
        return [one.case_id for one in made]

    return make


def handled_and_verified(town, case_id):  # noqa: F811
    handler = town.call("handler", team="sanitation")
    forward.sign(case_id, call=handler)
    forward.report_back(case_id, outcome="solved", result="清了", no_photo_reason="夜间", call=handler)
    forward.verify(case_id, finding="干净", no_photo_reason="当场看过", call=town.call("verifier"))


def test_its_own_guesses_that_were_accepted_in_bulk_teach_it_nothing(told, accepted_unseen, town):  # noqa: F811
    accepted_unseen(8)
    for number in range(3):
        told(RIGHT, f"{STRANGE}{number}")
    assert suggested(town) == RIGHT


def test_a_guess_that_was_handled_and_verified_teaches(told, accepted_unseen, town):  # noqa: F811
    for case_id in accepted_unseen(8):
        forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
        handled_and_verified(town, case_id)
    told(RIGHT)
    assert suggested(town) == WRONG


def test_a_guess_that_another_department_had_to_handle_does_not_teach(told, accepted_unseen, town):  # noqa: F811
    for case_id in accepted_unseen(8):
        forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
        sideways.redirect(
            case_id, town.teams["sanitation"], reason_code="wrong-department", call=town.call("dispatcher")
        )
        handled_and_verified(town, case_id)
    told(RIGHT)
    assert suggested(town) == RIGHT


def test_a_guess_that_somebody_corrected_teaches_what_it_was_corrected_to(accepted_unseen, town):  # noqa: F811
    for case_id in accepted_unseen(8):
        remarks.correct(case_id, type_code=RIGHT, call=town.call("operator"))
    assert suggested(town) == RIGHT


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_when_types_were_unseen_confirmed_and_corrected(accepted_unseen, town):  # noqa: F811
    _, verified, corrected = accepted_unseen(3)
    forward.dispatch(verified, town.teams["sanitation"], call=town.call("dispatcher"))
    handled_and_verified(town, verified)
    remarks.correct(corrected, type_code=RIGHT, call=town.call("operator"))
    assert Case.objects.filter(type_unseen=True).count() == 1
    assert replay().differences == ()


def test_it_goes_on_learning_when_it_knows_as_many_cases_as_it_may(told, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr(rules, "LEARN_MOST", 21)
    for number in range(21):
        told(WRONG, f"{STRANGE}{number}")
    assert suggested(town) == WRONG
    for number in range(21):
        told(RIGHT, f"{STRANGE}{number}", days=7)
    assert suggested(town, days=7) == RIGHT


def test_who_types_in_a_new_process_is_answered_before_the_towns_cases_are_learnt(told, town):  # noqa: F811
    for number in range(3):
        told(RIGHT, f"{STRANGE}{number}")
    actor = town.call("operator").actor
    with town_reader._training:  # as long as the first training takes
        first = queries.suggest(actor, STRANGE, at=town.now)
        assert first.types
        assert town_reader._kept == []
    ends = time.monotonic() + 60
    while not town_reader._kept and time.monotonic() < ends:
        queries.suggest(actor, STRANGE, at=town.now)
        time.sleep(0.05)
    learnt = queries.suggest(actor, STRANGE, at=town.now)
    assert town_reader.reader(town.now).version == learnt.reader
    assert learnt.types[0].key == RIGHT
    assert learnt.reader != first.reader


def test_what_is_too_old_teaches_no_more(told, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr(rules, "LEARN_BACK", 2 * DAY)
    for number in range(8):
        told(WRONG, f"{STRANGE}{number}")
    told(RIGHT, days=2)
    assert suggested(town, days=3) == RIGHT


def test_erased_words_are_unlearnt(told, town):  # noqa: F811
    case_id = told(WRONG)
    assert suggested(town) == WRONG
    before = town_reader.reader(town.now).version
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    handled_and_verified(town, case_id)
    forward.close(case_id, called_back="solved", answer="已清走", call=town.call("operator"))
    report = Report.objects.get(case=case_id)
    asking = Call(Actor(ActorKind.RESIDENT, report.reporter), town.now, "web", reason="本人要求")
    private.forget_report(ReportId(report.id), ground="个人信息保护法第四十七条", call=asking)
    later = town.now + town_reader.CHECK_EVERY
    assert town_reader.reader(later).version != before
    assert town_reader.reader(later).read(STRANGE, at=later).classes[0].reason.key == "reading.class.weak"


class TooLarge(town_reader.NgramReader):
    """A reader whose training fails, as where there is too little memory for the town's cases."""

    def __init__(self, *given, past=(), **named):
        if past:
            raise MemoryError("as much as that is not there")
        super().__init__(*given, past=past, **named)


def traces(caplog) -> list[str]:
    """What the log says of trainings, with the kind of what was raised."""
    return [f"{one.getMessage()} {one.exc_info[0].__name__}" for one in caplog.records if one.exc_info]


def test_when_the_worker_cannot_train_it_anew_the_last_good_reader_goes_on_and_the_log_has_the_trace(
    told,
    town,  # noqa: F811
    monkeypatch,
    caplog,
):
    told(RIGHT)
    before = town_reader.reader(town.now).version
    for number in range(25):
        told(WRONG, f"{STRANGE}{number}", days=1)
    monkeypatch.setattr(town_reader, "NgramReader", TooLarge)
    later = town.now + 2 * DAY
    assert town_reader.reader(later).version == before
    assert traces(caplog) == [f"{town_reader.NOT_LEARNT} MemoryError"]
    monkeypatch.undo()
    assert town_reader.reader(later + town_reader.CHECK_EVERY).version != before


def test_when_the_training_beside_who_types_fails_they_are_answered_and_it_is_not_set_off_at_every_key(
    told,
    town,  # noqa: F811
    monkeypatch,
    caplog,
):
    told(RIGHT)
    monkeypatch.setattr(town_reader, "NgramReader", TooLarge)
    for _key in range(3):
        assert queries.suggest(town.call("operator").actor, STRANGE, at=town.now).types
        with town_reader._training:
            assert traces(caplog) == [f"{town_reader.NOT_LEARNT} MemoryError"]
    monkeypatch.undo()
    later = town.now + town_reader.CHECK_EVERY
    queries.suggest(town.call("operator").actor, STRANGE, at=later)
    with town_reader._training:
        assert town_reader._kept


def test_who_types_is_answered_where_the_lesson_cannot_even_be_read(town, monkeypatch, caplog):  # noqa: F811
    monkeypatch.setattr(rules, "LEARN_MOST", -1)
    assert queries.suggest(town.call("operator").actor, STRANGE, at=town.now).types
    assert traces(caplog) == [f"{town_reader.NOT_LEARNT} ValueError"]


def test_a_reader_that_cannot_get_ready_with_its_process_is_told_in_the_log(told, town, monkeypatch, caplog):  # noqa: F811
    told(RIGHT)
    monkeypatch.setattr(town_reader, "NgramReader", TooLarge)
    town_reader.get_ready(town.now)
    assert traces(caplog) == [
        "the reader could not get ready with the process; whoever types first sets it off again MemoryError"
    ]


def cases_of(first, last, code="A"):
    return {CaseId(UUID(int=number)): code for number in range(first, last)}


DUE = [
    # learnt from, would learn from, hours since, words erased, due
    (cases_of(0, 0), cases_of(0, 20), 1, False, False),
    (cases_of(0, 0), cases_of(0, 21), 1, False, True),
    (cases_of(0, 100), cases_of(0, 145), 1, False, False),
    (cases_of(0, 100), cases_of(0, 146), 1, False, True),
    (cases_of(0, 100), cases_of(46, 146), 1, False, True),  # as many as before, but nearly half are new
    (cases_of(0, 100), cases_of(0, 100, "B"), 1, False, True),
    (cases_of(0, 100), cases_of(46, 100), 1, False, True),
    (cases_of(0, 100), cases_of(0, 121), 167, False, False),
    (cases_of(0, 100), cases_of(0, 121), 168, False, True),
    (cases_of(0, 100), cases_of(0, 120), 168, False, False),
    (cases_of(0, 100), cases_of(0, 100), 1_000, False, False),
    (cases_of(0, 100), cases_of(1, 100), 1, True, True),
]


@pytest.mark.parametrize(("learnt", "there", "hours", "words_erased", "due"), DUE)
def test_when_the_reader_is_to_learn_anew(learnt, there, hours, words_erased, due):
    found = fit_due(learnt, there, since_fit=timedelta(hours=hours), words_erased=words_erased)
    assert found == due
