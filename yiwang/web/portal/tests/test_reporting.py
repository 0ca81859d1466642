"""Reporting without JavaScript: what a person sends, what comes back, and what cannot be used."""

import re

import pytest

from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.models import Report
from yiwang.kernel import secrecy
from yiwang.kernel.files.models import FileUse
from yiwang.web.portal.tests.conftest import INSIDE, OUTSIDE, jpeg, upload


def body(answer):
    return answer.content.decode()


def test_a_report_is_checked_sent_and_answered_with_a_number_and_a_moment(chinese, said):
    checked = body(chinese.post("/report", said(go="check", phone="199 0000 0001")))
    assert "检查一遍" in checked
    assert "桃花新村" in checked
    assert "199 0000 0001" in checked
    assert Report.objects.count() == 0
    answer = chinese.post("/report", said(phone="199 0000 0001"), follow=True)
    number = Report.objects.get().number
    assert number[-2:] in body(answer)
    assert "我们收到了" in body(answer)
    assert " 前</strong>决定是否受理" in body(answer)
    assert reports.link_token(number) in body(answer)


def test_a_name_without_a_phone_is_checked_and_kept_sealed_with_the_report(chinese, said):
    checked = body(chinese.post("/report", said(go="check", name="水演示")))
    assert re.search(r"<dd>水演示 <span[^>]*>没有留电话，我们没法答复您</span></dd>", checked)
    page = body(chinese.post("/report", said(name="水演示"), follow=True))
    report = Report.objects.get()
    assert report.reporter is None
    assert secrecy.unseal(report.contact_cipher) == "水演示"
    assert "您没有留电话，我们没法联系您" in page


def test_a_report_in_english_is_answered_in_english(english, said):
    assert "Check your answers" in body(english.post("/report", said(go="check")))
    answer = body(english.post("/report", said(phone="19900000001"), follow=True))
    assert "We have received it" in answer
    assert "We decide whether we take it on <strong>by " in answer


def test_sending_twice_is_one_report_and_sending_other_words_is_another(chinese, said):
    first, again = (chinese.post("/report", said())["Location"] for _ in range(2))
    assert first == again
    assert Report.objects.count() == 1
    chinese.post("/report", said(text="另外，路灯也不亮"))
    assert Report.objects.count() == 2


def test_one_can_go_back_to_a_question_and_everything_is_still_there(chinese, said):
    page = body(chinese.post("/report", said(go="matter", phone="19900000001", place_text="东门", urgent="on")))
    assert 'data-start="matter"' in page
    for kept in ("垃圾两天没人收", "19900000001", "东门", 'name="urgent" value="on" checked', 'value="form-1"'):
        assert kept in page


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"place": "", "place_text": ""}, "place", "请告诉我们在哪里"),
        ({"place": "not-a-place"}, "place", "不在名单里"),
        ({"place": "00000000-0000-0000-0000-000000000001"}, "place", "不在名单里"),
        ({"text": "  "}, "text", "还没有写内容"),
        ({"text": "很" * 5001}, "text", "太长"),
        ({"phone": "12345"}, "phone", "号码"),
        ({"for_whom": "other", "phone": "19900000001"}, "other_phone", "请留对方的电话"),
        ({"for_whom": "other", "other_phone": "19900000002"}, "phone", "请留您自己的电话"),
        ({"for_whom": "other", "phone": "19900000001", "other_phone": "19900000001"}, "other_phone", "一样"),
        ({"name": "水" * 41}, "name", "40"),
        ({"place_text": "a\0b"}, "place_text", ""),
    ],
)
@pytest.mark.parametrize("go", ["check", "send"])
def test_what_cannot_be_used_is_said_at_its_field_and_nothing_typed_is_lost(chinese, said, go, given, field, sentence):
    answer = chinese.post(
        "/report", said(**{"go": go, "place_text": "东门", **given}) if field != "place" else said(go=go, **given)
    )
    page = body(answer)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert sentence in page
    assert given.get("text", "垃圾两天没人收").strip() in page
    assert Report.objects.count() == 0


def test_a_position_outside_the_town_opens_the_list_and_is_not_a_refusal(chinese, said):
    place = {"place": "", "place_longitude": OUTSIDE[0], "place_latitude": OUTSIDE[1]}
    page = body(chinese.post("/report", said(go="check", **place)))
    assert "不在本镇范围里" in page
    assert "桃花新村</option>" in page
    assert re.search(r'<select[^>]*name="place" size="8"', page), "the list stands open without JavaScript"
    assert f'data-refused="{OUTSIDE[0]},{OUTSIDE[1]}"' in page
    assert '<input type="hidden" name="place_longitude" value="">' in page, "the bad point is not sent again"
    assert chinese.post("/report", said(place_text="镇口的桥边", **place)).status_code == 303
    assert chinese.post("/report", said(**{**place, "place": said()["place"]})).status_code == 303


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [("31.81", "121.37"), ("0", "0"), ("nan", "31.81"), ("inf", "31.81"), ("121.37", ""), ("1e400", "1"), ("<b>", "'")],
)
def test_a_point_that_makes_no_sense_is_never_stored(chinese, said, town, longitude, latitude):
    given = {"place": "", "place_longitude": longitude, "place_latitude": latitude}
    assert chinese.post("/report", said(go="send", **given)).status_code == 422
    assert chinese.post("/report", said(go="send", place_text="桥边", **given)).status_code == 303
    report = Report.objects.select_related("case").get()
    assert (report.case.longitude, report.case.latitude) == (None, None)


def test_a_place_that_was_typed_and_not_picked_is_the_persons_own_words_for_it(chinese, said):
    given = {"place": "", "place_search": " 红星居委会  门口的大树下 ", "place_text": "东侧"}
    assert "红星居委会 门口的大树下，东侧" in body(chinese.post("/report", said(go="check", **given)))
    assert chinese.post("/report", said(go="send", **given)).status_code == 303
    assert Report.objects.get().place_text == "红星居委会 门口的大树下，东侧"


@pytest.mark.parametrize("box", ["place_search", "place_find"])
@pytest.mark.parametrize(
    ("typed", "name"), [("桃花新村", "桃花新村"), (" peach ESTATE", "桃花新村"), ("桃花新村1号楼", "桃花新村1号楼")]
)
def test_a_place_that_was_typed_by_its_very_name_is_that_place(chinese, said, town, box, typed, name):
    given = {"place": "", box: typed, "place_text": "东侧"}
    assert f"{name} · 东侧" in body(chinese.post("/report", said(go="check", **given)))
    assert chinese.post("/report", said(go="send", **given)).status_code == 303
    report = Report.objects.select_related("case").get()
    assert (report.case.place_id, report.place_text) == (town.places[name], "东侧")


def test_what_is_typed_beside_a_picked_place_changes_nothing_of_it(chinese, said, town):
    given = {"place_search": "试验河", "place_text": ""}
    assert chinese.post("/report", said(go="send", **given)).status_code == 303
    report = Report.objects.select_related("case").get()
    assert (report.case.place_id, report.place_text) == (town.places["桃花新村"], "试验河")


@pytest.mark.parametrize("go", ["find", "check"])
def test_without_javascript_typed_words_search_and_show_the_list_to_pick_from(chinese, said, town, go):
    estate, building = (str(town.places[name]) for name in ("桃花新村", "桃花新村1号楼"))
    page = body(chinese.post("/report", said(go=go, place="", place_find="桃花", phone="19900000001")))
    listed = page.partition("<select")[2].partition("</select>")[0]
    assert re.findall('value="([^"]+)"', listed) == [estate, building]
    assert "找到 2 个地点，请在上面的列表里选一个" in page
    assert 'name="place_find" maxlength="40" autocomplete="off" value="桃花"' in page
    for kept in ("垃圾两天没人收", "19900000001"):
        assert kept in page
    # What was found is picked; Return in another field presses the first button, which is the search's.
    checked = body(chinese.post("/report", said(go=go, place=building, place_find="桃花")))
    assert "检查一遍" in checked
    assert "桃花新村1号楼" in checked
    assert "桃花，" not in checked


def test_without_javascript_the_only_place_that_is_found_is_chosen(chinese, said, town):
    page = body(chinese.post("/report", said(go="find", place="", place_find="试验")))
    assert f'<option value="{town.places["试验河"]}" selected' in page
    assert "已经选上：试验河" in page


def test_without_javascript_words_that_are_no_place_stay_as_words_and_it_is_said(chinese, said):
    page = body(chinese.post("/report", said(go="check", place="", place_find="大树下", place_text="")))
    assert "没有找到“大树下”，已经写进下面的" in page
    assert re.search('name="place_text"[^>]*value="大树下"', page)
    assert Report.objects.count() == 0


def test_return_in_another_field_goes_on_when_nothing_was_typed_to_find(chinese, said):
    assert "检查一遍" in body(chinese.post("/report", said(go="find", place_find="")))


def test_a_point_in_the_town_says_what_is_near_and_lies_in_its_committee(chinese, said, town):
    given = {"place": "", "place_longitude": INSIDE[0], "place_latitude": INSIDE[1]}
    assert "桃花新村" in body(chinese.post("/report", said(go="check", **given)))
    chinese.post("/report", said(**given))
    assert Report.objects.get().case.committee == town.places["一居委会"]


def test_two_people_are_kept_when_one_reports_for_another(chinese, said):
    given = {"for_whom": "other", "phone": "19900000001", "other_phone": "199 0000 0002", "other_name": "窦演示"}
    checked = body(chinese.post("/report", said(go="check", **given)))
    assert "199 0000 0002" in checked
    assert "告诉你们两人" in checked
    chinese.post("/report", said(**given))
    report = Report.objects.get()
    assert report.reporter != report.on_behalf


def test_words_are_shown_as_words_and_never_run(chinese, said, reported):
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    given = {"text": nasty, "place_text": nasty, "name": nasty[:40], "phone": "19900000001"}
    for go in ("check", "place"):
        page = body(chinese.post("/report", said(go=go, **given)))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    number, token = reported(text=nasty, place_text=nasty)
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_logged_in_resident_is_not_asked_for_a_phone(logged_in, said):
    client = logged_in()
    page = body(client.get("/report"))
    assert "199****0001" in page
    assert 'name="phone"' not in page
    client.post("/report", said())
    assert "垃圾两天没人收" in body(client.get("/me"))


def test_no_javascript_is_needed_to_find_a_place_by_name(chinese, town):
    page = body(chinese.get("/places", {"q": "1号楼"}))
    assert f"/report?place={town.places['桃花新村1号楼']}" in page
    chosen = body(chinese.get("/report", {"place": str(town.places["桃花新村1号楼"])}))
    assert f'value="{town.places["桃花新村1号楼"]}" selected' in chosen
    found = chinese.get("/places", {"q": "桃花"}, headers={"Accept": "application/json"}).json()["places"]
    assert [place["text"] for place in found] == ["桃花新村", "桃花新村1号楼"]
    assert "没有找到" in body(chinese.get("/places", {"q": "月亮"}))


def test_the_map_is_drawn_from_the_towns_own_lines(chinese, town):
    water = chinese.get("/places/map/water").json()
    assert [one["properties"]["text"] for one in water["features"]] == ["试验河"]
    assert chinese.get("/places/map/people").status_code == 404


# --- photos ----------------------------------------------------------------------------------------------------------


def test_photos_that_were_uploaded_before_hang_on_the_report(chinese, said):
    sent = chinese.post("/photo", {"file": upload(jpeg())}, headers={"Idempotency-Key": "photo-1"})
    again = chinese.post("/photo", {"file": upload(jpeg())}, headers={"Idempotency-Key": "photo-1"})
    assert (sent.status_code, again.status_code) == (201, 201)
    token = sent.json()["id"]
    assert chinese.get(sent.json()["url"])["Content-Type"] == "image/jpeg"
    assert token in body(chinese.post("/report", said(go="check", photos=[token])))
    chinese.post("/report", said(photos=[token]))
    use = FileUse.objects.get()
    assert (use.subject_kind, use.subject_id) == ("case", str(Report.objects.get().case_id))


def test_photos_sent_with_the_form_itself_are_kept_for_the_next_page(chinese, said):
    page = body(chinese.post("/report", said(go="check", photos_files=[upload(jpeg()), upload(jpeg((1, 2, 3)))])))
    assert page.count('type="hidden" name="photos"') == 2


@pytest.mark.parametrize(
    ("content", "name", "mime", "sentence"),
    [
        (b"\xff\xd8\xff" + b"0" * (11 * 1024 * 1024), "big.jpg", "image/jpeg", "太大"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "x.svg", "image/svg+xml", "SVG"),
        (b"<html><script>1</script></html>", "x.jpg", "image/jpeg", ""),
        (b"MZ" + b"0" * 200, "x.jpg", "image/jpeg", ""),
        (b"%PDF-1.7 1 0 obj", "x.pdf", "application/pdf", ""),
        (b"\xff\xd8\xff" + b"0" * 400, "broken.jpg", "image/jpeg", ""),
    ],
)
def test_a_bad_photo_is_refused_in_words_and_nothing_else_is_lost(chinese, said, content, name, mime, sentence):
    door = chinese.post("/photo", {"file": upload(content, name, mime)})
    assert 400 <= door.status_code < 500
    assert sentence in door.json()["what"]
    answer = chinese.post("/report", said(go="send", photos_files=[upload(jpeg()), upload(content, name, mime)]))
    page = body(answer)
    assert answer.status_code == 422
    assert 'href="#id_photos"' in page
    assert f"{name}: " in page
    assert page.count('type="hidden" name="photos"') == 1
    assert "垃圾两天没人收" in page
    assert Report.objects.count() == 0


def test_a_token_that_the_town_did_not_give_is_refused(chinese, said):
    answer = chinese.post("/report", said(photos=["0" * 64 + ".9999999999.AAAA"]))
    assert answer.status_code == 422
    assert chinese.get("/photo/nothing").status_code == 422
    assert Report.objects.count() == 0


def test_where_a_photo_was_taken_is_offered_and_taken_only_when_asked(chinese, said):
    checked = body(chinese.post("/report", said(go="check", photos_files=[upload(jpeg(position=True))])))
    assert "照片是在这里拍的" in checked
    assert chinese.post("/photo", {"file": upload(jpeg(position=True))}).json()["position"] is not None
    taken = body(chinese.post("/report", said(go="check", photo_place=",".join(INSIDE))))
    assert "地图上的一点" in taken
    assert "照片是在这里拍的" not in taken
