"""An opinion written by the president of its body says so itself: it no longer changes with the dates of mandates.

Fed by mandates for the opinions received so far: whoever recorded it presided the body on the day it was received.
"""

from django.db import migrations, models
from django.db.models import Q

PRESIDENT = "presidence"


def stamp(apps, schema_editor):
    mandates = apps.get_model("accounts", "Mandate").objects.filter(seat=PRESIDENT)
    opinions = apps.get_model("plan", "Opinion").objects
    received = opinions.filter(recorded_by__isnull=False, consultee__body__isnull=False)
    for pk, person, body, day in received.values_list("pk", "recorded_by", "consultee__body", "received_on"):
        held = mandates.filter(user=person, body=body, starts_on__lte=day)
        if held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).exists():
            opinions.filter(pk=pk).update(by_presidency=True)


class Migration(migrations.Migration):
    dependencies = [("plan", "0008_answers_and_silence"), ("accounts", "0005_seats_by_category")]

    operations = [
        migrations.AddField(
            model_name="opinion",
            name="by_presidency",
            field=models.BooleanField(default=False, verbose_name="écrit par la présidence de l’instance"),
        ),
        migrations.RunPython(stamp, migrations.RunPython.noop),
    ]
