"""Keys have generations: refresh and reshare, orders to refresh, attested erasure."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField("ceremony", "kind", models.TextField(default="dkg")),
        migrations.AddField("ceremony", "dealers", models.JSONField(default=list)),
        migrations.AddField("ceremony", "order", models.BinaryField(null=True)),
        migrations.AddField("key", "made", models.BigIntegerField(default=0)),
        migrations.AddField("key", "renewed", models.BigIntegerField(default=0)),
        migrations.AddField("key", "erased", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="Generation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key_id", "generation", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key_id", models.BinaryField()),
                ("generation", models.IntegerField()),
                ("renewed", models.BigIntegerField()),
                ("ceremony", models.BinaryField()),
                ("body", models.BinaryField()),
            ],
            options={"db_table": "exchange_generation"},
        ),
        migrations.CreateModel(
            name="RefreshOrder",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("holder", models.SmallIntegerField()),
                ("time", models.BigIntegerField()),
                ("body", models.BinaryField()),
            ],
            options={"db_table": "exchange_refreshorder"},
        ),
        migrations.CreateModel(
            name="Attestation",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("holder", models.SmallIntegerField()),
                ("time", models.BigIntegerField()),
                ("body", models.BinaryField()),
            ],
            options={"db_table": "exchange_attestation"},
        ),
    ]
