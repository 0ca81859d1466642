"""Which bytes are taken, judged by their content and never by their name. Pure: bytes in, a kind or a Problem out.

Re-encoding (imaging.py) removes whatever hides inside a picture; these checks stop what should not even get there, with
a refusal that tells the person what to do. The limits are ours (D), chosen for phones: R-202 forbids to ask for more
than a photo that shows the matter.
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from yiwang.kernel.files import problems
from yiwang.kernel.problems import Problem

MEGABYTE = 1024 * 1024
MILLION = 1_000_000
MAX_PHOTO_BYTES = 10 * MEGABYTE
MAX_DOCUMENT_BYTES = 20 * MEGABYTE
MAX_PIXELS = 52_000_000
"""The largest sensors that phones write by default give 8192 × 6144; a decoded picture then takes 150 MB at most."""
MAX_SCANS = 64
"""Each scan of a JPEG passes over the whole picture again: at MAX_PIXELS one takes 30 ms, even when it has no content.

Cameras and programs write at most 12; thousands fit into a few kilobytes and would keep a processor busy for minutes.
"""
LONGEST_SIDE = 2560
THUMBNAIL_SIDE = 480

ORPHAN_AGE = timedelta(hours=24)
"""How long an upload may wait for its form, and a stray on the disk for its transaction."""
TOKEN_LIFE = timedelta(hours=20)
"""Shorter than ORPHAN_AGE, so that a token which is still good names bytes which are still there."""

HEAD_BYTES = 1024
ZIP_END = b"PK\x05\x06"
ZIP_END_BYTES = 22
ZIP_COMMENT_MOST = 65_535


class Kind(StrEnum):
    """What the bytes are. The value is how it is told to a person."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    PDF = "PDF"
    HEIC = "HEIC"
    AVIF = "AVIF"
    GIF = "GIF"
    TIFF = "TIFF"
    BMP = "BMP"
    SVG = "SVG"
    HTML = "HTML"
    XML = "XML"
    ZIP = "ZIP"
    VIDEO = "MP4"
    PROGRAM = "EXE"
    UNKNOWN = "?"


PHOTOS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
ACTIVE = frozenset({Kind.SVG, Kind.HTML, Kind.XML})

MIME = {Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp", Kind.PDF: "application/pdf"}
PARQUET = "application/vnd.apache.parquet"
"""Tables that our own programs make; no upload is one."""
ENDING = {MIME[Kind.JPEG]: "jpg", MIME[Kind.PDF]: "pdf", PARQUET: "parquet"}

BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"%PDF-", Kind.PDF),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"BM", Kind.BMP),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
)
MARKUP: tuple[tuple[bytes, Kind], ...] = (
    (b"<svg", Kind.SVG),
    (b"<!doctype html", Kind.HTML),
    (b"<html", Kind.HTML),
    (b"<script", Kind.HTML),
    (b"<body", Kind.HTML),
    (b"<?xml", Kind.XML),
)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""What ends a scan or begins a segment. A zero and the restart markers (D0–D7) belong to the scan, FF is filling."""
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
FIRST_WITH_LENGTH = 0xC0
"""Below it no marker has content that a decoder would skip."""
ACTIVE_PDF_NAMES = (b"/JavaScript", b"/JS ", b"/JS(", b"/JS<", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


def sniff(content: bytes) -> Kind:
    """What the bytes are, from how they begin. UNKNOWN when nothing known begins so."""
    for beginning, kind in BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content[4:8] == b"ftyp":
        return _boxed(content[8:12])
    return _markup(content[:HEAD_BYTES])


def _boxed(brand: bytes) -> Kind:
    """Which of the formats that begin with an `ftyp` box."""
    if brand in HEIC_BRANDS:
        return Kind.HEIC
    return Kind.AVIF if brand in AVIF_BRANDS else Kind.VIDEO


def _markup(head: bytes) -> Kind:
    """Markup of a kind that a browser would run, also in UTF-16 (whose zero bytes are dropped), else UNKNOWN."""
    text = head.replace(b"\x00", b"").lower()
    for sign, kind in MARKUP:
        if sign in text:
            return kind
    return Kind.UNKNOWN


def is_archive(content: bytes) -> bool:
    """Whether an unpacker would read these bytes as a ZIP: its end record, with a comment that reaches the last byte."""
    at = len(content)
    lowest = max(0, len(content) - ZIP_END_BYTES - ZIP_COMMENT_MOST)
    while (at := content.rfind(ZIP_END, lowest, at)) >= 0:
        comment = int.from_bytes(content[at + 20 : at + 22], "little")
        if at + ZIP_END_BYTES + comment == len(content):
            return True
    return False


def check_upload(content: bytes, declared_mime: str, *, documents_allowed: bool) -> Kind:
    """The kind of an acceptable upload: JPEG, PNG, WebP, and PDF where documents are allowed.

    A photo that says it is another kind of photo is taken by its content (chat programs save WebP under `.jpg`); a
    thing that says it is a photo and is none is refused. Raises the Problems of problems.py.
    """
    if not content:
        raise problems.FileEmpty
    kind = sniff(content)
    _check_size(len(content), MAX_DOCUMENT_BYTES if kind == Kind.PDF and documents_allowed else MAX_PHOTO_BYTES)
    accepted = PHOTOS | {Kind.PDF} if documents_allowed else PHOTOS
    if kind not in accepted:
        raise _refusal(kind, declared_mime)
    if declared_mime == MIME[Kind.PDF] and kind != Kind.PDF:
        raise problems.FileDisguised(declared=Kind.PDF.value, found=kind.value)
    if is_archive(content):
        raise problems.FileHidesAnother(hidden=Kind.ZIP.value)
    if kind == Kind.PDF:
        _check_document(content, declared_mime)
    else:
        _check_photo(kind, content)
    return kind


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise problems.FileTooLarge(megabytes=f"{size / MEGABYTE:.1f}", limit=limit // MEGABYTE)


def _refusal(kind: Kind, declared_mime: str) -> Problem:
    """Why a kind that is not accepted is refused, the most useful reason first."""
    if kind in ACTIVE:
        return problems.FileActive(found=kind.value)
    if kind in (Kind.HEIC, Kind.AVIF):
        return problems.PhotoHeic(found=kind.value)
    if kind == Kind.GIF:
        return problems.PhotoMoves()
    if kind == Kind.UNKNOWN:
        return problems.FileTypeUnknown()
    if declared_mime in (MIME[k] for k in PHOTOS):
        return problems.FileDisguised(declared=declared_mime, found=kind.value)
    return problems.FileTypeNotAccepted(found=kind.value)


def _check_document(content: bytes, declared_mime: str) -> None:
    """A PDF is kept as it is, so it must be whole, say what it is, and carry no programs that can be seen."""
    if declared_mime.startswith("image/"):
        raise problems.FileDisguised(declared=declared_mime, found=Kind.PDF.value)
    if content[5:7] not in (b"1.", b"2.") or b"%%EOF" not in content[-HEAD_BYTES:]:
        raise problems.DocumentBroken
    if _markup(content[:HEAD_BYTES]) != Kind.UNKNOWN:
        raise problems.FileHidesAnother(hidden=Kind.HTML.value)
    if any(name in content for name in ACTIVE_PDF_NAMES):
        raise problems.DocumentActive


def webp_size(content: bytes) -> tuple[int, int]:
    """Width and height from a WebP's header; (0, 0) when it has none. Its decoder takes memory as soon as it is opened."""
    form = content[12:16]
    if form == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF
    return 0, 0


def jpeg_scans(content: bytes) -> int:
    """How many scans a JPEG's first picture has, walked as its decoder does; it stops counting beyond MAX_SCANS.

    Counting the bytes FF DA would not do: a thumbnail in the metadata, or a video behind the picture, has them too.
    """
    scans, at = 0, 2
    while scans <= MAX_SCANS and (found := JPEG_MARKER.search(content, at)):
        marker, at = content[found.end() - 1], found.end()
        if marker == END_OF_IMAGE:
            break
        scans += marker == START_OF_SCAN
        if marker >= FIRST_WITH_LENGTH:
            at += int.from_bytes(content[at : at + 2], "big")
    return scans


def _check_photo(kind: Kind, content: bytes) -> None:
    """What can be seen of a photo without decoding it; how many pixels a JPEG or PNG has is told when it is opened."""
    if b"%PDF-" in content[:HEAD_BYTES]:
        raise problems.FileHidesAnother(hidden=Kind.PDF.value)
    if kind == Kind.JPEG and jpeg_scans(content) > MAX_SCANS:
        raise problems.PhotoTooManyScans(limit=MAX_SCANS)
    if kind == Kind.WEBP:
        check_pixels(*webp_size(content))


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture by the size its header gives, before anything is decoded. Raises PhotoTooManyPixels."""
    if width * height > MAX_PIXELS:
        raise problems.PhotoTooManyPixels(megapixels=f"{width * height / 1_000_000:.0f}", limit=MAX_PIXELS // 1_000_000)


def is_orphan(uploaded_at: datetime, uses: int, now: datetime) -> bool:
    """Whether an upload may be swept: nothing uses it, and its form had a day to come."""
    return uses == 0 and now - uploaded_at > ORPHAN_AGE


def looks_like_another_database(known: int, unknown: int) -> bool:
    """Whether so much of the data folder is unknown that the database is probably the wrong one, or an old backup.

    Nothing is swept then: losing the town's photos to a wrong setting would be worse than keeping some strays.
    """
    return unknown > 20 and unknown > known


def headers(mime: str, sha256: str, *, thumbnail: bool = False) -> dict[str, str]:
    """With what headers a stored file is served: never run, never guessed at, a document always as a download.

    No browser keeps it: a photo of somebody's yard must not be there for the next one at a shared computer.
    """
    photo = mime == MIME[Kind.JPEG]
    name = f"{sha256[:12]}{'-s' if thumbnail else ''}.{ENDING[mime]}"
    return {
        "Content-Type": mime,
        "Content-Disposition": f'{"inline" if photo else "attachment"}; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "ETag": f'"{sha256}{"-s" if thumbnail else ""}"',
    }
