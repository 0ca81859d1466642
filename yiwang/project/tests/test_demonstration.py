"""Invented people log in without a secret: only where nobody else can reach the town, or where somebody has said so."""

import signal
from pathlib import Path

import pytest

from yiwang.project.environment import Folder, behind_proxy
from yiwang.project.tests.test_starting_and_stopping import Up, new_folder
from yiwang.project.up import Options

EVERYWHERE = "0.0.0.0"  # noqa: S104 - it is what must be told apart


def test_pages_look_for_the_past_where_the_start_keeps_it(settings) -> None:
    assert Folder(settings.DATA_DIR).life == settings.PAST


@pytest.mark.parametrize(
    ("options", "log_ins", "told"),
    [
        (Options(), True, ""),
        (Options(host="::1"), True, ""),
        (Options(names=("127.0.0.1", "localhost")), True, ""),
        (Options(host=EVERYWHERE), False, "演示登录已关闭"),
        (Options(host="192.0.2.7"), False, "演示登录已关闭"),
        (Options(names=("yiwang.town.example",)), False, "演示登录已关闭"),
        (Options(behind_proxy=True), False, "演示登录已关闭"),
        (Options(host=EVERYWHERE, demonstration=True), True, "不用密码就能当管理员"),
        (Options(host=EVERYWHERE, demonstration=False), False, "演示登录已关闭"),
        (Options(demonstration=False), False, ""),
    ],
)
def test_log_ins_without_a_password_are_for_oneself_unless_somebody_says_otherwise(
    options: Options, log_ins: bool, told: str
) -> None:
    assert options.with_demonstration is log_ins
    assert told in options.about_log_ins()
    assert bool(told) == bool(options.about_log_ins())


@pytest.mark.parametrize(
    ("settings", "proxied"),
    [
        ({}, False),
        ({"YIWANG_HTTPS": "0", "YIWANG_ORIGINS": ""}, False),
        ({"YIWANG_HTTPS": "1"}, True),
        ({"YIWANG_ORIGINS": "https://town.example"}, True),
        ({"YIWANG_PROXIES": "127.0.0.1"}, True),
    ],
)
def test_a_proxy_before_the_pages_is_told_by_the_settings_it_needs(settings: dict[str, str], proxied: bool) -> None:
    assert behind_proxy(settings) is proxied


@pytest.mark.processes
def test_a_town_opened_to_others_closes_them_again_and_says_how_to_open_them() -> None:
    with new_folder() as folder:
        _start(folder, "open", "")
        _start(folder, "closed", "--demonstration opens them", YIWANG_HOSTS="127.0.0.1,yiwang.town.example")
        _start(folder, "open", "without a password", "--host", EVERYWHERE, YIWANG_DEMONSTRATION="1")


def _start(folder: Path, expected: str, told: str, *options: str, **environment: str) -> None:
    up = Up(folder, *options, **environment).ready()
    assert up.page("invented") == expected
    assert told in up.text()
    assert ("Demonstration log-ins" in up.text()) == bool(told)
    up.end(signal.SIGTERM)
