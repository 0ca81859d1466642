"""What is done to a text before it is read: width, spaces, signs. The stored text of a report is never changed by this."""

import re
import unicodedata

LINE_EDGES = re.compile(r"[ \t\r\f\v\u00a0\u3000\u200b\ufeff]*\n[ \t\r\f\v\u00a0\u3000\u200b\ufeff]*")
SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000\u200b\ufeff]+")
MANY_LINES = re.compile(r"\n{2,}")
NOT_WORDS = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fffa-z0]+")
NOT_SHINGLES = re.compile(r"[\W_]+")
DIGITS = re.compile(r"\d+")
CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def tidy(text: str) -> str:
    """A message for people to read: no tabs or U+3000 at the edges of lines, no empty lines, nothing else changed."""
    return MANY_LINES.sub("\n", LINE_EDGES.sub("\n", SPACES.sub(" ", text))).strip()


def for_words(text: str, limit: int) -> str:
    """The first `limit` characters as the classifier sees them: half width, lower case, every number a `0`, signs a space."""
    flat = unicodedata.normalize("NFKC", tidy(text)[:limit]).lower()
    return NOT_WORDS.sub(" ", DIGITS.sub("0", flat)).strip()


def for_names(text: str) -> str:
    """The text as place names are looked for in it: half width, lower case, no spaces, digits as 一二三."""
    flat = unicodedata.normalize("NFKC", text).lower()
    return "".join(flat.split()).translate(CHINESE_DIGITS)


def for_shingles(text: str) -> str:
    """Only words and digits, so that the same message with other spaces and signs is the same."""
    return NOT_SHINGLES.sub("", unicodedata.normalize("NFKC", text).lower())
