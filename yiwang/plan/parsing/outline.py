"""From lines to chapters and items: which line is a heading, which is text, and which belongs to the page around it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from yiwang.plan.parsing.clauses import commitments, sentences
from yiwang.plan.parsing.document import Chapter, Item, PlanDocument, Quote, Unread
from yiwang.plan.parsing.figures import targets


class Kind(StrEnum):
    """What a line is."""

    BLANK = "blank"
    METADATA = "metadata"
    PAGE = "page"
    CHAPTER = "chapter"
    ITEM = "item"
    ENTRY = "entry"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the space around it; `no` and `rest` of a heading."""

    kind: Kind
    words: str
    start: int
    no: str = ""
    rest_at: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.words)


_NUMERAL = "一二三四五六七八九十"
_HEADINGS = (
    (Kind.CHAPTER, re.compile(rf"(?P<no>[{_NUMERAL}]{{1,3}})、")),
    (Kind.CHAPTER, re.compile(r"(?P<no>\d{2})$")),
    (Kind.ITEM, re.compile(rf"[（(](?P<no>[{_NUMERAL}]{{1,3}}|\d{{1,3}})[)）]")),
    (Kind.ENTRY, re.compile(r"(?P<no>\d{1,3})[.．、](?!\d)")),
)
_NOTE = re.compile(r"#\s*(?P<key>[a-z]+):\s*(?P<value>.*)")
_LABEL = re.compile(r"•?\s*(?P<key>(?!各)[\u4e00-\u9fff]{2,6})\s*[:：]\s*(?P<value>[^。，,]{0,60})$")
_TITLE = re.compile(r"(?!.*\d\s*月\s*\d{1,2}\s*日)[^。，,：:；;]*\d{4}\s*年[^。，,：:；;]*")
"""A line with a year and no day, which is no sentence: a date below a letter is no title, nor is the day of a meeting."""
_LETTER = re.compile(r".*通知$")
"""The heading of the letter around a plan; the plan's own comes after it."""
_PAST = re.compile(r"回顾|成就|完成情况")
_PAST_FOLLOWS = re.compile(r"(?:过去|上)一年.*(?:以下工作|工作如下|几项工作|主要.*工作)[：:。]?$")
_AHEAD = re.compile(r"今年|今后|下一步|打算|安排|任务|目标|要点|重点")
_PAGE = frozenset(
    "下载 打印 全屏 收藏 【字号： 【字号: 加大 还原 减小 】 扫一扫在手机打开当前页 分享 返回顶部 关闭 关闭窗口 相关报道: 相关报道：".split()  # noqa: SIM905  a line of words is read more easily than a list of strings
)


def lines(text: str) -> Iterator[Line]:
    """Every line that is not blank, as what it looks like by itself."""
    at = 0
    for raw in text.splitlines(keepends=True):
        words = raw.strip()
        if words:
            yield _line(words, at + raw.index(words))
        at += len(raw)


def _line(words: str, start: int) -> Line:
    if words in _PAGE or re.fullmatch(r"[A-Za-z !.]+", words):
        return Line(Kind.PAGE, words, start)
    if _NOTE.match(words) or _LABEL.match(words):
        return Line(Kind.METADATA, words, start)
    for kind, pattern in _HEADINGS:
        if found := pattern.match(words):
            return Line(kind, words, start, found["no"], start + found.end())
    return Line(Kind.TEXT, words, start)


# --- putting them together -------------------------------------------------------------------------------------------


@dataclass
class _OpenItem:
    no: str
    title: str
    start: int
    parts: list[Quote] = field(default_factory=list)


@dataclass
class _OpenChapter:
    no: str
    title: str
    start: int
    past: bool = False
    items: list[Item] = field(default_factory=list)


@dataclass
class _Building:
    """The document so far."""

    text: str
    title: Line | None = None
    metadata: list[tuple[str, str]] = field(default_factory=list)
    preamble: list[Quote] = field(default_factory=list)
    chapters: list[_OpenChapter] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    item: _OpenItem | None = None
    label: str = ""
    """A label of the page whose value stands on the next line."""
    past: bool = False
    """What follows tells what was done in the year before."""


def parse(text: str) -> PlanDocument:
    """Read a plan as published. What cannot be read as part of the plan is listed with the reason, never dropped."""
    building = _Building(text)
    for line in lines(text):
        _ADD[line.kind](building, line)
    _end_item(building)
    _tell_of_the_cut(building)
    chapters = tuple(Chapter(one.no, one.title, one.start, tuple(one.items)) for one in building.chapters)
    title = building.title.words if building.title else ""
    unread = tuple(sorted(building.unread, key=lambda one: one.start))
    return PlanDocument(title, tuple(building.metadata), tuple(building.preamble), chapters, unread)


def _add_metadata(building: _Building, line: Line) -> None:
    found = _NOTE.match(line.words) or _LABEL.match(line.words)
    assert found is not None, "a line of metadata has a key"  # noqa: S101
    building.metadata.append((found["key"], found["value"].strip()))
    building.label = "" if found["value"].strip() else found["key"]


def _add_page(building: _Building, line: Line) -> None:
    building.unread.append(Unread("page", line.words, line.start, line.end))


def _add_chapter(building: _Building, line: Line) -> None:
    _end_item(building)
    building.label = ""
    title = building.text[line.rest_at : line.end].strip()
    past = bool(_PAST.search(title)) or (building.past and not _AHEAD.search(title))
    building.past = building.past and past
    building.chapters.append(_OpenChapter(line.no, title, line.start, past=past))
    if past:
        building.unread.append(Unread("past", line.words, line.start, line.end))


def _add_item(building: _Building, line: Line) -> None:
    """A heading may be followed by its text on the same line: then its title is the first sentence."""
    if not building.chapters:
        building.chapters.append(_OpenChapter("", "", line.start))
    _end_item(building)
    parts = sentences(building.text, line.rest_at, line.end)
    title = parts[0].quote.rstrip("。") if parts else ""
    building.item = _OpenItem(line.no, title, line.start, list(parts[1:]))


def _add_entry(building: _Building, line: Line) -> None:
    """A numbered line below an item is one of its sentences."""
    if building.chapters:
        _open_item(building, line).parts += sentences(building.text, line.rest_at, line.end)
    else:
        _add_text(building, line)


def _add_text(building: _Building, line: Line) -> None:
    if building.label and not building.chapters and "。" not in line.words:
        building.metadata[-1] = (building.label, line.words)
        building.label = ""
    elif building.chapters:
        _open_item(building, line).parts += sentences(building.text, line.start, line.end)
    elif "。" in line.words:
        building.preamble += sentences(building.text, line.start, line.end)
    else:
        _add_heading(building, line)


def _add_heading(building: _Building, line: Line) -> None:
    """A line before the first chapter that is no sentence: the title, or something around it."""
    building.past = building.past or bool(_PAST_FOLLOWS.match(line.words))
    if _TITLE.fullmatch(line.words) and (building.title is None or _LETTER.match(building.title.words)):
        line, building.title = building.title or line, line
        if line is building.title:
            return
    building.unread.append(Unread("before", line.words, line.start, line.end))


_ADD = {
    Kind.METADATA: _add_metadata,
    Kind.PAGE: _add_page,
    Kind.CHAPTER: _add_chapter,
    Kind.ITEM: _add_item,
    Kind.ENTRY: _add_entry,
    Kind.TEXT: _add_text,
}


def _open_item(building: _Building, line: Line) -> _OpenItem:
    """The item that a line of text belongs to; a chapter that does not number its matters has one without number."""
    if building.item is None:
        building.item = _OpenItem("", "", line.start)
    return building.item


def _end_item(building: _Building) -> None:
    item = building.item
    if item is None:
        return
    building.item = None
    parts = tuple(item.parts)
    promising = () if building.chapters[-1].past else parts
    building.chapters[-1].items.append(
        Item(
            no=item.no,
            title=item.title,
            start=item.start,
            end=parts[-1].end if parts else item.start + len(item.title),
            sentences=parts,
            commitments=tuple(one for part in promising for one in commitments(building.text, part)),
            targets=tuple(one for part in promising for one in targets(building.text, part)),
        )
    )


def _tell_of_the_cut(building: _Building) -> None:
    """An excerpt that ends in the middle of a sentence says so: what stands there may be half a promise."""
    last = next((part for chapter in reversed(building.chapters) for item in reversed(chapter.items)
                 for part in reversed(item.sentences)), None)  # fmt: skip
    if last is not None and last.quote[-1] not in "。！？”）)" and any("。" in one.quote for one in _all(building)):
        building.unread.append(Unread("cut", last.quote, last.start, last.end))


def _all(building: _Building) -> Iterator[Quote]:
    for chapter in building.chapters:
        for item in chapter.items:
            yield from item.sentences
