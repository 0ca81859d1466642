"""What is taken and what is refused, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.files import problems, rules
from yiwang.kernel.files.rules import Kind
from yiwang.kernel.files.tests import pictures
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import LANGUAGES, problem_text

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"

TAKEN = [
    ("a JPEG", pictures.jpeg(), JPEG, Kind.JPEG),
    ("a PNG", pictures.encoded(pictures.picture(), "PNG"), PNG, Kind.PNG),
    ("a WebP", pictures.encoded(pictures.picture(), "WEBP"), WEBP, Kind.WEBP),
    ("a WebP that a chat program saved as .jpg", pictures.encoded(pictures.picture(), "WEBP"), JPEG, Kind.WEBP),
    ("a progressive JPEG", pictures.jpeg(progressive=True), JPEG, Kind.JPEG),
    ("a JPEG without a declared type", pictures.jpeg(), "", Kind.JPEG),
    ("a JPEG with a video behind it, as phones write them", pictures.jpeg() + pictures.MP4, JPEG, Kind.JPEG),
    (
        "a JPEG with HTML in its comment: encoding anew removes it",
        pictures.jpeg(comment=pictures.HTML),
        JPEG,
        Kind.JPEG,
    ),
]

REFUSED = [
    ("no bytes", b"", JPEG, problems.FileEmpty),
    ("11 MB", pictures.jpeg() + bytes(11 * rules.MEGABYTE), JPEG, problems.FileTooLarge),
    ("SVG renamed .jpg", pictures.SVG, JPEG, problems.FileActive),
    ("SVG after a prologue", b'<?xml version="1.0"?>' + pictures.SVG, "image/svg+xml", problems.FileActive),
    ("SVG in UTF-16", pictures.SVG.decode().encode("utf-16"), "image/svg+xml", problems.FileActive),
    ("HTML renamed .png", pictures.HTML, PNG, problems.FileActive),
    ("HTML after a mark of byte order", b"\xef\xbb\xbf\n" + pictures.HTML, JPEG, problems.FileActive),
    ("a photo with a ZIP behind it", pictures.jpeg() + pictures.zipped(), JPEG, problems.FileHidesAnother),
    ("a PNG with a PDF in it", pictures.png_of(1, 1, b"%PDF-1.7"), PNG, problems.FileHidesAnother),
    ("a ZIP", pictures.zipped(), "application/zip", problems.FileTypeNotAccepted),
    ("a ZIP renamed .jpg", pictures.zipped(), JPEG, problems.FileDisguised),
    ("a program renamed .jpg", pictures.EXE, JPEG, problems.FileDisguised),
    ("a video", pictures.MP4, "video/mp4", problems.FileTypeNotAccepted),
    ("an iPhone's HEIC", pictures.HEIC, "image/heic", problems.PhotoHeic),
    ("an animated GIF", pictures.moving("GIF"), "image/gif", problems.PhotoMoves),
    ("a WebP bomb, refused before its decoder sees it", pictures.webp_bomb(), WEBP, problems.PhotoTooManyPixels),
    ("a JPEG of thousands of scans", pictures.jpeg_bomb(), JPEG, problems.PhotoTooManyScans),
    ("text", "井盖坏了".encode(), "text/plain", problems.FileTypeUnknown),
    ("a resident's PDF", pictures.document(), PDF, problems.FileTypeNotAccepted),
]

DOCUMENTS_REFUSED = [
    ("a photo that says it is a PDF", pictures.jpeg(), PDF, problems.FileDisguised),
    ("a PDF that says it is a photo", pictures.document(), JPEG, problems.FileDisguised),
    ("a PDF cut off", pictures.document()[:-20], PDF, problems.DocumentBroken),
    ("a PDF of no version", b"%PDF-x" + pictures.document()[8:], PDF, problems.DocumentBroken),
    ("a PDF that is HTML too", pictures.document(pictures.HTML), PDF, problems.FileHidesAnother),
    ("a PDF with a ZIP behind it", pictures.document() + pictures.zipped() + b"", PDF, problems.FileHidesAnother),
    ("a PDF with a program", pictures.document(b"/OpenAction << /S /JavaScript >>"), PDF, problems.DocumentActive),
    ("a PDF of 21 MB", pictures.document() + bytes(21 * rules.MEGABYTE), PDF, problems.FileTooLarge),
]


def named(rows: list[tuple[object, ...]]) -> list[object]:
    return [pytest.param(*row[1:], id=str(row[0])) for row in rows]


@pytest.mark.parametrize(("content", "declared", "kind"), named(TAKEN))
def test_a_photo_is_taken_by_what_it_is(content: bytes, declared: str, kind: Kind) -> None:
    assert rules.check_upload(content, declared, documents_allowed=False) == kind


@pytest.mark.parametrize(("content", "declared", "problem"), named(REFUSED))
def test_everything_else_is_refused_with_its_own_reason(content: bytes, declared: str, problem: type[Problem]) -> None:
    with pytest.raises(problem) as refused:
        rules.check_upload(content, declared, documents_allowed=False)
    for language in LANGUAGES:
        text = problem_text(refused.value, language)
        assert all(text.values())
        assert "{" not in "".join(text.values())


@pytest.mark.parametrize(("content", "declared", "problem"), named(DOCUMENTS_REFUSED))
def test_a_document_of_the_staff_must_be_whole_and_plain(content: bytes, declared: str, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        rules.check_upload(content, declared, documents_allowed=True)


def test_the_staff_may_hand_in_a_plain_pdf() -> None:
    assert rules.check_upload(pictures.document(), PDF, documents_allowed=True) == Kind.PDF


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_at_all_are_either_a_known_kind_or_a_problem(content: bytes, documents_allowed: bool) -> None:
    try:
        kind = rules.check_upload(content, "image/jpeg", documents_allowed=documents_allowed)
    except Problem:
        return
    assert kind in rules.PHOTOS


SCANS = [
    ("one pass", pictures.jpeg(), 1),
    ("a progressive photo", pictures.jpeg(progressive=True), 10),
    ("a comment that looks like scans", pictures.jpeg(comment=b"\xff\xda" * 200), 1),
    ("a thumbnail and place of the camera", pictures.phone_photo(), 1),
    ("a video behind the picture", pictures.jpeg() + pictures.MP4 + b"\xff\xda\x00\x02" * 200, 1),
    ("restart markers", pictures.jpeg(restart_marker_rows=1), 1),
    ("filling before the markers", pictures.jpeg_bomb(30).replace(b"\xff\xda", b"\xff\xff\xff\xda"), 40),
    ("a bomb, whose scans are not counted to their end", pictures.jpeg_bomb(), rules.MAX_SCANS + 1),
    ("a bomb behind an unknown marker whose length would hide it", pictures.jpeg_bomb().replace(
        b"\xff\xda", b"\xff\x01\xff\xf0\xff\xda", 1), rules.MAX_SCANS + 1),
    ("cut off in a segment", pictures.jpeg()[:5], 0),
]  # fmt: skip


@pytest.mark.parametrize(("content", "scans"), named(SCANS))
def test_scans_are_counted_as_the_decoder_meets_them(content: bytes, scans: int) -> None:
    assert rules.jpeg_scans(content) == scans


@pytest.mark.parametrize(("width", "height"), [(8192, 6144), (8160, 6120), (52_000_000, 1)])
def test_the_largest_photos_of_common_phones_are_not_too_large(width: int, height: int) -> None:
    rules.check_pixels(width, height)


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": pictures.gps_exif()}])
def test_the_size_of_a_webp_is_read_from_its_header(options: dict[str, object]) -> None:
    content = pictures.encoded(pictures.picture(size=(300, 200)), "WEBP", **options)
    assert rules.webp_size(content) == (300, 200)


def test_more_pixels_than_the_limit_are_refused() -> None:
    with pytest.raises(problems.PhotoTooManyPixels):
        rules.check_pixels(30_000, 30_000)


def test_a_served_file_never_runs_in_a_browser_and_a_document_is_always_a_download() -> None:
    photo, paper = rules.headers(JPEG, "ab" * 32), rules.headers(PDF, "cd" * 32)
    for served in (photo, paper):
        assert served["X-Content-Type-Options"] == "nosniff"
        assert served["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in served["Cache-Control"]
    assert photo["Content-Disposition"] == 'inline; filename="abababababab.jpg"'
    assert paper["Content-Disposition"] == 'attachment; filename="cdcdcdcdcdcd.pdf"'
    assert rules.headers(JPEG, "ab" * 32, thumbnail=True)["ETag"] != photo["ETag"]


def test_a_database_that_knows_hardly_any_file_is_taken_for_the_wrong_one() -> None:
    assert rules.looks_like_another_database(known=3, unknown=400)
    assert not rules.looks_like_another_database(known=400, unknown=30)
    assert not rules.looks_like_another_database(known=0, unknown=5)
