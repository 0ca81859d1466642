"""How a text reaches a phone. A town names its sender in YIWANG_CODE_SENDER; ours writes a file and the console."""

import logging
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from rich.console import Console

from yiwang.kernel import ids, secrecy, walltime
from yiwang.kernel.people.problems import CodeNotSent
from yiwang.kernel.wording import word

log = logging.getLogger(__name__)

REASONS = ("number", "busy", "unreachable", "quota", "other")
"""Why a sender did not take a text; the words for staff are `untold.reason.<reason>`."""
OUTBOX_SENDER = "yiwang.kernel.people.codes.OutboxSender"


INVENTED = "1990000"
"""How invented people's phones begin. A real phone's code is never shown, not even in a demonstration."""


class NotSent(Exception):
    """A sender raises it for a text that was not taken. `reason` is one of REASONS: never the number, nor the provider's words."""

    def __init__(self, reason: str = "other") -> None:
        assert reason in REASONS, f"a text is refused for one of {REASONS}, not {reason!r}"  # noqa: S101
        self.reason = reason
        super().__init__(reason)


class CodeSender(Protocol):
    """Hands a text to a phone. Called after the commit; it must answer within seconds, taken or not."""

    def send(self, phone: str, text: str) -> None:
        """Send `text` to `phone` (digits only). Raises NotSent; anything else counts as a fault and is logged."""


class OutboxSender:
    """One file per text in `var/outbox`, first line the phone; and a line on the console. For demonstrations and tests.

    The console ends in a log: it shows phone and text of invented people in a demonstration only, else which file it is.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.DATA_DIR) / "outbox"

    def send(self, phone: str, text: str) -> None:
        """Write the file, readable by the town's own user only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{ids.new_id(walltime.now())}.txt"
        path.touch(mode=0o600)
        path.write_text(f"{phone}\n{text}\n", encoding="utf-8")
        shown = getattr(settings, "DEMONSTRATION", False) and phone.startswith(INVENTED)
        line = f"{phone}: {text}" if shown else f"{secrecy.mask_phone(phone)}: {path.name}"
        Console(stderr=True).print(f"[outbox] {line}", highlight=False, markup=False, soft_wrap=True)


def sweep_outbox(before: datetime, folder: Path | None = None) -> int:
    """Remove the texts in the outbox that were written before then; returns how many."""
    done = 0
    for path in (folder or Path(settings.DATA_DIR) / "outbox").glob("*.txt"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            done += 1
    return done


def sender() -> CodeSender:
    """The town's sender. Raises ImportError when YIWANG_CODE_SENDER names none."""
    made: CodeSender = import_string(getattr(settings, "CODE_SENDER", OUTBOX_SENDER))()
    return made


def send_code(phone: str, code: str, language: str) -> None:
    """Send the code in the words of texts/ (`code.message`) through the town's sender.

    Raises CodeNotSent: a resident hears what to do now, not what the provider said.
    """
    try:
        sender().send(phone, word("code.message", language).format(code=code))
    except NotSent as refused:
        log.warning("a one-time code was not taken: %s", refused.reason)
        raise CodeNotSent from refused
    except Exception as fault:
        log.exception("a one-time code could not be sent")
        raise CodeNotSent from fault
