"""The contents of a plan in the town's own words (`plan_items.yaml`): its year, chapters and items. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from yiwang.kernel.params.problems import DoubleKey
from yiwang.kernel.params.yamlfile import Check, Node, choice, listed, mapping, optional, text, whole
from yiwang.plan.facts import ItemNamed, Words

_NAMES = mapping({"zh-Hans": text, "en": text})
_ITEM = mapping({"no": whole, "name": _NAMES})
_CHAPTER = mapping({"no": text, "name": _NAMES, "items": listed(_ITEM)})


def _check(teams: Collection[str] | None) -> Check:
    keeper = text if teams is None else choice(*teams)
    return mapping({"year": whole, "keeper": optional(keeper, ""), "preamble": _NAMES, "chapters": listed(_CHAPTER)})


@dataclass(frozen=True, slots=True)
class Contents:
    """`year` is the one the plan was made for; item 0 is the preamble; `keeper`: the code of the team that keeps the plan,
    empty where only leaders review it."""

    year: int
    items: tuple[ItemNamed, ...]
    keeper: str = ""


def contents(node: Node, *, teams: Collection[str] | None = None) -> Contents:
    """The contents as the file gives them; `teams` are the codes that its keeper may have, None: any.

    Raises a RuleFileProblem with file and line; DoubleKey for an item that stands twice.
    """
    given = _check(teams)(node)
    preamble = _words(given["preamble"])
    items = [ItemNamed(0, preamble, "", preamble)]
    first: dict[int, Node] = {}
    for chapter in given["chapters"]:
        for item in chapter["items"]:
            here = item.at("no")
            known = first.setdefault(item["no"], here)
            if known is not here:
                raise item.refuse("no", DoubleKey, key=str(item["no"]), first=f"{known.file}:{known.line}")
            items.append(ItemNamed(item["no"], _words(item["name"]), chapter["no"], _words(chapter["name"])))
    return Contents(given["year"], tuple(items), given["keeper"])


def _words(names: dict[str, str]) -> Words:
    return Words(names["zh-Hans"], names["en"])
