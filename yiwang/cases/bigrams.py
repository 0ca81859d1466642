"""Chinese full-text search without a dictionary: a text as the set of its two-character pieces. Pure."""

import re
import unicodedata

_RUN = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+")


def bigrams(text: str) -> list[str]:
    """The distinct bigrams of a text, sorted; words of Latin letters or digits stay whole. Width and case are folded."""
    pieces: set[str] = set()
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400" or len(run) == 1:
            pieces.add(run)
        else:
            pieces.update(run[i : i + 2] for i in range(len(run) - 1))
    return sorted(pieces)
