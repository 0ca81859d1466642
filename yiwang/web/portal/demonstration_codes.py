"""In a demonstration no text messages are sent: the page shows the code that lies in the outbox, for invented phones only."""

import re
import unicodedata
from pathlib import Path

from django.conf import settings

from yiwang.kernel.people.codes import INVENTED, OUTBOX_SENDER
from yiwang.kernel.people.session import demonstration_runs

_CODE = re.compile(r"\b\d{6}\b")


def newest_code(phone: str) -> str:
    """The newest code for an invented phone; empty for every other, and outside a demonstration."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    sends_files = getattr(settings, "CODE_SENDER", OUTBOX_SENDER) == OUTBOX_SENDER
    if not (demonstration_runs() and sends_files and digits.startswith(INVENTED)):
        return ""
    for path in sorted((Path(settings.DATA_DIR) / "outbox").glob("*.txt"), reverse=True):
        to, _, text = path.read_text(encoding="utf-8").partition("\n")
        found = _CODE.search(text)
        if to.strip() == digits and found:
            return found.group()
    return ""
