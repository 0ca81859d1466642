"""A pack brings a command by its card and its code; nothing outside its folder names it, and only our own packs bring code."""

from pathlib import Path

import pytest

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.project import commands, packcommands, packs
from yiwang.project.refusal import Refusal
from yiwang.project.tests import made_up_pack

CARD = '\n[command]\nname = "lift"\nhelp = "Count lifts: yiwang lift count"\n'


@pytest.fixture
def lifts(tmp_path: Path) -> Path:
    """The made-up pack in a source tree of its own, as a Python package."""
    folder = made_up_pack.install(tmp_path)
    (folder.parent / "__init__.py").touch()
    (folder / "__init__.py").touch()
    return folder


def faults_of(folder: Path) -> list[str]:
    try:
        packs.read_packs([folder])
    except RuleFileProblem as fault:
        return [f"{Path(one.file).relative_to(folder)}:{one.line} {one.slug}" for one in fault.everything()]
    return []


def add_command(folder: Path) -> None:
    card = folder / "pack.toml"
    card.write_text(card.read_text(encoding="utf-8") + CARD, encoding="utf-8")


def test_a_command_is_found_by_its_card_and_its_code(lifts):
    assert packcommands.found(lifts.parent, "made_up") == {}
    add_command(lifts)
    (lifts / "commands.py").write_text("app = None\n", encoding="utf-8")
    (lifts / "rules").mkdir()
    (lifts / "rules" / "counting.py").touch()
    assert faults_of(lifts) == []
    found = packcommands.found(lifts.parent, "made_up")
    assert {name: (one.module, one.help) for name, one in found.items()} == {
        "lift": ("made_up.lifts.commands", "Count lifts: yiwang lift count")
    }


def test_a_card_without_code_and_code_without_a_card_are_refused(lifts):
    (lifts / "commands.py").touch()
    assert faults_of(lifts) == ["commands.py:1 pack-code-without-command"]
    (lifts / "commands.py").unlink()
    add_command(lifts)
    assert faults_of(lifts) == ["pack.toml:11 pack-command-without-code"]
    assert packcommands.found(lifts.parent, "made_up") == {}


def test_of_a_pack_from_elsewhere_nothing_is_run(lifts):
    add_command(lifts)
    (lifts / "commands.py").write_text("app = None\n", encoding="utf-8")
    (lifts.parent / "__init__.py").unlink()
    assert faults_of(lifts) == ["commands.py:1 pack-file-unread"]
    assert set(packcommands.found()) == set(commands.PACK_COMMANDS)  # only our own folder is looked through


def test_a_broken_card_does_not_break_the_command_line(lifts):
    (lifts / "commands.py").touch()
    (lifts / "pack.toml").write_text("name = [", encoding="utf-8")
    assert packcommands.found(lifts.parent, "made_up") == {}


def test_the_commands_of_packs_are_listed_need_no_database_and_take_no_name_of_ours():
    own = {command.name for command in commands.app.registered_commands}
    assert {"water", "air", "sewage"} <= set(commands.PACK_COMMANDS) <= own
    assert not set(commands.PACK_COMMANDS) & {"up", "manage", "worker", "verify", *commands.TOWN_COMMANDS}
    for name in commands.PACK_COMMANDS:
        assert not commands.needs_database([name, "anything"])


@pytest.mark.parametrize(
    ("more", "said"), [((), "没有 nothing.csv 这个文件。"), (("--en",), "There is no file nothing.csv.")]
)
def test_what_a_pack_refuses_the_command_line_tells_with_exit_code_2(more, said):
    with pytest.raises(Refusal) as refusal:
        commands._call(["water", "classify", "nothing.csv", *more])
    assert said in str(refusal.value)
    assert refusal.value.exit_code == 2
