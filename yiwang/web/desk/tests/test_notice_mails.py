"""Notices by mail, chosen at the desk and taken by a real mail server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from yiwang.kernel import walltime
from yiwang.kernel.notices import mailing, queries, rules
from yiwang.kernel.notices.models import NoticeMail
from yiwang.kernel.notices.tests import smtp_server
from yiwang.kernel.notices.tests.smtp_server import Mailroom
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.models import Account
from yiwang.web.desk.tests.conftest import DeskTown
from yiwang.web.desk.tests.test_notices import heard, told

pytestmark = pytest.mark.django_db

ADDRESS = "sanitation.demo@example.cn"
SOON = timedelta(minutes=2)


@pytest.fixture
def mailroom(settings) -> Iterator[Mailroom]:
    with smtp_server.serving() as room:
        settings.MAIL_SENDER = "yiwang.kernel.notices.mail.SmtpMail"
        settings.SMTP, settings.MAIL_FROM = f"smtp://127.0.0.1:{room.port}", "yiwang@town.example.cn"
        settings.CSRF_TRUSTED_ORIGINS = ["https://yiwang.town.example"]
        yield room


def wants(town: DeskTown, pace: str = "at_once", language: str = "zh-hans") -> None:
    """The department's handler wants mail of what is assigned, through the page."""
    client = town.client("sanitation", language)
    assert client.post("/desk/notices/address", {"email": ADDRESS}).status_code == 302
    client.post("/desk/notices/choose", {"way-assigned": "mail", "pace": pace})


def test_what_is_assigned_comes_by_mail_with_numbers_and_no_words_of_the_case(town, mailroom):
    wants(town)
    numbers = [town.number(town.dispatched()), town.number(town.dispatched(text="河边的路灯不亮。"))]
    told()
    assert mailing.send_due(walltime.now()) == 0, "the first waits for the others"
    assert mailing.send_due(walltime.now() + SOON) == 1
    (mail,) = mailroom.taken
    text = mail.get_content()
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "一网工作台：2 条提醒"
    assert all(f"派给本部门 · {number}" in text for number in numbers)
    assert "https://yiwang.town.example/desk/notices" in text
    assert "垃圾" not in text
    assert "路灯" not in text
    assert mailing.send_due(walltime.now() + 2 * SOON) == 0
    assert len(heard(town, "sanitation")) == 2, "a mail reads nothing for anybody"


def test_nothing_is_mailed_without_an_address_of_what_was_not_chosen_or_was_seen_to(town, mailroom):
    town.client("sanitation").post("/desk/notices/choose", {"way-assigned": "mail", "pace": "at_once"})
    town.dispatched()
    told()
    assert mailing.send_due(walltime.now() + SOON) == 0
    wants(town)
    town.handling()
    town.returned()
    told()
    assert mailing.send_due(walltime.now() + SOON) == 0
    town.dispatched()
    told()
    town.client("sanitation").post("/desk/notices/choose", {"way-assigned": "mail", "pace": ""})
    assert mailing.send_due(walltime.now() + SOON) == 0
    assert mailroom.taken == []


def test_the_mail_of_the_morning_is_one_and_comes_in_the_morning(town, mailroom):
    wants(town, "morning")
    for _ in range(3):
        town.dispatched()
    told()
    now = walltime.now()
    morning = rules.last_morning(now + timedelta(days=1))
    assert mailing.send_due(morning - timedelta(minutes=1)) == 0
    assert mailing.send_due(morning + timedelta(minutes=1)) == 1
    (mail,) = mailroom.taken
    assert mail.get_content().count("派给本部门") == 3


def test_a_refused_mail_is_tried_again_then_given_up_and_its_owner_sees_why(town, mailroom):
    wants(town)
    mailroom.refuses[ADDRESS] = b"550 no such box"
    town.dispatched()
    told()
    now = walltime.now() + SOON
    for _ in range(12):
        assert mailing.send_due(now) == 0
        now += timedelta(days=1)
    assert NoticeMail.objects.get().tries == 0
    page = town.client("sanitation").get("/desk/notices").content.decode()
    assert "上一封邮件没有寄出：邮箱服务不接受这个地址" in page
    assert "上一封邮件" not in town.client("water").get("/desk/notices").content.decode()
    mailroom.refuses.clear()
    town.dispatched()
    told()
    assert mailing.send_due(now) == 1
    assert queries.mail_refused(town.actor("sanitation")) == ""


def test_a_server_that_is_not_there_holds_up_nothing_and_loses_nothing(town, mailroom, settings):
    wants(town)
    town.dispatched()
    told()
    there, settings.SMTP = settings.SMTP, "smtp://127.0.0.1:1"
    now = walltime.now() + SOON
    assert mailing.send_due(now) == 0
    assert queries.mail_refused(town.actor("sanitation")) == "unreachable"
    settings.SMTP = there
    assert mailing.send_due(now + timedelta(hours=1)) == 1


def test_without_a_mail_server_a_file_is_written(town, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    wants(town, language="en")
    town.dispatched()
    told()
    assert mailing.send_due(walltime.now() + SOON) == 1
    (path,) = (tmp_path / "outbox").glob("*.txt")
    assert path.read_text(encoding="utf-8").startswith(ADDRESS)


def test_an_address_is_sealed_and_shown_to_its_owner_alone(town):
    wants(town)
    row = Account.objects.get(pk=town.accounts["sanitation"])
    assert ADDRESS.encode() not in bytes(row.email_cipher or b"")
    assert ADDRESS in town.client("sanitation").get("/desk/notices").content.decode()
    account = f"/desk/accounts/{town.accounts['sanitation']}"
    assert ADDRESS not in town.client("administrator").get(account).content.decode()
    assert people.mailbox(town.actor("sanitation"), row.id).address == ADDRESS


def test_an_administrator_sets_it_too_and_an_empty_one_takes_it_away(town):
    account = f"/desk/accounts/{town.accounts['sanitation']}"
    town.client("administrator").post(f"{account}/mail", {"email": ADDRESS})
    assert people.mailbox(town.actor("sanitation"), town.accounts["sanitation"]).address == ADDRESS
    town.client("sanitation").post("/desk/notices/address", {"email": ""})
    assert people.mailbox(town.actor("sanitation"), town.accounts["sanitation"]) is None


@pytest.mark.parametrize(
    "wrong", ["nobody", "a@b", "a b@example.cn", "a@example.cn\r\nBcc: x@example.cn", "甲@example.cn"]
)
def test_what_is_no_address_is_refused_in_words_with_what_was_typed(town, wrong):
    answer = town.client("sanitation").post("/desk/notices/address", {"email": wrong})
    assert answer.status_code == 422
    assert "这个邮箱地址不能用" in answer.content.decode()
    assert people.mailbox(town.actor("sanitation"), town.accounts["sanitation"]) is None
