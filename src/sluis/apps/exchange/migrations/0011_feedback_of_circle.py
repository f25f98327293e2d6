"""Feedback of one circle is counted with every feedback while it is a pilot."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0010_purposes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['circle', 'time'], name='exchange_feedback_circle'),
        ),
    ]
