"""A workbook or a document is a packed folder that notes when it was packed. Settled, the same content is the same bytes."""

import io
import re
import zipfile
from datetime import UTC, datetime

NOTED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
CORE = "docProps/core.xml"
SAME_DAY = (1980, 1, 1, 0, 0, 0)


def settled(content: bytes, at: datetime) -> bytes:
    """The same file as if it had been made at the moment `at`."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            inside = old.read(name)
            if name == CORE:
                inside = NOTED.sub(rb"\g<1>" + moment + rb"\g<2>", inside)
            entry = zipfile.ZipInfo(name, SAME_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, inside)
    return packed.getvalue()
