"""Pictures and hostile files for the tests, made here so that none has to be kept in the repository."""

import io
import struct
import zipfile
import zlib

from PIL import ExifTags, Image, ImageDraw

XINHAI = ((31.0, 48.0, 0.0), (121.0, 22.0, 12.0))


def picture(mode: str = "RGB", size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A picture whose left half is dark and right half is light, so that turning it shows."""
    image = Image.new("RGB", size, (230, 230, 230))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=(30, 60, 30))
    return image.convert(mode)


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def jpeg(size: tuple[int, int] = (800, 600), **options: object) -> bytes:
    return encoded(picture(size=size), "JPEG", **options)


def gps_exif(latitude: object = XINHAI[0], longitude: object = XINHAI[1], orientation: int = 1) -> Image.Exif:
    """EXIF as a phone writes it: maker, orientation and place."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETMAKER"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: latitude,
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: longitude,
        }
    )
    return exif


def phone_photo(**place: object) -> bytes:
    """A JPEG that lies on its side (orientation 6: turn right) and says where it was taken."""
    return jpeg(exif=gps_exif(orientation=6, **place))


def png_bomb(side: int = 30_000) -> bytes:
    """A PNG of 900 million pixels in less than a kilobyte."""
    return png_of(side, side, zlib.compress(bytes(10_000)))


def png_of(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def webp_bomb() -> bytes:
    """The header of a WebP of 268 million pixels; a real one needs no more than 34 bytes."""
    return b"RIFF\x22\x00\x00\x00WEBPVP8X" + bytes(8) + (16_382).to_bytes(3, "little") * 2


def jpeg_bomb(scans: int = 5000, size: tuple[int, int] = (4000, 3000)) -> bytes:
    """A progressive JPEG whose last scan is there thousands of times: few bytes, and minutes to decode."""
    photo = encoded(Image.new("RGB", size, (120, 130, 140)), "JPEG", progressive=True)
    last, end = photo.rindex(b"\xff\xda"), photo.rindex(b"\xff\xd9")
    return photo[:end] + photo[last:end] * scans + photo[end:]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.bat", "echo")
    return out.getvalue()


def moving(format_: str) -> bytes:
    frames = [picture(), picture().rotate(180)]
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)


def document(inside: bytes = b"") -> bytes:
    """The smallest thing that is a PDF to a reader who looks at its ends."""
    return b"%PDF-1.7\n1 0 obj << /Type /Catalog " + inside + b" >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(200)
EXE = b"MZ\x90\x00" + bytes(200)
