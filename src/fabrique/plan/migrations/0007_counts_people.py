"""Which indicators count persons: the public never reads one to ten. Those that exist are judged by their unit."""

import re

from django.db import migrations, models

PEOPLE = re.compile(r"\s*(personne|patient|usager|habitant|b[ée]n[ée]ficiaire)", re.IGNORECASE)


def judge(apps, schema_editor):
    rows = apps.get_model("plan", "Indicator").objects
    found = [key for key, unit in rows.values_list("pk", "unit") if PEOPLE.match(unit)]
    for start in range(0, len(found), 500):
        rows.filter(pk__in=found[start : start + 500]).update(counts_people=True)


class Migration(migrations.Migration):
    dependencies = [("plan", "0006_finding_kept")]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="counts_people",
            field=models.BooleanField(default=False, verbose_name="compte des personnes"),
        ),
        migrations.RunPython(judge, migrations.RunPython.noop),
    ]
