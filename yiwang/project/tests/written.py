"""What an answer says in all, also where it is packed: a page, a sheet of a spreadsheet, a document, a packed export, a paper."""

import gzip
import io
import re
import zipfile

from pypdf import PdfReader

GAPS = re.compile(r"(?<=\d)(?:[ \u00a0\u2009-]|&nbsp;|<[^<>]{1,40}>)(?=\d)")
"""What stands between the digits of a number that is written in groups."""


def all_of(content: bytes) -> str:
    """Every text in it. What is packed is unpacked; of a paper, what its pages say."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(all_of(packed.read(name)) for name in packed.namelist())
    if content.startswith(b"\x1f\x8b"):
        return all_of(gzip.decompress(content))
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode(errors="replace")


def without_gaps(said: str) -> str:
    """The same with the digits of each number side by side."""
    return GAPS.sub("", said)
