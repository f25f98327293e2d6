"""Whether the stream was rid of what it told of an erased key."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_after_a_signal")]

    operations = [migrations.AddField("key", "forgotten", models.BooleanField(default=False))]
