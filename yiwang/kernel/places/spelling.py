"""How names sort: by pinyin, numbers by their value. Pure."""

import re


def sort_key(name: str) -> str:
    """The pinyin of a name with its numbers padded, so that 2号楼 stands before 10号楼 and 红星 after 长征."""
    from pypinyin import lazy_pinyin  # half a second of a start: whoever sorts no names does without

    spelled = " ".join(lazy_pinyin(name)).lower()
    return re.sub(r"\d+", lambda digits: digits[0].zfill(6), spelled)
