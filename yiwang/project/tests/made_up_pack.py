"""A small pack about lifts, complete and without a fault, for the tests to install and to spoil."""

from pathlib import Path

TYPES = """\
classes:
  - code: E-77
    name: {zh-Hans: 电梯, en: Lifts}
    types:
      - code: E-77-01
        name: {zh-Hans: 电梯停运, en: Lift out of order}
        department: housing
        photo: true
        urgent: true
        limits:
          - {from: 2019-01-01, to: 2019-12-31, accept: 1 urgent_hour, dispatch: 1 urgent_hour, handle: 8 urgent_hour,
             verify: 1 working_day, reference: invented, verified: false}
          - {from: 2020-01-01, accept: 1 urgent_hour, dispatch: 1 urgent_hour, handle: 4 urgent_hour,
             verify: 1 working_day, reference: invented, verified: false}
        examples:
          - 电梯停在三楼不动了
          - 轿厢门关不上
          - 按了按钮电梯没有反应
          - 老人困在电梯里出不来
          - 电梯一到五楼就抖
          - 楼里唯一的电梯坏了四天
          - 电梯里的灯全灭了
          - 电梯平层差了一大截
"""

INDICATORS = """\
indicators:
  - code: lifts.repaired
    name: {zh-Hans: 电梯修复率, en: Lifts repaired}
    formula: {zh-Hans: 处置数 ÷ 应处置数, en: handled ÷ due}
    none: {zh-Hans: 没有。, en: None.}
    direction: up
    types: [E-77-01]
    numerator: {handled: 1}
    denominator: [handle_due]
    disclosure: live
    from: 2019-01-01
    reference: {zh-Hans: 虚构, en: invented}
    verified: false
"""

PACK = {
    "pack.toml": """\
name = "lifts"
title = { zh-Hans = "电梯", en = "Lifts" }
serves = [
    "S13",
    "S16",
]
plan_items = ["9"]
version = "1"
kinds = ["E"]
""",
    "quality.yaml": """\
names-in-both-languages: done
limits-dated-with-reference: done
limits-verified: {status: todo, reason: invented for a test}
examples-eight-per-type: done
examples-distinct: done
examples-without-numbers: done
examples-invented: done
table-tests: {status: exempt, reason: it is a table of a test itself}
texts-in-both-languages: done
""",
    "case_types.yaml": TYPES,
    "params/lifts.yaml": """\
- id: lifts.rescue
  text: {zh-Hans: 电梯困人三十分钟内到场。, en: Help is there within thirty minutes.}
  unit: minute
  source: {reference: invented}
  verified: false
  scope: town
  values:
    - {from: 2019-01-01, to: 2020-12-31, value: 45, reference: invented}
    - {from: 2021-01-01, value: 30, reference: invented}
""",
    "texts/zh-Hans.yaml": "words:\n  lifts.kind.E: 电梯事件\n",
    "texts/en.yaml": "words:\n  lifts.kind.E: Lift event\n",
    "README.md": "# lifts\n",
    "__init__.py": "",
}


def install(package: Path) -> Path:
    """Put the pack's folder, and nothing else, into a copy of the package; the folder."""
    folder = package / "packs" / "lifts"
    for name, content in PACK.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
