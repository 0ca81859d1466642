"""Logging in by code, one's own list and settings, deleting one's account, and the demonstration's door."""

import pytest

from yiwang.cases.steps import remarks, sideways
from yiwang.intake.reports import jobs
from yiwang.intake.reports.models import Report
from yiwang.kernel.people import passwords
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.tests import senders
from yiwang.kernel.terms import Call
from yiwang.kernel.walltime import now
from yiwang.web.portal.tests.conftest import SYSTEM


def body(answer):
    return answer.content.decode()


pytestmark = pytest.mark.usefixtures("sent_at_once")


def test_a_phone_and_its_code_open_ones_own_list(logged_in, reported):
    number, _ = reported()
    client = logged_in()
    page = body(client.get("/me"))
    assert "垃圾两天没人收" in page
    assert "199 0000 0001" in page
    assert "垃圾两天没人收" in body(client.get(f"/r/{number}"))


def test_another_resident_sees_no_more_than_the_number_shows(logged_in, reported):
    number, _ = reported()
    page = body(logged_in("199 0000 0002").get(f"/r/{number}"))
    assert "垃圾两天没人收" not in page
    assert "这一件没有留您的手机号" in page


def test_the_code_is_shown_for_invented_phones_in_a_demonstration_only(chinese, settings, town):
    assert "仅演示时显示" in body(chinese.post("/login", {"phone": "19900000001"}))
    real = body(chinese.post("/login", {"phone": "13800138000"}))
    assert "验证码是" not in real
    settings.DEMONSTRATION = False
    assert "验证码是" not in body(chinese.post("/login", {"phone": "19900000002"}))


@pytest.mark.parametrize(("phone", "sentence"), [("", "号码"), ("12", "号码"), ("<script>", "号码")])
def test_a_bad_phone_is_told(chinese, town, phone, sentence):
    answer = chinese.post("/login", {"phone": phone})
    assert answer.status_code == 422
    assert sentence in body(answer)
    assert "<script>" + "</" not in body(answer)


@pytest.mark.parametrize("phone", [senders.REFUSED, senders.STRANGE])
def test_a_code_that_the_provider_does_not_take_is_told_plainly_and_the_number_stays(chinese, town, settings, phone):
    settings.CODE_SENDER = f"{senders.HERE}.Picky"
    answer = chinese.post("/login", {"phone": phone})
    assert answer.status_code == 503
    assert "验证码没有发出去" in body(answer)
    assert f'value="{phone}"' in body(answer)
    assert "ILLEGAL" not in body(answer)


def test_the_pages_refuse_with_the_same_status_as_the_api_and_keep_the_phone(chinese, town):
    phone = "199 0000 0001"
    chinese.post("/login", {"phone": phone})
    again = chinese.post("/login", {"phone": phone})
    assert (again.status_code, int(again["Retry-After"]) in range(1, 61)) == (429, True)
    assert f'value="{phone}"' in body(again)
    call = Call(SYSTEM, now(), "test")
    account = people.register_resident("19900000003", call=call).account_id
    people.deactivate(account, call=call)
    people.create_account(
        "li.demo", "李演示", password_hash=passwords.hashed("long-enough-2026"), phone="19900000004", call=call
    )
    for refused, told in (("19900000003", "已经停用"), ("19900000004", "工作人员")):
        code = body(chinese.post("/login", {"phone": refused})).split("验证码是 ")[1][:6]
        answer = chinese.post("/login/code", {"phone": refused, "code": code})
        assert answer.status_code == 403
        assert told in body(answer)
        assert f'value="{refused}"' in body(answer)
        assert not answer.has_header("Retry-After")
    assert chinese.post("/login/code", {"phone": "19900000004", "code": "1"}).status_code == 422


def test_a_wrong_code_says_how_many_tries_are_left_and_keeps_the_phone(chinese, town):
    chinese.post("/login", {"phone": "19900000001"})
    answer = chinese.post("/login/code", {"phone": "19900000001", "code": "000000"})
    assert answer.status_code == 422
    assert 'name="phone" value="19900000001"' in body(answer)
    assert chinese.get("/me").status_code == 302


def test_log_in_leads_back_to_our_own_pages_only(chinese, town):
    assert "/login?next=%2Fme" in chinese.get("/me")["Location"]
    for address, target in (("/report", "/report"), ("https://evil.example/", "/me"), ("//evil.example", "/me")):
        page = body(chinese.post("/login", {"phone": f"1990000{len(address):04d}", "next": address}))
        code = page.split("验证码是 ")[1][:6]
        sent = {"phone": f"1990000{len(address):04d}", "code": code, "next": address}
        assert chinese.post("/login/code", sent)["Location"] == target
        chinese.post("/logout")


def test_name_language_and_large_type_are_kept_with_the_account(logged_in, town):
    client = logged_in()
    client.post("/me/details", {"name": "水大爷", "language": "en", "large_type": "on"})
    page = body(client.get("/me"))
    assert "My reports" in page
    assert 'data-size="large"' in page
    assert "水大爷" in page
    client.post("/me/details", {"name": "", "language": "xx"})
    assert 'data-size="normal"' in body(client.get("/me"))


def test_deleting_the_account_is_asked_twice_and_leaves_the_matter(logged_in, reported, town):
    number, _ = reported()
    client = logged_in()
    assert "不能恢复" in body(client.get("/me/erase"))
    assert client.post("/me/erase").status_code == 422
    assert "已删除" in body(client.post("/me/erase", {"sure": "on"}))
    row = Account.objects.get(kind="resident")
    assert (row.erased, row.phone_hmac, row.name_cipher) == (True, None, None)
    assert client.get("/me").status_code == 302
    assert "我们收到了" in body(client.get(f"/r/{number}"))


def test_the_page_says_of_each_open_matter_that_its_words_go_when_it_ends_and_so_it_is(logged_in, reported, town):
    number, token = reported()
    page = body(logged_in().post("/me/erase", {"sure": "on"}))
    assert "办结后系统自动删除" in page
    assert number in page
    sideways.decline(town.case_id(number), reason_code="not-town", explanation="请联系物业", call=town.call("operator"))
    jobs.forget_as_asked(now())
    assert Report.objects.get(number=number).text == ""
    assert "垃圾两天没人收" not in body(logged_in().get(f"/r/{number}/{token}"))


def test_one_reads_which_department_looked_at_the_number_and_why(logged_in, reported, town):
    number, _ = reported()
    client = logged_in()
    assert "还没有工作人员打开过" in body(client.get("/me"))
    town.dispatched(number)
    account = Account.objects.get(kind="resident").id
    remarks.open_person(town.case_id(number), account, purpose="first-contact", call=town.call("handler"))
    page = body(client.get("/me"))
    for told in ("谁看过我的号码", "市容环卫所 · 部门处置人员 · 先行联系", number):
        assert told in page
    client.post("/me/details", {"language": "en"})
    assert "Sanitation · Department handler · First contact" in body(client.get("/me"))


def test_a_demonstration_offers_every_role_with_what_waits_and_one_click_goes_in(chinese, english, settings, town):
    settings.DEMONSTRATION = True
    call = Call(SYSTEM, now(), "test")
    staff = people.create_account("operator", "张演示", demonstration=True, call=call).account_id
    people.grant_role(staff, "operator", call=call)
    resident = people.register_resident("19900000005", name="苏演示", demonstration=True, call=call).account_id
    page = body(chinese.get("/demonstration"))
    for shown in ("热线受理员", "等着受理", "张演示", "苏演示"):
        assert shown in page
    assert "wait to be accepted" in body(english.get("/demonstration"))
    assert chinese.post("/demonstration/login", {"account": str(staff)})["Location"] == "/desk/"
    for own in ("/me", "/me/data", "/me/copy", "/me/copy/sheet"):
        assert chinese.get(own)["Location"] == "/desk/", own
    assert english.post("/demonstration/login", {"account": str(resident)})["Location"] == "/me"
    assert "苏演示" in body(english.get("/me"))


def test_real_people_and_real_towns_have_no_such_door(chinese, settings, town):
    settings.DEMONSTRATION = True
    call = Call(SYSTEM, now(), "test")
    real = people.create_account("boss", "王真人", call=call).account_id
    assert chinese.post("/demonstration/login", {"account": str(real)}).status_code == 403
    assert chinese.post("/demonstration/login", {"account": "nobody"}).status_code == 404
    settings.DEMONSTRATION = False
    assert chinese.get("/demonstration").status_code == 403


def test_a_demonstration_that_others_can_reach_says_how_its_log_ins_are_opened_and_refuses_them(
    chinese, english, settings, town
):
    settings.DEMONSTRATION = True
    settings.DEMONSTRATION_LOG_INS = False
    call = Call(SYSTEM, now(), "test")
    staff = people.create_account("operator", "张演示", demonstration=True, call=call).account_id
    page = body(chinese.get("/"))
    assert "yiwang up --demonstration" in page
    assert '/demonstration"' not in page
    assert "Demonstration log-ins are closed" in body(english.get("/"))
    assert '/demonstration"' not in body(chinese.get("/login"))
    assert chinese.get("/demonstration").status_code == 403
    assert chinese.post("/demonstration/login", {"account": str(staff)}).status_code == 403
