"""How a one-time code reaches a phone. A town names its sender in YIWANG_CODE_SENDER; ours writes a file and the console."""

from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from rich.console import Console

from yiwang.kernel import ids, walltime
from yiwang.kernel.wording import word

OUTBOX_SENDER = "yiwang.kernel.people.codes.OutboxSender"


class CodeSender(Protocol):
    """Hands a text to a phone. Called after the code is committed; whatever it raises is the caller's answer."""

    def send(self, phone: str, text: str) -> None:
        """Send `text` to `phone` (digits only)."""


class OutboxSender:
    """One file per text in `var/outbox`, first line the phone; and a line on the console. For demonstrations and tests."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.DATA_DIR) / "outbox"

    def send(self, phone: str, text: str) -> None:
        """Write the file, readable by the town's own user only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{ids.new_id(walltime.now())}.txt"
        path.touch(mode=0o600)
        path.write_text(f"{phone}\n{text}\n", encoding="utf-8")
        Console(stderr=True).print(f"[outbox] {phone}: {text}", highlight=False, markup=False)


def send_code(phone: str, code: str, language: str) -> None:
    """Send the code in the words of texts/ (`code.message`) through the town's sender."""
    sender: CodeSender = import_string(getattr(settings, "CODE_SENDER", OUTBOX_SENDER))()
    sender.send(phone, word("code.message", language).format(code=code))
