"""The security log, for the security administrator and the auditor: narrowed by kind, account and day, and as a sheet."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.people import securitylog
from yiwang.kernel.people import securityreading as reading
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.securityreading import KINDS, Asked, Line, Mark
from yiwang.kernel.people.steps import securitylog as log_steps
from yiwang.kernel.sheets.writing import as_csv
from yiwang.web.desk.room import actor_of, call_of, page, role_name, said, whole

COLUMNS = ("time", "event", "account", "by", "details", "door", "address")
MARK_PARTS = 3
TONES = {
    "refused": "overdue",
    "locked": "overdue",
    "code_refused": "overdue",
    "code_locked": "overdue",
    "login": "done",
}


@require_GET
@never_cache
@door("security_log.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The newest lines that were asked for; who looks for one account leaves a line."""
    asked, username, unknown = _asked(request)
    before = _mark(request.GET.get("before", ""))
    if asked.account_id and before is None:
        what = securitylog.What.SEARCHED
        log_steps.note(what, asked.account_id, origin=origin_of(request), call=call_of(request))
    found = () if unknown else reading.lines(actor_of(request), asked, before=before, size=reading.PAGE_SIZE + 1)
    shown = found[: reading.PAGE_SIZE]
    query = {key: value for key in ("what", "q", "first", "last") if (value := request.GET.get(key, ""))}
    more = {**query, "before": shown[-1].mark.text} if len(found) > len(shown) else None
    content = {
        "columns": [{"key": key, "text": text} for key, text in _headings().items()],
        "rows": [_row(line) for line in shown],
        "kinds": [{"code": kind, "text": said(f"security.what.{kind}")} for kind in KINDS],
        "what": asked.what,
        "username": username,
        "unknown": unknown,
        "first": asked.first.isoformat() if asked.first else "",
        "last": asked.last.isoformat() if asked.last else "",
        "next": f"?{urlencode(more)}" if more else "",
        "sheet": f"{reverse('desk:security_log_sheet')}?{urlencode(query)}",
    }
    return page(request, "desk/security_log.html", content)


@require_GET
@never_cache
@door("security_log.export")
def sheet(request: HttpRequest) -> HttpResponse:
    """The lines that were asked for as a CSV; taking it along is a line too."""
    asked, username, unknown = _asked(request)
    log_steps.note_export("security_log.export", username, origin=origin_of(request), call=call_of(request))
    found = () if unknown else reading.everything(actor_of(request), asked)
    heads = _headings()
    rows = ({heads[key]: _text(value) for key, value in _row(line).items()} for line in found)
    answer = HttpResponse(as_csv(list(heads.values()), rows), content_type="text/csv; charset=utf-8")
    day = walltime.town_day(call_of(request).now)
    answer["Content-Disposition"] = f'attachment; filename="security-log-{day.isoformat()}.csv"'
    return answer


def _headings() -> dict[str, str]:
    texts = (_("时间"), _("事件"), _("账号"), _("操作人"), _("说明"), _("入口"), _("网络地址"))
    return dict(zip(COLUMNS, texts, strict=True))


def _asked(request: HttpRequest) -> tuple[Asked, str, bool]:
    """What the address asks for, the username in it, and whether nobody has that."""
    given = request.GET
    username = given.get("q", "").strip()[:40]
    account_id = reading.account_of(actor_of(request), username) if username else None
    what = given.get("what", "")
    asked = Asked(what if what in KINDS else "", account_id, _day(given.get("first", "")), _day(given.get("last", "")))
    return asked, username, bool(username) and account_id is None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2999 else None


def _mark(text: str) -> Mark | None:
    """The place that an address names; None for none, and for what is no place."""
    parts = text.split("-")
    moment, _dot, micro = parts[0].partition(".")
    if len(parts) != MARK_PARTS or whole(moment, -1) < 0 or len(moment) > 11:
        return None
    at = datetime.fromtimestamp(whole(moment, 0), UTC).replace(microsecond=min(whole(micro, 0), 999_999))
    return Mark(at, whole(parts[1], 0), whole(parts[2], 0))


def _row(line: Line) -> dict[str, Any]:
    return {
        "time": f"{walltime.in_town(line.mark.at):%Y-%m-%d %H:%M:%S}",
        "event": {"text": said(f"security.what.{line.what}"), "tone": TONES.get(line.what, "")},
        "account": line.account or _("没有这个账号"),
        "by": line.done_by
        or (_("系统自动") if line.about.get("by") == "system" else _("本人") if line.account else "—"),
        "details": _details(line.about) or "—",
        "door": said(f"security.door.{line.door}"),
        "address": line.address or (_("本机") if line.door != "command" and not line.mark.source else "—"),
    }


def _details(about: dict[str, str]) -> str:
    """What else is known of it, in words."""
    parts = []
    if "role" in about:
        parts.append(role_name(about["role"]))
    if "why" in about:
        parts.append(said(f"security.why.{about['why']}"))
    if about.get("by") in ("password", "both", "demonstration"):
        parts.append(said(f"security.by.{about['by']}"))
    if "action" in about:
        parts.append(
            " ".join(filter(None, (said(f"security.export.{about['action'].partition('.')[0]}"), about["of"])))
        )
    if "reason" in about:
        parts.append(about["reason"])
    return _("；").join(parts)


def _text(value: Any) -> str:
    return str(value["text"]) if isinstance(value, dict) else str(value)
