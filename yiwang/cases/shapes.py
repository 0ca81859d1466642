"""The dated rules that cases read, and what each must look like: a limit that is no number is refused before the first case. Pure."""

from yiwang.cases.classes import DEMANDS
from yiwang.kernel.params.loading import Shape
from yiwang.kernel.params.yamlfile import Node, choice, positive
from yiwang.kernel.workdays.clocks import TimeUnit


def _percent(node: Node) -> int:
    """A share of a whole, from 1 to 100."""
    if positive(node) > 100:
        raise node.wrong("50")
    return positive(node)


LIMIT = Shape(unit=choice(*TimeUnit), value=positive)
SHARE = Shape(unit=choice("percent"), value=_percent)

RULES = {
    "cases.limit.accept": LIMIT,
    "cases.limit.close": LIMIT,
    "cases.limit.ruling": LIMIT,
    "cases.return-window": LIMIT,
    "cases.reopen-window": LIMIT,
    "cases.extension-share": SHARE,
    "cases.recheck-share": SHARE,
    "privacy.answer-within": Shape(unit=choice("day"), value=positive),
    "hotline.limit.first-contact": LIMIT,
    **{f"hotline.limit.{demand}": LIMIT for demand in DEMANDS},
}
"""Every rule of `params/*.yaml` that the code of cases names."""
