"""The tables of alarms, written by apply.py; how far each rule was judged at each station by steps.py."""

from django.db import models

from yiwang.intake.sensing.alarms.states import AlarmState


class Alarm(models.Model):
    """An episode in which the readings of a station broke a rule, with the case that it opened or is with."""

    id = models.UUIDField(primary_key=True, editable=False)
    station = models.ForeignKey("sensing.Station", models.PROTECT, related_name="+")
    rule = models.TextField()
    rule_version = models.TextField()
    rule_hash = models.TextField()
    state = models.TextField()
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    severity = models.TextField()
    episode = models.JSONField()
    """All that rules.Episode says."""
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    case_number = models.TextField()
    former = models.JSONField(default=list)
    """The cases that it had before, by identifier: they ended while it went on."""
    repeats = models.BooleanField()
    register = models.TextField(default="")
    register_key = models.TextField(default="")
    """The row at which its station stood when it was raised; empty: it was not told."""
    raised_at = models.DateTimeField()
    """When the town knew of it: the moment of the entry, not of the readings."""
    changed_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    """The reading by which the same instrument had been back for as long as the rule asks."""
    withdrawn_why = models.TextField(blank=True)
    joined = models.UUIDField(null=True)
    case_left = models.TextField(blank=True)
    """What became of its case when it was withdrawn."""

    class Meta:
        db_table = "alarm"
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "station", "start"],
                name="alarm_once",
                condition=~models.Q(state=AlarmState.WITHDRAWN),
            ),
        )
        indexes = (
            models.Index(fields=["-start"], name="alarm_newest"),
            models.Index(fields=["station", "-start"], name="alarm_of_station"),
            models.Index(fields=["case"], name="alarm_of_case"),
        )


class AlarmWatch(models.Model):
    """How far a rule was judged at a station, and by what: `basis` is another when the rule, its limits or its streams are."""

    id = models.TextField(primary_key=True)
    """The rule's code and the station's identifier, with a blank between."""
    basis = models.TextField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "alarm_watch"
