"""docs/howto/pack.md is true: a pack made of the blocks on that page, outside the source tree, works through every door it names."""

import functools
import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.indicators import jobs as indicators
from yiwang.kernel import walltime, wording
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.plan import queries as plan
from yiwang.plan.models import Commitment
from yiwang.project import packfolders, packs, town, town_plan

PAGE = Path(project_settings.ROOT) / "docs" / "howto" / "pack.md"
BLOCK = re.compile(
    r"^`toilets/(?P<file>[^`]+)`[^\n]*(?:\n[^\n`][^\n]*)*\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL
)
SHEET = re.compile(r"```csv\n(.*?)```", re.DOTALL)
SAID = "新海广场的公厕好几天没人打扫了"
SYSTEM = Actor(ActorKind.SYSTEM)


def build(root: Path) -> Path:
    """The pack as the page prints it, in a folder of its own; the folder above it."""
    found = {block["file"]: block["content"] for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}
    assert set(packs.ALWAYS) < set(found), "the page prints every file that a pack has"
    for name, content in found.items():
        path = root / "toilets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def forget_what_was_read() -> None:
    """Packs are read once per process; a test that adds one reads anew, before and after."""
    gc.unfreeze()  # what conftest.py put out of the collector's sight is not among its objects
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("yiwang."):
            one.cache_clear()
    gc.freeze()


@pytest.fixture
def xinhai(tmp_path: Path, settings: Any, db: None) -> Iterator[None]:
    """Xinhai started with the pack of the page, named by the setting."""
    own = build(tmp_path)
    settings.OWN_PACKS = packfolders.named(str(own))
    settings.PACKS = packfolders.folders(settings.ROOT / "yiwang" / "packs", own)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMONSTRATION = True
    wording.read_too(settings.OWN_PACKS)
    forget_what_was_read()
    town.load(settings.TOWN_DIR, demonstration=True)
    town_plan.carry_over(settings.TOWN_DIR)
    yield
    wording.read_too(())
    forget_what_was_read()


def test_a_demonstration_that_has_begun_gets_the_packs_row_at_its_next_start(tmp_path, settings, db):
    settings.DEMONSTRATION = True
    town.load(settings.TOWN_DIR, demonstration=True)
    assert town_plan.keep_up(settings.TOWN_DIR) == ""
    year = walltime.town_day(walltime.now()).year
    assert plan.promises_of(SYSTEM, year) == {}
    town_plan.carry_over(settings.TOWN_DIR)
    before = plan.promises_of(SYSTEM, year)
    settings.PACKS = packfolders.folders(settings.ROOT / "yiwang" / "packs", build(tmp_path))
    assert town_plan.keep_up(settings.TOWN_DIR) == ""
    assert set(plan.promises_of(SYSTEM, year)) - set(before) == {"8.51"}


def somebody(username: str) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    return client


def test_the_check_finds_the_pack_by_the_setting_and_no_fault_in_it(tmp_path):
    environment = {
        **os.environ,
        "YIWANG_PACKS": str(build(tmp_path)),
        "DJANGO_SETTINGS_MODULE": "yiwang.project.settings",
    }
    asked = [sys.executable, "-m", "yiwang.project.commands", "town", "check", "--json"]
    done = subprocess.run(
        asked, cwd=project_settings.ROOT, env=environment, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["faults"]) == (0, [])
    assert told["found"]["packs"] == len(project_settings.PACKS) + 1


def test_its_rows_go_into_its_register_and_stand_in_the_list_and_on_the_map(xinhai):
    sanitation = somebody("sanitation")
    assert "公共厕所" in sanitation.get("/desk/registers").content.decode()
    sheet = SHEET.search(PAGE.read_text(encoding="utf-8"))
    assert sheet
    content = "\n".join(line.strip() for line in sheet[1].splitlines())
    sent = sanitation.post(
        "/desk/registers/public_toilet/import", {"file": SimpleUploadedFile("公厕.csv", content.encode())}
    )
    assert "没有收进的行" not in sent.content.decode()
    listed = sanitation.get("/desk/registers/public_toilet").content.decode()
    assert "新海广场公厕" in listed
    assert "共 1 行" in listed
    drawn = sanitation.get("/desk/registers/public_toilet", {"view": "map"}).content.decode()
    assert '"coordinates": [121.37, 31.8]' in drawn


def act(client: Client, number: str, name: str, **given: Any) -> None:
    answer = client.post(f"/api/cases/{number}/{name}", json.dumps(given), content_type="application/json")
    assert answer.status_code < 300, f"{name}: {answer.content.decode()}"


def handled(said: str) -> str:
    """A case of the pack's type from the resident's words to the department's report; its number."""
    reported = Client().post("/api/reports", json.dumps({"text": said}), content_type="application/json")
    number = str(reported.json()["number"])
    act(somebody("operator"), number, "accept", type_code="E-31-01", title="公厕没人打扫")
    act(somebody("dispatcher"), number, "dispatch", team="sanitation")
    act(somebody("sanitation"), number, "sign")
    act(somebody("sanitation"), number, "report_back", outcome="solved", result="已打扫", no_photo_reason="夜间拍不清")
    return number


FEWEST_IN_PUBLIC = 5


def test_cases_of_its_type_move_its_indicator_and_its_row_of_the_plan(xinhai):
    year = walltime.town_day(walltime.now()).year
    promise = f"/plan/{year}/promise/8.51"
    assert "公厕脏了有人管" in Client().get(promise).content.decode()
    numbers = [handled(f"{SAID}（{n}）") for n in range(FEWEST_IN_PUBLIC)]
    sequencer.sequence_once()
    indicators.follow_journal(walltime.now())
    leader = somebody("leader")
    figure = leader.get("/desk/indicators/toilets.cleaned_on_time").content.decode()
    assert "公厕保洁按期办结率" in figure
    rows = leader.get("/desk/indicators/toilets.cleaned_on_time/denominator").content.decode()
    assert all(f"/desk/cases/{number}" in rows for number in numbers)
    shown = Client().get(f"/plan/{year}/promise/8.51/data.json").json()
    assert (shown["value"], shown["unit"], shown["colour"]) == ("100", "percent", "green")
    assert not shown["in_published_plan"]
    assert "不在公开的要点原文里" in Client().get(promise).content.decode()
    assert "不在公开的要点原文里" not in Client().get(f"/plan/{year}/promise/8.01").content.decode()
    assert "5 / 5" in Client().get(promise).content.decode()


def test_when_the_pack_is_taken_away_the_board_and_its_promise_stand_and_say_that_nothing_counts_it(xinhai, settings):
    year = walltime.town_day(walltime.now()).year
    row = Commitment.objects.get(plan__year=year, row="8.51")
    settings.OWN_PACKS = ()
    settings.PACKS = packfolders.folders(settings.ROOT / "yiwang" / "packs")
    forget_what_was_read()
    sources = (
        ("toilets.cleaned_on_time", row.source),
        ("public_toilet", row.source | {"indicator": "", "register": "public_toilet"}),
    )
    for code, source in sources:
        Commitment.objects.filter(pk=row.pk).update(source=source)
        for address in (
            f"/plan/{year}",
            f"/plan/{year}/item/8",
            f"/plan/{year}/promise/8.51",
            f"/plan/{year}/promise/8.51/data.json",
        ):
            assert Client().get(address).status_code == 200, (code, address)
        assert f"“{code}”" in Client().get(f"/plan/{year}/promise/8.51").content.decode()
