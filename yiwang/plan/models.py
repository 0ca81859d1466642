"""The tables of the plan. Rows are written by apply.py only; no decisions here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yiwang.plan.commitments import COMPARATORS, EVIDENCE, UNITS
from yiwang.plan.reviewed import Reviewed


class Plan(models.Model):
    """A year's promises, and the published document they come from where it has been read in."""

    id = models.UUIDField(primary_key=True)
    year = models.IntegerField(unique=True)
    of_year = models.IntegerField()
    title = models.TextField(blank=True)
    metadata = models.JSONField(default=list)
    filename = models.TextField(blank=True)
    sha256 = models.TextField(blank=True)
    text = models.TextField(blank=True)
    imported_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField()
    """The last journal entry that changed the plan, a promise of it, or what is decided about its words."""
    keeper = models.TextField(blank=True, default="")
    """The code of the team that keeps the plan."""

    class Meta:
        db_table = "plan"


class PlanItem(models.Model):
    """One matter of the plan: in our words, and as published."""

    id = models.TextField(primary_key=True)
    """The plan's and the item's own numbers together."""
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="items")
    no = models.SmallIntegerField()
    chapter = models.TextField(blank=True)
    chapter_zh = models.TextField()
    chapter_en = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    published_chapter = models.TextField(blank=True)
    published_title = models.TextField(blank=True)
    sentences = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "plan_item"
        constraints = (models.UniqueConstraint(fields=["plan", "no"], name="plan_item_once"),)


class Commitment(models.Model):
    """One promise: who answers for it, by when, how it is measured, what shows it."""

    id = models.UUIDField(primary_key=True)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="commitments")
    row = models.TextField()
    item = models.SmallIntegerField()
    place = models.SmallIntegerField()
    """Its place within the item, for sorting: 10 stands after 9."""
    promise_zh = models.TextField()
    promise_en = models.TextField()
    systems = ArrayField(models.TextField(), default=list)
    kinds = ArrayField(models.TextField(), default=list)
    owner = models.TextField()
    """The code of a team."""
    measure_zh = models.TextField()
    measure_en = models.TextField()
    target_value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    target_unit = models.TextField(blank=True)
    target_comparator = models.TextField(blank=True)
    due = models.DateField()
    evidence = models.TextField()
    shown_by_zh = models.TextField()
    shown_by_en = models.TextField()
    limits_zh = models.TextField(blank=True)
    limits_en = models.TextField(blank=True)
    source = models.JSONField(null=True)
    """Where its figures come from by themselves (facts.Source)."""
    edited = ArrayField(models.TextField(), default=list)
    """What a person changed on the page: a file leaves it alone."""

    class Meta:
        db_table = "commitment"
        constraints = (
            models.UniqueConstraint(fields=["plan", "row"], name="commitment_row_once"),
            models.CheckConstraint(condition=models.Q(evidence__in=EVIDENCE), name="commitment_evidence_known"),
            models.CheckConstraint(
                condition=models.Q(target_value__isnull=True, target_unit="", target_comparator="")
                | models.Q(target_value__isnull=False, target_unit__in=UNITS, target_comparator__in=COMPARATORS),
                name="commitment_target_whole",
            ),
        )


class PlanDraft(models.Model):
    """Words of the published plan that promise something, as the parser found them, and what a person decided about them."""

    id = models.UUIDField(primary_key=True)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="drafts")
    item = models.SmallIntegerField()
    quote = models.TextField()
    start = models.IntegerField()
    end = models.IntegerField()
    figures = models.JSONField(default=list)
    rows = ArrayField(models.TextField(), default=list)
    """The promises they seem to mean."""
    sure = models.BooleanField(default=False)
    state = models.TextField(default=Reviewed.UNREVIEWED)
    meant = ArrayField(models.TextField(), default=list)
    """The promises they mean, as a person confirmed."""
    why_not = models.TextField(blank=True, default="")
    """Why they promise nothing."""
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    reviewed_at = models.DateTimeField(null=True)
    entry = models.BigIntegerField(null=True)
    """The journal entry by which it was decided."""

    class Meta:
        db_table = "plan_draft"
        indexes = (models.Index(fields=["plan", "item", "start"], name="plan_draft_order"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=list(Reviewed)), name="plan_draft_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=Reviewed.CONFIRMED, meant__len__gt=0) | ~models.Q(state=Reviewed.CONFIRMED),
                name="plan_draft_confirmed_of_something",
            ),
        )


class Supervision(models.Model):
    """督办: a case that a leader opened over a promise, and how the promise stood by rule at that moment."""

    case = models.OneToOneField("cases.Case", models.PROTECT, primary_key=True, related_name="+")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="supervisions")
    number = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True)
    colour = models.TextField()
    why = models.TextField()
    words = models.TextField()

    class Meta:
        db_table = "supervision"
        indexes = (models.Index(fields=["commitment", "-opened_at"], name="supervision_of_promise"),)


class Inquiry(models.Model):
    """A department was asked how a promise stands, because nothing had come for long. At most one waits at a time."""

    id = models.UUIDField(primary_key=True)
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="inquiries")
    why = models.TextField()
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    grace_until = models.DateField()
    climbed_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inquiry"
        constraints = (
            models.UniqueConstraint(
                fields=["commitment"], condition=models.Q(answered_at__isnull=True), name="one_inquiry_waits"
            ),
        )


class Explanation(models.Model):
    """What a department said of a promise: public words beside the colour, which follows from the rule alone."""

    id = models.BigIntegerField(primary_key=True)
    """The journal entry."""
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="explanations")
    at = models.DateTimeField()
    words = models.TextField()
    expected_on = models.DateField()

    class Meta:
        db_table = "promise_explanation"
        indexes = (models.Index(fields=["commitment", "-id"], name="explanation_newest"),)
