"""The tables of sensing at /admin. Readings themselves are too many for a list: the page of a station shows them."""

from typing import ClassVar

from django.contrib import admin

from yiwang.intake.sensing.models import (
    ApartReading,
    ArchivedMonth,
    KeptPacket,
    ReadingBatch,
    Station,
    StationContact,
    Stream,
)
from yiwang.kernel.access.readonly_admin import TableAdmin, site


@admin.register(Station, site=site)
class StationAdmin(TableAdmin):
    columns = (
        "id", "code", "name_zh", "name_en", "door", "key", "in_use_from", "in_use_to", "register", "register_key", "tolerates_crc",
        "illustrative", "entry",
    )  # fmt: skip
    listed = ("code", "name_zh", "door", "key", "in_use_from", "in_use_to", "tolerates_crc")
    named = "code"
    words: ClassVar = {"door": "station.door"}
    found_by = ("code", "name_zh", "key")
    ordering = ("code",)


@admin.register(Stream, site=site)
class StreamAdmin(TableAdmin):
    columns = listed = (
        "id", "station", "factor", "statistic", "interval", "unit", "every_s", "least", "most", "open",
    )  # fmt: skip
    named = "id"
    words: ClassVar = {"statistic": "reading.statistic", "interval": "reading.interval"}
    found_by = ("station__code", "factor")
    ordering = ("id",)


@admin.register(StationContact, site=site)
class StationContactAdmin(TableAdmin):
    columns = listed = ("station", "heard_at")
    found_by = ("station__code",)
    ordering = ("-heard_at",)


@admin.register(ReadingBatch, site=site)
class ReadingBatchAdmin(TableAdmin):
    columns = (
        "id", "door", "count", "repeated", "apart", "first_at", "last_at", "digest", "stored_at", "entry",
    )  # fmt: skip
    listed = ("id", "door", "count", "repeated", "apart", "first_at", "last_at", "stored_at")
    named = "id"
    words: ClassVar = {"door": "station.door"}
    ordering = ("-id",)


@admin.register(ArchivedMonth, site=site)
class ArchivedMonthAdmin(TableAdmin):
    columns = listed = ("month", "count", "digest", "files", "entry")
    named = "month"
    ordering = ("-month",)


@admin.register(ApartReading, site=site)
class ApartReadingAdmin(TableAdmin):
    columns = (
        "id", "door", "key", "station", "reason", "factor", "statistic", "interval", "at", "value", "flag", "packet", "received_at",
        "last_received_at", "times", "answer",
    )  # fmt: skip
    listed = ("key", "reason", "factor", "statistic", "interval", "at", "value", "flag", "last_received_at", "times")
    named = "key"
    words: ClassVar = {"door": "station.door", "reason": "reading.apart"}
    found_by = ("key", "factor")
    ordering = ("-last_received_at",)


@admin.register(KeptPacket, site=site)
class KeptPacketAdmin(TableAdmin):
    """Which packets are kept; not their bytes, which hold a password."""

    columns = listed = ("id", "door", "key", "station", "fault", "bytes", "received_at", "last_received_at", "times")
    named = "id"
    words: ClassVar = {"door": "station.door"}
    found_by = ("key", "fault")
    ordering = ("-last_received_at",)
