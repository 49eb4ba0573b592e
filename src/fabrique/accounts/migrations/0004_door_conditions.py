"""The door of a body needs an impact assessment and legal bases; one opened before without them closes.

Fed by accounts.models. Feeds accounts_body.
"""

from typing import Any

from django.db import migrations, models


def close_doors(apps: Any, schema_editor: Any) -> None:
    """Nobody recorded anything for the doors opened so far: their bodies open them again, with their reasons."""
    apps.get_model("accounts", "Body").objects.filter(door_open=True).update(door_open=False)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_bodies_and_mandates")]

    operations = [
        migrations.AddField(
            model_name="body",
            name="aipd_validated_by",
            field=models.CharField(blank=True, max_length=200, verbose_name="analyse d’impact validée par"),
        ),
        migrations.AddField(
            model_name="body",
            name="aipd_validated_on",
            field=models.DateField(blank=True, null=True, verbose_name="analyse d’impact validée le"),
        ),
        migrations.AddField(
            model_name="body",
            name="legal_basis_6",
            field=models.CharField(blank=True, max_length=200, verbose_name="base légale (article 6)"),
        ),
        migrations.AddField(
            model_name="body",
            name="legal_basis_9",
            field=models.CharField(blank=True, max_length=200, verbose_name="base légale (article 9.2)"),
        ),
        migrations.RunPython(close_doors, migrations.RunPython.noop),
    ]
