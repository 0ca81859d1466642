"""`yiwang indicator export` writes what `yiwang verify` finds right."""

import pytest
from typer.testing import CliRunner

from yiwang.kernel.journal import sealer
from yiwang.project import command_indicator, command_verify
from yiwang.project.refusal import Refusal
from yiwang.web.desk.tests.conftest import made
from yiwang.web.desk.tests.test_figure_bundles import CODE, KEY, checked, counted, lines_of

pytestmark = pytest.mark.django_db


def test_the_command_writes_what_the_command_verifies(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    sealer.key_path().write_text(KEY.text, encoding="utf-8")
    town = made()
    for _ in range(5):
        town.closed()
    counted()
    run = CliRunner().invoke
    whole, public = tmp_path / "whole.jsonl.gz", tmp_path / "public.jsonl.gz"
    assert run(command_indicator.app, ["export", CODE, str(whole)]).exit_code == 0
    assert run(command_indicator.app, ["export", CODE, str(public), "--public"]).exit_code == 0
    verdict = checked(whole.read_bytes())
    assert (verdict.kind, verdict.rows) == ("figure-open", 5)
    assert checked(public.read_bytes()).kind == "figure-sealed"
    assert any("entry" in one for one in lines_of(whole.read_bytes()))
    command_verify.verify(whole, key=[str(KEY.verifier)])
    for wrong in (["--from", "spring"], ["--as-of", "soon"]):
        assert isinstance(run(command_indicator.app, ["export", CODE, str(whole), *wrong]).exception, Refusal)


def test_moments_are_told_by_the_towns_clock_and_what_is_none_stays_as_it_is():
    told = command_verify.by_the_towns_clock(
        "66/68 · 2026-01–2026-12 · 2026-11-24T04:00:00.201822Z · 2026-13-45T99:00:00Z"
    )
    assert told == "66/68 · 2026-01–2026-12 · 2026-11-24 12:00:00 UTC+8 · 2026-13-45T99:00:00Z"
