"""Photos as they are kept: decoded and encoded anew, so that nothing but the picture itself remains.

Where the photo was taken is read out before and handed back as an offer to the person; it is never stored.
"""

import io
import math
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, ImageOps
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from yiwang.kernel.files import rules
from yiwang.kernel.files.problems import PhotoBroken, PhotoMoves, PhotoTooManyPixels
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Point

FORMATS = ("JPEG", "PNG", "WEBP")
SEVERAL = "MPO"
"""What Pillow calls a JPEG with a second picture (depth, brightness) behind the first, as some phones write it."""
QUALITY = 85
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, OverflowError, TypeError)
"""What Pillow raises for broken input, by format and by where the break is."""

Image.MAX_IMAGE_PIXELS = rules.MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to be stored: the JPEG, a small JPEG for lists, and the large one's size in pixels."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int


def opened(content: bytes) -> Image.Image:
    """The picture, its header read and judged, nothing decoded. Raises PhotoBroken, PhotoTooManyPixels, PhotoMoves."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (DecompressionBombError, DecompressionBombWarning):
        # Pillow does not hand over the size here; it is more than the limit.
        most = rules.MAX_PIXELS // rules.MILLION
        raise PhotoTooManyPixels(megapixels=most, limit=most) from None
    except UNREADABLE:
        raise PhotoBroken from None
    rules.check_pixels(*image.size)
    if image.format != SEVERAL and getattr(image, "is_animated", False):
        raise PhotoMoves
    return image


def encoded_anew(content: bytes) -> Photo:
    """The photo upright, at most LONGEST_SIDE, in sRGB, as JPEG without any metadata. Raises as `opened` does."""
    image = opened(content)
    try:
        image.draft(
            "RGB", (rules.LONGEST_SIDE, rules.LONGEST_SIDE)
        )  # a JPEG is decoded at a fraction where that will do
        picture = _in_srgb(_small_enough(_eight_bits(image)))
    except UNREADABLE:
        raise PhotoBroken from None
    small = picture.copy()
    small.thumbnail((rules.THUMBNAIL_SIDE, rules.THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Photo(_jpeg(picture), _jpeg(small), *picture.size)


def thumbnail_of(jpeg: bytes) -> bytes:
    """The small JPEG of a stored photo, for when the thumbnail was lost."""
    return encoded_anew(jpeg).thumbnail


def _jpeg(picture: Image.Image) -> bytes:
    """Encode; `info` is emptied because Pillow would write a comment of the original into the copy."""
    picture.info.clear()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return out.getvalue()


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 bits scaled to 8: Pillow's own conversion would cut them off to white."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image


def _small_enough(image: Image.Image) -> Image.Image:
    """Upright and at most LONGEST_SIDE. Before its colours are worked on, which at 52 million pixels takes seconds."""
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=1.5)
    return ImageOps.exif_transpose(image)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as a screen without colour management shows them; what is transparent becomes white."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _through_profile(image, profile)
    return image.convert("RGB")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The image converted from its own profile to sRGB; as it is when the profile is broken or of another kind."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *UNREADABLE):
        return image
    return converted if converted is not None else image


def position_offered(content: bytes) -> Point | None:
    """Where the photo says that it was taken (WGS 84 by EXIF's rules), or None; a broken or missing place is None.

    An offer for the person to accept on the map, never stored and never compared with where anyone was.
    """
    try:
        gps = opened(content).getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], str(gps[ExifTags.GPS.GPSLatitudeRef]), "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], str(gps[ExifTags.GPS.GPSLongitudeRef]), "W")
    except (Problem, *UNREADABLE, ZeroDivisionError, AttributeError):
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude == 0 and longitude == 0):
        return None
    return Point(round(longitude, 6), round(latitude, 6))


def _degrees(parts: tuple[float, float, float], side: str, negative: str) -> float:
    """Degrees, minutes and seconds as one signed number; NaN and infinity pass and fail the caller's range check."""
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return math.nan if not math.isfinite(value) else -value if side.strip("\x00 ").upper() == negative else value
