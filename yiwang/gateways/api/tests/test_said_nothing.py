"""A reason, a result, an explanation that shows as nothing is none, whatever characters it is made of."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nothing", ["\u200b", " \u2060\ufeff ", "\u3164", "\u2800\u2800", "\u202e"])
def test_a_reason_of_characters_that_show_as_nothing_is_no_reason(somebody, nothing):
    number = somebody("").post("/reports", {"text": "路灯不亮"}).json()["number"]
    operator = somebody("operator")
    body = {"reason_code": "not-town", "explanation": nothing}
    refused = operator.post(f"/cases/{number}/decline", body)
    assert (refused.status_code, refused.json()["type"]) == (422, "case-proof-missing")
    assert operator.post(f"/cases/{number}/decline", body | {"explanation": "不归镇里管"}).status_code == 200
