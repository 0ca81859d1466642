"""Every page opens in both languages, is one page with one heading, names its controls, and carries nothing inline."""

import re
from html.parser import HTMLParser

import pytest

from yiwang.web.portal.tests.conftest import jpeg, upload

CHINESE = re.compile(r"[一-鿿]")
OPEN_PAGES = ("/", "/report", "/places", "/places?q=桃花", "/follow", "/login", "/demonstration")
QUIET = {"hidden", "submit", "button"}


class Reading(HTMLParser):
    """What a page's controls, headings and identifiers are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.controls, self.labels, self.ids, self.inline = [], set(), [], []
        self.headings, self.words, self.label_depth, self.silent, self.lang = 0, [], 0, 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.headings += tag == "h1"
        self.label_depth += tag == "label"
        self.silent += tag in ("script", "style")
        if tag == "script" and not given.get("src") and given.get("type") != "application/json":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or (name.startswith("on") and "-" not in name)]
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"])
        if tag in ("input", "select", "textarea") and given.get("type") not in QUIET:
            named = self.label_depth or "aria-label" in given
            self.controls.append((given.get("id"), given.get("name"), bool(named)))
        self.lang.append(given.get("lang", ""))

    def handle_endtag(self, tag):
        self.label_depth -= tag == "label"
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.words.append(data.strip())


def read(answer) -> Reading:
    return Reading(answer.content.decode())


@pytest.fixture
def pages(town, reported, said):
    """Every page as a client gets it, by name; the closed matter's page has both forms."""
    number, token = reported(photos_files=[upload(jpeg())])
    town.closed(number)

    def of(client):
        found = {address: client.get(address) for address in OPEN_PAGES}
        found["check"] = client.post("/report", said(go="check", photos_files=[upload(jpeg())]))
        found["refused"] = client.post("/report", said(go="send", text="", phone="1"))
        found["code"] = client.post("/login", {"phone": "19900000001"})
        found["done"] = client.get(f"/report/done/{number}/{token}")
        found["number"] = client.get(f"/r/{number}")
        found["link"] = client.get(f"/r/{number}/{token}")
        found["sheet"] = client.get(f"/r/{number}/{token}/print")
        return found

    return of


@pytest.mark.parametrize("language", ["chinese", "english"])
def test_each_page_has_one_heading_named_controls_and_nothing_inline(request, pages, language):
    for name, answer in pages(request.getfixturevalue(language)).items():
        page = read(answer)
        steps = 3 if name in ("/report", "refused") else 1
        assert page.headings == steps, name
        assert page.inline == [], name
        assert len(page.ids) == len(set(page.ids)), name
        assert [one for one in page.controls if not one[2] and one[0] not in page.labels] == [], name


def test_no_chinese_is_left_in_the_english_pages(pages, english):
    ours = re.compile(r"桃花新村(1号楼)?|一居委会|试验[镇河]|已清运|垃圾[^。]*。?|新海|简体中文|水演示|市容|演示")
    for name, answer in pages(english).items():
        left = [word for word in read(answer).words if CHINESE.search(ours.sub("", word))]
        assert left == [], (name, left)


def test_pages_about_a_person_are_not_kept_by_anybody_between(chinese, reported):
    number, token = reported()
    assert "private" in chinese.get(f"/r/{number}/{token}")["Cache-Control"]


def test_no_browser_keeps_what_a_link_opens_and_every_browser_may_keep_the_form(chinese, reported, town):
    number, token = reported()
    opened = (f"/r/{number}", f"/r/{number}/{token}", f"/r/{number}/{token}/print", f"/report/done/{number}/{token}")
    assert ["no-store" in chinese.get(page)["Cache-Control"] for page in opened] == [True] * 4
    assert "Cache-Control" not in chinese.get("/report")
    assert chinese.get("/places/map/estates")["Cache-Control"] == "private, max-age=3600"


def test_the_start_page_tells_the_telephone_and_that_this_is_no_emergency_line(chinese, english, town):
    assert 'href="tel:12345"' in chinese.get("/").content.decode()
    assert "不是紧急电话" in chinese.get("/").content.decode()
    assert "not an emergency line" in english.get("/").content.decode()
