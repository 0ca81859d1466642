"""/admin: the tables of all modules, looked at by administrators and auditors, changed by nobody, without what is about a person."""

import re

import pytest
from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.core.paginator import EmptyPage
from django.db import connection, models
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from yiwang.kernel.access import readonly_admin
from yiwang.kernel.access.problems import ConditionNotOffered
from yiwang.kernel.access.readonly_admin import ModestPaginator, TableAdmin, site
from yiwang.kernel.people import queries as people
from yiwang.web.desk.tests.conftest import RUBBISH, SYSTEM

TABLES = sorted(site._registry, key=lambda model: model._meta.db_table)
NOT_SHOWN = {
    "one_time_code": "passing; a list of them would tell who tried to log in when",
    "refused_password": "the same",
    "visitor_sending": "passing; keyed hashes of addresses, of no use to anybody who looks",
    "untold_text": "passing, and about people; what somebody was not told stands on the page of the case",
    "notice": "passing, and one's own: nobody else sees what lies before whom, nor what they read",
    "notice_choice": "one's own wish",
    "notice_mail": "passing, and one's own; its owner sees on the page of notices when a mail was not taken",
    "evidence_case": "made from the journal and made anew at any time; the page of a figure shows its cases",
    "evidence_measured": "made from registers and readings and made anew at any time; the rows of a figure show it",
    "measured_source": "how far each source of measurements has been counted",
    "reading_correction": "the page of what differs shows it, with the reason",
    "rolled_correction": "which corrections the roll-ups have taken in",
    "indicator_published": "what strangers read of the cells in steps of several cases; the public pages show it",
    "indicator_cell": "counted from the evidence and counted anew at any time; the page of a figure shows it",
    "spent_code": "passing: keyed hashes of codes of the last minutes",
    "recovery_code": "keyed hashes, gone when used; their holder sees how many are left",
    "open_session": "passing: only its holder sees it, on their own page",
    "security_event": "its own page shows it to the security administrator and the auditor, and writes down who looks for whom",
    "secret_check": "rows that a start compares with the town's key; nothing in it can be read",
    "reading": "has a composite key too, and millions of rows; the page of its station shows them",
    "reading_rollup": "has a composite key too; follows the readings, and the page of a station shows it",
    "rolled_batch": "passing: which batches the roll-ups hold",
    "apart_day": "counts for the bounds of what is kept apart; the page of stations shows them",
    "alarm_watch": "how far a rule was judged at a station: passing, made again by judging",
    "file_use": "has a composite key, which Django's admin cannot show; its rows stand on the file's page",
}
"""Tables of ours that are not at /admin, each with the reason."""

ABOUT_A_PERSON = re.compile(r"cipher|hmac|password|salt|name_hash|phone|^(title|text|place_text|answer|explanation)$")
"""Columns that hold what is about a person, or what somebody wrote."""
WHO = {"reporter", "on_behalf", "handler", "arbiter", "longitude", "latitude", "reason_text"}
ROW = 'class="table-name"'
PUBLISHED = {("plan", "title"), ("apart_reading", "answer")}
"""What the town itself has published, or is a word of ours (whether a value that differs was accepted)."""
POINTING = {
    ("case_proof", "ref"),
    ("report_advice", "types"),
    ("report_advice", "places"),
    ("report_advice", "duplicates"),
}


def address(model: type[models.Model], page: str = "changelist", *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def rows_in(page: HttpResponse) -> int:
    return len(re.findall(ROW, page.content.decode()))


def columns(model: type[models.Model]) -> set[str]:
    table = site._registry[model]
    return {*table.columns, *table.listed}


# --- which tables and columns ----------------------------------------------------------------------------------------


def test_every_table_of_ours_is_shown_or_says_why_not():
    ours = {
        m._meta.db_table
        for m in apps.get_models()
        if m.__module__.startswith("yiwang.") and ".tests." not in m.__module__
    }
    assert ours - {m._meta.db_table for m in TABLES} == set(NOT_SHOWN)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_no_column_about_a_person_is_shown(model):
    table = model._meta.db_table
    assert [
        name
        for name in columns(model)
        if (ABOUT_A_PERSON.search(name) or name in WHO or (table, name) in POINTING) and (table, name) not in PUBLISHED
    ] == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_every_column_has_a_heading_in_both_languages(model):
    for language in ("zh-hans", "en"):
        with override(language):
            table = site._registry[model]
            headings = [str(one.short_description) for one in (*table.list_display, *table.shown)]
            assert all(headings)
            assert table.title
            assert all(re.search(r"[\u4e00-\u9fff]|SHA", one) for one in headings) == (language == "zh-hans")


# --- nobody changes anything -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_a_table_has_no_form_and_no_act(model, town):
    table: ModelAdmin = site._registry[model]
    request = RequestFactory().get("/admin/")
    request.actor = town.actor("administrator")
    assert isinstance(table, TableAdmin)
    assert not table.has_add_permission(request)
    assert not table.has_change_permission(request)
    assert not table.has_delete_permission(request)
    assert table.get_actions(request) == {}
    assert [one.name.rpartition("_")[2] for one in table.get_urls()] == ["changelist", "change"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_page_takes_nothing_but_get(method, town):
    client = town.client("administrator")
    team = people.teams(SYSTEM)[0]
    pages = ["/admin/", "/admin/people/team/", f"/admin/people/team/{team.team_id}/change/"]
    assert {getattr(client, method)(one, {"name_zh": "别的"}).status_code for one in pages} == {405}
    assert people.teams(SYSTEM)[0] == team


# --- who may look ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("auditor", 200), ("leader", 403), ("operator", 403), ("sanitation", 403)],
)
def test_administrators_and_auditors_look_and_nobody_else(who, status, town):
    assert {town.client(who).get(one).status_code for one in ("/admin/", "/admin/cases/", "/admin/cases/case/")} == {
        status
    }


def test_a_visitor_is_led_to_the_desks_log_in_and_back(client, town):
    answer = client.get("/admin/cases/case/?state=gathered")
    assert answer["Location"] == "/desk/login?next=%2Fadmin%2Fcases%2Fcase%2F%3Fstate%3Dgathered"
    assert client.get("/admin/login")["Location"] == "/desk/login?next=%2Fadmin%2F"
    assert 'name="password"' in client.get("/admin/login", follow=True).content.decode()


def test_the_way_back_goes_to_the_table_that_was_wanted(town):
    client = town.client("auditor")
    assert client.get("/admin/login", {"next": "/admin/cases/"}, follow=True).redirect_chain[-1][0] == "/admin/cases/"


@pytest.mark.parametrize(("who", "shown"), [("administrator", True), ("auditor", True), ("operator", False)])
def test_the_home_of_those_who_may_look_leads_there(who, shown, town):
    assert ('href="/admin/"' in town.client(who).get("/desk/").content.decode()) == shown


# --- what is on the pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_each_list_and_each_row_opens_and_tells_nothing_about_the_reporter(model, town):
    town.disputed()
    town.closed(place_text="东门外第三棵树")
    client = town.client("auditor")
    pages = [client.get(address(model))]
    first = model._default_manager.order_by("-pk").first()
    if first is not None:
        pages.append(client.get(address(model, "change", first.pk)))
    for page in pages:
        content = page.content.decode()
        assert page.status_code == 200
        assert site._registry[model].title in content
        assert not re.search(rf"{RUBBISH[:8]}|东门外|水演示|19900000001|199 0000", content)


def test_the_address_of_a_row_that_is_not_there_says_so(town):
    client = town.client("auditor")
    nowhere = ("x", "00000000-0000-0000-0000-000000000000")
    assert {client.get(f"/admin/cases/case/{one}/change/").status_code for one in nowhere} == {404}


@pytest.mark.parametrize("many", [("cases", "case"), ("cases", "clock"), ("reports", "report"), ("journal", "entry")])
def test_a_longer_list_asks_no_more_questions(many, town):
    client = town.client("auditor")
    asked = []
    for _ in range(2):
        for _ in range(3):
            town.dispatched()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/{}/{}/".format(*many)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_number_is_found_as_a_whole_and_only_so(town):
    number = town.number(town.report())
    town.report("路灯不亮")
    client = town.client("auditor")
    shown = [rows_in(client.get("/admin/cases/case/", {"q": one})) for one in (number, number[:8], "'; --")]
    assert shown == [1, 0, 0]
    for page in ("cases/clock", "reports/report", "journal/entry", "people/account", "people/account_grant"):
        assert client.get(f"/admin/{page.replace('account_grant', 'grant')}/", {"q": number}).status_code == 200


def test_the_entries_of_a_subject_are_found_by_its_identifier(town):
    case_id = town.dispatched()
    page = town.client("auditor").get("/admin/journal/entry/", {"q": str(case_id)})
    assert rows_in(page) >= 3


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ({"state": "gathered"}, 1),
        ({"state": "dispatched"}, 1),
        ({"state": "closed"}, 0),
        ({"state": ""}, 2),
        ({"state": "zzz"}, 0),
        ({"lead_team": "x"}, 0),
    ],
)
def test_a_list_is_narrowed_by_a_filter(given, rows, town):
    town.report()
    town.dispatched()
    page = town.client("auditor").get("/admin/cases/case/", given)
    assert rows_in(page) == rows


def test_in_english_the_page_is_english(town):
    town.report()
    page = town.client("auditor", "en").get("/admin/cases/case/").content.decode()
    assert "Lead department" in page
    assert not re.search(r"主办部门|查找", page)


# --- what is hidden cannot be asked about -----------------------------------------------------------------------------


def paths(model: type[models.Model], deeper: int = 2) -> list[str]:
    """Every column of a table as a query string may name it, also those of the tables that it leads to or that lead to it."""
    found = []
    for field in model._meta.get_fields():
        name = field.name
        found.append(name)
        if field.related_model and deeper and field.related_model.__module__.startswith("yiwang."):
            found += [f"{name}__{one}" for one in paths(field.related_model, deeper - 1)]
    return found


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_no_list_can_be_narrowed_by_what_the_page_does_not_offer(model, town):
    town.report()
    client = town.client("auditor")
    offered = {one.parameter_name for one in site._registry[model].list_filter}
    asked = [path for path in paths(model) if path not in offered]
    asked += [f"{path}__{how}" for path in paths(model, 0) for how in ("startswith", "isnull", "gt", "in")]
    assert asked
    for condition in asked:  # by the list itself: with a page for each it is eight thousand pages that say the same
        with pytest.raises(ConditionNotOffered):
            site._registry[model].get_changelist_instance(RequestFactory().get(address(model), {condition: "1"}))
    for condition in {asked[0], max(asked, key=len)}:
        page = client.get(address(model), {condition: "1"})
        assert page.status_code == 400, condition
        assert "不能按这个条件列表" in page.content.decode()
        assert rows_in(page) == 0


@pytest.mark.parametrize("asked", ["password__startswith=pbkdf2", "phone_hmac__isnull=False", "_to_field=password"])
def test_the_hidden_columns_of_an_account_answer_no_guess(asked, town):
    page = town.client("administrator").get(f"/admin/people/account/?{asked}")
    assert (page.status_code, rows_in(page)) == (400, 0)


def test_neither_the_reports_of_one_reporter_nor_the_acts_of_one_account_make_a_list(town):
    town.report()
    client = town.client("auditor")
    assert client.get("/admin/reports/report/", {"reporter": str(town.accounts["operator"])}).status_code == 400
    assert client.get("/admin/journal/entry/", {"actor": str(town.accounts["operator"])}).status_code == 400


# --- a large table ---------------------------------------------------------------------------------------------------


def test_a_large_table_is_counted_only_as_far_as_one_leafs(monkeypatch, town):
    monkeypatch.setattr(readonly_admin, "MOST_ROWS", 2)
    for _ in range(4):
        town.report()
    case = apps.get_model("cases", "Case")
    whole = ModestPaginator(case.objects.order_by("-opened_at"), 1)
    with CaptureQueriesContext(connection) as queries:
        assert (whole.count, whole.more, whole.num_pages) == (2, True, 2)
    assert "LIMIT 3" in queries[0]["sql"]
    assert ModestPaginator(case.objects.filter(state="closed").order_by("id"), 1).more is False
    with pytest.raises(EmptyPage):
        whole.page(3)
    with connection.cursor() as cursor:
        cursor.execute('ANALYZE "case"')
    assert (whole.about, ModestPaginator(case.objects.filter(state="gathered").order_by("id"), 1).about) == (4, 0)
    assert "约 4 行" in town.client("auditor").get("/admin/cases/case/").content.decode()
