"""The packs: which are installed, and whether each is what its `pack.toml` and `quality.yaml` say (design §2). No database.

A pack is a folder with a pack.toml; nothing outside it names it. Each kind of file is checked by the module that reads it, all
other files are refused: nobody would notice a wrong one.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from yiwang.cases import classes
from yiwang.cases.shapes import RULES
from yiwang.indicators import definitions
from yiwang.intake.sensing.alarms import declared as alarms
from yiwang.kernel.params import loading
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.tomlfile import read_toml
from yiwang.kernel.params.yamlfile import Row, choice, gathered, listed, mapping, matching, optional, raised, read, text
from yiwang.project import packcommands, packmeasured
from yiwang.project.pack_problems import (
    ClaimRefuted,
    CodeWithoutCommand,
    CommandWithoutCode,
    KindWithoutTypes,
    KindWithoutWord,
    NoPacksThere,
    PackFileMissing,
    PackFileUnread,
    PackNamedOtherwise,
    PackTwice,
    TextOfAnother,
    TypeOfAnotherKind,
)
from yiwang.project.pack_quality import QUALITY, Claim, Contents, claim
from yiwang.project.packfolders import CARD_FILE
from yiwang.project.textfiles import TEXTS
from yiwang.registers import declared

READ_BY = {
    CARD_FILE: "project: this module",
    "quality.yaml": "project: pack_quality",
    "case_types.yaml": "cases: classes",
    "indicators.yaml": "indicators: definitions",
    "registers.yaml": "registers: declared",
    "alarms.yaml": "intake.sensing.alarms: declared",
    "plan.yaml": "plan: loading",
    "params/*.yaml": "kernel: params",
    "texts/zh-Hans.yaml": "kernel: wording",
    "texts/en.yaml": "kernel: wording",
    "README.md": "people",
    "__init__.py": "Python, for the tests",
    "tests/*": "pytest",
}
"""Every file that a pack may have, and who reads it."""
CODE = {
    "*.py": "Python: shapes.py the loader of dated rules, commands.py commands, appraisals.py judges, the others each other",
    "rules/*.py": "Python: pure decisions",
}
"""What only a pack in our own source tree may have besides: of a pack from elsewhere nothing is run."""
ALWAYS = (CARD_FILE, "quality.yaml", "texts/zh-Hans.yaml", "texts/en.yaml", "README.md")
PACKAGE_FILE = "__init__.py"
"""What a pack has, too, where packs are a Python package: in our source tree, for its tests and the rules of imports."""
SHAPES = "shapes.py"
"""In which a pack with code says what its dated rules look like: `RULES`, by rule."""
KINDS = ("C", "E", "H", "S")
"""Kinds of case types that the desk knows: component, event, hotline demand, supervision."""

CARD = mapping(
    {
        "name": matching(r"[a-z]+(_[a-z]+)*", "street_lamps"),
        "title": mapping({"zh-Hans": text, "en": text}),
        "serves": listed(matching(r"S(0[1-9]|[12]\d|3[0-8])", "S01 … S38")),
        "plan_items": listed(matching(r"[1-9]|1\d|2[0-6]", '"1" … "26"')),
        "version": text,
        "kinds": optional(listed(choice(*KINDS)), []),
        "command": optional(mapping({"name": matching(r"[a-z]+(-[a-z]+)*", "water"), "help": text})),
    }
)


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack as its files state it. `claims`: each rule of quality in the order of the table."""

    folder: Path
    card: Row
    contents: Contents
    claims: dict[str, Claim]


def read_packs(packs: Sequence[Path], own: Sequence[Path] = ()) -> list[Pack]:
    """Read and check packs. `own`: the folders that the town names for its own. Raises the first RuleFileProblem, which carries all
    others: what read_pack finds, PackFileMissing, NoPacksThere, PackTwice.
    """
    roots = sorted({folder.parent for folder in packs})
    forgotten = [partial(_refuse_without_card, path) for root in roots for path in sorted(root.iterdir())]
    gathered([*forgotten, *(partial(_refuse_without_packs, root, packs) for root in own)])
    gathered(partial(_refuse_twice, folder, packs) for folder in packs)
    return gathered(partial(read_pack, folder) for folder in packs)


def _refuse_without_packs(root: Path, packs: Sequence[Path]) -> None:
    if not any(folder.parent == root for folder in packs):
        raise NoPacksThere(file=str(root), line=1)


def _refuse_twice(folder: Path, packs: Sequence[Path]) -> None:
    first = next(one for one in packs if one.name == folder.name)
    if first != folder:
        raise PackTwice(file=str(folder / CARD_FILE), line=1, name=folder.name, first=str(first))


def read_pack(folder: Path) -> Pack:
    """Read one pack and check that it is what it says. Raises the first RuleFileProblem, which carries all others.

    PackFileUnread, PackFileMissing, PackNamedOtherwise, KindWithoutTypes, TypeOfAnotherKind, KindWithoutWord, TextOfAnother,
    CommandWithoutCode, CodeWithoutCommand, ClaimRefuted, and what the modules say of their files (UnknownKey, MissingKey, WrongKind,
    DatesGap, …).
    """
    gathered(partial(_refuse_file, folder, path) for path in _files(folder))
    needed = (*ALWAYS, PACKAGE_FILE) if _is_code(folder) else ALWAYS
    gathered(partial(_refuse_missing, folder / name) for name in needed)
    card = CARD(read_toml(folder / CARD_FILE))
    claims = mapping(dict.fromkeys(QUALITY, claim))(read(folder / "quality.yaml"))
    pack = Pack(folder, card, _contents(folder), dict(claims))
    faults = [
        *_name_faults(pack),
        *_kind_faults(pack),
        *_text_faults(pack),
        *_command_faults(pack),
        *_claim_faults(pack, claims),
    ]
    gathered(partial(raised, fault) for fault in faults)
    return pack


def _contents(folder: Path) -> Contents:
    definitions.load([folder], packmeasured.of_packs([folder]))
    alarms.load([folder])
    types, registers = folder / "case_types.yaml", folder / "registers.yaml"
    declared.load([registers] if registers.exists() else [])
    return Contents(
        folder=folder,
        types=classes.load([types] if types.exists() else []).types(),
        rulebook=loading.load(loading.rule_files(folder), shapes={**RULES, **_shapes(folder)}),
        texts={language: TEXTS(read(folder / "texts" / f"{language}.yaml")) for language in ("zh-Hans", "en")},
    )


def _is_code(folder: Path) -> bool:
    """Whether the pack is a Python package, as those in our source tree are."""
    return (folder.parent / PACKAGE_FILE).exists()


def _shapes(folder: Path) -> Mapping[str, loading.Shape]:
    """What the pack's own code relies on in its dated rules."""
    if folder.parent != packcommands.PACKS or not (folder / SHAPES).exists():
        return {}
    shapes: Mapping[str, loading.Shape] = importlib.import_module(f"yiwang.packs.{folder.name}.shapes").RULES
    return shapes


def _files(folder: Path) -> list[Path]:
    """Every file but what Python makes of ours and what a desktop hides beside ours (.DS_Store, ._pack.toml)."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def _refuse_without_card(folder: Path) -> None:
    if folder.is_dir() and not folder.name.startswith(".") and _files(folder) and not (folder / CARD_FILE).exists():
        raise PackFileMissing(file=str(folder / CARD_FILE), line=1, name=CARD_FILE)


def _refuse_missing(path: Path) -> None:
    if not path.exists():
        raise PackFileMissing(file=str(path), line=1, name=path.name)


def _refuse_file(folder: Path, path: Path) -> None:
    name = path.relative_to(folder).as_posix()
    known = (*READ_BY, *CODE) if _is_code(folder) else tuple(READ_BY)
    if not any(_fits(name, pattern) for pattern in known):
        raise PackFileUnread(file=str(path), line=1, name=name, known=", ".join(known))


def _fits(name: str, pattern: str) -> bool:
    """The tests may lie deeper; elsewhere nobody looks into folders of folders."""
    return fnmatchcase(name, pattern) and (pattern == "tests/*" or name.count("/") == pattern.count("/"))


def _name_faults(pack: Pack) -> Iterator[RuleFileProblem]:
    if pack.card["name"] != pack.folder.name:
        yield pack.card.refuse("name", PackNamedOtherwise, name=pack.card["name"], folder=pack.folder.name)


def _kind_faults(pack: Pack) -> Iterator[RuleFileProblem]:
    """The card's kinds are those of its types, and each has a word."""
    used = {case_type.kind for case_type in pack.contents.types}
    for kind in pack.card["kinds"]:
        if kind not in used:
            yield pack.card.refuse("kinds", KindWithoutTypes, kind=kind)
        key = f"{pack.folder.name}.kind.{kind}"
        if key not in pack.contents.texts["zh-Hans"]["words"]:
            yield pack.card.refuse("kinds", KindWithoutWord, kind=kind, key=key)
    for case_type in pack.contents.types:
        if case_type.kind not in pack.card["kinds"]:
            yield case_type.department_at.refuse(TypeOfAnotherKind, code=case_type.code, kind=case_type.kind)


def _text_faults(pack: Pack) -> Iterator[RuleFileProblem]:
    """A pack's texts begin with its name, so that two packs never mean different things by one key."""
    for texts in pack.contents.texts.values():
        for section, mark in (("problems", "-"), ("words", ".")):
            for key in texts[section]:
                if not key.startswith(pack.folder.name + mark):
                    yield texts[section].refuse(key, TextOfAnother, key=key, start=pack.folder.name + mark)


def _command_faults(pack: Pack) -> Iterator[RuleFileProblem]:
    """The card names a command, and its code is there: both or none."""
    code = pack.folder / packcommands.CODE
    if pack.card["command"] and not code.exists():
        yield pack.card.refuse("command", CommandWithoutCode, name=pack.card["command"]["name"], file_wanted=code.name)
    if code.exists() and not pack.card["command"]:
        yield CodeWithoutCommand(file=str(code), line=1)


def _claim_faults(pack: Pack, claims: Row) -> Iterator[RuleFileProblem]:
    """What is said to be done and is seen not to be."""
    for name, rule in QUALITY.items():
        stated: Claim = claims[name]
        found = rule.refuted(pack.contents) if rule.refuted and stated.status == "done" else ""
        if found:
            yield claims.refuse(name, ClaimRefuted, rule=name, found=found)
