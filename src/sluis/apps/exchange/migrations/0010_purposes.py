"""A signal is opened for what it was shared for: the purposes of its circle then."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0009_pilot_walls'),
    ]

    operations = [
        migrations.AddField(
            model_name='signal',
            name='purposes',
            field=models.SmallIntegerField(null=True),
        ),
    ]
