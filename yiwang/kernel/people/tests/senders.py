"""Providers of texts as they are in the world: some numbers are refused, some answers are strange. For YIWANG_CODE_SENDER."""

import time
from pathlib import Path

from django.conf import settings

from yiwang.kernel.people.codes import NotSent

REFUSED = "19900000013"
STRANGE = "19900000014"
HERE = __name__


class Picky:
    """Takes every text, into `taken` in the data folder, but not for two numbers."""

    def send(self, phone: str, text: str) -> None:
        if phone == REFUSED:
            raise NotSent("number")
        if phone == STRANGE:
            raise RuntimeError(f"isv.MOBILE_NUMBER_ILLEGAL {phone}")
        with taken().open("a", encoding="utf-8") as file:
            file.write(f"{phone} {text}\n")


class Slow(Picky):
    """Needs `SECONDS` for each text; in `begun` of the data folder stands what it has in hand, or had."""

    SECONDS = 0.5

    def send(self, phone: str, text: str) -> None:
        with begun().open("a", encoding="utf-8") as file:
            file.write(f"{phone}\n")
        time.sleep(self.SECONDS)
        super().send(phone, text)


def begun() -> Path:
    return Path(settings.DATA_DIR) / "begun"


def taken() -> Path:
    return Path(settings.DATA_DIR) / "taken"


def phones() -> list[str]:
    """Whom a text reached, in order."""
    return [line.split()[0] for line in taken().read_text("utf-8").splitlines()] if taken().exists() else []
