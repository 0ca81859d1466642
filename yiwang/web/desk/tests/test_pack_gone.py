"""A case whose pack was taken away, at the desk: its pages open, and it is handled to its end."""

import pytest

from yiwang.cases import law
from yiwang.cases.classes import Catalogue
from yiwang.kernel.journal.replay import replay


@pytest.mark.django_db
def test_a_case_without_its_pack_is_shown_with_its_code_and_reported_back_verified_closed_and_reopened(
    town, post, monkeypatch
):
    case_id = town.handling()
    monkeypatch.setattr(law, "catalogue", lambda: Catalogue(()))
    acts = (
        ("sanitation", "report_back", {"outcome": "solved", "result": "已清", "no_photo_reason": "夜间"}),
        ("verifier", "verify", {"finding": "看过", "no_photo_reason": "当场"}),
        ("operator", "close", {"called_back": "solved", "answer": "已清走"}),
        ("operator", "reopen", {"ground": "not-mended", "words": "还有"}),
    )
    for who, act, given in acts:
        desk, page = town.client(who), f"/desk/cases/{town.number(case_id)}"
        shown = desk.get(page)
        assert shown.status_code == desk.get(f"{page}/act/{act}").status_code == 200
        assert "E-01-01" in shown.content.decode()
        assert post(town, who, case_id, act, **given).status_code == 302, act
    assert town.state(case_id) == "dispatched"
    assert replay().differences == ()
