"""A pack is installed by lying in its folder, and it is what it says it is, or it is refused with file and line."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from yiwang.cases import law
from yiwang.indicators.measured import known
from yiwang.intake.sensing import law as sensing_law
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.people import securitylog
from yiwang.kernel.wording import PACKAGE, texts
from yiwang.project import packfolders, packs
from yiwang.project.pack_quality import QUALITY
from yiwang.project.startcheck import Law
from yiwang.project.tests import made_up_pack


@pytest.fixture
def lifts(tmp_path: Path) -> Path:
    """The made-up pack's folder."""
    return made_up_pack.install(tmp_path)


def faults_of(folder: Path) -> list[str]:
    """What is wrong with a pack: file, line and slug of each fault."""
    try:
        packs.read_packs([folder])
    except RuleFileProblem as fault:
        return [f"{Path(one.file).relative_to(folder)}:{one.line} {one.slug}" for one in fault.everything()]
    return []


def test_the_installed_packs_are_what_they_say():
    names = [pack.card["name"] for pack in packs.read_packs(settings.PACKS)]
    assert names == sorted(names)
    assert {"grid", "hotline"} <= set(names)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_whatever_can_hold_of_a_measured_thing_is_told_in_words(language):
    outcomes = {
        f"{name.partition('.')[0]}.outcome.{one}" for name, source in known().items() for one in source.outcomes
    }
    assert outcomes
    assert outcomes <= texts(language)["words"].keys()


def test_what_is_checked_is_what_a_start_loads():
    checked = Law(PACKAGE)
    assert checked.packs == settings.PACKS
    assert (checked.rules, checked.types) == (
        sorted([*law.rule_files(), securitylog.RULES, sensing_law.RULES]),
        law.type_files(),
    )


def test_the_made_up_pack_has_no_fault(lifts):
    assert faults_of(lifts) == []


CARD, QUALITY_FILE, TYPES, RULES = "pack.toml", "quality.yaml", "case_types.yaml", "params/lifts.yaml"
CHINESE, ENGLISH = "texts/zh-Hans.yaml", "texts/en.yaml"

SPOILED = [
    # the card
    (CARD, 'name = "lifts"', 'name = "lift"', ["pack.toml:1 pack-named-otherwise"]),
    (CARD, 'version = "1"', 'verson = "1"', ["pack.toml:8 rule-file-unknown-key", "pack.toml:1 rule-file-missing-key"]),
    (CARD, '    "S13",', '    "S39",', ["pack.toml:3 rule-file-wrong-kind"]),
    (CARD, '    "S13",', '    "S00",', ["pack.toml:3 rule-file-wrong-kind"]),
    (CARD, 'plan_items = ["9"]', 'plan_items = ["27"]', ["pack.toml:7 rule-file-wrong-kind"]),
    (CARD, 'plan_items = ["9"]', "plan_items = []", ["pack.toml:7 rule-file-wrong-kind"]),
    (CARD, 'kinds = ["E"]', 'kinds = ["E", "X"]', ["pack.toml:9 rule-file-unknown-choice"]),
    (CARD, 'plan_items = ["9"]', "plan_items = [9", ["pack.toml:8 rule-file-unreadable-toml"]),
    (CARD, ', en = "Lifts"', "", ["pack.toml:2 rule-file-missing-key"]),
    # what only fits together
    (CARD, 'kinds = ["E"]', 'kinds = ["E", "H"]',
     ["pack.toml:9 pack-kind-without-types", "pack.toml:9 pack-kind-without-word"]),
    (CARD, 'kinds = ["E"]', "kinds = []", ["pack.toml:9 rule-file-wrong-kind"]),
    (CHINESE, "lifts.kind.E: ", "lifts.kind.F: ",
     ["pack.toml:9 pack-kind-without-word", "quality.yaml:9 pack-claim-refuted"]),
    (CHINESE, "  lifts.kind.E", "  lamps.kind.E: 路灯\n  lifts.kind.E",
     ["texts/zh-Hans.yaml:2 pack-text-of-another", "quality.yaml:9 pack-claim-refuted"]),
    # types and rules
    (TYPES, "photo: true", "foto: true",
     ["case_types.yaml:8 rule-file-unknown-key", "case_types.yaml:5 rule-file-missing-key"]),
    (TYPES, "code: E-77-01", "code: E-78-01", ["case_types.yaml:5 case-types-foreign-code"]),
    (TYPES, "from: 2020-01-01", "from: 2020-02-01", ["case_types.yaml:13 rule-file-dates-gap"]),
    (TYPES, "from: 2020-01-01", "from: 2019-12-31", ["case_types.yaml:13 rule-file-dates-overlap"]),
    (TYPES, "verify: 1 working_day, reference: invented", "verify: 1 working_day",
     ["case_types.yaml:11 rule-file-missing-key"]),
    (RULES, "from: 2021-01-01", "from: 2021-01-02", ["params/lifts.yaml:9 rule-file-dates-gap"]),
    (RULES, "from: 2021-01-01", "from: 2020-12-31", ["params/lifts.yaml:9 rule-file-dates-overlap"]),
    (RULES, "  source: {reference: invented}\n", "", ["params/lifts.yaml:1 rule-file-missing-key"]),
    # claims
    (QUALITY_FILE, "table-tests: {status: exempt, reason: it is a table of a test itself}", "table-tests: done",
     ["quality.yaml:8 pack-claim-refuted"]),
    (QUALITY_FILE, "limits-verified: {status: todo, reason: invented for a test}", "limits-verified: done",
     ["quality.yaml:3 pack-claim-refuted"]),
    (QUALITY_FILE, "examples-invented: done\n", "", ["quality.yaml:1 rule-file-missing-key"]),
    (QUALITY_FILE, "examples-invented: done", "examples-invented: yes", ["quality.yaml:7 rule-file-wrong-kind"]),
    (QUALITY_FILE, ", reason: invented for a test", "", ["quality.yaml:3 rule-file-missing-key"]),
    (QUALITY_FILE, "status: todo", "status: later", ["quality.yaml:3 rule-file-unknown-choice"]),
    (QUALITY_FILE, "examples-invented:", "examples-inventive:",
     ["quality.yaml:7 rule-file-unknown-key", "quality.yaml:1 rule-file-missing-key"]),
    (TYPES, "en: Lift out", "en: 电梯 out", ["quality.yaml:1 pack-claim-refuted"]),
    (TYPES, "zh-Hans: 电梯, en", "zh-Hans: Lift, en", ["quality.yaml:1 pack-claim-refuted"]),
    (TYPES, "from: 2020-01-01,", "from: 2020-01-01, to: 2030-12-31,", ["quality.yaml:2 pack-claim-refuted"]),
    (TYPES, "          - 轿厢门关不上\n", "", ["quality.yaml:4 pack-claim-refuted"]),
    (TYPES, "轿厢门关不上", "电梯里的灯全灭了", ["quality.yaml:4 pack-claim-refuted", "quality.yaml:5 pack-claim-refuted"]),
    (TYPES, "轿厢门关不上", "请打 199 0000 0101", ["quality.yaml:6 pack-claim-refuted"]),
    (ENGLISH, "words:\n", "words:\n  lifts.more: More\n", ["quality.yaml:9 pack-claim-refuted"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "faults"), SPOILED)
def test_a_mistake_in_a_pack_is_refused_with_file_and_line(lifts, file, right, wrong, faults):
    path = lifts / file
    content = path.read_text(encoding="utf-8")
    assert right in content
    path.write_text(content.replace(right, wrong, 1), encoding="utf-8")
    assert faults_of(lifts) == faults


def test_a_mistake_in_a_packs_alarm_rules_is_refused_with_file_and_line(lifts):
    (lifts / "alarms.yaml").write_text("alarms:\n  - codes: lifts.stuck\n", encoding="utf-8")
    assert faults_of(lifts)[0] == "alarms.yaml:2 rule-file-unknown-key"


@pytest.mark.parametrize(
    "name", ["case_types.yml", "limits.yaml", "params/lifts.yml", "params/old/lifts.yaml", "texts/fr.yaml", "rules.py"]
)
def test_a_file_that_no_module_reads_is_refused(lifts, name):
    path = lifts / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("[]\n", encoding="utf-8")
    assert faults_of(lifts) == [f"{name}:1 pack-file-unread"]


def test_what_a_desktop_hides_beside_our_files_is_passed_over(lifts):
    (lifts / ".DS_Store").write_bytes(b"\0")
    (lifts / "texts" / "._en.yaml").write_bytes(b"\0")
    assert faults_of(lifts) == []


@pytest.mark.parametrize("name", packs.ALWAYS)
def test_a_file_that_every_pack_has_is_missed(lifts, name):
    (lifts / name).unlink()
    assert f"{name}:1 pack-file-missing" in faults_of(lifts)


def test_a_pack_in_our_source_tree_is_a_python_package_too(lifts):
    (lifts / "__init__.py").unlink()
    assert faults_of(lifts) == []
    (lifts.parent / "__init__.py").touch()
    assert faults_of(lifts) == ["__init__.py:1 pack-file-missing"]


def test_the_indicators_of_a_pack_count_its_own_types(lifts):
    assert faults_of(lifts) == []
    path = lifts / "indicators.yaml"
    path.write_text(made_up_pack.INDICATORS, encoding="utf-8")
    assert faults_of(lifts) == []
    path.write_text(made_up_pack.INDICATORS.replace("E-77-01", "E-01-01"), encoding="utf-8")
    assert faults_of(lifts) == ["indicators.yaml:7 indicator-type-unknown"]


def test_two_packs_of_one_name_and_a_folder_without_packs_are_refused(lifts, tmp_path):
    own = made_up_pack.install(tmp_path / "own").parent
    with pytest.raises(RuleFileProblem) as twice:
        packs.read_packs(packfolders.folders(lifts.parent, own), [own])
    assert {(one.slug, Path(one.file).parent) for one in twice.value.everything()} == {("pack-twice", lifts)}
    with pytest.raises(RuleFileProblem) as nothing:
        packs.read_packs([lifts], [own])
    assert nothing.value.slug == "pack-none-there"


def test_a_folder_without_a_card_beside_the_packs_is_not_passed_over(lifts):
    (lifts.parent / "lamps").mkdir()
    assert faults_of(lifts) == []  # an empty folder, or only Python's own files, is nothing
    (lifts.parent / "lamps" / "case_types.yaml").write_text("classes: []\n", encoding="utf-8")
    with pytest.raises(RuleFileProblem, match=r"pack\.toml") as refusal:
        packs.read_packs([lifts])
    assert refusal.value.file == str(lifts.parent / "lamps" / "pack.toml")


def test_every_rule_of_quality_is_said_in_both_languages_and_stands_in_every_pack():
    assert all(rule.zh and rule.en.isascii() for rule in QUALITY.values())
    assert all(list(pack.claims) == list(QUALITY) for pack in packs.read_packs(settings.PACKS))


SEEN = """
import json, django
django.setup()
from datetime import date
from yiwang.cases import law
from yiwang.kernel.wording import word
kind = law.catalogue()["E-77-01"]
print(json.dumps([
    kind.name["en"],
    [kind.limits_on(date(year, 6, 1))["handle"].amount for year in (2019, 2020)],
    [law.rulebook().on("lifts.rescue", date(year, 6, 1)).value for year in (2020, 2021)],
    [word("lifts.kind.E", language) for language in ("zh-Hans", "en")],
    law.__file__,
]))
"""


def test_a_new_folder_is_all_that_a_new_pack_needs(tmp_path):
    """In a copy of the package: types, dated rules and words are there, and the check counts it, with no other file touched."""
    package = Path(
        shutil.copytree(PACKAGE, tmp_path / "yiwang", ignore=shutil.ignore_patterns("__pycache__", "static", "vendor"))
    )
    made_up_pack.install(package)
    environment = {
        "DJANGO_SETTINGS_MODULE": "yiwang.project.settings",
        "PYTHONPATH": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }

    def ran(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    *seen, file = json.loads(ran("-c", SEEN))
    assert seen == ["Lift out of order", [8, 4], [45, 30], ["电梯事件", "Lift event"]]
    assert Path(file).is_relative_to(tmp_path)
    xinhai = str(settings.ROOT / "towns" / "xinhai")
    checked = json.loads(ran("-m", "yiwang.project.commands", "town", "check", xinhai, "--json"))
    installed = packs.read_packs(settings.PACKS)
    assert (checked["faults"], checked["found"]["packs"]) == ([], len(installed) + 1)
    assert checked["found"]["case_types"] == len(law.catalogue().types()) + 1
