"""The journal's tables (design §8). Entries are only ever added; the application's role cannot change or delete them."""

from django.db import models


class Entry(models.Model):
    """One fact that happened. `id` is the order of writing, never a cursor: see Position."""

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    door = models.TextField()
    reason = models.TextField(blank=True)
    verb = models.TextField()
    v = models.SmallIntegerField()
    subject_kind = models.TextField()
    subject_id = models.TextField()
    body = models.JSONField()
    private_hash = models.BinaryField(null=True)
    hash = models.BinaryField()

    class Meta:
        db_table = "entry"
        indexes = (models.Index(fields=["subject_kind", "subject_id", "id"], name="entry_subject"),)


class EntryPrivate(models.Model):
    """What of an entry is about a person: sealed, committed to by SHA-256(salt ‖ payload), erased together with its salt."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="private")
    salt = models.BinaryField()
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "entry_private"


class EntryPending(models.Model):
    """A committed entry that the sequencer has not given a position yet."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="pending")

    class Meta:
        db_table = "entry_pending"


class EntryPosition(models.Model):
    """The gap-free order of committed entries: every reader's cursor; the one before it is the leaf number in the Merkle tree."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="placed")

    class Meta:
        db_table = "entry_position"


class TreeNode(models.Model):
    """The root of a full subtree of 256^level leaves of the tree over the entries' hashes: never changed once it is full."""

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "tree_node"
        constraints = (models.UniqueConstraint(fields=["level", "index"], name="tree_node_once"),)


class TreeHead(models.Model):
    """A signed head of the tree: what the first `size` entries were at that moment, for everybody to hold the town to."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    signed_at = models.DateTimeField()
    note = models.TextField()
    """The head as a signed note (notes.py), as witnesses get it."""
    key = models.TextField()
    """The public key that it was signed with, written as verifiers read it."""

    class Meta:
        db_table = "tree_head"


class Witness(models.Model):
    """How far a witness outside has come: which head it was told last, and what stood in the way since."""

    address = models.TextField(primary_key=True)
    size = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "witness"


class Reader(models.Model):
    """How far a named reader has come: it has dealt with every entry up to and including `position`."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        db_table = "reader"


class CallKey(models.Model):
    """The answer that was given to one actor's key, so that a retry gets the same answer."""

    actor = models.TextField()
    key = models.TextField()
    action = models.TextField()
    digest = models.BinaryField(null=True)
    """What the call said, as a keyed hash (said.py); null in rows from before it was kept, which are not compared."""
    entry = models.ForeignKey(Entry, models.PROTECT, null=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "call_key"
        constraints = (models.UniqueConstraint(fields=["actor", "key"], name="call_key_once"),)
