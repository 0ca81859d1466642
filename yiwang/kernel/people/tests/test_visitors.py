"""What somebody who is not logged in may send from one address in an hour, through the doors of the portal and the API."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from yiwang.kernel import walltime
from yiwang.kernel.people.models import VisitorSending
from yiwang.kernel.people.rules import VisitorLimits
from yiwang.kernel.people.steps import sweeping

pytestmark = pytest.mark.django_db
OFFICE, STRANGER = "203.0.113.7", "198.51.100.9"
PASSWORD = "long-enough-2026"


@pytest.fixture(autouse=True)
def _few(settings, clock):
    """Two of each, so that a test is short; the doors ask the clock themselves: here it is the test's."""
    settings.VISITOR_LIMITS = VisitorLimits(reports_an_hour=2, photos_an_hour=2)
    clock.now = walltime.now()


def photo(shade: int = 0) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 60)).save(out, "JPEG")
    return SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")


def by_form(text: str, client: Client | None = None, key: str = "", **more):
    said = {"go": "send", "place_text": "东门", "text": text, "_key": key or text, **more}
    client = client or Client(headers={"Accept-Language": "zh-hans"})
    return client.post("/report", said, REMOTE_ADDR=STRANGER)


def by_api(text: str, client: Client | None = None, address: str = STRANGER, **headers: str):
    body = {"text": text}
    return (client or Client()).post(
        "/api/reports", body, content_type="application/json", REMOTE_ADDR=address, headers=headers
    )


def photo_by_page(shade: int, address: str = STRANGER, key: str = ""):
    headers = {"Accept-Language": "zh-hans", **({"Idempotency-Key": key} if key else {})}
    return Client().post("/photo", {"file": photo(shade)}, REMOTE_ADDR=address, headers=headers)


def photo_by_api(shade: int, client: Client | None = None):
    return (client or Client()).post("/api/photos", {"photo": photo(shade)}, REMOTE_ADDR=STRANGER)


def staff() -> Client:
    client = Client()
    client.post("/desk/login", {"username": "zhang.demo", "password": PASSWORD}, REMOTE_ADDR=STRANGER)
    return client


# --- reports ---------------------------------------------------------------------------------------------------------


def test_one_address_sends_so_many_reports_an_hour_by_both_doors_together_and_others_go_on():
    assert by_form("一").status_code == 303
    assert by_api("二").status_code == 201
    assert by_form("三").status_code == 429
    assert by_api("三").status_code == 429
    assert VisitorSending.objects.count() == 2
    assert by_api("四", address=OFFICE).status_code == 201


def test_who_is_held_up_reads_why_until_when_and_where_else_and_everything_typed_is_still_there(clock):
    with walltime.at(clock.now):
        by_form("一")
        by_form("二")
    with walltime.at(clock.now + timedelta(minutes=18)):
        answer = by_form("井盖松动", phone="199 0000 0001", name="水演示", urgent="on")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, str(42 * 60))
    until = walltime.in_town(clock.now + timedelta(minutes=60, seconds=59))
    for told in ("交来的上报太多了", f"请在 42 分钟后（{until:%H:%M}）再交", "12345", "窗口"):
        assert told in page
    for kept in (
        'name="text" value="井盖松动"',
        'name="phone" value="199 0000 0001"',
        'name="urgent" value="on"',
        "东门",
    ):
        assert kept in page
    with walltime.at(clock.now + timedelta(minutes=60)):
        assert by_form("井盖松动").status_code == 303


def test_a_program_that_is_held_up_gets_the_wait_in_seconds_and_the_words(clock):
    with walltime.at(clock.now):
        answer = [by_api(text, **{"Accept-Language": "en"}) for text in ("a", "b", "c")][-1]
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    told = answer.json()
    assert (told["type"], told["parameters"]["minutes"], told["parameters"]["most"]) == ("reports-too-many-here", 60, 2)
    assert "Call 12345" in told["do"]


def test_the_same_report_sent_again_is_no_second_one_and_gets_its_first_answer_at_the_limit_too():
    first = by_form("一")
    assert [by_form("一")["Location"] for _ in range(3)] == [first["Location"]] * 3
    key = {"Idempotency-Key": "k-1"}
    number = by_api("二", **key).json()["number"]
    assert by_api("三").status_code == 429
    assert by_api("二", **key).json()["number"] == number
    assert by_api("二", address=OFFICE, **key).json()["number"] == number  # a telephone that changed its network
    assert VisitorSending.objects.count() == 2


def test_a_report_that_cannot_be_used_is_not_counted():
    for _ in range(3):
        answer = Client().post(
            "/api/reports",
            {"text": "一", "reporter": {"phone": "12", "name": ""}},
            content_type="application/json",
            REMOTE_ADDR=STRANGER,
        )
        assert answer.status_code == 422
    assert not VisitorSending.objects.exists()


def test_staff_who_are_logged_in_are_not_counted(handler):
    desk = staff()
    assert [by_form(text, desk).status_code for text in ("一", "二", "三")] == [303] * 3
    assert [photo_by_api(shade, desk).status_code for shade in range(0, 150, 50)] == [201] * 3
    assert not VisitorSending.objects.exists()


def test_this_machine_itself_is_not_counted():
    assert [by_api(text, address="127.0.0.1").status_code for text in ("一", "二", "三")] == [201] * 3


# --- photos ----------------------------------------------------------------------------------------------------------


def test_one_address_sends_so_many_photos_an_hour_by_both_doors_together_and_others_go_on():
    assert photo_by_page(0).status_code == 201
    assert photo_by_api(50).status_code == 201
    held_up = photo_by_page(100)
    assert (held_up.status_code, photo_by_api(100).status_code) == (429, 429)
    assert 0 < int(held_up["Retry-After"]) <= 3600
    assert "不带照片也可以上报" in held_up.json()["what"]
    assert VisitorSending.objects.count() == 2
    assert photo_by_page(100, OFFICE).status_code == 201


def test_a_photo_sent_again_on_a_bad_network_counts_once_and_is_answered_at_the_limit_too():
    first = photo_by_page(0, key="k-1").json()["id"]
    assert photo_by_page(50, key="k-2").status_code == 201
    assert photo_by_page(100).status_code == 429
    again = photo_by_page(0, key="k-1")
    assert again.status_code == 201
    assert again.json()["id"][:20] == first[:20]  # the hash; the token's end is its time
    assert VisitorSending.objects.count() == 2


def test_what_is_no_photo_counts_too_because_looking_at_it_was_work():
    for _ in range(2):
        bad = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"x" * 50, "image/jpeg")
        assert Client().post("/photo", {"file": bad}, REMOTE_ADDR=STRANGER).status_code == 422
    assert photo_by_page(0).status_code == 429


def test_photos_that_come_with_the_form_itself_are_held_up_too_and_nothing_typed_is_lost():
    photo_by_page(0)
    answer = by_form("井盖松动", go="check", photos_files=[photo(50), photo(100), photo(150)])
    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer.has_header("Retry-After")
    assert "传来的照片太多了" in page
    assert "井盖松动" in page
    assert page.count('name="photos" value=') == 1
    assert by_form("井盖松动").status_code == 303


# --- nothing is kept -------------------------------------------------------------------------------------------------


def test_what_is_counted_is_a_keyed_hash_and_swept_after_an_hour(clock):
    by_api("一")
    photo_by_page(0)
    assert STRANGER not in repr([*VisitorSending.objects.values()])
    assert sweeping.sweep_traces(clock.now + timedelta(minutes=59)) == 0
    assert sweeping.sweep_traces(clock.now + timedelta(minutes=61)) == 2
