"""A pack's indicators.yaml is checked line by line, and what it says can be counted."""

import shutil

import pytest
from django.conf import settings

from yiwang.indicators import compiled, definitions, law
from yiwang.kernel.access import permission
from yiwang.kernel.params.problems import RuleFileProblem

ONE = """\
indicators:
  - code: lifts.mended
    name: {zh-Hans: 修复率, en: Mended}
    formula: {zh-Hans: 处置数 ÷ 应处置数, en: handled ÷ due}
    none: {zh-Hans: 没有。, en: None.}
    direction: up
    numerator: {handled: 1}
    denominator: [handle_due]
    disclosure: live
    from: 2019-01-01
    reference: {zh-Hans: 虚构, en: invented}
    verified: false
"""


def loaded(folder, text):
    pack = folder / "lifts"
    pack.mkdir()
    (pack / definitions.FILE).write_text(text, encoding="utf-8")
    return definitions.load([pack])


@pytest.mark.parametrize(
    ("was", "becomes", "line", "slug"),
    [
        ("code: lifts.mended", "code: grid.mended", 2, "indicator-of-another"),
        ("handled: 1", "handled: 1.5", 7, "indicator-counts-too-much"),
        ("handled: 1", "part_answered: 1", 7, "indicator-mixes-parts"),
        ("handled: 1", "mended: 1", 7, "rule-file-unknown-choice"),
        ("[handle_due]", "[mended]", 8, "rule-file-unknown-choice"),
        ("direction: up", "direction: sideways", 6, "rule-file-unknown-choice"),
        ("reference:", "refrence:", 11, "rule-file-unknown-key"),
        (", en: invented", "", 11, "rule-file-missing-key"),
        ("disclosure: live", "disclosure: secret", 9, "rule-file-unknown-choice"),
        ("disclosure: live", "disclosure: {after_review: {role: dispatcher}}", 9, "rule-file-unknown-choice"),
        ("disclosure: live", "disclosure: {internal: {}}", 9, "rule-file-missing-key"),
        ("disclosure: live", "disclosure: {}", 9, "rule-file-unknown-choice"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, was, becomes, line, slug):
    with pytest.raises(RuleFileProblem) as refused:
        loaded(tmp_path, ONE.replace(was, becomes))
    assert (refused.value.line, refused.value.slug) == (line, slug)


def test_the_same_code_twice_is_refused(tmp_path):
    with pytest.raises(RuleFileProblem) as refused:
        loaded(tmp_path, ONE + ONE.partition("\n")[2])
    assert (refused.value.line, refused.value.slug) == (13, "rule-file-double-key")


def test_only_what_is_counted_makes_another_version(tmp_path):
    first = loaded(tmp_path, ONE)["lifts.mended"]
    (tmp_path / "other").mkdir()
    renamed = loaded(tmp_path / "other", ONE.replace("en: Mended", "en: Repaired"))["lifts.mended"]
    (tmp_path / "third").mkdir()
    counted = loaded(tmp_path / "third", ONE.replace("handled: 1", "handled_on_time: 1"))["lifts.mended"]
    assert first.hash == renamed.hash != counted.hash


def test_the_sums_of_all_indicators_read_the_evidence_once():
    sql = compiled.sums(law.indicators().values())
    assert sql.count('FROM "evidence"') == 1
    assert f'"d{len(law.indicators()) - 1}"' in sql


def test_an_indicator_says_in_which_state_it_is_public(tmp_path):
    states = {
        "live": ("live", "", {}),
        "{after_review: {role: leader}}": ("after_review", "leader", {}),
        "{internal: {reason: {zh-Hans: 内部, en: Ours}}}": ("internal", "", {"zh-Hans": "内部", "en": "Ours"}),
    }
    for number, (written, (state, role, reason)) in enumerate(states.items()):
        (tmp_path / str(number)).mkdir()
        found = loaded(tmp_path / str(number), ONE.replace("disclosure: live", f"disclosure: {written}"))
        said = found["lifts.mended"].disclosure
        assert (said.state, said.role, said.reason) == (state, role, reason)


def test_who_may_be_named_for_a_review_is_who_may_release():
    assert set(permission.table()["indicator.release"]) == set(definitions.RELEASERS)


@pytest.mark.parametrize(("types", "refused"), [("[E-01]", False), ("[E-01-01]", False), ("[E-01, H-01]", True)])
def test_an_indicator_may_count_types_of_its_own_pack_alone(tmp_path, types, refused):
    grid = next(folder for folder in settings.PACKS if folder.name == "grid")
    (tmp_path / "lifts").mkdir()
    shutil.copy(grid / "case_types.yaml", tmp_path / "lifts")
    written = ONE.replace("    numerator", f"    types: {types}\n    numerator")
    (tmp_path / "lifts" / definitions.FILE).write_text(written, encoding="utf-8")
    if refused:
        with pytest.raises(definitions.TypeOfNoPack) as told:
            definitions.load([tmp_path / "lifts"])
        assert (told.value.line, told.value.parameters["type"]) == (7, "H-01")
    else:
        assert "'E-01" in compiled.sums(definitions.load([tmp_path / "lifts"]).values())
