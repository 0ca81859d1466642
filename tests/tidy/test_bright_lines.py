"""The bright lines about people (domain, Part 3), kept by looking at every column of every table and every field of every fact.

A column may carry one of the words below only when it stands in ALLOWED, with what it is about instead of a person.
"""

import re
from dataclasses import fields as fields_of
from dataclasses import make_dataclass

import pytest
from django.apps import apps
from django.contrib.auth.signals import user_logged_in
from django.db import models

from yiwang.kernel.access.permission import table
from yiwang.kernel.people.models import Account
from yiwang.kernel.terms import FACTS

SCORED = "no score, rank, colour or risk on a person (line 1)"
WATCHED = "no face, gait, plate or trajectory analytics, no phone location (line 2)"
ATTRIBUTE = "not an attribute of a person here: belief, origin, politics, body, health, past (line 3)"
PETITION = "nothing follows from complaining or petitioning; it is counted by matter and office (lines 3 and 6)"
TIMED = "no attendance, log-in or online-time statistics (国办函〔2026〕12号)"

BANNED: dict[str, str] = {
    r"(score|scores|scoring|rank|ranks|ranking|leaderboard|reputation|trustworth\w*|loyalty)": SCORED,
    r"(risk|risks|risk_level|threat|danger_level|credit|credits|blacklist\w*|watch_?list\w*|key_person)": SCORED,
    r"(points_total|citizen_points|person_level|colou?r_code)": SCORED,
    r"(face|faces|facial|gait|iris|fingerprint\w*|voiceprint|biometric\w*)": WATCHED,
    r"(plate|license_plate|number_plate|trajectory|trajectories|track_points|whereabouts|last_seen|last_position)": WATCHED,
    r"(religion|religious|faith|belief|ethnic\w*|ethnicity|nationality|race|politic\w*|party_member|ideology)": ATTRIBUTE,
    r"(sexual\w*|sex_life|gene|genetic|disease\w*|diagnosis|disabled|disability|criminal\w*|conviction\w*|drug\w*)": ATTRIBUTE,
    r"(petition_(history|count|times|record)\w*|complaint_(history|count|times)|petitioner|troublemaker|report_count)": PETITION,
    r"(last_login|login_count|logins|logged_in_at|last_active\w*|online\w*|attendance|check_?ins?|punch\w*|presence)": TIMED,
    r"(screen_time|working_pace|handled_count|speed_rating|idle\w*)": TIMED,
    r"评分|得分|排名|积分榜|信用|风险(等级|评估|值)|红黑榜|黑名单|重点人员": SCORED,
    r"人脸|步态|虹膜|指纹|车牌|轨迹|行踪|声纹": WATCHED,
    r"宗教|信仰|民族|种族|政治面貌|党派|性取向|基因|疾病|残疾|前科|吸毒|犯罪": ATTRIBUTE,
    r"上访(史|次数|记录)|信访(史|次数)|投诉次数": PETITION,
    r"考勤|打卡|签到|在线时长|登录次数|最后登录|上次登录": TIMED,
}
"""Pattern → the line it crosses. Latin patterns match whole words of a name, Chinese ones anywhere."""

ALLOWED: dict[str, str] = {}
"""`table.column` or `verb.field` → the place, thing, firm, case or office that it is about. Never a person."""

ACCOUNT_COLUMNS = {
    "id": "names the row",
    "kind": "staff or resident",
    "username": "staff log in with it",
    "password": "staff log in with it; a slow hash",
    "name_cipher": "to address and to sign; sealed",
    "name_hash": "to find a name without reading any",
    "phone_cipher": "to answer; sealed",
    "phone_hmac": "to find a phone without reading any",
    "email_cipher": "staff who want notices by mail; sealed",
    "totp_cipher": "the app whose codes are the second step of logging in; sealed; says nothing of when",
    "active": "may log in",
    "erased": "has been taken out",
    "demonstration": "is invented",
    "language": "the holder's own wish",
    "large_type": "the holder's own wish",
}
"""All that a row about a person holds, and what for. A further column needs a purpose here and a reader who asks why."""

HANGS_ON_A_PERSON = {"account_grant.account": "the roles that the account holds now"}
"""Every foreign key to an account, with its purpose."""


def crossed(name: str) -> str | None:
    """The line that a name crosses, if any."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    for pattern, line in BANNED.items():
        bounded = pattern if not pattern.isascii() else rf"(?:^|[^a-z]){pattern}(?:[^a-z]|$)"
        if re.search(bounded, words):
            return line
    return None


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yiwang.")]


def faults(models_: list[type[models.Model]], facts: dict[tuple[str, int], type]) -> list[str]:
    """Every column and field over a line, with the line."""
    named = [
        (
            f"{model._meta.db_table}.{field.name}",
            f"{model._meta.db_table} {field.name} {field.verbose_name} {field.help_text}",
        )
        for model in models_
        for field in model._meta.concrete_fields
    ]
    named += [
        (f"{verb}.{field.name}", f"{verb} {field.name}") for (verb, _), cls in facts.items() for field in fields_of(cls)
    ]
    return [f"{where}: {line}" for where, text in named if where not in ALLOWED and (line := crossed(text))]


def test_no_column_and_no_field_crosses_a_line():
    assert faults(ours(), FACTS) == []


def test_the_tables_and_facts_that_are_looked_at_are_really_there():
    assert {"account", "team", "entry"} <= {model._meta.db_table for model in ours()}
    assert ("account.registered", 1) in FACTS


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("resident_score", SCORED),
        ("riskLevel", SCORED),
        ("credit", SCORED),
        ("staff ranking", SCORED),
        ("face_template", WATCHED),
        ("license_plate", WATCHED),
        ("trajectory", WATCHED),
        ("religion", ATTRIBUTE),
        ("ethnic_group", ATTRIBUTE),
        ("political_view", ATTRIBUTE),
        ("petition_count", PETITION),
        ("last_login", TIMED),
        ("online_minutes", TIMED),
        ("attendance", TIMED),
        ("民族", ATTRIBUTE),
        ("居民信用分", SCORED),
        ("last_seen_at", WATCHED),
    ],
)
def test_the_linter_knows_these(name, line):
    assert crossed(name) == line


@pytest.mark.parametrize(
    "name", ["surface_area_m2", "embrace", "template", "interface", "rated_at", "clock", "position", "frankness"]
)
def test_the_linter_does_not_mistake_these(name):
    assert crossed(name) is None


def test_a_fact_with_such_a_field_would_be_found():
    spoiled = make_dataclass("ResidentRated", [("account_id", str), ("risk", int)])
    assert faults([], {("resident.rated", 1): spoiled}) == [f"resident.rated.risk: {SCORED}"]


def test_an_account_holds_these_columns_and_no_other():
    assert {field.name for field in Account._meta.concrete_fields} == set(ACCOUNT_COLUMNS)


def test_what_hangs_on_a_person_is_named_with_its_purpose():
    keys = {
        f"{model._meta.db_table}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Account
    }
    assert keys == set(HANGS_ON_A_PERSON)


def test_nothing_listens_to_log_ins():
    assert Account.last_login is None
    assert user_logged_in.receivers == []


def test_no_action_is_about_rating_or_watching_people():
    assert [action for action in table() if crossed(action)] == []


def test_every_allowance_is_still_needed():
    known = {f"{m._meta.db_table}.{f.name}" for m in ours() for f in m._meta.concrete_fields}
    known |= {f"{verb}.{f.name}" for (verb, _), cls in FACTS.items() for f in fields_of(cls)}
    assert set(ALLOWED) <= known
