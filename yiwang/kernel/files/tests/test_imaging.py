"""What remains of a photo: the picture, upright, and nothing about who took it where."""

import io

import pytest
from PIL import Image, ImageCms

from yiwang.kernel.files import imaging, problems, rules
from yiwang.kernel.files.tests import pictures
from yiwang.kernel.terms import Point


def kept(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(imaging.encoded_anew(content).jpeg))


def test_a_photo_is_turned_upright_and_every_trace_of_phone_and_place_is_gone() -> None:
    photo = imaging.encoded_anew(pictures.phone_photo())
    assert (photo.width, photo.height) == (600, 800)
    for jpeg in (photo.jpeg, photo.thumbnail):
        assert not Image.open(io.BytesIO(jpeg)).getexif()
        assert b"SECRETMAKER" not in jpeg
        assert b"Exif" not in jpeg
    upright = kept(pictures.phone_photo())
    assert upright.getpixel((300, 50))[0] < 80, "the dark half is on top now"
    assert upright.getpixel((300, 750))[0] > 180


def test_a_comment_and_whatever_stands_behind_the_picture_are_gone() -> None:
    jpeg = imaging.encoded_anew(pictures.jpeg(comment=pictures.HTML) + pictures.MP4).jpeg
    assert b"<script>" not in jpeg
    assert b"ftyp" not in jpeg


def test_a_large_photo_is_made_smaller_and_gets_a_thumbnail() -> None:
    photo = imaging.encoded_anew(pictures.jpeg(size=(4000, 3000)))
    assert (photo.width, photo.height) == (2560, 1920)
    assert Image.open(io.BytesIO(photo.thumbnail)).size == (480, 360)


def test_the_same_photo_gives_the_same_bytes_so_that_it_is_kept_once() -> None:
    assert imaging.encoded_anew(pictures.phone_photo()) == imaging.encoded_anew(pictures.phone_photo())


ODD = [
    ("CMYK JPEG", pictures.encoded(pictures.picture("CMYK"), "JPEG")),
    ("grey JPEG", pictures.encoded(pictures.picture("L"), "JPEG")),
    ("16-bit grey PNG", pictures.encoded(pictures.picture("L").convert("I").point(lambda v: v * 257).convert("I;16"), "PNG")),
    ("PNG with a palette", pictures.encoded(pictures.picture("P"), "PNG")),
    ("lossless WebP", pictures.encoded(pictures.picture(), "WEBP", lossless=True)),
    ("JPEG with a colour profile", pictures.jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())),
    ("JPEG with a broken colour profile", pictures.jpeg(icc_profile=b"no profile at all")),
    (
        "two pictures in one JPEG, as phones write them",
        pictures.encoded(pictures.picture(), "MPO", save_all=True, append_images=[pictures.picture("L").convert("RGB")]),
    ),
]  # fmt: skip


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in ODD])
def test_odd_photos_keep_their_dark_and_light_half(content: bytes) -> None:
    picture = kept(content)
    assert (picture.mode, picture.size) == ("RGB", (800, 600))
    dark, light = picture.getpixel((100, 300)), picture.getpixel((700, 300))
    assert max(dark) < 100
    assert 200 < min(light) <= max(light) < 250


def test_what_is_transparent_becomes_white() -> None:
    clear = pictures.encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")
    assert kept(clear).getpixel((25, 25)) == (255, 255, 255)


BROKEN = [
    ("a JPEG cut in half", pictures.jpeg()[: len(pictures.jpeg()) // 2], problems.PhotoBroken),
    ("a JPEG's first bytes", pictures.jpeg()[:20], problems.PhotoBroken),
    ("a PNG cut in half", pictures.encoded(pictures.picture(), "PNG")[:900], problems.PhotoBroken),
    ("a WebP cut in half", pictures.encoded(pictures.picture(), "WEBP")[:200], problems.PhotoBroken),
    ("a PNG with broken data", pictures.png_of(100, 100, b"nonsense"), problems.PhotoBroken),
    ("a PNG of no width", pictures.png_of(0, 100, b""), problems.PhotoBroken),
    ("a PNG bomb of 900 million pixels", pictures.png_bomb(), problems.PhotoTooManyPixels),
    ("a PNG of 64 million pixels", pictures.png_bomb(8000), problems.PhotoTooManyPixels),
    ("a WebP that moves", pictures.moving("WEBP"), problems.PhotoMoves),
    ("a PNG that moves", pictures.moving("PNG"), problems.PhotoMoves),
]


@pytest.mark.parametrize(("content", "problem"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_broken_and_exploding_pictures_are_refused(content: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        imaging.encoded_anew(content)


def test_the_header_alone_decides_about_a_bomb() -> None:
    assert len(pictures.png_bomb()) < 1000
    with pytest.raises(problems.PhotoTooManyPixels):
        imaging.opened(pictures.png_bomb())


def test_the_place_in_a_photo_is_offered_in_wgs_84() -> None:
    assert imaging.position_offered(pictures.phone_photo()) == Point(121.37, 31.8)


NO_PLACE = [
    ("no EXIF", pictures.jpeg()),
    (
        "zero and zero, as a phone without a signal writes",
        pictures.phone_photo(latitude=(0, 0, 0), longitude=(0, 0, 0)),
    ),
    ("beyond the pole", pictures.phone_photo(latitude=(91, 0, 0))),
    ("not three numbers", pictures.phone_photo(latitude=(31.0, 48.0))),
    ("not a photo", b"nonsense"),
]


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in NO_PLACE])
def test_a_photo_without_a_usable_place_offers_none(content: bytes) -> None:
    assert imaging.position_offered(content) is None


def test_the_limits_fit_each_other() -> None:
    assert rules.TOKEN_LIFE < rules.ORPHAN_AGE
    assert rules.THUMBNAIL_SIDE < rules.LONGEST_SIDE
