"""Which pages of the work list and which searches are measured, as whom: rare, common and two words, with and without a scope."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.db import connection

LISTS, SEARCHES = "work list", "search"
OFTEN = ("路灯", "垃圾", "小孩", "谢谢", "希望尽快处理")
TWO_WORDS = ("路灯 老人", "垃圾 桥头", "井盖 南门", "积水 小卖部")
RARE = 4


def asked() -> Iterator[tuple[str, str, str]]:
    """(who, path, work list or search) of everything that is measured."""
    team, committee = _keys()
    for query in ("", "state=all", "state=all&after=950", "state=closed", "state=all&order=new", "state=handling", "limit=overdue",
                  "limit=soon", "limit=urgent", "limit=came_today", "limit=ended_today", "limit=unsolved", "limit=uncalled",
                  f"team={team}", f"committee={committee}", "type=C-01", "source=W", f"state=all&team={team}",
                  f"limit=unsolved&committee={committee}", f"state=all&committee={committee}&type=C-01"):  # fmt: skip
        yield "operator", f"/desk/cases?{query}", LISTS
    for who in ("urban", "yuejin"):
        for query in ("", "state=all", "state=closed", "limit=own", "state=all&order=new"):
            yield who, f"/desk/cases?{query}", LISTS
    for word in (*_rare(), *OFTEN, *TWO_WORDS):
        for who, narrowed in (("operator", ""), ("operator", "&state=all"), ("operator", f"&state=all&committee={committee}"),
                              ("urban", "&state=all"), ("operator", "&state=all&order=new")):  # fmt: skip
            yield who, f"/desk/cases?q={quote(word)}{narrowed}", SEARCHES


def _keys() -> tuple[str, str]:
    """The department and the committee of two of the demonstration's people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, scope_id FROM account_grant g JOIN account a ON a.id = g.account_id"
            " WHERE (a.username, role) IN (('urban', 'handler'), ('yuejin', 'committee_worker'))"
        )
        found = {scope: str(key) for scope, key in cursor.fetchall()}
    return found["team"], found["committee"]


def _rare() -> list[str]:
    """Shops' names that stand in few cases (fill.py invents them)."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT text FROM "case" WHERE text LIKE %s ORDER BY id LIMIT %s', ["%店旁边%", RARE])
        return [found[1] for (text,) in cursor.fetchall() if (found := re.search("，(...)店旁边", text))]
