"""YIWANG_HTTPS=1: what a town behind a proxy that ends TLS asks of browsers, and whom it believes."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

TOUCHED = (
    "HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_PROXY_SSL_HEADER",
    "SECURE_HSTS_SECONDS",
)  # fmt: skip
READ = (
    f"import json; from yiwang.project import settings as s; print(json.dumps({{n: getattr(s, n) for n in {TOUCHED}}}))"
)
FORWARDED = {"Host": "testserver", "X-Forwarded-Proto": "https"}


def values(**environment: str) -> dict[str, Any]:
    """The settings as a process with this environment has them."""
    rest = {name: value for name, value in os.environ.items() if name != "YIWANG_HTTPS"}
    done = subprocess.run(
        [sys.executable, "-c", READ], env=rest | environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture
def https(settings: Any) -> None:
    for name, value in values(YIWANG_HTTPS="1").items():
        setattr(settings, name, tuple(value) if isinstance(value, list) else value)


def test_unless_it_is_set_plain_http_works_and_no_header_is_believed() -> None:
    for environment in ({}, {"YIWANG_HTTPS": "0"}):
        assert not any(values(**environment).values())
    assert django_settings.SECURE_PROXY_SSL_HEADER is None


@pytest.mark.django_db
def test_over_https_browsers_keep_to_it_and_cookies_never_travel_plain(https: None) -> None:
    answer = Client().get("/desk/login", headers=FORWARDED)
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"] == "max-age=2592000"
    assert answer.cookies["csrftoken"]["secure"]
    looks = Client().post("/settings/look", {"size": "large"}, headers=FORWARDED)
    tongue = Client().post("/settings/language", {"language": "en"}, headers=FORWARDED)
    cookies = [*looks.cookies.values(), *tongue.cookies.values()]
    assert [cookie.key for cookie in cookies if not cookie["secure"]] == []
    assert len(cookies) == 2


@pytest.mark.django_db
def test_a_form_sent_over_https_is_taken_without_naming_the_origin_and_one_from_elsewhere_is_not(https: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/desk/login", headers=FORWARDED)
    token = client.cookies["csrftoken"].value
    own, foreign = (
        client.post(
            "/settings/look", {"size": "large", "csrfmiddlewaretoken": token}, headers=FORWARDED | {"Origin": origin}
        )
        for origin in ("https://testserver", "https://elsewhere.example")
    )
    assert (own.status_code, foreign.status_code) == (302, 403)


@pytest.mark.django_db
def test_what_came_plain_is_not_told_to_keep_to_https(https: None) -> None:
    assert "Strict-Transport-Security" not in Client().get("/desk/login")
