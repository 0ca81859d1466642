"""The list of factors is checked at its load: each mistake is told with file and line."""

import pytest

from yiwang.intake.sensing import factors
from yiwang.intake.sensing.problems import FactorBoundsCrossed
from yiwang.kernel.params.problems import DoubleKey, RuleFileProblem

ONE = "- {code: w01018, name: {zh-Hans: 化学需氧量, en: COD}, unit: mg/L, least: 0, most: 10, codes_2005: ['011'], verified: true}\n"
SENT = ONE.replace("codes_2005: ['011']", "sent_as: [COD]")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        (ONE + ONE, DoubleKey, 2),
        (ONE + ONE.replace("w01018", "w01019"), DoubleKey, 2),
        (ONE.replace("codes_2005: ['011']", "sent_as: ['011']"), RuleFileProblem, 1),
        (SENT + SENT.replace("w01018", "w01019").replace("COD]", "Cod]"), DoubleKey, 2),
        (ONE.replace("most: 10", "most: 0"), FactorBoundsCrossed, 1),
        (ONE.replace("w01018", "COD"), RuleFileProblem, 1),
        (ONE.replace("unit: mg/L, ", ""), RuleFileProblem, 1),
        (ONE.replace("least: 0", "least: none"), RuleFileProblem, 1),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, problem, line):
    path = tmp_path / "factors.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(problem) as refused:
        factors.load(path)
    assert refused.value.parameters["line"] == line
