"""What a person told the town goes when they ask: at once where the case has ended, else as soon as it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, sideways, splitting
from yiwang.cases.tests.conftest import SYSTEM, town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import jobs
from yiwang.intake.reports.models import Report, ReportAdvice
from yiwang.intake.reports.reading.reader import Advice
from yiwang.intake.reports.steps import private, receiving, suggesting
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.files import jobs as file_jobs
from yiwang.kernel.files import queries as file_queries
from yiwang.kernel.files import steps as files
from yiwang.kernel.files import store, uploads
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.models import FileUse
from yiwang.kernel.files.tests import pictures
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call

WORDS = "菜场门口堆了一大堆垃圾，两天没人收"
GROUND = "个人信息保护法第四十七条"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def told(town):  # noqa: F811
    """A report with its photos, and the call of the one who made it."""

    def make(*photos, words=WORDS):
        visit = Call(VISITOR, town.now, "web")
        made = receiving.receive(text=words, photos=photos, reporter=Person("19900000088", "陆测试"), call=visit)
        mine = Actor(ActorKind.RESIDENT, Report.objects.get(pk=made.report_id).reporter)
        return made, Call(mine, town.now, "web", reason="本人要求")

    return make


@pytest.fixture
def photo(town):  # noqa: F811
    def make(side):
        content = pictures.jpeg(size=(side, side))
        return uploads.store_upload(content, "image/jpeg", call=Call(VISITOR, town.now, "web")).sha256

    return make


def ended(town, made):  # noqa: F811
    sideways.decline(made.case_id, reason_code="not-town", explanation="请联系物业", call=town.call("operator"))


def words_left() -> list[str]:
    """Where words of reports still stand: rows, public bodies, and sealed payloads."""
    rows = [*Report.objects.values_list("text", flat=True), *Case.objects.values_list("text", flat=True)]
    quoted = [str(one) for one in [*rows, *Entry.objects.values_list("body", flat=True)] if "垃圾" in str(one)]
    sealed = EntryPrivate.objects.filter(entry__subject_kind__in=("report", "case"))
    return quoted + list(sealed.values_list("entry__verb", flat=True))


def test_the_wish_of_an_open_case_is_a_fact_and_is_carried_out_when_the_case_has_ended(told, town):  # noqa: F811
    made, asking = told()
    assert private.forget_person(asking.actor.account_id, call=asking) == private.Forgotten(0, (made.number,))
    assert Entry.objects.filter(verb="report.forgetting_asked", subject_id=str(made.report_id)).count() == 1
    assert jobs.forget_as_asked(town.now) == 0
    assert words_left()
    ended(town, made)
    assert jobs.forget_as_asked(town.now) == 1
    assert words_left() == []
    assert Case.objects.get().number == made.number


def test_once_carried_out_nothing_more_happens_and_a_second_wish_is_none(told, town):  # noqa: F811
    made, asking = told()
    assert private.forget_report(made.report_id, ground=GROUND, call=asking) is not None
    assert private.forget_report(made.report_id, ground=GROUND, call=asking) is None
    ended(town, made)
    jobs.forget_as_asked(town.now)
    written = Entry.objects.count()
    assert jobs.forget_as_asked(town.now + timedelta(days=1)) == 0
    timer = Call(SYSTEM, town.now, "timer", reason="again")
    assert private.forget_report(made.report_id, ground=GROUND, call=timer) is None
    assert Entry.objects.count() == written


def test_a_case_that_goes_on_again_before_the_timer_came_keeps_its_words_until_its_next_end(told, town):  # noqa: F811
    made, asking = told()
    forward.accept(made.case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    forward.dispatch(made.case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    handler = town.call("handler", team="sanitation")
    forward.sign(made.case_id, call=handler)
    forward.report_back(made.case_id, outcome="solved", result="清了", no_photo_reason="夜间", call=handler)
    forward.verify(made.case_id, finding="干净", no_photo_reason="当场看过", call=town.call("verifier"))
    private.forget_report(made.report_id, ground=GROUND, call=asking)
    forward.close(made.case_id, called_back="solved", answer="已清走", call=town.call("operator"))
    sideways.reopen(made.case_id, ground="not-mended", call=town.call("operator"))
    assert jobs.forget_as_asked(town.now) == 0
    assert words_left()


def test_without_a_wish_the_words_stay(told, town):  # noqa: F811
    made, _ = told()
    ended(town, made)
    assert jobs.forget_as_asked(town.now) == 0
    assert words_left()


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_while_the_wish_waits_and_after_it(told, photo, town):  # noqa: F811
    made, asking = told(photo(60))
    private.forget_person(asking.actor.account_id, call=asking)
    assert replay().differences == ()
    ended(town, made)
    jobs.forget_as_asked(town.now)
    assert Report.objects.get().forgotten_at == town.now
    assert replay().differences == ()


def test_the_photos_of_the_report_go_and_those_of_the_office_and_of_others_stay(told, photo, town):  # noqa: F811
    own, shared, proof = photo(60), photo(70), photo(80)
    made, asking = told(own, shared)
    other, _ = told(shared, words="另一件")
    files.use_file(proof, "case", str(made.case_id), Purpose.PROOF, call=town.call("dispatcher"))
    ended(town, made)
    private.forget_report(made.report_id, ground=GROUND, call=asking)
    hung = {(one.file_id, one.subject_id) for one in FileUse.objects.all()}
    assert hung == {(shared, str(other.case_id)), (proof, str(made.case_id))}
    assert file_queries.files_of(town.call("dispatcher").actor, "case", made.case_id, Purpose.SCENE) == ()
    file_jobs.sweep_orphans(town.now + timedelta(days=2))
    assert [store.path_of(sha256).exists() for sha256 in (own, shared, proof)] == [False, True, True]


def test_advice_that_comes_after_forgetting_quotes_nothing(told, town):  # noqa: F811
    made, asking = told()
    ended(town, made)
    machine = Call(SYSTEM, town.now, "timer")
    private.forget_report(made.report_id, ground=GROUND, call=asking)
    jobs.read_waiting(machine)
    assert words_left() == []
    assert ReportAdvice.objects.get().types == []
    suggesting.keep_advice(made.report_id, Advice((), None, (), (), "late"), call=machine)
    assert ReportAdvice.objects.get().reader == "late"


def test_only_the_person_and_the_timer_forget(told, town):  # noqa: F811
    made, asking = told()
    ended(town, made)
    for actor in (town.resident().actor, town.call("dispatcher").actor, town.call("leader").actor):
        with pytest.raises(NotAllowed):
            private.forget_report(made.report_id, ground=GROUND, call=replace(asking, actor=actor))
    assert cases.case(asking.actor, made.number).row.text == WORDS


@pytest.mark.parametrize("by", ["the person", "an administrator"])
def test_whoever_forgets_takes_the_photos_off_what_was_split_off_too(told, photo, town, by):  # noqa: F811
    made, asking = told(photo(60))
    forward.accept(made.case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    child = splitting.split(
        made.case_id, type_code="C-01-02", title="路灯", text="路灯也不亮", call=town.call("operator")
    ).child_id
    for one in (made.case_id, child):
        sideways.dismiss(one, reason_code="not-found", explanation="没有找到", call=town.call("dispatcher"))
    call = asking if by == "the person" else replace(asking, actor=town.call("administrator").actor)
    private.forget_report(made.report_id, ground=GROUND, call=call)
    assert not FileUse.objects.exists()
    assert not Case.objects.exclude(text="").exists()
