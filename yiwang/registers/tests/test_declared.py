"""A pack adds a register by a YAML file alone, and a wrong declaration is told with file and line before anything is served."""

from pathlib import Path

import pytest

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.registers.declared import load

TOILETS = """\
- code: public_toilet
  name: {zh-Hans: 公共厕所, en: "Public toilets"}
  systems: [S01]
  source: master
  owner: sanitation
  legal_basis: 本镇市容环卫管理办法
  purpose: {zh-Hans: 保洁和报修, en: "Cleaning and repair"}
  retention_months: 60
  disclosure: public
  place: point
  key: [code]
  fields:
    - {code: code, name: {zh-Hans: 编号, en: "Number"}, type: text, required: true}
    - {code: seats, name: {zh-Hans: 厕位, en: "Seats"}, type: whole, min: 1}
"""


def declared(tmp_path: Path, content: str):
    path = tmp_path / "toilets" / "registers.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return load([path])


def test_a_register_is_there_by_its_file_alone(tmp_path):
    toilets = declared(tmp_path, TOILETS).register("public_toilet")
    assert (toilets.pack, toilets.owner, toilets.key) == ("toilets", "sanitation", ("code",))
    assert [field.code for field in toilets.fields] == ["code", "seats", "longitude", "latitude"]


@pytest.mark.parametrize(
    ("right", "wrong", "slug", "line"),
    [
        ("  retention_months: 60\n", "", "rule-file-missing-key", 1),
        ("  owner: sanitation", "  ownr: sanitation", "rule-file-missing-key", 1),
        ("key: [code]", "key: [seats]", "register-key-not-a-field", 11),
        ("key: [code]", "key: [number]", "register-key-not-a-field", 11),
        ("place: point", "place: place", "register-place-field-missing", 10),
        ("type: whole, min: 1", "type: choice", "register-choices-misplaced", 14),
        ("type: whole, min: 1", "type: place", "register-place-kind-misplaced", 14),
        ("code: seats", "code: longitude", "register-field-reserved", 14),
        ("min: 1", "personal: true", "register-personal-field", 14),
        ("code: seats", "code: code", "rule-file-double-key", 14),
        ("type: whole, min: 1", "type: whole, min: 9, max: 1", "register-bounds-crossed", 14),
        ("type: whole, min: 1", "type: decimal, min: 1", "register-unit-missing", 14),
        (
            "type: whole, min: 1",
            "type: choice, choices: [{code: a, name: {zh-Hans: 甲, en: A}}, {code: a, name: {zh-Hans: 乙, en: B}}]",
            "rule-file-double-key",
            14,
        ),
        ("disclosure: public", "disclosure: secret", "rule-file-unknown-choice", 9),
        ("source: master", "source: copy", "rule-file-wrong-kind", 4),
    ],
)
def test_a_wrong_declaration_is_refused_at_its_line(tmp_path, right, wrong, slug, line):
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, TOILETS.replace(right, wrong))
    assert (slug, line) in {(fault.slug, fault.line) for fault in refused.value.everything()}


def asked_again() -> str:
    first, second = TOILETS.replace("min: 1", "fact: toilet.seats"), TOILETS.replace("min: 1", "fact: toilet.seats")
    return first + second.replace("code: public_toilet", "code: other_toilet")


def test_a_fact_that_two_registers_ask_for_is_refused_at_the_second(tmp_path):
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, asked_again())
    assert (refused.value.slug, refused.value.line) == ("register-fact-asked-twice", 28)
    assert refused.value.parameters["first"].endswith("registers.yaml:14")


RIVERS = """\
- code: %s
  name: {zh-Hans: 河道, en: "Rivers"}
  systems: [S01]
  source: master
  owner: water
  legal_basis: 水污染防治法
  purpose: {zh-Hans: 治理, en: "Works"}
  retention_months: 60
  disclosure: public
  place: place
  key: [river]
  fields:
    - {code: river, name: {zh-Hans: 河道, en: "River"}, type: place, kind: river, required: true}
    - {code: %s, name: {zh-Hans: 宽度, en: "Width"}, type: decimal, unit: 米}
"""


def test_two_registers_of_rivers_may_not_ask_for_the_same_of_a_river(tmp_path):
    upkeep = (RIVERS % ("river_upkeep", "dredged_m3")).replace("宽度", "疏浚方量").replace('"Width"', '"Dredged"')
    both = declared(tmp_path, RIVERS % ("river", "width_m") + upkeep)
    assert both.register("river_upkeep").field("dredged_m3").fact == "river.dredged_m3"
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, RIVERS % ("river", "width_m") + RIVERS % ("river_upkeep", "width_m"))
    assert (refused.value.slug, refused.value.parameters["fact"]) == ("register-fact-asked-twice", "river.width_m")


@pytest.mark.parametrize(
    "other", ["breadth_m", "breadth_m, fact: river.breadth_m", "breadth_m, fact: stream.breadth_m"]
)
def test_the_same_of_a_river_under_another_code_is_asked_twice_too(tmp_path, other):
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, RIVERS % ("river", "width_m") + RIVERS % ("river_upkeep", other))
    assert (refused.value.slug, refused.value.parameters["fact"]) == ("register-fact-asked-twice", "river · 宽度")


def test_two_fields_of_a_register_have_two_names_or_a_sheets_column_could_be_either(tmp_path):
    doubled = RIVERS % ("river", "width_m") + "    - {code: depth_m, name: {zh-Hans: 宽 度, en: Depth}, type: whole}\n"
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, doubled)
    assert (refused.value.slug, refused.value.line) == ("register-fact-asked-twice", 15)


def test_a_kind_of_place_that_the_town_does_not_have_is_refused(tmp_path):
    with pytest.raises(RuleFileProblem) as refused:
        declared(tmp_path, RIVERS.replace("kind: river", "kind: sea") % ("river", "width_m"))
    assert (refused.value.slug, refused.value.line) == ("rule-file-unknown-choice", 13)


def test_a_mirror_of_another_systems_list_asks_nobody(tmp_path):
    first, second = asked_again().split("- code: other_toilet")
    mirror = "- code: other_toilet" + second.replace("source: master", "source: {mirror: {of: 市名录}}")
    assert declared(tmp_path, first + mirror).register("other_toilet").mirror_of == "市名录"
