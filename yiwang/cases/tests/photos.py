"""A real small photo for tests, stored as an upload would be."""

import io
import itertools

from PIL import Image

from yiwang.kernel.files import steps as files
from yiwang.kernel.terms import Call, FileHash

_colours = itertools.count(1)


def stored_photo(call: Call) -> FileHash:
    """Store a photo of its own colour and give its hash."""
    number = next(_colours)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256 % 256, 90)).save(out, "JPEG")
    return files.store_upload(out.getvalue(), "image/jpeg", call=call).sha256
