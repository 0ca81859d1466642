"""Figures that are promised: at least 500 firms, 69.8 mu, 80 %, “both hundred”, and nought of what is to be got rid of. Pure.

Figures that only name something are not targets: years, ordinals, numbers of rivers, the name of a plan period.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from yiwang.plan.parsing.clauses import clauses
from yiwang.plan.parsing.document import Quote, Target

AT_LEAST, AT_MOST, EXACTLY = ">=", "<=", "="
COMPARATORS = {
    AT_LEAST: "不少于 不低于 至少 达到 达 超过 突破 增长 高于 大于",
    AT_MOST: "不超过 不高于 低于 少于 控制在 小于 降至 下降到",
}
"""Words before a figure; without one, what is promised is to reach it."""
_WORDS = {word: sign for sign, words in COMPARATORS.items() for word in words.split()}
UNITS = (
    "%|％|个百分点|亿千瓦时|万千瓦时|平方公里|平方米|立方米|万平方米|公里|千米|元|亩|公顷|吨|家|件|户|人次|人|个|座|条|张|台|处|所|"
    "场次|场|册|套|间|辆|片|棵|株|期|次|项|名|幢|班|批|对|米|倍|千瓦"
)
_FIGURE = re.compile(
    rf"(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})?(?P<about>约)?"
    rf"(?P<value>\d+(?:\.\d+)?)(?P<unit>[万亿千百]*(?:{UNITS}))(?P<after>以上|以内|以下|左右)?"
)
_NAMED = re.compile(r"(?<=第)$|(?<=[“《])$")
_GOT_RID_OF = re.compile(r"消除[^，。；,;]*")
_POLLUTED = ("劣五类", "劣Ⅴ类", "劣V类", "黑臭")
_BOTH_HUNDRED = re.compile(r"(?P<of>[\u4e00-\u9fff]{4}率)[^，。；,;]{0,6}双百(?:目标)?")


def targets(text: str, sentence: Quote) -> Iterator[Target]:
    """The targets of a sentence in the order of the text."""
    for clause in clauses(sentence):
        found = [*_counted(text, clause), *_both_hundred(text, clause), *_got_rid_of(text, clause)]
        yield from sorted(found, key=lambda target: (target.start, target.about))


def _counted(text: str, clause: Quote) -> Iterator[Target]:
    for match in _FIGURE.finditer(clause.quote):
        if _NAMED.search(clause.quote[: match.start()]) or _one_of_many(clause.quote, match):
            continue
        start, end = clause.start + match.start(), clause.start + match.end()
        yield Target(
            value=Decimal(match["value"]),
            unit=match["unit"].replace("％", "%"),
            comparator=_comparator(match),
            about=(clause.quote[: match.start()] + clause.quote[match.end() :]).strip(" 、*"),
            quote=text[start:end],
            start=start,
            end=end,
        )


def _comparator(match: re.Match[str]) -> str:
    if match["after"] in ("以内", "以下"):
        return AT_MOST
    return _WORDS.get(match["word"] or "", AT_LEAST)


def _one_of_many(clause: str, match: re.Match[str]) -> bool:
    """`3号、4号`, `4D`, `2019年`, `70周年` never match a unit; `12345` before a letter or another digit does not count either."""
    before = clause[: match.start("value")]
    return bool(before) and (before[-1].isascii() and before[-1].isalnum())


def _both_hundred(text: str, clause: Quote) -> Iterator[Target]:
    """双百: two rates of 100 % each. 入园入学率 names both, 入园率 and 入学率."""
    for match in _BOTH_HUNDRED.finditer(clause.quote):
        start, end = clause.start + match.start(), clause.start + match.end()
        stem = match["of"].removesuffix("率")
        half = len(stem) // 2
        for name in (stem[:half], stem[half:]):
            yield Target(Decimal(100), "%", EXACTLY, f"{name}率", text[start:end], start, end)


def _got_rid_of(text: str, clause: Quote) -> Iterator[Target]:
    """消除劣五类水体和黑臭河道: the number of each is to be nought."""
    for match in _GOT_RID_OF.finditer(clause.quote):
        for named in _POLLUTED:
            at = match.group().find(named)
            if at >= 0:
                found = re.match(r"[\u4e00-\u9fffⅤV]{2,5}(?:水体|河道|水域)?", match.group()[at:])
                words = re.split("和|及|与|、", found.group())[0] if found else named
                start = clause.start + match.start() + at
                yield Target(
                    Decimal(0), "个", EXACTLY, words, text[start : start + len(words)], start, start + len(words)
                )
