"""The tables of cases. No decisions here: rules.py decides, apply.py writes, queries.py reads."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from yiwang.cases.stages import NOTHING_TO_DO

DUE_FIRST = ("due_at", "-opened_at", "id")
"""The order of a work list: what runs out first; what has no clock comes last, the newest first."""
OPEN = ~Q(state__in=sorted(NOTHING_TO_DO))
"""Cases that somebody still has to do something with. Of a town's million they are some thousands."""
UNCALLED = Q(state="closed", called_back="", missed_calls=0)
"""Closed with their main case, and their own reporters were not called back yet."""


class Case(models.Model):
    """One matter that must be done. What a list shows is held here; what happened is in the journal."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    source = models.CharField(max_length=1)
    origin_kind = models.TextField()
    origin_ref = models.TextField()
    state = models.TextField()
    stage = models.SmallIntegerField()
    type_code = models.TextField(blank=True)
    type_unseen = models.BooleanField(default=False)
    """Accepted as the reader suggested, one of many, and nothing has confirmed the type since: it teaches nothing."""
    demand = models.TextField(blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    bigrams = ArrayField(models.TextField(), default=list)
    urgent = models.BooleanField(default=False)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    grid_cell = models.UUIDField(null=True)
    committee = models.UUIDField(null=True)
    lead_team = models.ForeignKey("people.Team", models.PROTECT, null=True, related_name="+", db_index=False)
    handler = models.UUIDField(null=True)
    reporter = models.UUIDField(null=True)
    on_behalf = models.UUIDField(null=True)
    round = models.SmallIntegerField(default=0)
    objections = models.SmallIntegerField(default=0)
    ruled = models.BooleanField(default=False)
    reworks = models.SmallIntegerField(default=0)
    reopened = models.SmallIntegerField(default=0)
    outcome = models.TextField(blank=True)
    called_back = models.TextField(blank=True)
    satisfaction = models.TextField(blank=True)
    rated_unsolved = models.BooleanField(default=False)
    """The one who reported says that it is not solved, and the office has neither reopened it nor noted anything since."""
    missed_calls = models.SmallIntegerField(default=0)
    rating_taken_by = models.UUIDField(null=True)
    answer = models.TextField(blank=True)
    dispatched_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    soon_at = models.DateTimeField(null=True)
    due_stage = models.TextField(blank=True)
    overdue = models.BooleanField(default=False)
    review_on = models.DateField(null=True)
    review_due = models.BooleanField(default=False)
    assists = models.SmallIntegerField(default=0)
    """How often a department was asked to assist: without any, no part has to be looked for."""
    assist_teams = ArrayField(models.UUIDField(), default=list)
    """The departments that assist or assisted: they read the case beside the lead."""
    row_version = models.IntegerField(default=0)

    class Meta:
        db_table = "case"
        indexes = (
            # Lists are read in their order from an index, page by page, and those of few cases from small ones (adr 0036).
            models.Index(fields=DUE_FIRST, name="case_due_first"),
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["lead_team", "-opened_at", "-id"], name="case_team_newest"),
            models.Index(fields=["committee", "-opened_at", "-id"], name="case_committee_newest"),
            models.Index(fields=["state", *DUE_FIRST], name="case_work_list"),
            models.Index(fields=["lead_team", *DUE_FIRST], name="case_team_first"),
            models.Index(fields=["lead_team", "state", *DUE_FIRST], name="case_team_list"),
            models.Index(fields=["committee", *DUE_FIRST], name="case_committee_first"),
            models.Index(fields=["committee", "state", *DUE_FIRST], name="case_committee_list"),
            models.Index(fields=DUE_FIRST, name="case_open", condition=OPEN),
            models.Index(fields=["lead_team", *DUE_FIRST], name="case_team_open", condition=OPEN),
            models.Index(fields=["committee", *DUE_FIRST], name="case_committee_open", condition=OPEN),
            models.Index(fields=DUE_FIRST, name="case_urgent", condition=OPEN & Q(urgent=True)),
            models.Index(fields=DUE_FIRST, name="case_overdue", condition=OPEN & Q(overdue=True)),
            models.Index(
                fields=[*DUE_FIRST, "committee", "lead_team"],
                name="case_rated_unsolved",
                condition=Q(rated_unsolved=True),
            ),
            models.Index(fields=[*DUE_FIRST, "committee", "lead_team"], name="case_to_call", condition=UNCALLED),
            models.Index(
                fields=["state"],
                include=["due_at", "soon_at", "overdue", "urgent", "lead_team", "committee"],
                name="case_open_counts",
                condition=OPEN,
            ),
            models.Index(fields=["state"], name="case_state"),
            models.Index(
                fields=["reporter", "-opened_at"], name="case_of_reporter", condition=Q(reporter__isnull=False)
            ),
            models.Index(fields=["on_behalf"], name="case_on_behalf", condition=Q(on_behalf__isnull=False)),
            models.Index(fields=["review_on"], name="case_to_review", condition=Q(review_on__isnull=False)),
            models.Index(fields=["closed_at"], name="case_ended", condition=Q(closed_at__isnull=False)),
            GinIndex(fields=["bigrams"], name="case_bigrams"),
            GinIndex(fields=["assist_teams"], name="case_assist_teams"),
        )


class CasePart(models.Model):
    """协办: what one assisting department was asked to do of a case, and what it answered (parts.py)."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="parts")
    team = models.ForeignKey("people.Team", models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    state = models.TextField()
    task = models.TextField()
    asked_at = models.DateTimeField()
    handler = models.UUIDField(null=True)
    result = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    """Why nobody waits for it any more: the dispatcher's words, `leads`, or the state in which the case ended."""
    given_at = models.DateTimeField(null=True)
    """When it came to its present department, if not when it was asked."""
    objected_teams = ArrayField(models.UUIDField(), default=list)
    proposed_team = models.UUIDField(null=True)
    ruled = models.BooleanField(default=False)

    class Meta:
        db_table = "case_part"
        indexes = (models.Index(fields=["team", "state"], name="case_part_team_list"),)
        constraints = (models.UniqueConstraint(fields=["case", "team", "round"], name="one_part_per_round"),)


class Clock(models.Model):
    """One clock of a case: the rule it runs by and, worked out from its events, when it runs out."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    part = models.ForeignKey(CasePart, models.PROTECT, null=True, related_name="+")
    stage = models.TextField()
    rule = models.TextField()
    rule_version = models.TextField()
    rule_hash = models.TextField()
    unit = models.TextField()
    amount = models.IntegerField()
    state = models.TextField()
    due_at = models.DateTimeField(null=True)
    soon_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    ran_out = models.BooleanField(default=False)

    class Meta:
        db_table = "clock"
        indexes = (
            models.Index(fields=["due_at"], name="clock_to_sweep", condition=Q(state="running", ran_out=False)),
            models.Index(fields=["id"], name="clock_provisional", condition=Q(state="running", provisional=True)),
        )


class ClockEvent(models.Model):
    """What happened to a clock, in order. Everything about it recomputes from these."""

    id = models.TextField(primary_key=True)
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="events")
    seq = models.SmallIntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    amount = models.IntegerField(default=0)
    reason = models.TextField(blank=True)
    entry = models.BigIntegerField()

    class Meta:
        db_table = "clock_event"
        constraints = (models.UniqueConstraint(fields=["clock", "seq"], name="clock_event_order"),)


class CaseProof(models.Model):
    """A photo, paper or instrument value that stands for something said of the case."""

    id = models.TextField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="proofs")
    kind = models.TextField()
    ref = models.TextField()
    stage = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_proof"
        constraints = (models.UniqueConstraint(fields=["case", "kind", "ref"], name="case_proof_once"),)


class Objection(models.Model):
    """A department's 退单: one row for each time it was given the case, so that the arbiter sees both sides."""

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="objection_rows")
    team = models.ForeignKey("people.Team", models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    reason_code = models.TextField()
    legal_basis = models.TextField()
    proposed_team = models.UUIDField()
    explanation = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "case_objection"
        constraints = (models.UniqueConstraint(fields=["case", "team", "round"], name="one_objection_per_turn"),)


class Ruling(models.Model):
    """裁定: whose a matter of this kind is. Final for its case, a precedent for the next."""

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="rulings")
    team = models.ForeignKey("people.Team", models.PROTECT, related_name="+")
    type_code = models.TextField()
    question = models.TextField()
    grounds = models.TextField()
    arbiter = models.TextField()
    at = models.DateTimeField()
    bigrams = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "ruling"
        indexes = (
            models.Index(fields=["type_code", "-at"], name="ruling_of_type"),
            GinIndex(fields=["bigrams"], name="ruling_bigrams"),
        )


class CaseLink(models.Model):
    """并案 and 拆案: one case that follows another, its main one, or was split off another. Undone, it stays as a row."""

    id = models.BigIntegerField(primary_key=True)
    from_case = models.ForeignKey(Case, models.PROTECT, related_name="links_from")
    to_case = models.ForeignKey(Case, models.PROTECT, related_name="links_to")
    kind = models.TextField()
    at = models.DateTimeField()
    state_before = models.TextField(blank=True)
    """Where a follower goes back to when it follows no longer."""
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_link"
        constraints = (
            models.UniqueConstraint(
                fields=["from_case", "kind"], name="case_link_once", condition=Q(undone_at__isnull=True)
            ),
        )


class Extension(models.Model):
    """A request for more time, of one round of handling, and what became of it: asked, granted, refused or lapsed."""

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    amount = models.IntegerField()
    unit = models.TextField()
    reason_code = models.TextField()
    explanation = models.TextField()
    round = models.SmallIntegerField(default=0)
    state = models.TextField()
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_extension"


class RecheckDraw(models.Model):
    """A draw for re-check: the days, the seed and the pool, so that anyone can draw again."""

    id = models.TextField(primary_key=True)
    first = models.DateField()
    last = models.DateField()
    seed = models.TextField()
    seed_position = models.BigIntegerField(null=True)
    share_percent = models.SmallIntegerField()
    pool = ArrayField(models.TextField(), default=list)
    drawn = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "recheck_draw"


class Recheck(models.Model):
    """A closed case that was drawn to be looked at again."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    draw_id = models.TextField()
    seed = models.TextField()
    pool_size = models.IntegerField()
    drawn_at = models.DateTimeField()
    holds = models.BooleanField(null=True)
    finding = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_recheck"
