"""Loading towns/xinhai: everything in it once, changes as changes, and mistakes told with file and line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from yiwang.intake.sensing import queries as sensing
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.queries import entries_after, head
from yiwang.kernel.people import queries
from yiwang.kernel.people.rules import CodeLimits, VisitorLimits
from yiwang.kernel.people.steps import proving
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.project import proxies, town, townfile
from yiwang.project.town_problems import TownRefused

XINHAI = settings.ROOT / "towns" / "xinhai"
SYSTEM = Actor(ActorKind.SYSTEM)
VISIT = Call(VISITOR, walltime.now(), "web")


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMONSTRATION = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Xinhai to spoil."""
    return Path(shutil.copytree(XINHAI, tmp_path / "xinhai"))


def written(after: int = 0) -> list[str]:
    """The verbs in the journal after a position, places left out."""
    sequencer.sequence_once()
    verbs = [placed.entry.verb for placed in entries_after(after, limit=5000)]
    return [verb for verb in verbs if not verb.startswith("place")]


def people() -> int:
    return len(queries.accounts(SYSTEM)) + len(queries.demonstration_residents(SYSTEM))


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    content = path.read_text(encoding="utf-8")
    assert content.count(old) >= 1, f"{old} is not in {file}"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def told(folder: Path) -> str:
    return "\n".join(str(fault) for fault in town.check(folder).faults)


def test_nothing_is_wrong_with_xinhai():
    assert town.check(XINHAI).faults == ()


@pytest.mark.django_db
def test_a_second_load_adds_nothing_and_writes_nothing():
    first = town.load(XINHAI, demonstration=True)
    before = len(written())
    again = town.load(XINHAI, demonstration=True)
    assert (first.teams.added, first.accounts.added) == (25, people())
    assert (again.teams.added, again.teams.changed, again.teams.unchanged) == (0, 0, 25)
    assert (again.accounts.added, again.accounts.changed) == (0, 0)
    assert (again.places.added, again.places.changed) == (0, 0)
    assert (first.stations.added, again.stations.added, again.stations.changed) == (12, 0, 0)
    assert len(written()) == before > 50


@pytest.mark.django_db
def test_every_role_can_log_in_and_committee_workers_stand_on_their_committees_ground():
    summary = town.load(XINHAI, demonstration=True)
    cards = {card.username: card for card in queries.demonstration_accounts(VISITOR)}
    held = {role.role for card in cards.values() for role in card.roles}
    assert held == {
        "operator", "dispatcher", "handler", "verifier", "arbiter", "duty_officer", "leader", "registrar", "auditor",
        "administrator", "security_administrator", "committee_worker", "grid_worker",
    }  # fmt: skip
    office = queries.team_by_code(VISITOR, "yuejin")
    yuejin = cards["yuejin"].actor()
    assert office.committee_id in {grant.scope_id for grant in yuejin.grants}
    assert yuejin.teams == {office.team_id}
    staff = [login for login in summary.logins if login.password == "xinhai-demo-2019"]
    for login in staff:
        assert proving.try_password(login.user, login.password, call=VISIT).account_id, login
    assert {login.role for login in summary.logins if login not in staff} == {"居民"}


@pytest.mark.django_db
def test_no_invented_person_comes_into_a_real_town(folder):
    town.load(XINHAI, demonstration=False)
    assert (people(), len(queries.teams(VISITOR))) == (0, 25)
    assert sensing.stations(SYSTEM) == ()
    spoil(folder, "town.yaml", "demonstration: true", "demonstration: false")
    summary = town.load(folder, demonstration=True)
    assert (people(), summary.logins, summary.demonstration) == (0, (), False)
    assert not townfile.is_demonstration(folder)
    assert townfile.is_demonstration(XINHAI)
    assert not townfile.is_demonstration(folder / "nowhere")


@pytest.mark.django_db
def test_what_changed_in_a_file_becomes_a_change_and_nothing_else_moves(folder):
    town.load(folder, demonstration=True)
    spoil(folder, "departments.yaml", "zh-Hans: 水务管理站", "zh-Hans: 水务站")
    spoil(folder, "accounts.yaml", "name: 赵演示", "name: 赵新演示")
    spoil(folder, "accounts.yaml", "roles: [{role: leader}]", "roles: [{role: leader}, {role: auditor}]")
    spoil(folder, "accounts.yaml", ", {role: handler, team: yuejin}", "")
    written()
    before = head()
    summary = town.load(folder, demonstration=True)
    assert sorted(written(before)) == [
        "account.changed",
        "account.role_granted",
        "account.role_revoked",
        "team.changed",
    ]
    assert (summary.teams.changed, summary.accounts.changed) == (1, 3)
    assert queries.team_by_code(VISITOR, "water").name_zh == "水务站"
    (yuejin,) = (card for card in queries.accounts(SYSTEM) if card.username == "yuejin")
    assert [role.role for role in yuejin.roles] == ["committee_worker"]


@pytest.mark.parametrize(
    ("file", "old", "new", "told_as"),
    [
        ("town.yaml", "demonstration: true", "demonstration: ja", "town.yaml:6"),
        ("town.yaml", "phone:", "packs: [grid]\nphone:", "town.yaml:8: "),
        ("town.yaml", "case_letters: XH", "case_leters: XH", "town.yaml:7"),
        ("town.yaml", "phone:", "codes: {town_an_hour: 0}\nphone:", "town.yaml:8: "),
        ("town.yaml", "phone:", "visitors: {photos_an_hour: 0}\nphone:", "town.yaml:8: "),
        ("departments.yaml", "{code: urban,", "{code: centre,", "departments.yaml:4: “centre” is given twice"),
        ("departments.yaml", "kind: committee, place", "kind: department, place", "The place of “yuejin” does not fit"),
        ("departments.yaml", "310151114005", "310151114009", "The area 310151114009"),
        ("departments.yaml", "{code: urban,", "{code: urban, parent: nowhere,", "no department or committee “nowhere”"),
        ("accounts.yaml", "team: urban", "team: rural", "no department or committee “rural”"),
        ("accounts.yaml", "role: operator", "role: king", "accounts.yaml:6: There is no role “king”"),
        ("accounts.yaml", "{role: leader}", "{role: leader, team: urban}", "The ground beside the role “leader”"),
        ("accounts.yaml", "{role: handler, team: urban}", "{role: handler}", "The ground beside the role “handler”"),
        ("accounts.yaml", "199 0000 0101", "138 0000 0101", "“138 0000 0101” does not look invented"),
        ("accounts.yaml", "199 0000 0102", "199 0000 0101", "“199 0000 0101” is given twice"),
        ("accounts.yaml", "xinhai-demo-2019", "xinhai", "password does not do"),
        ("accounts.yaml", "staff:", "staff: [", "accounts.yaml:"),
        ("office_hours.yaml", "08:30-11:30", "25:30-11:30", "office_hours.yaml:"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder, file, old, new, told_as):
    spoil(folder, file, old, new)
    assert told_as in told(folder)


def test_the_towns_card_may_set_how_many_codes_are_sent_in_an_hour(folder):
    assert townfile.code_limits(folder) == townfile.code_limits(XINHAI) == CodeLimits(20, 300)
    spoil(folder, "town.yaml", "phone:", "codes: {town_an_hour: 900}\nphone:")
    assert townfile.code_limits(folder) == CodeLimits(20, 900)
    assert told(folder) == ""


def test_the_towns_card_may_set_how_much_one_address_sends_without_logging_in(folder):
    assert townfile.visitor_limits(folder) == townfile.visitor_limits(XINHAI) == VisitorLimits(60, 300)
    spoil(folder, "town.yaml", "phone:", "visitors: {reports_an_hour: 90}\nphone:")
    assert townfile.visitor_limits(folder) == VisitorLimits(90, 300)
    assert told(folder) == ""


@pytest.mark.parametrize(
    ("said", "known"), [("", 0), ("127.0.0.1", 1), (" 10.1.0.0/24 , ::1,", 2), ("127.0.0.0/8,fd00::/64", 2)]
)
def test_proxies_are_addresses_and_networks(said, known):
    assert len(proxies.networks(said)) == known


@pytest.mark.parametrize("said", ["nginx", "10.0.0.1/8", "10.0.0.1;10.0.0.2"])
def test_what_is_no_proxy_stops_the_start_and_says_how_it_is_written(said):
    with pytest.raises(ImproperlyConfigured, match=r"such as 127\.0\.0\.1,10\.1\.0\.2"):
        proxies.networks(said)


@pytest.mark.parametrize("said", ["0.0.0.0/0", "127.0.0.1,10.1.0.0/23", "fd00::/63", "::/0"])
def test_a_network_that_has_others_in_it_than_proxies_stops_the_start_and_says_what_to_name(said):
    with pytest.raises(ImproperlyConfigured, match="Name the proxies' own addresses"):
        proxies.networks(said)


@pytest.mark.django_db
def test_a_folder_with_a_mistake_is_not_loaded_at_all(folder):
    (folder / "departments.yaml").unlink()
    with pytest.raises(TownRefused, match=r"departments\.yaml"):
        town.load(folder, demonstration=True)
    assert written() == []


def test_no_start_begins_with_a_fault_and_it_names_all_of_them(folder, tmp_path):
    spoil(folder, "town.yaml", "case_letters: XH", "case_letters: X")
    spoil(folder, "office_hours.yaml", "08:30-11:30", "25:30-11:30")
    environment = {**os.environ, "YIWANG_TOWN": str(folder), "YIWANG_DATA": str(tmp_path / "data"), "COLUMNS": "400"}
    environment["DATABASE_URL"] = "postgresql:///nobody_asks_for_it?host=/nowhere"
    environment["DJANGO_SETTINGS_MODULE"] = "yiwang.project.settings"
    started = [sys.executable, "-m", "yiwang.project.prepare"]
    done = subprocess.run(started, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert all(f"{folder / name}:" in done.stderr for name in ("town.yaml", "office_hours.yaml"))
