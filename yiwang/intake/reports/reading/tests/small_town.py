"""An invented town of three types and a few places, for the tests beside this file."""

from datetime import UTC, datetime
from uuid import UUID

from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import NamedPlace, TypeWords
from yiwang.kernel.terms import PlaceId, Point

NOON = datetime(2019, 6, 20, 4, tzinfo=UTC)
BRIDGE = Point(121.3700, 31.8000)

TYPES = [
    TypeWords(
        "E-01-01",
        "暴露垃圾",
        "sanitation",
        ("桥头倒了一堆生活垃圾", "垃圾桶满了没人收", "绿化带里都是塑料袋和饭盒", "垃圾堆在路边发臭"),
        "市容环境",
    ),
    TypeWords(
        "C-01-02",
        "路灯不亮",
        "utilities",
        ("村道上的路灯坏了", "晚上路灯都不亮一片漆黑", "路灯杆被车撞歪", "灯一闪一闪"),
        "公用设施",
    ),
    TypeWords(
        "H-05-01",
        "拖欠工资",
        "labour",
        ("老板拖欠工资三个月", "包工头不给工钱", "工厂押着一个月工资", "加班费从来不付"),
        "劳动保障",
    ),
]

PLACES = {
    "跃进桥": NamedPlace(PlaceId(UUID(int=1)), "跃进桥", (), BRIDGE),
    "新海一村": NamedPlace(PlaceId(UUID(int=2)), "新海一村", ("新海1村小区",)),
    "新海二村": NamedPlace(PlaceId(UUID(int=3)), "新海二村"),
    "长征农贸市场": NamedPlace(PlaceId(UUID(int=4)), "长征农贸市场", ("长征菜场",)),
    "红星路": NamedPlace(PlaceId(UUID(int=5)), "红星路"),
    "红星": NamedPlace(PlaceId(UUID(int=6)), "红星"),
}


def small_reader() -> NgramReader:
    return NgramReader(TYPES, places=PLACES.values())
