"""Assessments are computed: facts by direction, the version of the rules, evidence for each condition."""

from django.db import migrations, models


def to_directions(apps, schema_editor):
    """What was entered by hand keeps its answer; its conditions were promises in words."""
    Assessment = apps.get_model("privacy", "Assessment")
    for row in Assessment.objects.all():
        row.exchanges = [row.exchanges]
        row.promises, row.conditions = row.conditions, []
        row.review = row.shuts = row.ends
        row.save()


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("vergunning", "vergunning van de AP"),
                            ("raadpleging", "contact met of raadpleging van de AP"),
                            ("dpia", "DPIA"),
                            ("belangenafweging", "belangenafweging"),
                            ("convenant", "convenant"),
                            ("protocol", "protocol"),
                            ("regeling", "regeling tussen verantwoordelijken"),
                            ("informatie", "informatie aan betrokkenen"),
                            ("besluit", "besluit of aanwijzing"),
                        ]
                    ),
                ),
                ("title", models.TextField()),
                ("parties", models.JSONField()),
                ("scope", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("starts", models.BigIntegerField()),
                ("ends", models.BigIntegerField(null=True)),
                ("registered", models.BigIntegerField()),
                ("registrar", models.TextField()),
                ("withdrawn", models.BigIntegerField(null=True)),
                ("reason", models.TextField(blank=True)),
            ],
            options={"db_table": "privacy_evidence"},
        ),
        migrations.RenameField("assessment", "facts", "exchanges"),
        migrations.AddField("assessment", "rules", models.TextField(default=""), preserve_default=False),
        migrations.AddField("assessment", "met", models.JSONField(default=dict), preserve_default=False),
        migrations.AddField("assessment", "promises", models.JSONField(default=list), preserve_default=False),
        migrations.AddField("assessment", "review", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("assessment", "shuts", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("assessment", "shut_by", models.TextField(default="termijn"), preserve_default=False),
        migrations.AddField("assessment", "overruled", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunPython(to_directions, migrations.RunPython.noop),
    ]
