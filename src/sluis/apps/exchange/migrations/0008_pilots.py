"""Pilots: what may be known of one, and what only members of its circle read."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0007_told_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pilot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('circle', models.BinaryField()),
                ('circle_name', models.TextField()),
                ('title', models.TextField()),
                ('kind', models.TextField()),
                ('starts', models.BigIntegerField()),
                ('ends', models.BigIntegerField()),
                ('until', models.BigIntegerField()),
                ('counts_from', models.BigIntegerField()),
                ('proposed', models.BigIntegerField()),
                ('proposer', models.BinaryField()),
                ('confirmed', models.BigIntegerField(null=True)),
                ('state', models.TextField(default='voorgesteld')),
                ('ended', models.BigIntegerField(null=True)),
                ('ended_by', models.TextField(blank=True)),
                ('decision', models.TextField(blank=True, default='')),
                ('decided', models.BigIntegerField(null=True)),
                ('practice', models.BinaryField(null=True)),
                ('practice_after', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'exchange_pilot',
            },
        ),
        migrations.CreateModel(
            name='PilotStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time', models.BigIntegerField()),
                ('act', models.TextField()),
                ('organisation', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'exchange_pilotstep',
            },
        ),
        migrations.CreateModel(
            name='PilotPlan',
            fields=[
                ('pilot', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='exchange.pilot')),
                ('parties', models.JSONField()),
                ('hypothesis', models.TextField()),
                ('goal', models.JSONField()),
                ('criteria', models.JSONField()),
                ('counts', models.JSONField(null=True)),
                ('counted', models.BigIntegerField(null=True)),
                ('conclusion', models.TextField(blank=True)),
                ('concluder', models.TextField(blank=True)),
                ('concluded', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'exchange_pilotplan',
            },
        ),
        migrations.AddIndex(
            model_name='pilot',
            index=models.Index(fields=['circle', 'confirmed'], name='exchange_pilot_circle'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['bevestigd', 'afgelopen'])), fields=('circle',), name='exchange_pilot_one_a_circle'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='exchange_pilot_term'),
        ),
        migrations.AddConstraint(
            model_name='pilot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'besloten'), _negated=True), ('decision__in', ['stoppen', 'praktijk']), _connector='OR'), name='exchange_pilot_decided'),
        ),
        migrations.AddField(
            model_name='pilotstep',
            name='pilot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.pilot'),
        ),
        migrations.AddIndex(
            model_name='pilotstep',
            index=models.Index(fields=['pilot', 'time'], name='exchange_pilotstep_pilot'),
        ),
    ]
