"""The tables of sensing (design §8). Stations and streams are written by apply.py; readings by the thousand in steps/storing.py."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Station(models.Model):
    """An instrument, or a place where samples are taken."""

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    door = models.TextField()
    key = models.TextField()
    password_cipher = models.BinaryField(null=True)
    """With what it shows itself at its door, sealed."""
    team = models.UUIDField()
    """Whose it is."""
    in_use_from = models.DateField()
    in_use_to = models.DateField(null=True)
    place = models.UUIDField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    register = models.TextField(blank=True)
    register_key = models.TextField(blank=True)
    tolerates_crc = models.BooleanField(default=False)
    illustrative = models.BooleanField(default=False)
    entry = models.BigIntegerField(db_index=True)
    """The last journal entry that changed it or its streams; the newest of all tells whether a copy in memory is old."""

    class Meta:
        db_table = "station"
        constraints = (models.UniqueConstraint(fields=["door", "key"], name="station_key_once"),)


class Stream(models.Model):
    """One series of values of a station: what, of what interval, in what unit. A closed one keeps its readings."""

    id = models.IntegerField(primary_key=True)
    station = models.ForeignKey(Station, models.PROTECT, related_name="streams")
    factor = models.TextField()
    statistic = models.TextField()
    interval = models.TextField()
    unit = models.TextField()
    every_s = models.IntegerField()
    least = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    most = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    open = models.BooleanField(default=True)

    class Meta:
        db_table = "stream"
        constraints = (
            models.UniqueConstraint(fields=["station", "factor", "statistic", "interval", "unit"], name="stream_once"),
            models.UniqueConstraint(
                fields=["station", "factor", "statistic", "interval"],
                name="stream_one_open",
                condition=models.Q(open=True),
            ),
        )


class ReadingBatch(models.Model):
    """What was stored together, and the digest that its rows must give."""

    id = models.BigIntegerField(primary_key=True)
    door = models.TextField()
    count = models.IntegerField()
    repeated = models.IntegerField()
    apart = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    digest = models.TextField()
    stored_at = models.DateTimeField()
    entry = models.BigIntegerField()

    class Meta:
        db_table = "reading_batch"


class Reading(models.Model):
    """One measured value. Partitioned by the month of `at` (in UTC); no foreign keys, which would cost a look-up for each row."""

    pk = models.CompositePrimaryKey("stream", "at")
    at = models.DateTimeField()
    batch = models.BigIntegerField()
    stream = models.IntegerField()
    flag = models.TextField()
    value = models.DecimalField(max_digits=40, decimal_places=20, null=True)
    """Any numeric in the database, exactly as it was written."""

    class Meta:
        db_table = "reading"
        indexes = (BrinIndex(fields=["batch"], name="reading_by_batch", pages_per_range=32, autosummarize=True),)


class ArchivedMonth(models.Model):
    """A month of readings that was taken out of the database, and the Parquet files that hold it (kernel/files)."""

    month = models.DateField(primary_key=True)
    """Its first day, of UTC."""
    count = models.IntegerField()
    streams = ArrayField(models.IntegerField())
    """Those that have readings in it."""
    digest = models.TextField()
    files = ArrayField(models.TextField())
    entry = models.BigIntegerField()

    class Meta:
        db_table = "archived_month"


class ReadingCorrection(models.Model):
    """What counts for a moment of a stream instead of its stored reading: the newest correction. Read through the view reading_now."""

    pk = models.CompositePrimaryKey("stream", "at")
    stream = models.IntegerField()
    at = models.DateTimeField()
    value = models.DecimalField(max_digits=40, decimal_places=20, null=True)
    flag = models.TextField()
    reason = models.TextField()
    entry = models.BigIntegerField()

    class Meta:
        db_table = "reading_correction"


class Rollup(models.Model):
    """What the readings of a stream come to in an hour, or in a day of the town: enough for every mean, without reading them again."""

    pk = models.CompositePrimaryKey("stream", "period", "start")
    stream = models.IntegerField()
    period = models.TextField()
    """hour or day."""
    start = models.DateTimeField()
    n = models.IntegerField()
    n_valid = models.IntegerField()
    """Those that count (rules.counted): of these are sum, least and greatest."""
    n_marked = models.IntegerField()
    """Of the valid ones, those entered by hand."""
    sum = models.DecimalField(max_digits=60, decimal_places=20, null=True)
    least = models.DecimalField(max_digits=40, decimal_places=20, null=True)
    greatest = models.DecimalField(max_digits=40, decimal_places=20, null=True)

    class Meta:
        db_table = "reading_rollup"


class RolledBatch(models.Model):
    """A batch that the roll-ups hold already: it is never added twice."""

    batch = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "rolled_batch"


class RolledCorrection(models.Model):
    """A correction that the roll-ups hold already, by its entry: it is never added twice."""

    entry = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "rolled_correction"


class StationContact(models.Model):
    """When a station was last heard, to ten seconds."""

    station = models.OneToOneField(Station, models.PROTECT, primary_key=True, related_name="contact")
    heard_at = models.DateTimeField()

    class Meta:
        db_table = "station_contact"


class KeptPacket(models.Model):
    """A packet with something in it that cannot be used, as it came: evidence. Sealed, since it holds the instrument's password."""

    id = models.TextField(primary_key=True)
    """SHA-256 of door, key and bytes, in hexadecimal: the same packet again is the same row."""
    door = models.TextField()
    key = models.TextField()
    station = models.ForeignKey(Station, models.PROTECT, null=True)
    fault = models.TextField(blank=True)
    content = models.BinaryField()
    bytes = models.IntegerField()
    """Of the packet as it came; what is kept is cut at rules.LONGEST_PACKET."""
    received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    times = models.IntegerField(default=1)

    class Meta:
        db_table = "kept_packet"
        indexes = (models.Index(fields=["-last_received_at"], name="kept_packet_newest"),)


class ApartReading(models.Model):
    """A value that was not stored, and why."""

    id = models.UUIDField(primary_key=True, editable=False)
    door = models.TextField()
    key = models.TextField()
    station = models.ForeignKey(Station, models.PROTECT, null=True)
    reason = models.TextField()
    factor = models.TextField()
    statistic = models.TextField()
    interval = models.TextField()
    at = models.DateTimeField()
    value = models.TextField()
    """As it was written; empty for none."""
    flag = models.TextField()
    packet = models.TextField(blank=True)
    """The packet that it came in (KeptPacket), where that was kept."""
    received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    times = models.IntegerField(default=1)
    answer = models.TextField(blank=True, db_default="")
    """What a person said of one that differs from what is stored: accepted or refused; empty while nobody has."""

    class Meta:
        db_table = "apart_reading"
        constraints = (
            models.UniqueConstraint(
                fields=["door", "key", "reason", "factor", "statistic", "interval", "at", "value", "flag"],
                name="apart_reading_once",
            ),
        )
        indexes = (models.Index(fields=["-last_received_at"], name="apart_reading_newest"),)


class ApartDay(models.Model):
    """How much was kept apart of a station on a day for a reason, also beyond what is kept. `bucket`: the station's code, or empty."""

    id = models.TextField(primary_key=True)
    """door, bucket, day and reason, with blanks between."""
    door = models.TextField()
    bucket = models.TextField()
    day = models.DateField()
    reason = models.TextField()
    seen = models.IntegerField()

    class Meta:
        db_table = "apart_day"
        indexes = (models.Index(fields=["day", "bucket"], name="apart_day_newest"),)
