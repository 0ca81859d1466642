"""Each role at each door, by each method the door takes, over rows on its own ground and on another's: let in where the
permission table says, turned away elsewhere, and shown nothing of what it may not read."""

import gzip
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from openpyxl import Workbook
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from yiwang.cases.parts import PART_ARROWS
from yiwang.cases.stages import ARROWS, BY_THEMSELVES
from yiwang.gateways.stream import views as stream
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.rules import reach
from yiwang.kernel.journal import sealed
from yiwang.kernel.journal.stream import Change
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.tests.strongly import log_in_strongly
from yiwang.kernel.terms import TOWN_WIDE, VISITOR, Actor, ActorKind, Where
from yiwang.project.tests import two_grounds, written
from yiwang.project.tests.asked import BODIES, JOINT
from yiwang.project.tests.doors import Route, town_routes
from yiwang.project.tests.two_grounds import MARKS, ROLES, Ground, TwoGrounds

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WHOSE = ("own", "other")

ALWAYS = {
    "admin/login": ({302}, "leads everybody to the desk's log-in"),
    "house/problem": ({403}, "shows everybody what a refusal looks like"),
    "api/<path:rest>": ({404}, "says to everybody that the API has no such address"),
}
"""Addresses that answer everybody alike, with the statuses and the reason."""

ONLY_RESIDENTS = {
    "api/me": "one's own data as a resident",
    "api/me/erase": "the same",
    "api/reports/<number>/forget": "the same; an administrator erases by a case's own way",
    "api/reports/<number>/why": "told to the one who reported; the desk has the case itself",
    "me/details": "the portal's page of one's own; the town's staff are named by the administrator",
}
"""Addresses that refuse staff although the table lets them do the same elsewhere, each with the reason."""

PUBLIC_LIST = "open311/v2/requests.<spelling:spelling>"
"""Lists matters of the public space by number to everybody, and nothing else of them (docs/adr/0032)."""
WHOLE = {
    "/transparency/journal.jsonl.gz": "the whole journal for auditors and administrators, without private payload (ADR 0030)"
}
"""Addresses that hold the town's own words of every case for whoever is let in, each with the reason; nothing of a person."""

SAME = {"HEAD": "Django answers it as GET, and leaves out what GET says"}
"""Methods that are not asked by themselves, each with the reason."""

ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")


# --- what is sent where ----------------------------------------------------------------------------------------------


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (32, 24), "#6a7").save(content, "JPEG")
    content.seek(0)
    content.name = "lamp.jpg"
    return content


PARTS_AUTHORITY = {name.removeprefix("part_"): arrow.authority for name, arrow in PART_ARROWS.items()}
AUTHORITY = {name: arrow.authority for name, arrow in ARROWS.items()} | {"ask_assist": "case.ask_assist"}
NOTHING = "00000000-0000-7000-8000-00000000000f"
"""The identifier of nothing: who is let in is told that there is no such thing."""


def in_a_sheet(content: bytes) -> bytes:
    book, packed = Workbook(), io.BytesIO()
    book.active.append([content.decode()])
    book.save(packed)
    return packed.getvalue()


def in_a_paper(content: bytes) -> bytes:
    packed = io.BytesIO()
    page = Canvas(packed)
    page.drawString(72, 72, content.decode())
    page.save()
    return packed.getvalue()


def form_of(arrow: str, made: TwoGrounds, row: Ground) -> dict[str, Any]:
    """The arrow's body as the desk's form has it: a team by its identifier, yes and no in words."""
    if arrow == "ask_assist":
        return {"assists": [str(made.third)], "assist_task": "看一下"}
    words = {True: "yes", False: "no"}
    teams = {"team": str(made.third), "proposed_team": str(made.third), "main": row.number}
    return {
        name: words.get(value, value) if isinstance(value, bool) else value for name, value in BODIES[arrow].items()
    } | {name: team for name, team in teams.items() if name in BODIES[arrow]}


def json_of(address: str, made: TwoGrounds, row: Ground, token: str) -> dict[str, Any]:
    """What a program sends to an address of the API."""
    last = address.rsplit("/", 1)[-1]
    if last in ("forget", "erase"):
        return {"sure": True}
    if address.startswith("api/reports/"):
        return BODIES[last] | {"token": token}
    if address.startswith("api/cases/<"):
        return (BODIES | JOINT)[last] | ({"main": row.number} if last == "merge" else {})
    return {
        "api/cases/accept": {"numbers": [row.number]},
        "api/cases/merge": {"main": row.number, "numbers": [row.number]},
        "api/rechecks": {"month": "2019-01"},
        "api/reports": {"text": "路灯不亮"},
        "api/session": {"kind": "demonstration", "account_id": str(made.demonstration)},
        "api/session/code": {"phone": "19900000883"},
        "api/me/claims": {"kind": "explain", "words": "请说明"},
        "api/claims/<uuid:claim>/answer": {"outcome": "granted", "words": "已说明"},
        "api/claims/<claim>/answer": {"outcome": "granted", "words": "已说明"},
    }.get(address, {})


def sent_form(address: str, made: TwoGrounds, row: Ground, token: str, name: str) -> dict[str, Any]:
    """What a page sends to an address. Where nothing stands here the form is sent empty: whoever is let in is told what is missing."""
    forms: dict[str, Callable[[], dict[str, Any]]] = {
        "desk/login": lambda: {"username": two_grounds.STAFF, "password": two_grounds.PASSWORD},
        "desk/cases/accept": lambda: {"pick": [str(row.case_id)]},
        "desk/cases/dispatch": lambda: {"pick": [str(row.case_id)]},
        "desk/cases/merge": lambda: {"pick": [str(row.case_id)], "main": row.number},
        "desk/cases/<str:number>/phone": lambda: {"purpose": "call-back", "person": str(row.reporter)},
        "desk/cases/<str:number>/act/<str:name>": lambda: form_of(name, made, row),
        "desk/new": lambda: {"text": "路灯不亮", "channel": "desk"},
        "desk/new/read": lambda: {"text": "路灯不亮", "channel": "desk"},
        "desk/accounts/<uuid:account_id>/password": lambda: {"password": "a-long-enough-one"},
        "desk/accounts/<uuid:account_id>/reset_second_factor": lambda: {"why": "手机丢了"},
        "desk/accounts/<uuid:account_id>/mail": lambda: {"email": "a@example.cn"},
        "desk/accounts/<uuid:account_id>/rename": lambda: {"name": "改演示"},
        "desk/accounts/<uuid:account_id>/revoke": lambda: {"grant": str(made.grant)},
        "desk/accounts/<uuid:account_id>/grant": lambda: {"role": "verifier", "ground": ""},
        "desk/teams/<uuid:team_id>/cancel": lambda: {"shift": str(made.shift)},
        "desk/teams/<uuid:team_id>/rename": lambda: {"name_zh": "某", "name_en": "Some"},
        "desk/indicators/<str:code>/release": lambda: {"ground": "看过"},
        "desk/indicators/<str:code>/withdraw/<uuid:release_id>": lambda: {"explanation": "看错了"},
        "desk/photo": lambda: {"file": picture()},
        "photo": lambda: {"file": picture()},
        "api/photos": lambda: {"photo": picture()},
        "r/<str:number>/rate": lambda: BODIES["rate"] | {"token": token},
        "r/<str:number>/reopen": lambda: BODIES["reopen"] | {"token": token},
        "report": lambda: {"text": "路灯不亮", "place_text": "东门", "phone": "19900000884", "go": "send"},
        "plan/summaries/new": lambda: {"of": "month:2026-01", "disclosure": "internal"},
        "me/forget/<str:number>": lambda: {"sure": "on"},
        "me/erase": lambda: {"sure": "on"},
        "me/claims": lambda: {"kind": "explain", "words": "请说明"},
        "desk/claims/<uuid:claim_id>": lambda: {"outcome": "granted", "answer": "已说明"},
        "demonstration/login": lambda: {"account": str(made.demonstration)},
        PUBLIC_LIST: lambda: {"service_code": "C-01-02", "description": "路灯不亮", "address_string": "东门"},
    }
    return forms.get(address, dict)()


def filled(address: str, made: TwoGrounds, whose: str, actor: Actor, name: str) -> str:
    """The address with a row's own names in it; on another's ground without the token that would open it."""
    row = made.ground(whose)
    own_account = actor.account_id if whose == "own" and actor.account_id else made.colleague
    values = {
        "<number>": row.number, "<str:number>": row.number, "<str:name>": name, "<slug:layer>": "water",
        "<slug:code>": "river", "<path:key>": "R-X01", "<code>": "river",
        "<uuid:evidence_id>": str(made.evidence), "<uuid:claim_id>": str(made.claim), "<claim>": str(made.claim),
        "<str:sha256>": row.photo, "<uuid:team_id>": str(row.team), "<uuid:place_id>": str(made.estate),
        "<uuid:account_id>": str(own_account), "<uuid:import_id>": str(made.sheet), "<path:rest>": "nothing/here",
        "<int:notice_id>": "0", "<part>": str(row.part), "<uuid:release_id>": NOTHING,
        "<str:code>": "grid.closed", "<str:part>": "denominator", "<indicator>": "grid.closed", "<side>": "denominator",
        **dict.fromkeys(("<int:size>", "<int:first>", "<int:second>"), str(sealed.newest().size)),
        "<slug:station>": NOTHING, "<slug:packet>": NOTHING, "<uuid:draft_id>": NOTHING, "<str:river>": NOTHING,
        "<uuid:sample>": NOTHING, "<uuid:apart>": NOTHING, "<slug:act>": "confirm", "<int:entry>": "0",
        "<slug:app_label>": "cases", "<path:object_id>": _some_row(address, whose),
        "<int:year>": str(walltime.town_day(walltime.now()).year), "<int:no>": "1", "<str:row>": "1.03", "<str:form>": "pdf",
        "<str:token>": row.upload if address.endswith("photo/<str:token>") else token_of(row, whose),
    }  # fmt: skip
    if address.startswith("open311/"):
        told = {
            "<str:code>": "C-01-02",
            "<spelling:spelling>": "json",
            "<str:token>": f"{row.number}~{token_of(row, whose)}",
        }
        values |= told
    if address.startswith("sta/"):
        values["<path:rest>"] = "Things"
    query = f"?t={token_of(row, whose)}" if address.startswith("r/") and "/photo/" in address else ""
    for place, value in values.items():
        address = address.replace(place, value)
    return f"/{address}{query}"


def token_of(row: Ground, whose: str) -> str:
    """The token of the case's link, which is nobody's who stands on another ground."""
    return row.token if whose == "own" else "not-its-token"


def _some_row(address: str, whose: str) -> str:
    """The key of a row of the table that an address of the tables shows: the oldest, or the newest, of the other case."""
    if not address.startswith("admin/") or "<path" not in address:
        return "0"
    row = apps.get_model(*address.split("/")[1:3]).objects.order_by("pk" if whose == "own" else "-pk").first()
    return str(row.pk) if row else "0"


# --- what is expected ------------------------------------------------------------------------------------------------


def kept_by_a_team(address: str, method: str) -> tuple[str, Where] | None:
    """What is asked at addresses of what one department keeps (its register, its promise's evidence, the plan), or who has the duty."""
    if address.startswith("desk/claims/") and method == "POST":
        return "claim.answer", TOWN_WIDE
    action, keeper = "", "water"
    if address.startswith("desk/registers/<") and (method == "POST" or address.endswith(("/new", "/import"))):
        action = "register.write"
    elif address.startswith("desk/evidence/") and method == "POST":
        action = "evidence.sign" if address.endswith("/sign") else "evidence.withdraw"
    elif address.startswith("desk/inquiries/") and method == "POST":
        action = "plan.explain"
    elif f"{address}/".startswith("desk/plan/"):
        action, keeper = "plan.review", "party"
    if not action:
        return None
    return action, Where(teams=frozenset({people.team_by_code(two_grounds.SYSTEM, keeper).team_id}))


ABOUT_ONE_ACCOUNT = {
    "password": "account.set_password",
    "mail": "account.set_mail_address",
    "end_sessions": "session.end",
}
"""What everybody does with their own account and some with all, by the end of the address."""


def needed(address: str, method: str, name: str, made: TwoGrounds, whose: str, actor: Actor) -> list[tuple[str, Where]]:
    """What an actor must be allowed, and where, to be let through to the row that an address names."""
    row = made.ground(whose)
    if address.startswith(("api/cases/<", "desk/cases/<")):
        arrow = address.rsplit("/", 1)[-1] if address.startswith("api/") else name
        on_part = "/parts/" in address
        acting = method == "POST" and (address.startswith("api/") or "/act/" in address) and not on_part
        return [
            ("case.read", row.where),
            *([(PARTS_AUTHORITY[arrow], Where(teams=frozenset({row.assisting})))] if on_part else []),
            *([(AUTHORITY[arrow], row.where)] if acting else []),
            *([("person.unmask", people.ground_of_team(row.team))] if address.endswith("/phone") else []),
        ]
    if found := kept_by_a_team(address, method):
        return [found]
    if address.startswith("desk/files/"):
        return [("case.read", row.where)]
    if address == "api/reports/<number>/why":
        return [("case.read", row.where)]
    if address.startswith("me/forget/") or address.endswith("/forget"):
        return [("report.forget", Where(owners=row.where.owners))]
    ending = address.rpartition("/")[2]
    if address.startswith("desk/accounts/") and ending in ABOUT_ONE_ACCOUNT:
        account = actor.account_id if whose == "own" and actor.account_id else made.colleague
        return [("account.list", TOWN_WIDE), (ABOUT_ONE_ACCOUNT[ending], Where(owners=frozenset({account})))]
    return []


BY_LINK = ("r/<str:number>/", "report/done/", "api/reports/<number>/", "open311/v2/tokens/")
"""Addresses that a case's link opens for whoever holds it, and nothing else."""


def expected(route: Route, method: str, name: str, made: TwoGrounds, whose: str, actor: Actor) -> bool:
    """Whether the table lets this actor through."""
    action = route.actions.get(method, route.actions.get("*"))
    assert action is not None
    if route.address.startswith(BY_LINK) and whose == "other":
        return False
    if route.address.startswith("open311/"):  # whoever is logged in elsewhere is a visitor there
        return not reach(permission.table(), VISITOR, action).nothing
    if route.address.startswith("sta/") and method == "POST":  # who keeps stations makes Things; an instrument hands in
        return "<path:rest>" in route.address and not reach(permission.table(), actor, "station.write").nothing
    if route.address in ONLY_RESIDENTS and actor.kind == ActorKind.STAFF:
        return False
    wanted = needed(route.address, method, name, made, whose, actor)
    door = not reach(permission.table(), actor, action).nothing
    return door and all(reach(permission.table(), actor, one).covers(where) for one, where in wanted)


LET_IN = {200, 201, 204, 302, 303, 304, 400, 409, 410, 413, 415, 422, 429}
"""Let in, and then perhaps told that something is missing, or that the case is at another stage."""


def turned_away(response: HttpResponseBase) -> bool:
    location = response.headers.get("Location", "")
    # Only with a way back (`next`): the page for a code sends whoever has not given a phone yet to the page for it.
    to_login = response.status_code in (302, 303) and "login" in location and "next=" in location
    return response.status_code in (401, 403) or to_login


def fits(response: HttpResponseBase, may: bool, *, empty: bool = False) -> bool:
    """Let in, or turned away; a row out of reach is not there (404). `empty`: there is no such row for anybody."""
    if may:
        return response.status_code in LET_IN | ({404} if empty else set()) and not turned_away(response)
    return turned_away(response) or response.status_code == 404


# --- the walk --------------------------------------------------------------------------------------------------------


class Walker:
    """Somebody of one role. What an asking changes is undone after it, so that each meets the same town."""

    def __init__(self, role: str, made: TwoGrounds) -> None:
        self.made, self.actor = made, made.actors[role]
        self.client = Client()
        self.session = ""
        if self.actor.account_id:
            log_in_strongly(self.client, self.actor.account_id)
            self.session = self.client.cookies["sessionid"].value

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, as_json: bool = False) -> Any:
        """One asking with a session's cookie as it was at first. Returns the answer and all it says."""
        self.client.cookies.clear()
        if self.session:
            self.client.cookies["sessionid"] = self.session
        with transaction.atomic():
            if as_json:
                answer = self.client.generic(method, path, json.dumps(body or {}), content_type="application/json")
            else:
                part = {"HX-Request": "true"} if "/act/" in path else {}  # a part of the page is made sooner
                answer = getattr(self.client, method.lower())(path, body or {}, headers=part)
            said = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer, written.all_of(said)

    def visit(self, route: Route, method: str, name: str, whose: str) -> Iterator[str]:
        """Faults of one address asked by one method for one row."""
        row = self.made.ground(whose)
        path = filled(route.address, self.made, whose, self.actor, name)
        as_json = route.address.startswith("api/") and route.address != "api/photos" and method != "GET"
        token = token_of(row, whose)
        body = json_of(route.address, self.made, row, token) if as_json else {}
        if method == "POST" and not as_json:
            body = sent_form(route.address, self.made, row, token, name)
        answer, said = self.ask(method, path, body, as_json=as_json)
        if route.address in ALWAYS:
            may, good = "as everybody", answer.status_code in ALWAYS[route.address][0]
        else:
            may = expected(route, method, name, self.made, whose, self.actor)
            good = fits(answer, may, empty=path.endswith(("/0/change/", "/0/open")) or "/summaries/" in path)
            good = good or (
                NOTHING in path and answer.status_code in (403, 404)
            )  # a part's ground is its department's; the walk's plan has no document
        if not good:
            yield f"{method} {path} ({whose}, {route.address}): {answer.status_code}, the table says {may}"
        if not (may and method == "POST" and route.address.endswith("/phone")):  # what is asked for here, and noted
            listed = {self.made.other.number} if route.address == PUBLIC_LIST else set()
            yield from (f"{method} {path}: shows {one}" for one in self.leaks(path, said) if one not in listed)

    def leaks(self, path: str, said: str) -> list[str]:
        """What of the case on the other ground is shown to somebody who may not read it, or of a reporter to anybody but themselves.

        Phone and name of a reporter are masked wherever staff look, on their own ground too (R-303).
        """
        other, reads = self.made.other, reach(permission.table(), self.actor, "case.read").covers(self.made.other.where)
        secret = [two_grounds.PHONES["other"], two_grounds.NAMES["other"]]
        if self.actor.kind == ActorKind.STAFF:
            secret += [two_grounds.PHONES["own"], two_grounds.NAMES["own"]]
        if not reads and path not in WHOLE:
            secret += [one for one in MARKS if one not in path]
            tables = not reach(permission.table(), self.actor, "admin.read").nothing and path.startswith("/admin")
            secret += [one for one in (other.number, str(other.case_id)) if one not in path and not tables]
        plain = written.without_gaps(said)
        return [one for one in secret if one in said or one in plain]


def methods_of(route: Route) -> list[str]:
    return [one for one in (ANY_METHOD if "*" in route.actions else route.actions) if one not in SAME]


def names_in(route: Route, method: str) -> list[str]:
    """What stands in an address in the place of an act: each arrow, for taking it; one, for looking at its form."""
    if "<str:name>" not in route.address:
        return [""]
    return sorted([*BODIES, "ask_assist"]) if method == "POST" else ["note"]


def rows_in(route: Route, method: str, name: str, made: TwoGrounds, actor: Actor) -> tuple[str, ...]:
    """Whose rows are asked for: of both, and of the other alone where all that is asked of the actor reaches the whole town or nothing.

    Then both rows are equally far; the other's is also the one of which something could be shown.
    """
    if "<" not in route.address:
        return ("own",)
    if route.address.startswith(BY_LINK) or actor.kind != ActorKind.STAFF:
        return WHOSE
    action = route.actions.get(method, route.actions.get("*"))
    asked = {
        action,
        "case.read",
        *(one for whose in WHOSE for one, _ in needed(route.address, method, name, made, whose, actor)),
    }
    found = [reach(permission.table(), actor, one) for one in asked if one]
    return WHOSE if any(not (one.town or one.nothing) for one in found) else ("other",)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_the_table_says_turned_away_elsewhere_and_shown_nothing_of_others(
    role, grounds, settings
):
    settings.DEMONSTRATION = True
    walker = Walker(role, grounds)
    faults = [
        fault
        for route in town_routes()
        for method in methods_of(route)
        for name in names_in(route, method)
        for whose in rows_in(route, method, name, walker.made, walker.actor)
        for fault in walker.visit(route, method, name, whose)
    ]
    assert not faults, "\n".join(faults)


SEARCHES = (
    "/desk/cases?q=ZQSAID", "/desk/cases?q={number}", "/desk/cases?state=all&view=newest", "/desk/cases?open={number}",
    "/desk/cases?state=all&committee={committee}", "/desk/cases?state=all&team={team}",
    "/desk/cases/rows?id={case_id}", "/desk/cases/ids?state=all", "/desk/changes?after=0", "/desk/places?q=ZQ",
    "/desk/rulings?q={number}", "/desk/accounts?q=walk", "/desk/teams/{team}",
    "/api/cases?text=ZQSAID", "/api/cases?text={number}", "/api/cases?team=water", "/api/cases?newest=true&size=200",
    "/api/cases?state=handling", "/api/reports/{number}", "/r/{number}", "/r/{number}/photo/{photo}",
    "/admin/cases/case/?q={number}", "/admin/reports/report/?q={number}", "/admin/people/account/?q=walk",
    "/admin/journal/entry/?q={case_id}",
)  # fmt: skip
"""Where one looks for a case that one was told about."""


@pytest.mark.parametrize("role", ROLES)
def test_nobody_finds_by_searching_what_the_table_does_not_let_them_read(role, grounds):
    walker, other = Walker(role, grounds), grounds.other
    named = {name: getattr(other, name) for name in ("number", "case_id", "team", "committee", "photo")}
    faults = []
    for one in SEARCHES:
        path = one.format(**named)
        _, said = walker.ask("GET", path)
        faults += [f"{path}: shows {found}" for found in walker.leaks(path, said)]
    twin = {"text": two_grounds.SAID["other"].replace("ZQSAID", ""), "channel": "desk"}
    _, said = walker.ask("POST", "/desk/new/read", twin)
    faults += [f"reading words like those: shows {found}" for found in walker.leaks("", said)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ROLES)
def test_the_stream_tells_each_role_only_of_cases_it_may_read(role, grounds, monkeypatch):
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the connection holds the town of this test
    actor, both = grounds.actors[role], (grounds.own, grounds.other)
    news = [Change(at, "case.noted", "case", str(one.case_id)) for at, one in enumerate(both, start=1)]
    may = reach(permission.table(), actor, "case.read")
    told = async_to_sync(stream._within)(actor, news)
    assert set(told) == {str(one.case_id) for one in both if may.covers(one.where)}


def test_the_other_case_is_found_by_those_who_may_read_it(grounds):
    walker = Walker("operator", grounds)
    for path in ("/desk/cases?q=ZQSAID", "/api/cases?newest=true&size=200", f"/desk/cases/{grounds.other.number}"):
        assert "ZQTITLE" in walker.ask("GET", path)[1], path
    # The two are said in the same words, so each is suggested as the other's double to whoever may read both.
    assert grounds.other.number in walker.ask("GET", f"/api/cases/{grounds.own.number}")[1]
    assert (
        grounds.other.number
        in walker.ask("POST", "/desk/new/read", {"text": two_grounds.SAID["other"], "channel": "desk"})[1]
    )


def test_a_leak_would_be_seen(grounds):
    shown = f"{grounds.other.number} ZQNOTE {two_grounds.PHONES['other']}"
    found = {role: Walker(role, grounds).leaks("/desk/", shown) for role in ("handler", "operator", "administrator")}
    everything = [two_grounds.PHONES["other"], "ZQNOTE", grounds.other.number]
    assert found == {"handler": everything, "operator": everything[:1], "administrator": everything}
    assert Walker("administrator", grounds).leaks("/admin/cases/case/", shown) == everything[:2]


@pytest.mark.parametrize("pack", [gzip.compress, in_a_sheet, in_a_paper], ids=["gz", "xlsx", "pdf"])
def test_a_leak_in_a_packed_file_would_be_seen(pack, grounds):
    assert Walker("visitor", grounds).leaks("", written.all_of(pack(b"ZQNOTE"))) == ["ZQNOTE"]


def test_the_tables_of_this_walk_name_what_there_is():
    assert set(ALWAYS) | set(ONLY_RESIDENTS) <= {route.address for route in town_routes()}
    assert set(BODIES) | BY_THEMSELVES == set(ARROWS)
