"""An account remembers when it was closed and when it was erased: its term runs from there.

Fed by accounts.models. Feeds accounts_user.
"""

from typing import Any

from django.db import migrations, models
from django.db.models.functions import Now


def start_the_term(apps: Any, schema_editor: Any) -> None:
    """Accounts already closed: when is not known, so that their term runs from this update."""
    apps.get_model("accounts", "User").objects.filter(is_active=False).update(closed_at=Now())


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_seats_by_category'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='fermé le'),
        ),
        migrations.AddField(
            model_name='user',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacé le'),
        ),
        migrations.RunPython(start_the_term, migrations.RunPython.noop),
    ]
