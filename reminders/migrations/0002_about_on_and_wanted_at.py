"""The day of the thing itself, and since when a line has been wanted."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="reminder",
            name="about_on",
            field=models.DateField(blank=True, null=True, verbose_name="事情的日期"),
        ),
        migrations.AddField(
            model_name="reminder",
            name="wanted_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="“过时未送”从应送日期和这一刻中较晚的算起。",
                verbose_name="记入时间",
            ),
            preserve_default=False,
        ),
    ]
