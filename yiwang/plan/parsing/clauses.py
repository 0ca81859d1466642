"""Sentences, clauses and what they promise. Pure.

A commitment is a clause that begins with a verb of doing (完成、推进、确保 …), with the clauses after it that belong to it.
"""

import re
from collections.abc import Iterator

from yiwang.plan.parsing.document import Quote

_CLOSING = "”’」』）)》"
_OPEN, _SHUT = "“‘「『（(《", "”’」』）)》"

ADVERBS = (  # noqa: SIM905  a line of words is read more easily than a list of strings
    "全面 深入 持续 积极 进一步 切实 着力 加快 严格 有序 大力 扎实 不断 努力 坚决 主动 认真 全力 稳步 充分 统筹 继续 力争 "
    "审慎 常态化 坚定不移 高质量 高标准 高水平 有力 有效 牢牢 从严 从实 及时 重点 率先 科学 合理 加力 一体 分类 协同 同步 "
    "探索 鼓励 指导 支持 年内 全年 按期 如期 基本 全部 逐步 区内 进而 并 也 要 将 以"
).split()
VERBS = (  # noqa: SIM905  as above
    "推进 推动 落实 加强 深化 完成 打通 实施 拓展 消除 强化 加大 确保 提升 提高 运用 织牢 打防 开展 创建 巩固 探索 完善 鼓励 引导 "
    "支持 培育 融入 挖掘 引进 实现 用足 用好 抓好 抓实 抓牢 抓 做实 做好 做优 做强 做大 新建 新增 建设 建成 建立 打造 改造 改建 构建 "
    "健全 争创 规范 维护 保障 管控 控制 防范 整治 扩大 培养 发挥 促进 优化 严把 坚持 组织 举办 配合 办好 严防 帮助 配送 指导 参与 发展 "
    "治理 遏制 贯彻 贯通 呼应 积累 统筹 增强 扶持 激发 集中 排查 化解 做细 压实 压紧 落细 夯实 守住 守好 解决 满足 服务 宣传 普及 弘扬 "
    "践行 传承 保护 利用 推广 搭建 畅通 拓宽 对接 接受 主动接受 深耕 盘活 开通 开设 开工 竣工 投用 修缮 大修 更新 升级 增设 增配 安装 "
    "筹措 培训 筛查 提供 发放 补贴 降低 减少 严控 严查 严厉 查处 清理 关闭 淘汰 保持 稳定 稳住 扩增 扩容 布局 谋划 启动 编制 出台 制定 "
    "修订 争取 承办 协助 协调 联动 聚焦 突出 关注 关爱 加密 加固 加装 加快 深挖 举行 承接 跑出 引育 延伸 向"
).split()

_PROMISE = re.compile(rf"(?:{'|'.join(ADVERBS)})*(?:{'|'.join(sorted(VERBS, key=len, reverse=True))})")
_LIST_MARK = re.compile(r"(?:\d+[.．、]\s*)?\*?")


def sentences(text: str, start: int, end: int) -> tuple[Quote, ...]:
    """The sentences between two positions: each ends with 。！？ (and the closing mark after it), or with the line."""
    found = []
    for match in re.finditer(rf"[^。！？\n]+(?:[。！？][{_CLOSING}]?)?", text[start:end]):
        quote = match.group().strip()
        if quote.strip(" 　*"):
            at = start + match.start() + match.group().index(quote)
            found.append(Quote(quote, at, at + len(quote)))
    return tuple(found)


def clauses(sentence: Quote) -> Iterator[Quote]:
    """The clauses of a sentence, at commas and semicolons that stand in no bracket or quotation."""
    depth, begin = 0, 0
    for at, letter in enumerate(sentence.quote):
        depth += (letter in _OPEN) - (letter in _SHUT)
        if letter in "，,；;。！？" and depth <= 0:
            yield from _clause(sentence, begin, at)
            begin = at + 1
    yield from _clause(sentence, begin, len(sentence.quote))


def _clause(sentence: Quote, begin: int, end: int) -> Iterator[Quote]:
    words = sentence.quote[begin:end].strip()
    if words:
        at = sentence.start + sentence.quote.index(words, begin)
        yield Quote(words, at, at + len(words))


def promises(clause: str) -> bool:
    """Whether a clause begins by saying what will be done."""
    return bool(_PROMISE.match(clause, _LIST_MARK.match(clause).end()))  # type: ignore[union-attr]


def commitments(text: str, sentence: Quote) -> tuple[Quote, ...]:
    """What a sentence promises: each clause that says what is done, up to the next one; empty when nothing is promised."""
    begun: list[tuple[int, int]] = []
    for clause in clauses(sentence):
        if promises(clause.quote):
            begun.append((clause.start, clause.end))
        elif begun:
            begun[-1] = (begun[-1][0], clause.end)
    return tuple(Quote(text[start:end], start, end) for start, end in begun)
