"""Small pictures that stand for photos: coloured fields, a different one for each, with nothing on them."""

import io

from PIL import Image, ImageDraw

from yiwang.kernel.ids import Dice

SIDE = (320, 240)


def picture(dice: Dice) -> bytes:
    """A JPEG of a few kilobytes."""
    image = Image.new("RGB", SIDE, _colour(dice))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = dice.randrange(SIDE[0]), dice.randrange(SIDE[1])
        draw.rectangle((x, y, x + dice.randrange(20, 160), y + dice.randrange(20, 120)), fill=_colour(dice))
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    return content.getvalue()


def _colour(dice: Dice) -> tuple[int, int, int]:
    return dice.randrange(40, 230), dice.randrange(40, 230), dice.randrange(40, 230)
