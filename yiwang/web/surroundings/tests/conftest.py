"""A small town by its water: three rivers, two of them measured, with invented months as the district's sheet has them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import steps as places
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.registers import importing

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CALL = Call(Actor(ActorKind.SYSTEM), NOW, "test")
TOWN = "POLYGON ((121.36 31.80, 121.38 31.80, 121.38 31.82, 121.36 31.82, 121.36 31.80))"
SHEETS = {
    "river": (
        "河道,河长级别,河长职务,责任部门,水质目标,有公示牌,生效日期\n"
        "R1,镇级,副镇长（分管水务）,water,Ⅲ类,是,2024-01-01\n"
        "R2,村居级,片区河长办主任,water,Ⅳ类,否,2024-01-01\n"
        "R3,村居级,片区河长办主任,water,,否,2024-01-01\n"
    ),
    "water_section": (
        "断面编号,断面名称,所在河道,断面级别,是否考核,目标类别,责任部门,经度,纬度,生效日期\n"
        "D1,东断面,R1,区控,是,Ⅲ类,water,121.365,31.805,2024-01-01\n"
        "D2,西断面,R1,镇级,否,,water,121.375,31.805,2024-01-01\n"
        "D3,南断面,R2,镇级,否,Ⅳ类,water,121.37,31.81,2024-01-01\n"
    ),
    "section_month": (
        "断面编号,监测月份,水质类别,pH,溶解氧（mg/L）,高锰酸盐指数（mg/L）,氨氮（mg/L）,总磷（mg/L）,生效日期\n"
        "D1,2026-09-01,Ⅲ类,7.4,6.1,5.0,0.60,0.15,2026-10-10\n"
        "D2,2026-09-01,Ⅳ类,7.4,6.1,5.0,1.20,0.15,2026-10-10\n"
        "D1,2026-10-01,Ⅳ类,7.4,6.1,5.0,1.20,0.15,2026-11-10\n"
        "D3,2026-10-01,劣Ⅴ类,7.4,2.5,5.0,2.50,0.15,2026-11-10\n"
    ),
}


@pytest.fixture
def town(db: None) -> Iterator[Client]:
    """The town as a visitor meets it in November 2026."""
    people_teams.create_team("water", "department", name_zh="水务管理站", name_en="Water office", call=CALL)
    drafts = [Draft(Kind.TOWN, "310151114", "试验镇", TOWN, "Polygon")]
    for number, line in enumerate(("31.805", "31.81", "31.815"), 1):
        course = f"LINESTRING (121.361 {line}, 121.379 {line})"
        drafts.append(
            Draft(Kind.RIVER, f"R{number}", f"试验{number}号河", course, "LineString", name_en=f"Trial River {number}")
        )
    for draft in drafts:
        places.register_place(draft, call=CALL)
    for code, sheet in SHEETS.items():
        taken: Any = importing.take(code, sheet.encode(), f"{code}.csv", call=CALL)
        assert not taken.refused, taken.refused
    with walltime.at(NOW):
        yield Client()
