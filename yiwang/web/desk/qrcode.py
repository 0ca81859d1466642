"""A QR code as a picture that stands in the page itself: the policy of pages lets `data:` pictures in, and no other site draws it."""

import base64
import io

from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET = 4
"""Light modules around the code, as ISO/IEC 18004 asks for."""
MODULE_PX = 5


def picture(text: str) -> str:
    """The text as a PNG in a `data:` address, dark on light in either colour scheme."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    side = code.getModuleCount()
    image = Image.new("1", (side + 2 * QUIET, side + 2 * QUIET), 1)
    for row in range(side):
        for column in range(side):
            image.putpixel((column + QUIET, row + QUIET), 0 if code.isDark(row, column) else 1)
    content = io.BytesIO()
    width = image.width * MODULE_PX
    image.resize((width, width)).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
