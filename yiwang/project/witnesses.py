"""The town's outside witnesses, as YIWANG_WITNESSES names them."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def addresses(text: str) -> tuple[str, ...]:
    """The addresses with spaces or commas between, each once. Raises ImproperlyConfigured for one that nobody can be told at."""
    found = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for one in found:
        parts = urlsplit(one)
        if not _reachable(parts.scheme, parts.netloc, parts.path):
            raise ImproperlyConfigured(
                f"YIWANG_WITNESSES：{one} 不是见证人的地址。请写 file:/路径、mailto:地址 或 https://地址。\n"
                f"YIWANG_WITNESSES: {one} is no address of a witness. Write file:/path, mailto:address or https://address."
            )
    return found


def _reachable(scheme: str, host: str, path: str) -> bool:
    if scheme == "file":
        return path.startswith("/")
    if scheme == "mailto":
        return "@" in path
    return scheme in ("https", "http") and bool(host)


def minutes(text: str) -> float:
    """Minutes between two heads to one witness; 10 when nothing is set. Raises ImproperlyConfigured for what is no such number."""
    try:
        found = float(text or "10")
    except ValueError:
        found = 0
    if not 0 < found <= 7 * 24 * 60:
        raise ImproperlyConfigured(
            f"YIWANG_WITNESS_MINUTES：“{text}”不是分钟数（大于 0，至多一周）。\n"
            f"YIWANG_WITNESS_MINUTES: “{text}” is no number of minutes (above 0, a week at most)."
        )
    return found
