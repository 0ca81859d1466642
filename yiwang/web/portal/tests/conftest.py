"""A very small town for the residents' pages: a square with one committee, an estate, a building and a river, and some staff."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.cases.steps import forward
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import steps as places
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, CaseId, Grant, ScopeKind, TeamId

SYSTEM = Actor(ActorKind.SYSTEM)
INSIDE = ("121.3725", "31.8125")
"""Longitude and latitude of a point in the estate."""
OUTSIDE = ("116.3912", "39.9065")


def box(west: float, south: float, east: float, north: float) -> str:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{x} {y}' for x, y in corners)}))"


SQUARE = box(121.36, 31.80, 121.38, 31.82)
DRAFTS = (
    Draft(Kind.TOWN, "310151114", "试验镇", SQUARE, "Polygon", name_en="Trial Town", illustrative=True),
    Draft(Kind.COMMITTEE, "310151114001", "一居委会", SQUARE, "Polygon", name_en="First", parent="town/310151114"),
    Draft(Kind.ESTATE, "E1", "桃花新村", box(121.372, 31.812, 121.374, 31.814), "Polygon", name_en="Peach Estate"),
    Draft(
        Kind.BUILDING, "B1", "桃花新村1号楼", box(121.3721, 31.8121, 121.3723, 31.8123), "Polygon", parent="estate/E1"
    ),
    Draft(Kind.RIVER, "R1", "试验河", "LINESTRING (121.361 31.805, 121.379 31.805)", "LineString"),
)


@dataclass
class PortalTown:
    """Places by name, one department, and what staff do with a report."""

    places: dict[str, UUID]
    team: TeamId

    def call(self, role: str) -> Call:
        scope = Grant(role, ScopeKind.TEAM, self.team) if role == "handler" else Grant(role, ScopeKind.TOWN)
        account = AccountId(UUID(int=1000 + len(role)))
        return Call(Actor(ActorKind.STAFF, account, (scope,)), walltime.now(), "test")

    def case_id(self, number: str) -> CaseId:
        return cases.plain_status(SYSTEM, number).case_id

    def state(self, number: str) -> str:
        return str(cases.plain_status(SYSTEM, number).state)

    def dispatched(self, number: str, type_code: str = "E-01-01") -> None:
        forward.accept(self.case_id(number), type_code=type_code, title="垃圾", call=self.call("operator"))
        forward.dispatch(self.case_id(number), self.team, call=self.call("dispatcher"))

    def handled(self, number: str, outcome: str = "solved", result: str = "已清运") -> None:
        case_id = self.case_id(number)
        forward.sign(case_id, call=self.call("handler"))
        forward.report_back(case_id, outcome=outcome, result=result, no_photo_reason="夜间", call=self.call("handler"))

    def closed(self, number: str, type_code: str = "E-01-01", outcome: str = "solved") -> None:
        self.dispatched(number, type_code)
        self.handled(number, outcome)
        case_id = self.case_id(number)
        forward.verify(case_id, finding="干净", no_photo_reason="当场看过", call=self.call("verifier"))
        forward.close(case_id, called_back="solved", answer="垃圾已经清走。", call=self.call("operator"))


def made() -> PortalTown:
    """The town, through the steps of places and people."""
    call = Call(SYSTEM, walltime.now() - timedelta(days=1), "test")
    known = {draft.name: places.register_place(draft, call=call).place_id for draft in DRAFTS}
    team = people_teams.create_team("sanitation", "department", name_zh="市容环卫所", name_en="Sanitation", call=call)
    return PortalTown(known, team.team_id)


@pytest.fixture
def town(db: None, remembered: Any) -> PortalTown:
    town: PortalTown = remembered("portal", made)
    return town


@pytest.fixture(autouse=True)
def quick_and_apart(settings: Any, tmp_path: Any) -> Any:
    """Files and codes of a test lie in its own folder; the other rooms are not needed."""
    settings.DATA_DIR = tmp_path
    with override_settings(ROOT_URLCONF="yiwang.web.portal.tests.addresses"):
        yield


@pytest.fixture
def chinese() -> Client:
    return Client(headers={"Accept-Language": "zh-hans"})


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def jpeg(colour: tuple[int, int, int] = (90, 120, 60), position: bool = False) -> bytes:
    """A small photo; with `position` it says that it was taken at INSIDE."""
    picture, out = Image.new("RGB", (64, 48), colour), io.BytesIO()
    exif = Image.Exif()
    if position:
        degrees = lambda value: (int(value), int(value * 60 % 60), round(value * 3600 % 60, 2))  # noqa: E731
        exif[0x8825] = {1: "N", 2: degrees(float(INSIDE[1])), 3: "E", 4: degrees(float(INSIDE[0]))}
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def upload(content: bytes, name: str = "a.jpg", mime: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, mime)


@pytest.fixture
def said(town: PortalTown) -> Callable[..., dict[str, Any]]:
    """A report as the form sends it."""

    def make(**given: Any) -> dict[str, Any]:
        return {
            "go": "send", "_key": "form-1", "place": str(town.places["桃花新村"]), "text": "垃圾两天没人收", **given
        }  # fmt: skip

    return make


@pytest.fixture
def reported(chinese: Client, said: Callable[..., dict[str, Any]]) -> Callable[..., tuple[str, str]]:
    """Report something and give the number and the token of its link."""

    def make(**given: Any) -> tuple[str, str]:
        answer = chinese.post("/report", said(**{"phone": "199 0000 0001", "name": "水演示", **given}))
        assert answer.status_code == 303, answer.content.decode()
        number, token = answer["Location"].split("/")[-2:]
        return number, token

    return make


@pytest.fixture
def sent_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes leave after commit, and a test's transaction never commits."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, *args, **kwargs: function())


@pytest.fixture
def logged_in(chinese: Client, sent_at_once: None) -> Callable[..., Client]:
    """A browser in which the resident with this phone is logged in by code."""

    def make(phone: str = "199 0000 0001") -> Client:
        from_page = chinese.post("/login", {"phone": phone}).content.decode()
        code = from_page.split("验证码是 ")[1][:6]
        assert chinese.post("/login/code", {"phone": phone, "code": code}).status_code == 303
        return chinese

    return make
