"""What is promised is documented, and the documents are true: links hit, settings are complete, made pages are equal.

Write the made pages of docs/reference again: `.venv/bin/python tests/tidy/test_docs.py`.
"""

import ast
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import pytest
from typer.core import TyperGroup
from typer.main import get_command

ROOT = Path(__file__).resolve().parents[2]
REWRITE = ".venv/bin/python tests/tidy/test_docs.py"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
    django.setup()

from django.conf import global_settings, settings  # noqa: E402 - Django is set up above when this file is run by itself

from tests.tidy import protection  # noqa: E402
from yiwang.cases import law  # noqa: E402
from yiwang.cases.stages import ClockStage  # noqa: E402
from yiwang.kernel.access import permission  # noqa: E402
from yiwang.kernel.params.rulebook import canonical  # noqa: E402
from yiwang.kernel.terms import ScopeKind  # noqa: E402
from yiwang.kernel.workdays.loading import NOTICES, read_years  # noqa: E402
from yiwang.project import commands  # noqa: E402
from yiwang.project.pack_quality import QUALITY  # noqa: E402
from yiwang.project.packs import Pack, read_packs  # noqa: E402

# --- links ------------------------------------------------------------------------------------------------------------

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")


def pages(root: Path) -> list[Path]:
    """Every page of the documentation, and the READMEs at the root."""
    return [*sorted((root / "docs").rglob("*.md")), *sorted(root.glob("README*.md"))]


def names_in(text: str) -> set[str]:
    """Classes, functions and methods (`Class.method`, too) of a Python file, and what stands at its top level."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    for node in ast.parse(text).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def headings(text: str) -> set[str]:
    """What a heading of a page is called in an address, as GitHub makes it."""
    lines = (line.lstrip("#").strip().lower() for line in text.splitlines() if line.startswith("#"))
    return {re.sub(r"[^\w\- ]", "", line).replace(" ", "-") for line in lines}


def broken_links(page: Path) -> Iterator[str]:
    """Every link of a page to a file that is not there, or to a name that the file does not have."""
    for text, target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        aim = (page.parent / name).resolve() if name else page
        if not aim.exists():
            yield f"{page.name}: [{text}]({target}): there is no such file"
        elif anchor and aim.suffix == ".py" and anchor not in names_in(aim.read_text(encoding="utf-8")):
            yield f"{page.name}: [{text}]({target}): {aim.name} has no `{anchor}`"
        elif anchor and aim.suffix == ".md" and anchor not in headings(aim.read_text(encoding="utf-8")):
            yield f"{page.name}: [{text}]({target}): {aim.name} has no such heading"


def test_every_link_leads_to_a_file_and_a_name_that_are_there() -> None:
    assert len(pages(ROOT)) > 15
    faults = [fault for page in pages(ROOT) for fault in broken_links(page)]
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("[accept](steps.py#accept)", ""),
        ("[move](steps.py#Case.move)", ""),
        ("[gone](steps.py#gone)", "no `gone`"),
        ("[lost](other.py)", "no such file"),
        ("[below](#not-there)", "no such heading"),
        ("[page](#a-page)", ""),
    ],
)
def test_a_link_to_what_is_not_there_is_found(tmp_path: Path, link: str, fault: str) -> None:
    (tmp_path / "steps.py").write_text("def accept(): ...\nclass Case:\n    def move(self): ...\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n{link}\n", encoding="utf-8")
    found = list(broken_links(page))
    assert [fault in one for one in found] == ([True] if fault else [])


TOUR = ("tour.md", "tour.zh.md")
STATIONS = (
    "views/report.py#report",
    "reports/steps/receiving.py#receive",
    "forward.py#gather",
    "journal/steps.py#record",
    "journal/sequencer.py#sequence_once",
    "town_reader.py#reader",
    "forward.py#accept",
    "forward.py#dispatch",
    "sideways.py#object_to",
    "sideways.py#rule",
    "forward.py#report_back",
    "forward.py#verify",
    "forward.py#close",
    "forward.py#rate",
    "sideways.py#reopen",
    "why.py#shown",
    "queries.py#timeline",
    "replay.py#replay",
)


@pytest.mark.parametrize("name", TOUR)
def test_the_tour_passes_every_station_of_a_report_in_order(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert [station for station in STATIONS if station not in text] == []
    places = [text.index(station) for station in STATIONS]
    assert places == sorted(places)


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    inside = [page.relative_to(ROOT / "docs").as_posix() for page in pages(ROOT) if (ROOT / "docs") in page.parents]
    assert [name for name in inside if name != "README.md" and f"({name})" not in index] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readmes_lead_to_the_index(name: str) -> None:
    assert "(docs/README.md)" in (ROOT / name).read_text(encoding="utf-8")


def test_the_clock_is_moved_only_by_the_simulation_as_record_0013_says(tree: Any) -> None:
    moving = [source.name for source in tree.code for _, name in source.calls() if name == "walltime.at"]
    assert moving, "nobody moves the clock: then the record and this test may go"
    assert [name for name in moving if not name.startswith("yiwang/project/simulation/")] == []


# --- settings ---------------------------------------------------------------------------------------------------------

VARIABLE = re.compile(r"YIWANG_\w+|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
NOT_DOCUMENTED = {"PYTHONUNBUFFERED", "CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING"}
"""The last three are what a web server tells of a request (PEP 3333)."""
OF_LIBRARIES = {"ASGI_APPLICATION", "ROOT_URLCONF"}
"""Settings that no list of Django's own has, but that are not ours either."""


def variables(text: str) -> set[str]:
    """Environment variables a Python file reads or hands on: our own by their name, others where they are asked for."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"YIWANG_[A-Z_]+", node.value)
        ):
            found.add(node.value)
        asked: Any = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            asked = node.args[0] if node.func.attr in ("get", "getenv", "setdefault") else None
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            asked = node.slice
        if isinstance(asked, ast.Constant) and isinstance(asked.value, str) and VARIABLE.fullmatch(asked.value):
            found.add(asked.value)
    return found


def used_variables() -> set[str]:
    """In everything that runs: the package, the tests' own set-up, the benchmarks and what measures conformance."""
    files = [
        path for folder in ("yiwang", "benchmarks", "conformance", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    own = [path for path in files if path != Path(__file__)]
    read = set().union(*(variables(path.read_text(encoding="utf-8")) for path in [*own, ROOT / "conftest.py"]))
    return read - NOT_DOCUMENTED


def listed(page: str, section: str) -> set[str]:
    """The names in the first column of the tables below a heading."""
    part = page.split(f"\n## {section}", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)`", part, re.MULTILINE))


def settings_page() -> str:
    return (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def test_settings_md_lists_every_environment_variable_and_none_that_is_gone() -> None:
    page = settings_page()
    told = listed(page, "For a town") | listed(page, "For developers") | listed(page, "Between Yiwang's own programs")
    assert sorted(used_variables() - told) == [], "missing in docs/reference/settings.md"
    assert sorted(told - used_variables()) == [], "no longer used: strike it out of docs/reference/settings.md"


def test_settings_md_lists_every_setting_of_our_own() -> None:
    ours = {name for name in dir(settings) if name.isupper() and not hasattr(global_settings, name)}
    from_file = set(
        re.findall(r"^([A-Z_]+)(?::[^=]+)? = ", (ROOT / "yiwang/project/settings.py").read_text(), re.MULTILINE)
    )
    assert sorted((ours & from_file - OF_LIBRARIES) ^ listed(settings_page(), "In `yiwang/project/settings.py`")) == []


def test_a_variable_is_found_however_it_is_asked_for() -> None:
    text = "import os\nos.environ.get('DATABASE_URL')\nos.environ['XDG_DIR']\nMARK = 'YIWANG_UP'\nx = 'NOT_ONE'\n"
    assert variables(text) == {"DATABASE_URL", "XDG_DIR", "YIWANG_UP"}


# --- pages that are made ----------------------------------------------------------------------------------------------

MADE = f"Made from the code; `{REWRITE}` writes this page again, and a test keeps it equal.\n"


def commands_page() -> str:
    """`--help` of every command, as a terminal 110 columns wide without colours shows it."""
    parts = [
        "# Commands\n",
        MADE,
        "Exit codes: 0 done, 1 a fault, 2 refused (nothing was done; the sentence says what to do).\n",
    ]
    apps = {"yiwang": get_command(commands.app)}
    for name, (module, _help) in commands.TOWN_COMMANDS.items():
        if importlib.util.find_spec(module) is not None:
            apps[f"yiwang {name}"] = get_command(importlib.import_module(module).app)
    for name, of_pack in commands.PACK_COMMANDS.items():
        apps[f"yiwang {name}"] = get_command(importlib.import_module(of_pack.module).app)
    main = apps["yiwang"]
    assert isinstance(main, TyperGroup)
    for name, command in main.commands.items():
        apps.setdefault(f"yiwang {name}", command)
    for name in ["yiwang", *(f"yiwang {name}" for name in main.commands)]:
        parts.extend(helps(name, apps[name], deep=name != "yiwang"))
    return "\n".join(parts)


def helps(name: str, command: Any, *, deep: bool) -> Iterator[str]:
    """The help of a command and, if `deep`, of those below it."""
    yield f"## {name}\n\n```\n{plain_help(name, command)}\n```\n"
    if deep and isinstance(command, TyperGroup):
        for below, inner in command.commands.items():
            yield from helps(f"{name} {below}", inner, deep=True)


def plain_help(name: str, command: Any) -> str:
    """Click's own words, without typer's frames: they would change with every version of the library that draws them."""
    command.rich_markup_mode = None
    context = command.context_class(command, info_name=name, max_content_width=110, terminal_width=110)
    text = command.get_help(context)
    return re.sub(r"\[/?bold\]", "", "\n".join(line.rstrip() for line in text.splitlines()))


SECOND_FACTOR = (
    "Who may do one of these logs in with an authenticator app besides the password (`kernel/access/second_factor.yaml`,\n"
    "[how](../howto/two-step-log-in.md)); a test asks each with a password alone."
)


def permissions_page() -> str:
    """Every action, and how far each role reaches with it."""
    roles, table = permission.roles(), permission.table()
    short = {ScopeKind.OWN: "own", ScopeKind.TEAM: "team", ScopeKind.COMMITTEE: "committee", ScopeKind.TOWN: "town"}
    lines = [
        "# Who may do what\n",
        MADE,
        "*own*: what is one's own; *team*: one's own department's; *committee*: one's own committee's (居委); *town*: everywhere.",
        "What visitors may do, everybody may. The rows come from each module's `permissions.yaml`; a test walks every door and every",
        "step against them.\n",
        "## Roles\n\n| role | 岗位 | usual reach |\n|---|---|---|",
    ]
    for role, row in roles.items():
        names: Any = row["name"]
        lines.append(f"| `{role}` {names['en']} | {names['zh-Hans']} | {row['scope']} |")
    groups = sorted({action.partition(".")[0] for action in table})
    for group in groups:
        lines.append(f"\n## {group}\n\n| action | who, and how far |\n|---|---|")
        for action in sorted(one for one in table if one.partition(".")[0] == group):
            cell = ", ".join(f"{role} ({short[table[action][role]]})" for role in roles if role in table[action])
            lines.append(f"| `{action}` | {cell} |")
    lines.append(f"\n## Two-step log-in\n\n{SECOND_FACTOR}\n\n| action | closed to a password alone |\n|---|---|")
    said = {"always": "always", "others": "for any account but one's own"}
    lines += [f"| `{action}` | {said[what]} |" for action, what in sorted(permission.second_factor().items())]
    return "\n".join([*lines, ""])


def rules_page() -> str:
    """Every dated rule and every limit of a case type, with its reference and whether somebody has seen the source."""
    lines = ["# Rules and limits in force\n", MADE, RULES_HEAD, "## Dated rules\n"]
    lines += ["| rule | from | to | value | reference | verified |", "|---|---|---|---|---|---|"]
    book = law.rulebook()
    for version in (version for rule in book.ids() for version in book.versions(rule)):
        dates = f"{version.effective_from} | {version.effective_to or '—'}"
        lines.append(
            f"| `{version.id}`<br>{version.text['zh-Hans']}<br>{version.text['en']} | {dates} |"
            f" {cell(value_of(version))} {version.unit} | {cell(version.reference)} | {yes_or_no(version.verified)} |"
        )
    lines += notices_part()
    lines.append("\n## Limits by case type\n")
    lines += [f"| type | 类别 | department | {' | '.join(STAGES)} | from | note |", "|" + "---|" * (5 + len(STAGES))]
    notes: dict[str, int] = {}
    for case_type in law.catalogue().types():
        lines += limit_rows(case_type, notes)
    lines.append("\n## Notes to the limits\n")
    lines += [f"{number}. {text}" for text, number in notes.items()]
    return "\n".join([*lines, ""])


def value_of(version: Any) -> str:
    """A plain value as it stands; a table of limits with a row for each of its names."""
    if not isinstance(version.value, Mapping):
        return str(version.value)
    return "".join(f"`{name}` {canonical(value)}<br>" for name, value in version.value.items()).replace('"', "")


def notices_part() -> Iterator[str]:
    """The State Council's notices on holidays, each once, in the order of their years."""
    yield "\n## Notices on holidays\n\n| year | 文号 | posted | page | verified |\n|---|---|---|---|---|"
    notices = (marked.notice for days in read_years(NOTICES.glob("*.yaml")).values() for marked in days)
    for one in dict.fromkeys(notices):
        page = f"[{one.title}]({one.page})"
        yield f"| {one.year} | {one.number} | {one.posted} | {page} | {yes_or_no(one.verified)} |"


STAGES = [str(stage) for stage in (ClockStage.ACCEPT, ClockStage.DISPATCH, ClockStage.HANDLE, ClockStage.VERIFY)]
RULES_HEAD = """A rule is read by the date of the fact and never overwritten: a change is a new row with a new date (R-000).
*verified: no* means that nobody of this project has seen the source itself; the town must confirm such a rule before it relies on it.
Units: `wh` 工作时 working hour, `uh` 紧急工作时 clock hour, `wd` 工作日 working day, `d` 天 calendar day.
"""
UNIT = {"working_hour": "wh", "urgent_hour": "uh", "working_day": "wd", "day": "d"}


def limit_rows(case_type: Any, notes: dict[str, int]) -> Iterator[str]:
    """One row per dated row of a type's local table; what they rest on goes into the notes."""
    for dated in case_type.dated:
        limits = [dated.limits[stage] for stage in ClockStage if stage in dated.limits]
        note = f"{limits[0].reference} Verified: {yes_or_no(limits[0].verified)}."
        amounts = [
            f"{dated.limits[stage].amount} {UNIT[dated.limits[stage].unit]}" for stage in map(ClockStage, STAGES)
        ]
        yield (
            f"| `{case_type.code}` {case_type.name['en']} | {case_type.name['zh-Hans']} | {case_type.department} |"
            f" {' | '.join(amounts)} | {dated.effective_from} | {notes.setdefault(note, len(notes) + 1)} |"
        )


def packs_page() -> str:
    """Every installed pack: what it serves, what it brings, how much of it was seen at the source, and what it says of itself."""
    installed = read_packs(settings.PACKS)
    lines = ["# Packs\n", MADE, PACKS_HEAD]
    lines += [
        "| pack | 业务包 | systems | plan items | case types | limits and rules verified | quality |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [pack_row(pack) for pack in installed]
    for pack in installed:
        lines += pack_part(pack)
    return "\n".join([*lines, ""])


PACKS_HEAD = """A pack is one field of the town's work as data ([add one](../howto/pack.md)). *systems*: S01–S38 of the catalogue of
systems that the plan asks for; *plan items*: 1–26 of the town's plan of 2019. *verified*: somebody of this project has seen the
source itself; the town must confirm all others before it relies on them ([rules and limits](rules.md)). *quality*: a rule is done,
todo or exempt; where *checked by* says *machine*, a claim that is not true is refused when the town starts.
"""


def pack_row(pack: Pack) -> str:
    statuses = [claim.status for claim in pack.claims.values()]
    quality = ", ".join(f"{statuses.count(one)} {one}" for one in ("done", "todo", "exempt") if one in statuses)
    name, title = pack.card["name"], pack.card["title"]
    types, (seen, every) = pack.contents.types, verified_of(pack)
    served = f"{', '.join(pack.card['serves'])} | {', '.join(pack.card['plan_items'])}"
    return f"| [`{name}`](#{name}) {title['en']} | {title['zh-Hans']} | {served} | {len(types)} | {seen} of {every} | {quality} |"


def verified_of(pack: Pack) -> tuple[int, int]:
    """How many dated values (rows of limits and values of rules) were seen at the source, of how many."""
    limits = [
        all(one.verified for one in dated.limits.values()) for kind in pack.contents.types for dated in kind.dated
    ]
    values = [*limits, *(version.verified for version in pack.contents.versions())]
    return sum(values), len(values)


def pack_part(pack: Pack) -> Iterator[str]:
    """One pack: its kinds and classes, its dated rules, and each rule of quality."""
    name, texts = pack.card["name"], pack.contents.texts
    yield f"\n## {name}\n\n[`README.md`](../../yiwang/packs/{name}/README.md), version {pack.card['version']}.\n"
    yield "| kind | class | 大类 | case types |\n|---|---|---|---|"
    classes: dict[str, list[Any]] = {}
    for case_type in pack.contents.types:
        classes.setdefault(case_type.class_code, []).append(case_type)
    for code, types in classes.items():
        key = f"{name}.kind.{types[0].kind}"
        kind = f"{texts['en']['words'][key]} {texts['zh-Hans']['words'][key]}"
        yield f"| {kind} | `{code}` {types[0].class_name['en']} | {types[0].class_name['zh-Hans']} | {len(types)} |"
    yield "\n| dated rule | what it says | verified |\n|---|---|---|"
    for rule in pack.contents.rulebook.ids():
        newest = pack.contents.rulebook.versions(rule)[-1]
        yield f"| `{rule}` | {newest.text['zh-Hans']}<br>{newest.text['en']} | {yes_or_no(newest.verified)} |"
    yield "\n| rule of quality | what it means | status | checked by |\n|---|---|---|---|"
    for rule, claim in pack.claims.items():
        status = claim.status + (f": {cell(claim.reason)}" if claim.reason else "")
        by = "machine" if QUALITY[rule].refuted else "people"
        yield f"| `{rule}` | {QUALITY[rule].zh}<br>{QUALITY[rule].en} | {status} | {by} |"


def yes_or_no(verified: bool) -> str:
    return "yes" if verified else "no"


def cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "packs.md": packs_page,
    "permissions.md": permissions_page,
    "protection.md": lambda: protection.page(MADE),
    "rules.md": rules_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_equal_to_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/reference/{name} is out of date; write it again: {REWRITE}"


def test_every_command_of_the_command_line_has_its_help_on_the_page() -> None:
    page = commands_page()
    assert all(
        f"\n## yiwang {name}\n" in page
        for name in ("up", "town load", "hotline import", "case show", "replay", "water classify", "air index")
    )


def rewrite(names: Iterable[str]) -> None:
    """Write the made pages again."""
    for name in names:
        (ROOT / "docs" / "reference" / name).write_text(PAGES[name](), encoding="utf-8")


if __name__ == "__main__":
    rewrite(PAGES)
