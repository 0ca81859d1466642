"""Every `texts/<language>.yaml` of the package, checked: both languages say the same things, with the same parameters, once."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from string import Formatter

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.yamlfile import Node, Row, gathered, mapping, optional, raised, read, table, text
from yiwang.kernel.wording import LANGUAGES
from yiwang.project.pack_problems import TextInOneLanguage, TextParametersDiffer, TextTwice

SECTIONS = ("problems", "words")
_PROBLEMS = table(text, mapping({"what": text, "why": text, "do": text}))
_WORDS = table(text, text)
TEXTS = mapping({"problems": optional(_PROBLEMS, {}), "words": optional(_WORDS, {})})
"""One file of texts."""

Where = dict[tuple[str, str], Node]
"""Where each text stands, by section and key."""


def read_texts(*folders: Path) -> int:
    """Read every file of texts below these folders; how many texts each language has. Raises the first fault with all others."""
    chinese, english = (_language(folders, language) for language in LANGUAGES)
    both = [*_alone(chinese, english), *_alone(english, chinese), *_different(chinese, english)]
    gathered(partial(raised, fault) for fault in both)
    return len(chinese)


def _language(folders: Sequence[Path], language: str) -> Where:
    found: Where = {}

    def take(section: str, key: str, node: Node) -> None:
        first = found.setdefault((section, key), node)
        if first is not node:
            raise node.refuse(TextTwice, key=key, first=f"{first.file}:{first.line}")

    def read_one(path: Path) -> None:
        row: Row = TEXTS(read(path))
        gathered(partial(take, section, key, row[section].at(key)) for section in SECTIONS for key in row[section])

    files = (path for folder in folders for path in sorted(folder.rglob(f"texts/{language}.yaml")))
    gathered(partial(read_one, path) for path in files)
    return found


def _alone(here: Where, there: Where) -> Iterator[RuleFileProblem]:
    other = next((Path(node.file).name for node in there.values()), "")
    for place, node in here.items():
        if place not in there:
            yield node.refuse(TextInOneLanguage, key=place[1], other=other)


def _different(chinese: Where, english: Where) -> Iterator[RuleFileProblem]:
    for place, node in english.items():
        if place in chinese and _parameters(node) != _parameters(chinese[place]):
            other = f"{chinese[place].file}:{chinese[place].line}"
            yield node.refuse(TextParametersDiffer, key=place[1], other=other)


def _parameters(node: Node) -> set[str] | None:
    """The names between braces in a text or in all parts of one; None when the braces cannot be read."""
    parts = [inner.value for inner in node.value.values()] if isinstance(node.value, dict) else [node.value]
    try:
        named = [name for part in parts for _, name, _, _ in Formatter().parse(part) if name is not None]
    except ValueError:
        return None
    return {name.split(".")[0].split("[")[0] for name in named}
