"""A name that the town does not answer to, at the start and at the door."""

import pytest
from django.test import Client

from yiwang.project.up import Options

EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not bound
UNKNOWN = ["town.example", "evil.example:80", "a b", "[::1", "127.0.0.1.evil.example", "x" * 5000]


@pytest.mark.parametrize("host", UNKNOWN)
@pytest.mark.parametrize("path", ["/", "/desk/login", "/api/session", "/no-such-page"])
def test_an_unknown_host_gets_a_page_that_names_the_setting(client: Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host, "Referer": "http://town.example/x", "Accept-Language": "zh-hans"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "YIWANG_HOSTS" in page
    assert "主机名没有登记过" in page
    assert "evil.example" not in page
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_an_unknown_host_is_told_in_english_too(client: Client) -> None:
    page = client.get("/", headers={"Host": "town.example", "Accept-Language": "en"}).content.decode()
    assert "environment variable YIWANG_HOSTS" in page


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (Options(), ""),
        (Options(host="::1"), ""),
        (Options(host="192.0.2.7"), "YIWANG_HOSTS=192.0.2.7"),
        (Options(host="2001:db8::7"), "YIWANG_HOSTS=[2001:db8::7]"),
        (Options(host="192.0.2.7", names=("town.example",)), "YIWANG_HOSTS=192.0.2.7"),
        (Options(host="192.0.2.7", names=("town.example", "192.0.2.7")), ""),
        (Options(host="desk.town.example", names=(".town.example",)), ""),
        (Options(host=EVERYWHERE), "YIWANG_HOSTS=yiwang.town.example"),
        (Options(host=EVERYWHERE, names=("town.example",)), ""),
    ],
)
def test_a_start_says_when_pages_will_not_answer_to_where_they_listen(options: Options, told: str) -> None:
    assert told in options.about_names()
    assert bool(told) == bool(options.about_names())
