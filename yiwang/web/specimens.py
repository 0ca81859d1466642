"""What /house shows: invented content in every state a component can have. No real person, place or case."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yiwang.kernel import walltime
from yiwang.web.components.charts import ALARM, OFF, ChartLimit, ChartSpan, ChartValue

WEST, SOUTH, EAST, NORTH = 121.80, 31.00, 121.92, 31.08


def context() -> dict[str, Any]:
    """Everything the specimen page needs."""
    now = walltime.now()
    long_name = _("滨海新区东海岸综合产业园区第三期配套人才公寓北侧沿河景观步道与市政雨水泵站之间的无名支路")
    return {
        "now": now,
        "earlier": now - timedelta(hours=3),
        "later": now + timedelta(days=2, hours=5),
        "long_name": long_name,
        "nothing": None,
        "words": _long_words(),
        "why": [
            _("期限：1 个工作日（示例规则，2024 年第 1 版，第 5 条）"),
            _("从 11月23日 周一 14:05 收到时起算"),
            _("跳过：11月28日、29日 周末"),
            _("暂停 2 小时：等待其他部门许可"),
        ],
        "events": _events(now),
        "rows": _rows(now, long_name),
        "columns": _columns(),
        "table": _table(long_name),
        "options": _options(),
        "errors": {"words": _("请写明发生了什么"), "phone": _("手机号应为 11 位数字")},
        "series": [12, 14, 11, 18, None, 17, 21, 16, 13],
        "series_text": _("近九周受理件数"),
        "chart": _chart(now),
        "places": _places(),
        "layers": _layers(now),
        "bounds": [WEST, SOUTH, EAST, NORTH],
        "map_items": [
            {"text": _("示范路 12 号井盖松动"), "href": "#map", "hint": _("已超时")},
            {"text": _("演示公园南门积水"), "href": "#map", "hint": _("处置中")},
        ],
        "views": _views(),
        "filters": _filters(),
        "tabs": _tabs(),
        "facts": _facts(now),
        "differences": [{"label": _("承办部门"), "name": "team", "theirs": _("城市管理组"), "mine": _("水务组")}],
    }


def _chart(now: datetime) -> dict[str, Any]:
    """Two days of hourly means, with a gap, a value that does not count, and a limit."""
    since = now - timedelta(hours=48)
    values = []
    for hour in range(48):
        value = None if hour in (20, 21, 22, 30) else Decimal(4 + (hour * 7) % 11) / 10
        least = None if value is None else value - Decimal("0.1")
        greatest = None if value is None else value + Decimal("0.2")
        values.append(ChartValue(since + timedelta(hours=hour), value, least, greatest, apart=hour == 30))
    change = since + timedelta(hours=30)
    steps = ((since, change, Decimal("1.5")), (change, now, Decimal(1)))
    limit = ChartLimit(steps, _("限值 1.5 mg/L，后改为 1.0 mg/L（示例）"))
    spans = (
        ChartSpan(since + timedelta(hours=33), since + timedelta(hours=38), ALARM, _("报警（示例）"), "#chart"),
        ChartSpan(since + timedelta(hours=20), since + timedelta(hours=23), OFF, _("维护（示例）")),
    )
    drawn = {"label": _("氨氮 · 小时 平均值"), "since": since, "until": now, "limits": [limit], "spans": spans}
    return {"values": values, **drawn}


def _long_words() -> str:
    return _(
        "小区北门外的人行道上有一个井盖松动，车辆经过时响声很大，夜里影响休息；"
        "旁边的路灯也有两盏不亮，老人晚上散步容易绊倒。希望尽快派人来看一下。"
    )


def _events(now: Any) -> list[dict[str, Any]]:
    return [
        {"title": _("收到上报"), "at": now - timedelta(hours=30), "who": _("居民（手机）"), "text": _long_words(), "tone": "action"},
        {"title": _("受理并派遣到城市管理组"), "at": now - timedelta(hours=29), "who": _("派遣员 测试甲")},
        {
            "title": _("城市管理组退单"), "at": now - timedelta(hours=26), "who": _("处置人员 测试乙"),
            "text": _("理由：不在职责范围，建议水务组"), "tone": "soon",
        },
        {"title": _("处置时限已过"), "at": now - timedelta(hours=2), "who": _("系统计时"), "tone": "overdue"},
        {"title": _("处置完成"), "at": now - timedelta(hours=1), "who": _("处置人员 测试丙"), "tone": "done"},
        {"title": _("由另一名人员现场核查"), "who": _("核查员"), "next": True},
    ]  # fmt: skip


def _rows(now: Any, long_name: str) -> list[dict[str, Any]]:
    return [
        {
            "id": "1", "href": "#case-row", "title": _("示范路 12 号门前井盖松动"), "number": "XH20261123-0001",
            "place": _("示范路居委"), "at": now - timedelta(hours=3), "unread": True,
            "tags": [{"text": _("待派遣"), "tone": "action"}],
            "clock": {"due": now + timedelta(hours=4), "left_minutes": 245, "unit": "office"},
        },
        {
            "id": "2", "href": "#case-row", "title": long_name + _(",夜间噪声扰民"), "number": "XH20261123-0002",
            "place": long_name, "at": now - timedelta(hours=9), "tags": [{"text": _("处置中"), "tone": "waiting"}],
            "clock": {"due": now + timedelta(hours=1), "left_minutes": 55, "unit": "urgent"},
        },
        {
            "id": "3", "href": "#case-row", "title": _("演示公园南门积水"), "number": "XH20261122-0117",
            "place": _("演示居委"), "at": now - timedelta(days=1), "tags": [{"text": _("处置中"), "tone": "waiting"}],
            "clock": {"due": now - timedelta(hours=2), "left_minutes": -130, "unit": "office"},
        },
        {
            "id": "4", "href": "#case-row", "title": _("样例路路灯不亮"), "number": "XH20261120-0009",
            "place": _("样例居委"), "at": now - timedelta(days=3), "tags": [{"text": _("已结案"), "tone": "done"}],
        },
    ]  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "text": _("居委"), "sorts": True},
        {"key": "state", "text": _("状态")},
        {"key": "cases", "text": _("本月案件"), "sorts": True, "end": True},
        {"key": "share", "text": _("按时办结"), "end": True},
    ]


def _table(long_name: str) -> list[dict[str, Any]]:
    return [
        {"name": {"text": _("示范路居委"), "href": "#table"}, "state": {"text": _("正常"), "tone": "done"}, "cases": 128, "share": "98.4%"},
        {"name": long_name, "state": {"text": _("有超时"), "tone": "overdue"}, "cases": "1,234,567", "share": "71.0%"},
        {"name": _("演示居委"), "state": {"text": _("暂无"), "tone": "waiting"}, "cases": None, "share": None},
    ]  # fmt: skip


def _options() -> list[dict[str, Any]]:
    return [
        {"value": "road", "text": _("道路、井盖、路灯"), "hint": _("路面坏了、井盖松动、路灯不亮")},
        {"value": "water", "text": _("河道、积水、排水"), "hint": _("水发臭、路上积水、管道堵了")},
        {"value": "rubbish", "text": _("垃圾、环境卫生"), "hint": _("垃圾没人收、乱倒建筑垃圾")},
        {"value": "other", "text": _("说不清，请帮我选")},
    ]


def _places() -> list[dict[str, Any]]:
    return [
        {"id": "p1", "text": _("示范一村"), "hint": _("示范路居委"), "group": _("小区"), "longitude": 121.842, "latitude": 31.043},
        {"id": "p2", "text": _("示范二村"), "hint": _("示范路居委"), "group": _("小区"), "longitude": 121.851, "latitude": 31.040},
        {"id": "p3", "text": _("演示公园"), "hint": _("演示居委"), "group": _("公园"), "longitude": 121.866, "latitude": 31.031},
        {"id": "p4", "text": _("样例路"), "hint": _("样例居委"), "group": _("道路"), "longitude": 121.873, "latitude": 31.052},
    ]  # fmt: skip


def _layers(now: Any) -> list[dict[str, Any]]:
    ring = [
        [121.815, 31.015],
        [121.905, 31.012],
        [121.912, 31.066],
        [121.86, 31.074],
        [121.812, 31.06],
        [121.815, 31.015],
    ]
    half = [[121.815, 31.015], [121.86, 31.0135], [121.862, 31.0738], [121.812, 31.06], [121.815, 31.015]]
    river = [[121.812, 31.05], [121.84, 31.046], [121.87, 31.055], [121.912, 31.047]]
    tones = ("overdue", "soon", "waiting", "done", "action")
    points = [
        _feature(
            "Point", [round(121.83 + (i * 7 % 40) / 600, 6), round(31.022 + (i * 11 % 30) / 800, 6)],
            tone=tones[i % 5], text=_("示例案件 %(n)s") % {"n": i}, href="#map",
        )
        for i in range(24)
    ]  # fmt: skip
    return [
        {"id": "town", "text": _("镇界"), "kind": "edge", "data": _collection(_feature("Polygon", [ring], text=""))},
        {"id": "cells", "text": _("网格"), "kind": "area", "data": _collection(_feature("Polygon", [half], text=_("示范路居委")))},
        {"id": "river", "text": _("河道"), "kind": "line", "data": _collection(_feature("LineString", river, text=_("示例河")))},
        {"id": "cases", "text": _("案件"), "kind": "cases", "data": _collection(*points)},
    ]  # fmt: skip


def _feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _views() -> list[dict[str, Any]]:
    return [
        {"text": _("待我办理"), "href": "#filter-bar", "current": True, "count": 12},
        {"text": _("今天到期"), "href": "#filter-bar", "count": 3},
        {"text": _("已超时"), "href": "#filter-bar", "count": 0},
        {"text": _("全部"), "href": "#filter-bar", "count": 2816},
    ]


def _filters() -> list[dict[str, Any]]:
    return [
        {"name": "q", "text": _("查找"), "kind": "search", "value": ""},
        {"name": "state", "text": _("状态"), "kind": "select", "options": [("", _("全部")), ("open", _("处置中"))], "value": "open"},
        {"name": "since", "text": _("从哪天起"), "kind": "date", "value": ""},
    ]  # fmt: skip


def _tabs() -> list[dict[str, Any]]:
    return [
        {"text": _("经过"), "href": "#tabs", "current": True},
        {"text": _("附件"), "href": "#tabs", "count": 3},
        {"text": _("相关案件"), "href": "#tabs", "count": 0},
    ]


def _facts(now: Any) -> list[dict[str, Any]]:
    return [
        {"text": _("发生了什么"), "value": _long_words(), "href": "#summary-list"},
        {"text": _("在哪里"), "value": _("示范路 12 号"), "href": "#summary-list"},
        {"text": _("联系电话"), "value": "199****0001", "href": "#summary-list"},
        {"text": _("补充说明"), "value": None, "href": "#summary-list"},
    ]
