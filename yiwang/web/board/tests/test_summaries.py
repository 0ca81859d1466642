"""Issued summaries as leaders and everybody meet them: numbered, frozen, and the same in three kinds of file that real readers open."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people.queries import team_by_code
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.plan import steps
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Words
from yiwang.plan.items import Contents
from yiwang.plan.summaries.models import Summary
from yiwang.registers.evidence import steps as evidence
from yiwang.registers.evidence.rules import Statement
from yiwang.registers.evidence.subjects import Subject

pytestmark = pytest.mark.django_db

CALL = Call(Actor(ActorKind.SYSTEM), datetime(2031, 3, 2, 4, 0, tzinfo=UTC), "command")
NOW = datetime(2031, 6, 1, 4, 3, 22, tzinfo=UTC)
CONTENTS = Contents(
    2031,
    (
        ItemNamed(1, Words("绿化", "Green"), "一", Words("环境", "Environment")),
        ItemNamed(2, Words("治水", "Water"), "一", Words("环境", "Environment")),
    ),
)
SHOWN = {"zh-Hans": "测绘面积", "en": "Surveyed area"}


def row(number: str, owner: str, due: tuple[int, int], target: Target | None = None) -> Commitment:
    item = int(number.partition(".")[0])
    named = {"zh-Hans": f"第{number}项䶮事", "en": f"Matter {number}"}
    return Commitment(
        number, item, named, ("S14",), ("target",), owner, SHOWN, target, due, 0, Evidence("signed", SHOWN), None
    )


ROWS = (
    row("1.01", "urban", (12, 31), Target(Decimal("3.5"), "mu", ">=")),
    row("1.02", "urban", (4, 30)),
    row("2.01", "water", (5, 31), Target(Decimal(0), "count", "=")),
)


def somebody(role: str, scope: ScopeKind = ScopeKind.TOWN, ground: Any = None) -> Actor:
    """Staff with one role, named after it."""
    account = people.create_account(role, f"{role}演示", call=CALL).account_id
    people.grant_role(account, role, scope=scope, scope_id=ground, call=CALL)
    return Actor(ActorKind.STAFF, account, (Grant(role, scope, ground),))


@dataclass
class Town:
    leader: Client
    visitor: Client

    def issue(self, of: str = "board:2031", disclosure: str = "public") -> Any:
        return self.leader.post("/plan/summaries/new", {"of": of, "disclosure": disclosure}, follow=True)

    def file(self, form: str, address: str = "/plan/summaries/2031/1") -> bytes:
        answer = self.leader.get(f"{address}/file.{form}")
        assert answer.status_code == 200
        return answer.content


@pytest.fixture
def town() -> Iterator[Town]:
    """A town with three promises of 2031, two of them late on the first of June, and a leader."""
    for code, name in (("urban", "规划办"), ("water", "水务站")):
        people_teams.create_team(code, "department", name_zh=name, name_en=code.title(), call=CALL)
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    account = somebody("leader").account_id
    leader = Client()
    with walltime.at(NOW):
        leader.force_login(get_user_model().objects.get(pk=account))
        yield Town(leader, Client())


def figures(rows: list[list[str]]) -> dict[str, list[str]]:
    """The line of each item, whole and by department: its name and its numbers."""
    return {row[1]: row[2:] for row in rows}


ITEMS = {
    "绿化": ["2", "1", "0", "0", "1", "1"],
    "治水": ["1", "1", "0", "0", "0", "1"],
    "全部任务": ["3", "2", "0", "0", "1", "2"],
}
"""Promises, red, amber, green, without data, late."""


def test_a_leader_issues_a_summary_and_it_has_a_number_and_the_moment_of_its_figures(town: Town) -> None:
    said = town.issue().content.decode()
    for words in ("〔2031〕第1期", "2031年工作要点看板", "数字截至 2031年6月1日 12:03:22", "公开状态：公开"):
        assert words in said
    assert "〔2031〕第2期" in town.issue().content.decode()
    listed = town.visitor.get("/plan/summaries").content.decode()
    assert listed.index("〔2031〕第2期") < listed.index("〔2031〕第1期")
    assert "定下数字并发出" not in listed


def test_the_files_say_what_the_board_says(town: Town) -> None:
    town.issue()
    book = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))
    assert book.sheetnames == ["各条要点", "逾期和告急的是谁的", "每一项任务"]
    cells = [[str(cell.value or "") for cell in line] for line in book["各条要点"].iter_rows(min_row=2)]
    in_sheet = {name: [value or "0" for value in numbers] for name, numbers in figures(cells).items() if name in ITEMS}
    document = docx.Document(io.BytesIO(town.file("docx")))
    in_document = figures([[cell.text for cell in line.cells] for line in document.tables[0].rows[1:]])
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(town.file("pdf"))).pages)
    assert in_sheet == in_document == ITEMS
    for name, numbers in ITEMS.items():
        assert re.search(name + r"\s*" + r"\s*".join(numbers), text), name
    for words in ("〔2031〕第1期", "2031年6月1日 12:03:22", "规划办", "第1.02项䶮事", "≥ 3.5 亩"):
        assert words in re.sub(r"(?<=[\u4e00-\u9fff])\n", "", text)
        assert words in "\n".join(
            [one.text for one in document.paragraphs] + [c.text for t in document.tables for c in t._cells]
        )
    board = town.visitor.get("/plan/2031").content.decode()
    assert "告急 2" in board


def addresses(content: bytes, form: str) -> list[str]:
    """Every link in a file."""
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [cell.hyperlink.target for page in book for line in page.iter_rows() for cell in line if cell.hyperlink]
    if form == "docx":
        related = docx.Document(io.BytesIO(content)).part.rels.values()
        return [one.target_ref for one in related if one.is_external]
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [one.get_object()["/A"]["/URI"] for page in pages for one in page.get("/Annots", [])]


def test_each_figure_opens_as_many_promises_as_it_says(town: Town) -> None:
    town.issue()
    book = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))
    pairs = [
        (cell.value, cell.hyperlink.target)
        for line in book["各条要点"].iter_rows(min_col=3)
        for cell in line
        if cell.hyperlink
    ]
    assert len(pairs) == 18
    for number, address in pairs:
        assert "as_of=2031-06-01T04%3A03%3A22" in address
        page = town.visitor.get(address.removeprefix("http://testserver")).content.decode()
        assert re.search(r"data-count>(\d+)<", page)[1] == str(number)
        assert page.count("/promise/") >= number


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf"])
def test_every_link_of_a_file_leads_to_a_page(town: Town, form: str) -> None:
    town.issue()
    found = set(addresses(town.file(form), form))
    assert len(found) > 15
    for address in found:
        assert town.visitor.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_a_summary_stays_as_it_was_issued_and_its_files_are_the_same_bytes(town: Town) -> None:
    town.issue()
    before = {form: town.file(form) for form in ("xlsx", "docx", "pdf")}
    changed = [row("1.03", "urban", (3, 31)), *ROWS]
    steps.promise_year(2031, CONTENTS, sorted(changed, key=lambda one: one.row), call=CALL)
    with walltime.at(NOW + timedelta(days=40)):
        assert {form: town.file(form) for form in before} == before
        town.issue()
        assert town.file("xlsx", "/plan/summaries/2031/2") != before["xlsx"]


def test_what_was_shown_stands_in_the_summary_and_behind_its_links_also_after_it_was_withdrawn(town: Town) -> None:
    said = Statement(date(2031, 5, 20), "测绘报告", Decimal("3.6"), "mu", document_number="新测1号")
    handler = somebody("handler", ScopeKind.TEAM, team_by_code(CALL.actor, "urban").team_id)
    signed = evidence.sign(Subject("promise", "2031/1.01"), said, call=Call(handler, NOW, "test"))
    with walltime.at(NOW + timedelta(minutes=1)):
        town.issue()
    with walltime.at(NOW + timedelta(days=2)):
        evidence.withdraw(signed.evidence_id, "测错了", call=Call(handler, walltime.now(), "test"))
        book = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))
        line = next(one for one in book["每一项任务"].iter_rows() if one[0].value == "1.01")
        assert line[4].value == "3.6 亩，截至 2031年5月20日"
        assert line[6].value == "正常"
        (green,) = [one[5] for one in book["各条要点"].iter_rows() if one[1].value == "绿化"]
        assert green.value == 1
        behind = town.visitor.get(green.hyperlink.target.removeprefix("http://testserver")).content.decode()
        assert "data-count>1<" in behind
        assert "3.6 亩" in behind
        assert "data-count>0<" in town.visitor.get("/plan/2031/promises?item=1&colour=green").content.decode()


def test_a_link_leads_back_to_the_day_of_the_summary(town: Town) -> None:
    with walltime.at(NOW + timedelta(days=300)):
        assert "无数据" in town.visitor.get("/plan/2031/promise/1.01?as_of=2031-06-01").content.decode()
        assert (
            "这是 2031年6月1日 的样子" in town.visitor.get("/plan/2031/promise/1.01?as_of=2031-06-01").content.decode()
        )
        late = town.visitor.get("/plan/2031/promises?late=1&as_of=2031-06-01").content.decode()
        assert "1.02" in late
        assert "1.01" not in late


def test_an_internal_summary_is_not_there_for_others_until_it_is_opened(town: Town) -> None:
    town.issue(disclosure="internal")
    assert "〔2031〕第1期" not in town.visitor.get("/plan/summaries").content.decode()
    for address in ("", "/file.pdf"):
        assert town.visitor.get(f"/plan/summaries/2031/1{address}").status_code == 404
    town.leader.post("/plan/summaries/2031/1/disclose", {})
    assert town.visitor.get("/plan/summaries/2031/1").status_code == 200
    assert town.leader.post("/plan/summaries/2031/1/disclose", {}).status_code == 409


def test_the_table_of_a_month_is_refused_in_public_with_the_reason_and_what_was_chosen(town: Town) -> None:
    answer = town.issue("month:2031-05", "public")
    assert answer.status_code == 422 or answer.status_code == 400
    assert "月度指标表不能公开" in answer.content.decode()
    assert 'value="month:2031-05" selected' in answer.content.decode()
    assert not Summary.objects.exists()


@pytest.mark.parametrize("of", ["", "board:1999", "board:x", "month:2031-13", "nothing:1"])
def test_what_cannot_be_issued_leaves_no_number_behind(town: Town, of: str) -> None:
    assert town.issue(of).status_code == 404
    assert not Summary.objects.exists()


def test_a_form_sent_twice_issues_once(town: Town) -> None:
    for _ in range(2):
        town.leader.post("/plan/summaries/new", {"of": "board:2031", "disclosure": "public", "_key": "k1"})
    assert Summary.objects.count() == 1


def test_a_visitor_issues_nothing(town: Town) -> None:
    assert town.visitor.post("/plan/summaries/new", {"of": "board:2031"}).status_code in (302, 401, 403)
    assert not Summary.objects.exists()


def test_a_summary_is_in_english_too(town: Town) -> None:
    town.issue()
    town.leader.cookies["django_language"] = "en"
    said = town.leader.get("/plan/summaries/2031/1").content.decode()
    for words in ("[2031] No. 1", "Board of the plan of 2031", "Every promise", "in trouble"):
        assert words in said
    text = pypdf.PdfReader(io.BytesIO(town.file("pdf"))).pages[0].extract_text()
    assert "Whose is what is late" in text


def test_a_pdf_needs_no_type_from_its_reader_but_for_rare_characters(town: Town) -> None:
    town.issue()
    reader = pypdf.PdfReader(io.BytesIO(town.file("pdf")))
    named = {
        str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert any("NotoSansSC" in one for one in named)


def test_a_town_without_a_summary_says_what_will_stand_here() -> None:
    assert "还没有发过汇总" in Client().get("/plan/summaries").content.decode()


def linked(town: Town, column: int) -> list[tuple[Any, str]]:
    """What a column of every promise's line says, and the page behind it."""
    lines = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))["每一项任务"].iter_rows()
    cells = [line[column] for line in lines if line[column].hyperlink]
    pages = [town.visitor.get(one.hyperlink.target.removeprefix("http://testserver")) for one in cells]
    return [(cell.value, page.content.decode()) for cell, page in zip(cells, pages, strict=True)]


def test_what_is_signed_an_hour_later_is_not_behind_the_figure_of_the_summary(town: Town) -> None:
    town.issue()
    handler = somebody("handler", ScopeKind.TEAM, team_by_code(CALL.actor, "urban").team_id)
    with walltime.at(NOW + timedelta(hours=1)):
        said = Statement(date(2031, 5, 20), "测绘报告", Decimal("3.6"), "mu", document_number="新测1号")
        evidence.sign(Subject("promise", "2031/1.01"), said, call=Call(handler, walltime.now(), "test"))
        value, behind = linked(town, 4)[0]
        assert value == "无数据"
        assert "依据显示已经做到" not in behind
        assert "这是 2031年6月1日 的样子" in behind
        assert "依据显示已经做到" in town.visitor.get("/plan/2031/promise/1.01").content.decode()


def test_a_promise_that_is_changed_or_made_later_stands_behind_the_summary_as_it_read_then(town: Town) -> None:
    """Another number by a document, another owner, another day, and a promise more."""
    town.issue()
    later = (
        row("1.01", "urban", (12, 31), Target(Decimal(9), "mu", ">=")),
        row("1.02", "water", (11, 30)),
        row("1.03", "urban", (3, 31)),
        ROWS[2],
    )
    with walltime.at(NOW + timedelta(days=1)):
        call = replace(CALL, now=walltime.now())
        steps.promise_year(2031, CONTENTS, later, document_number="某府〔2031〕9号", call=call)
        book = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))
        for sheet, first in (("各条要点", 3), ("逾期和告急的是谁的", 2)):
            for line in book[sheet].iter_rows(min_col=first):
                for cell in (one for one in line if one.hyperlink):
                    page = town.visitor.get(cell.hyperlink.target.removeprefix("http://testserver")).content.decode()
                    assert re.search(r"data-count>(\d+)<", page)[1] == str(cell.value), (sheet, cell.coordinate)
        behind = [page for _, page in linked(town, 4)]
        assert "≥ 3.5 亩" in behind[0].partition("<h2>")[0]
        assert "已到期" in behind[1].partition("<h2>")[0]


def test_words_with_a_character_that_no_document_holds_are_on_paper_without_it(town: Town) -> None:
    pasted = replace(ROWS[0], promise={"zh-Hans": "新增\x0b绿地\x1f\uffff", "en": "More green"})
    steps.promise_year(2031, CONTENTS, (pasted, *ROWS[1:]), call=CALL)
    town.issue()
    for form in ("docx", "pdf"):
        town.file(form)
    book = openpyxl.load_workbook(io.BytesIO(town.file("xlsx")))
    assert "新增绿地" in [line[1].value for line in book["每一项任务"].iter_rows()]
