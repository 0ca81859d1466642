"""What everybody may do with their own data: see it, take a copy, correct it, have it deleted, and nobody else's."""

import json

import pytest

from yiwang.cases.steps import remarks, sideways
from yiwang.intake.reports import jobs
from yiwang.intake.reports.models import Report
from yiwang.kernel import secrecy
from yiwang.kernel.files.models import FileUse
from yiwang.kernel.people.models import Account
from yiwang.kernel.walltime import now
from yiwang.web.portal.tests.conftest import jpeg, upload

pytestmark = pytest.mark.usefixtures("sent_at_once")


def body(answer):
    return answer.content.decode()


def declined(town, number):
    case_id = town.case_id(number)
    sideways.decline(case_id, reason_code="not-town", explanation="请联系物业", call=town.call("operator"))


def test_the_account_page_leads_to_every_right(logged_in, reported):
    number, _ = reported()
    client = logged_in()
    page = body(client.get("/me"))
    for address in ("/me/copy", "/me/erase", "/me/details"):
        assert f'"{address}"' in page
    assert f'"/me/forget/{number}"' in body(client.get(f"/r/{number}"))


def test_the_copy_has_account_reports_photos_and_events_and_no_name_of_staff(logged_in, reported, town):
    number, _ = reported(photos_files=[upload(jpeg())])
    client = logged_in()
    client.post("/me/details", {"name": "水大爷", "language": "zh-hans"})
    town.closed(number)
    account = Account.objects.get(kind="resident").id
    remarks.open_person(town.case_id(number), account, purpose="call-back", call=town.call("operator"))
    answer = client.get("/me/copy")
    assert answer["Content-Disposition"].startswith('attachment; filename="yiwang-')
    copy = json.loads(body(answer))
    assert copy["account"] == {"phone": "19900000001", "name": "水大爷", "language": "zh-hans", "large_type": False}
    (look,) = copy["looks_at_my_number"]
    assert (look["who"], look["role"], look["why"], look["number"]) == ("镇城运中心", "热线受理员", "回访", number)
    (told,) = copy["reports"]
    assert (told["number"], told["text"], told["answer"]) == (number, "垃圾两天没人收", "垃圾已经清走。")
    assert [one["what"] for one in told["events"]][-1] == "收到上报"
    assert "给您答复" in told["events"][0]["what"]
    assert client.get(told["photos"][0]).status_code == 200
    assert str(town.call("operator").actor.account_id) not in body(answer)


def test_the_copy_and_the_deletion_are_of_ones_own_only(logged_in, chinese, reported, town):
    number, _ = reported()
    for address in ("/me/copy", f"/me/forget/{number}"):
        assert "/login" in chinese.get(address)["Location"]
    other = logged_in("199 0000 0002")
    assert json.loads(body(other.get("/me/copy")))["reports"] == []
    assert other.get(f"/me/forget/{number}").status_code == 404
    assert other.post(f"/me/forget/{number}", {"sure": "on"}).status_code == 404
    assert Report.objects.get().text


def test_the_words_of_one_ended_report_go_at_once_and_the_account_stays(logged_in, reported, town):
    number, _ = reported(photos_files=[upload(jpeg())])
    kept, _ = reported(_key="form-2", text="路灯不亮")
    assert FileUse.objects.count() == 1
    declined(town, number)
    client = logged_in()
    assert client.post(f"/me/forget/{number}").status_code == 422
    assert "不能恢复" in body(client.get(f"/me/forget/{number}"))
    answer = client.post(f"/me/forget/{number}", {"sure": "on"}, follow=True)
    assert "已删除您写的内容和拍的照片" in body(answer)
    assert number not in body(answer)
    assert kept in body(answer)
    assert FileUse.objects.count() == 0
    assert Report.objects.get(number=number).text == ""


def test_of_an_open_report_the_page_says_that_it_goes_when_it_ends_and_it_does(logged_in, reported, town):
    number, _ = reported()
    client = logged_in()
    answer = client.post(f"/me/forget/{number}", {"sure": "on"}, follow=True)
    assert "办结后系统自动删除" in body(answer)
    for page in (f"/r/{number}", f"/me/forget/{number}"):
        assert "您已经要求删除" in body(client.get(page))
    assert "垃圾两天没人收" in body(client.get(f"/r/{number}"))
    declined(town, number)
    assert jobs.forget_as_asked(now()) == 1
    assert "垃圾两天没人收" not in body(client.get(f"/r/{number}"))


def test_whoever_has_the_link_only_is_not_offered_to_delete(chinese, reported):
    number, token = reported()
    assert "/me/forget/" not in body(chinese.get(f"/r/{number}/{token}"))


def test_a_town_that_changes_its_cipher_goes_on_reading_what_the_other_sealed(logged_in, reported, settings):
    reported()
    settings.CIPHER = "sm4"
    number, _ = reported(_key="form-2", text="路灯不亮", phone="199 0000 0002", name="水二")
    account = Account.objects.get(kind="resident", phone_hmac=secrecy.keyed_hash("19900000002"))
    assert bytes(account.phone_cipher).startswith(secrecy.SM4_MARK)
    assert not bytes(Account.objects.exclude(pk=account.pk).get(kind="resident").phone_cipher).startswith(
        secrecy.SM4_MARK
    )
    assert [one["text"] for one in json.loads(body(logged_in().get("/me/copy")))["reports"]] == ["垃圾两天没人收"]
    settings.CIPHER = "aes"
    copy = json.loads(body(logged_in("199 0000 0002").get("/me/copy")))
    assert (copy["account"]["phone"], copy["reports"][0]["number"]) == ("19900000002", number)


def test_the_page_of_ones_data_says_what_for_on_what_ground_and_until_when(logged_in, reported, english):
    reported()
    client = logged_in()
    assert '"/me/data"' in body(client.get("/me"))
    page = body(client.get("/me/data"))
    for wanted in (
        "您反映的内容、地点和照片",
        "个人信息保护法第十三条",
        "到您注销账号",
        "镇里还没有逐条核对",
        "/me/copy/sheet",
        "/me/erase",
    ):
        assert wanted in page
    client.post("/me/details", {"name": "水大爷", "language": "en"})
    told = body(client.get("/me/data", headers={"Accept-Language": "en"}))
    assert "Until you close the account" in told
    assert "/login" in english.get("/me/data")["Location"]


def test_the_copy_to_print_has_what_the_file_has(logged_in, reported, town):
    number, _ = reported(photos_files=[upload(jpeg())])
    client = logged_in()
    town.closed(number)
    account = Account.objects.get(kind="resident").id
    remarks.open_person(town.case_id(number), account, purpose="call-back", call=town.call("operator"))
    page = body(client.get("/me/copy/sheet"))
    for wanted in (
        "199 0000 0001",
        "镇城运中心",
        "回访",
        number,
        "垃圾两天没人收",
        "垃圾已经清走。",
        "收到上报",
        "?small=1",
    ):
        assert wanted in page
    assert "/login" in logged_out(client).get("/me/copy/sheet")["Location"]


def logged_out(client):
    client.post("/logout")
    return client


def test_ones_matter_says_who_chose_its_kind_and_which_rule_its_limits_have(logged_in, chinese, reported, town):
    number, _ = reported()
    client = logged_in()
    assert "还没有归类" in body(client.get(f"/r/{number}"))
    town.dispatched(number)
    page = body(client.get(f"/r/{number}"))
    for wanted in ("为什么这样办", "由工作人员选定", "的时限：", "依据：镇里的案件类型表。自 ", "与原文核对"):
        assert wanted in page
    logged_out(client)
    assert "为什么这样办" not in body(client.get(f"/r/{number}"))
