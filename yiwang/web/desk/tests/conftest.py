"""A small town for the desk: three departments, a member of staff of each role, and cases in any state."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client, override_settings

from yiwang.cases import queries as cases
from yiwang.cases.steps import forward, sideways
from yiwang.intake.reports import jobs
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.people.tests.strongly import log_in_strongly
from yiwang.kernel.places import loading
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, CaseId, ScopeKind, TeamId

SYSTEM = Actor(ActorKind.SYSTEM)
MIDDLEWARE = ("yiwang.web.policy.ContentPolicyMiddleware", "yiwang.web.problems.ProblemMiddleware")
TOWN_ROLES = ("operator", "dispatcher", "verifier", "arbiter", "duty_officer", "leader", "auditor", "administrator")
RUBBISH = "菜场门口的垃圾两天没人收，味道很大。"


@pytest.fixture(scope="package", autouse=True)
def room() -> Iterator[None]:
    missing = [one for one in MIDDLEWARE if one not in django_settings.MIDDLEWARE]
    with override_settings(MIDDLEWARE=[*django_settings.MIDDLEWARE, *missing]):
        yield


@dataclass
class DeskTown:
    """Teams by code, clients by role, and cases made through the steps."""

    teams: dict[str, TeamId]
    accounts: dict[str, UUID]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str, language: str = "zh-hans") -> Client:
        """A browser in which this member of staff is logged in."""
        client = Client(headers={"Accept-Language": language})
        log_in_strongly(client, self.accounts[who])
        return client

    def actor(self, who: str) -> Actor:
        return people.account(SYSTEM, AccountId(self.accounts[who])).actor()

    def call(self, who: str) -> Call:
        return Call(self.actor(who), walltime.now(), "test")

    def report(
        self, text: str = RUBBISH, *, phone: str = "199 0000 0001", read: bool = True, channel: str = "desk", **given
    ) -> CaseId:
        """Something the operator entered; the machine has read it."""
        person = Person(phone, "水演示") if phone else None
        fact = receiving.enter(channel=channel, text=text, reporter=person, call=self.call("operator"), **given)
        if read:
            jobs.read_waiting(self.call("operator"))
        return fact.case_id

    def accepted(self, type_code: str = "E-01-01", **given) -> CaseId:
        case_id = self.report(**given)
        forward.accept(case_id, type_code=type_code, title="菜场门口垃圾", call=self.call("operator"))
        return case_id

    def demand(self) -> CaseId:
        return self.accepted("H-01-01")

    def dispatched(self, team: str = "sanitation", **given) -> CaseId:
        case_id = self.accepted(**given)
        forward.dispatch(case_id, self.teams[team], call=self.call("dispatcher"))
        return case_id

    def handling(self, team: str = "sanitation", **given) -> CaseId:
        case_id = self.dispatched(team, **given)
        forward.sign(case_id, call=self.call(team))
        return case_id

    def handled(self, team: str = "sanitation", **given) -> CaseId:
        case_id = self.handling(team, **given)
        forward.report_back(
            case_id, outcome="solved", result="已清运", no_photo_reason="夜间拍不清", call=self.call(team)
        )
        return case_id

    def finish(self, case_id: CaseId, team: str = "sanitation") -> None:
        """Take a case that was given to this team to its close."""
        forward.sign(case_id, call=self.call(team))
        forward.report_back(case_id, outcome="solved", result="已清运", no_photo_reason="夜间", call=self.call(team))
        forward.verify(case_id, finding="已清", no_photo_reason="当场看过", call=self.call("verifier"))
        forward.close(case_id, called_back="solved", answer="已清运", call=self.call("operator"))

    def verified(self, **given) -> CaseId:
        case_id = self.handled(**given)
        forward.verify(case_id, finding="已清", no_photo_reason="当场看过", call=self.call("verifier"))
        return case_id

    def closed(self, **given) -> CaseId:
        case_id = self.verified(**given)
        forward.close(case_id, called_back="solved", answer="已清运", call=self.call("operator"))
        return case_id

    def returned(self) -> CaseId:
        case_id = self.dispatched()
        self._object(case_id, "sanitation", "water")
        return case_id

    def _object(self, case_id: CaseId, team: str, proposed: str) -> None:
        sideways.object_to(
            case_id,
            reason_code="other-department",
            legal_basis="三定方案",
            proposed_team=self.teams[proposed],
            explanation="不归我们管",
            call=self.call(team),
        )

    def disputed(self) -> CaseId:
        case_id = self.returned()
        forward.dispatch(case_id, self.teams["water"], call=self.call("dispatcher"))
        self._object(case_id, "water", "sanitation")
        return case_id

    def number(self, case_id: CaseId) -> str:
        return cases.rows_of(SYSTEM, [case_id])[case_id].number

    def state(self, case_id: CaseId) -> str:
        return str(cases.rows_of(SYSTEM, [case_id])[case_id].state)


@pytest.fixture
def town(db, remembered) -> DeskTown:
    return remembered("desk", made)


def made() -> DeskTown:
    """The town, made through the steps of people."""
    call = Call(SYSTEM, walltime.now() - timedelta(days=1), "test")
    teams = {
        code: people_teams.create_team(
            code, "department", name_zh=name, name_en=code.title(), position=at, call=call
        ).team_id
        for at, (code, name) in enumerate(
            (("sanitation", "市容环卫所"), ("water", "水务管理站"), ("utilities", "水电气协调办公室"))
        )
    }
    accounts: dict[str, UUID] = {}
    for role in TOWN_ROLES:
        accounts[role] = _account(role, call)
        people_steps.grant_role(accounts[role], role, call=call)
    for code, team_id in teams.items():
        accounts[code] = _account(code, call)
        people_steps.grant_role(accounts[code], "handler", scope=ScopeKind.TEAM, scope_id=team_id, call=call)
    return DeskTown(teams, accounts)


def made_with_places() -> DeskTown:
    """The desk's town with the places of Xinhai and a registrar."""
    town = made()
    call = town.call("administrator")
    town.accounts["registrar"] = people_steps.create_account("registrar", "登演示", call=call).account_id
    people_steps.grant_role(town.accounts["registrar"], "registrar", call=call)
    loading.load_places(django_settings.TOWN_DIR / "places", call=call)
    return town


def _account(name: str, call: Call) -> UUID:
    return people_steps.create_account(name.replace("_", "-"), f"{name}演示", demonstration=False, call=call).account_id


@pytest.fixture
def post() -> Callable[..., object]:
    """Post an act's form as the page would: with a key and the row version that it showed."""

    def send(
        town: DeskTown, who: str, case_id: CaseId, act: str, *, htmx: bool = False, version: int | None = None, **given
    ):
        number = town.number(case_id)
        shown = cases.rows_of(SYSTEM, [case_id])[case_id].row_version if version is None else version
        headers = {"HX-Request": "true"} if htmx else {}
        return town.client(who).post(
            f"/desk/cases/{number}/act/{act}",
            {"_key": f"{who}-{case_id}-{act}", "_version": shown, "_seen": "0", **given},
            headers=headers,
        )

    return send


# --- a browser --------------------------------------------------------------------------------------------------------

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


class Closing:
    """Gives each request's connection back, so that the test database can be dropped."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: Any, start: Any) -> Any:
        answer = self.application(environ, start)
        try:
            yield from answer
        finally:
            if hasattr(answer, "close"):
                answer.close()
            connections.close_all()


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(Closing(StaticFilesHandler(get_wsgi_application())))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=15_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        connections.close_all()  # the steps that the test called inside Playwright's loop have a connection of their own
        browser.close()


def open_page(chromium: Any, address: str, town: Any, who: str, width: int = 1440) -> Any:
    """A page in which this member of staff is logged in."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    session = town.client(who).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(15000)
    return page


@pytest.fixture
def no_async_check(monkeypatch) -> None:
    """Playwright keeps an event loop in this thread; the steps called between are not part of it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
