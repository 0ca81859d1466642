"""The tables of files (design §8). The bytes lie in the data folder under their hash; see store.py."""

from django.db import models


class File(models.Model):
    """Bytes that were stored. The name they had on someone's phone is not kept."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    mime = models.TextField()
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_index=True)
    """The latest upload of these bytes: the same photo sent again waits for its form anew."""

    class Meta:
        db_table = "file"
        constraints = (
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_is_hex"),
            models.CheckConstraint(condition=models.Q(bytes__gt=0), name="file_not_empty"),
        )


class FileUse(models.Model):
    """What a file hangs on. A file with a use is never swept."""

    pk = models.CompositePrimaryKey("file_id", "subject_kind", "subject_id", "purpose")
    file = models.ForeignKey(File, models.PROTECT, db_column="sha256", related_name="uses")
    subject_kind = models.TextField()
    subject_id = models.TextField()
    purpose = models.TextField()
    used_at = models.DateTimeField()

    class Meta:
        db_table = "file_use"
        indexes = (models.Index(fields=["subject_kind", "subject_id", "used_at"], name="file_use_subject"),)
