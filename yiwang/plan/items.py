"""The contents of a plan in the town's own words (`plan_items.yaml`): its year, chapters and items. Pure."""

from dataclasses import dataclass

from yiwang.kernel.params.problems import DoubleKey
from yiwang.kernel.params.yamlfile import Node, listed, mapping, text, whole
from yiwang.plan.facts import ItemNamed, Words

_NAMES = mapping({"zh-Hans": text, "en": text})
_ITEM = mapping({"no": whole, "name": _NAMES})
_CHAPTER = mapping({"no": text, "name": _NAMES, "items": listed(_ITEM)})
_CONTENTS = mapping({"year": whole, "preamble": _NAMES, "chapters": listed(_CHAPTER)})


@dataclass(frozen=True, slots=True)
class Contents:
    """`year` is the one the plan was made for; item 0 is the preamble."""

    year: int
    items: tuple[ItemNamed, ...]


def contents(node: Node) -> Contents:
    """The contents as the file gives them. Raises a RuleFileProblem with file and line; DoubleKey for an item that stands twice."""
    given = _CONTENTS(node)
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
    return Contents(given["year"], tuple(items))


def _words(names: dict[str, str]) -> Words:
    return Words(names["zh-Hans"], names["en"])
