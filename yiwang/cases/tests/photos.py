"""A real small photo for tests, stored as an upload would be."""

import io
import itertools

from PIL import Image

from yiwang.kernel.files import uploads as files
from yiwang.kernel.terms import Call, FileHash

_colours = itertools.count(1)


def stored_photo(call: Call) -> FileHash:
    """Store a photo of its own colour and give its hash."""
    number = next(_colours)
    out = io.BytesIO()
    colour = (number % 16 * 16, number // 16 % 16 * 16, 90)  # so far apart that no two become one by compression
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return files.store_upload(out.getvalue(), "image/jpeg", call=call).sha256
