"""Which column is what: by the names people use, and as the town chose the last time."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.intake.reports.sheets.problems import ColumnFieldUnknown, ColumnMissing, ColumnTwice

NAMES: dict[str, tuple[str, ...]] = {
    "source_key": (
        "工单编号",
        "工单号",
        "留言编号",
        "来电编号",
        "受理编号",
        "诉求编号",
        "任务编号",
        "编号",
        "id",
        "case id",
    ),
    "reporter": ("留言用户", "用户编号", "用户", "网名", "user"),
    "name": ("来电人姓名", "诉求人姓名", "联系人姓名", "来电人", "诉求人", "联系人", "姓名", "name"),
    "phone": ("来电号码", "联系电话", "联系方式", "手机号码", "手机号", "手机", "电话号码", "电话", "phone"),
    "title": ("留言主题", "工单标题", "诉求标题", "标题", "主题", "title"),
    "happened_at": (
        *("来电时间", "留言时间", "诉求时间", "受理时间", "登记时间", "创建时间", "提交时间", "时间", "日期"),
        *("created", "date"),
    ),
    "text": (
        "留言详情",
        "诉求内容",
        "工单内容",
        "来电内容",
        "留言内容",
        "问题描述",
        "内容",
        "详情",
        "描述",
        "text",
        "content",
    ),
    "address": ("事发地址", "诉求地址", "发生地址", "详细地址", "地址", "地点", "address"),
    "longitude": ("经度", "lng", "lon", "longitude", "x坐标"),
    "latitude": ("纬度", "lat", "latitude", "y坐标"),
    "datum": ("坐标系", "坐标类型", "datum"),
    "reply": ("答复意见", "答复内容", "回复内容", "处理结果", "办理结果", "答复", "回复", "reply"),
    "replied_at": ("答复时间", "回复时间", "办结时间", "反馈时间", "replied"),
}
"""Field → names in order of preference: the more exact one wins where a sheet has both."""
NEEDED = ("source_key", "happened_at", "text")
REMARKS = re.compile(r"[(\[【].*?[)\]】]|[*:：]")

_FIELD_OF: dict[str, tuple[str, int]] = {
    "".join(name.split()).lower(): (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names)
}


MOST_NAME = 200
"""Characters of a column's name; what is longer is no name."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column (position in the header) holds which field; `ignored` are the names of columns nobody reads.

    `unread` are fields that somebody chose not to read, although the sheet has, or a sheet like it had, a column for them.
    """

    header: tuple[str, ...]
    columns: Mapping[str, int]
    ignored: tuple[str, ...]
    unread: tuple[str, ...] = ()

    def remember(self) -> dict[str, str]:
        """Field → column name, empty for none, to be stored and handed in as `remembered` the next time."""
        return {field: self.header[at] for field, at in self.columns.items()} | dict.fromkeys(self.unread, "")

    def named(self, field: str) -> str:
        """How the sheet calls this field; the usual name when the sheet has no such column."""
        return self.header[self.columns[field]] if field in self.columns else NAMES[field][0]


def plain(name: Any) -> str:
    """A column's name without width, spaces, case, stars and remarks in brackets."""
    # Cut: each bracket that is never closed is followed to the end, so that a cell of many would hold the process for hours.
    flat = unicodedata.normalize("NFKC", str(name if name is not None else "")[:MOST_NAME])
    return "".join(REMARKS.sub("", flat).split()).lower()


def known_names(cells: Iterable[Any]) -> int:
    """How many cells are names of columns we know: tells a header from a title and from data."""
    return sum(plain(cell) in _FIELD_OF for cell in cells if isinstance(cell, str))


def map_columns(
    header: Sequence[str], remembered: Mapping[str, str] | None = None, chosen: Mapping[str, str] | None = None
) -> ColumnMapping:
    """Find each field's column: as chosen for this sheet, else as remembered (field → column name), then by its usual names.

    An empty name means that the field is not to be read.
    Raises ColumnMissing when the number, time or text has no column, ColumnTwice when a used name stands twice,
    ColumnFieldUnknown when `remembered` names a field that is not in NAMES.
    """
    said = _said(remembered or {}, chosen)
    none = {field for field, name in said.items() if not name}
    columns = _found(header, said)
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        raise ColumnMissing(
            columns="；".join("/".join(NAMES[field][:3]) for field in missing), header="、".join(filter(None, header))
        )
    _check_twice(header, columns)
    used = set(columns.values())
    ignored = tuple(name for at, name in enumerate(header) if at not in used and name)
    # A page sends "none" for all fields that the sheet has not; that is worth remembering only of those it could have.
    usual = {_FIELD_OF[plain(name)][0] for name in header if plain(name) in _FIELD_OF}
    unread = none & (usual | (remembered or {}).keys())
    return ColumnMapping(tuple(header), columns, ignored, tuple(sorted(unread)))


def recognised(
    header: Sequence[str], remembered: Mapping[str, str] | None = None, chosen: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The fields whose columns are known so far (field → column name), for somebody who is to choose the missing ones.

    Raises ColumnFieldUnknown as map_columns does.
    """
    return {field: header[at] for field, at in _found(header, _said(remembered or {}, chosen)).items()}


def _found(header: Sequence[str], said: Mapping[str, str]) -> dict[str, int]:
    """Each field's column, as said, else by its usual names in their order; none for a field said not to be read."""
    columns = _remembered(header, said)
    usual = {at: _FIELD_OF[plain(name)] for at, name in enumerate(header) if plain(name) in _FIELD_OF}
    for at, (field, _) in sorted(usual.items(), key=lambda item: (item[1][1], item[0])):
        if field not in columns and said.get(field) != "" and at not in columns.values():
            columns[field] = at
    return columns


def _said(remembered: Mapping[str, str], chosen: Mapping[str, str] | None) -> dict[str, str]:
    """What holds for this sheet: all that was chosen for it; what is not to be read stays so until chosen otherwise."""
    said = dict(chosen or {})
    for field, name in remembered.items():
        if chosen is None or not name:
            said.setdefault(field, name)
    return said


def _remembered(header: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    places = {plain(name): at for at, name in reversed(list(enumerate(header))) if plain(name)}
    columns: dict[str, int] = {}
    for field, name in remembered.items():
        if field not in NAMES:
            raise ColumnFieldUnknown(field=field, known=", ".join(NAMES))
        at = places.get(plain(name))
        if at is not None and at not in columns.values():
            columns[field] = at
    return columns


def _check_twice(header: Sequence[str], columns: Mapping[str, int]) -> None:
    counts = Counter(plain(name) for name in header)
    for at in sorted(columns.values()):
        if counts[plain(header[at])] > 1:
            raise ColumnTwice(column=header[at])
