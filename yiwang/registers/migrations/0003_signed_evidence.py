import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0002_sheets_handed_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignedEvidence',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('subject_kind', models.TextField()),
                ('subject_ref', models.TextField()),
                ('owner', models.TextField()),
                ('as_of', models.DateField()),
                ('value', models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ('unit', models.TextField(blank=True)),
                ('done', models.BooleanField()),
                ('why', models.TextField()),
                ('document_number', models.TextField(blank=True)),
                ('files', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('role', models.TextField()),
                ('signed_at', models.DateTimeField()),
                ('signed_by', models.UUIDField(null=True)),
                ('entry', models.BigIntegerField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True)),
                ('withdrawn_role', models.TextField(blank=True)),
                ('withdrawn_by', models.UUIDField(null=True)),
                ('withdrawn_entry', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'signed_evidence',
                'indexes': [models.Index(fields=['subject_kind', 'subject_ref', '-as_of'], name='signed_evidence_subject')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('value__isnull', True), ('done', False), _connector='OR'), name='signed_evidence_one_thing'),
                    models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_entry__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_entry__isnull', False)), _connector='OR'), name='signed_evidence_withdrawn_whole'),
                ],
            },
        ),
    ]
