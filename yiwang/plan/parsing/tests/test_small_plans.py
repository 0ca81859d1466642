"""Small invented plans: what is a heading, what is promised, and which figures are targets."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.plan.parsing.clauses import promises
from yiwang.plan.parsing.outline import parse

PLAN = """2031年某镇工作要点

发布时间:2031-02-03

  • 索引号:

    AB123

  今年的目标是把事情办好。
  一、改善环境
  (1)治理河道。清理东河,完成西河疏浚,确保水质达标。河长每周巡河。
  (2)绿化。新建绿地3.5亩,种树不少于200棵。
  二、服务老人
  (3)办好食堂。
扫一扫在手机打开当前页
"""


def test_chapters_items_and_sentences_are_found_and_the_title_is_not_counted_as_one() -> None:
    document = parse(PLAN)
    assert [(chapter.no, chapter.title) for chapter in document.chapters] == [("一", "改善环境"), ("二", "服务老人")]
    assert [(item.no, item.title, len(item.sentences)) for item in document.items()] == [
        ("1", "治理河道", 2),
        ("2", "绿化", 1),
        ("3", "办好食堂", 0),
    ]
    assert document.title == "2031年某镇工作要点"
    assert dict(document.metadata) == {"发布时间": "2031-02-03", "索引号": "AB123"}
    assert [one.quote for one in document.preamble] == ["今年的目标是把事情办好。"]


def test_a_commitment_runs_from_its_verb_to_the_next_one() -> None:
    first, *_ = parse(PLAN).items()
    assert [one.quote for one in first.commitments] == ["清理东河", "完成西河疏浚", "确保水质达标"]


def test_what_belongs_to_the_page_and_not_to_the_plan_is_listed_with_its_reason() -> None:
    assert [(one.why, one.quote) for one in parse(PLAN).unread] == [("page", "扫一扫在手机打开当前页")]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("种树不少于200棵。", [(">=", "200", "棵", "种树")]),
        ("实现税收3.2亿元。", [(">=", "3.2", "亿元", "实现税收")]),
        ("参与率达到80%。", [(">=", "80", "%", "参与率")]),
        ("失业率控制在5%以内。", [("<=", "5", "%", "失业率")]),
        ("会议不超过12次。", [("<=", "12", "次", "会议")]),
        ("入园入学率达到双百目标。", [("=", "100", "%", "入园率"), ("=", "100", "%", "入学率")]),
        ("消除劣五类水体和黑臭河道。", [("=", "0", "个", "劣五类水体"), ("=", "0", "个", "黑臭河道")]),
        ("打通3号、4号河。", []),
        ("开展第三次调查。", []),
        ("2031年是建镇70周年。", []),
        ("做好12345热线。", []),
    ],
)
def test_figures_that_are_promised_and_figures_that_only_name(sentence: str, found: list[tuple[str, ...]]) -> None:
    (item,) = parse(f"一、章\n(1)题。{sentence}").items()
    assert [(one.comparator, str(one.value), one.unit, one.about) for one in item.targets] == found


@pytest.mark.parametrize(
    "clause", ["完成规划编制", "全面深化“河长制”", "有序推进轮疏", "进一步拓展成果", "1.*新增20个托位"]
)
def test_a_clause_that_says_what_will_be_done_is_a_promise(clause: str) -> None:
    assert promises(clause)


@pytest.mark.parametrize("clause", ["水清岸绿", "使居民满意", "今年是关键之年"])
def test_a_clause_that_only_describes_is_none(clause: str) -> None:
    assert not promises(clause)


LINES = st.lists(
    st.sampled_from(
        [
            "一、章",
            "(1)题。完成甲,新建乙3亩。",
            "（二）题",
            "1.新增5个点",
            "说明。",
            "下载",
            "01",
            "  ",
            "“完成,了”。",
            "题:值",
        ]
    ),
    max_size=12,
)


@settings(deadline=None)
@given(LINES)
def test_every_part_of_any_plan_stands_where_it_says(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = parse(text)
    quotes = [*document.preamble, *document.unread]
    for item in document.items():
        quotes += [*item.sentences, *item.commitments, *item.targets]
    assert all(text[one.start : one.end] == one.quote for one in quotes)


def test_a_value_is_exact() -> None:
    (item,) = parse("一、章\n(1)题。新建绿地69.8亩。").items()
    assert item.targets[0].value == Decimal("69.8")


LETTER = """关于印发2031年工作安排的通知
某府〔2031〕6号
各部门:
2031年3月22日
2031年某镇工作安排
"""


def test_the_letter_around_a_plan_and_its_date_are_no_title() -> None:
    document = parse(LETTER + "一、章\n(1)题。完成甲。\n")
    assert document.title == "2031年某镇工作安排"
    assert [one.quote for one in document.unread] == LETTER.splitlines()[:4]
    assert parse("关于印发2031年工作安排的通知\n一、章\n").title == "关于印发2031年工作安排的通知"


def test_a_chapter_that_looks_back_promises_nothing_and_the_next_does() -> None:
    document = parse("一、2030年工作回顾\n(一)题。新建绿地3亩。\n二、2031年主要任务\n(一)题。新建绿地5亩。\n")
    assert [[one.quote for one in item.targets] for item in document.items()] == [[], ["5亩"]]
    assert [(one.why, one.quote) for one in document.unread] == [("past", "一、2030年工作回顾")]


def test_chapters_below_a_sentence_that_looks_back_do_too() -> None:
    document = parse("过去一年,我们主要抓了以下工作:\n一、治水有力\n(1)题。完成甲。\n二、今年重点\n(2)题。完成乙。\n")
    assert [[one.quote for one in item.commitments] for item in document.items()] == [[], ["完成乙"]]
