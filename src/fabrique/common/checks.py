"""What `fabrique check` makes sure of before an instance is trusted: the keyring opens what the database holds.

Fed by each EncryptedTextField of the models and by FABRIQUE_KEYRING. Feeds Django's checks of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, models, transaction
from django.db.models.functions import Cast

from fabrique.common.crypto import Undecipherable, decrypt
from fabrique.common.fields import EncryptedTextField

#: a warning: a database whose key is lost can still be migrated; `fabrique check` ends with a fault all the same
NO_KEY = "fabrique.W001"


def sealed_values_open(
    app_configs: Any = None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """One warning a cause, with the columns whose oldest or latest value does not open, and never what they hold."""
    if "default" not in (databases or ()):
        return []
    closed: dict[str, list[str]] = {}
    for model, name in _sealed_columns():
        try:
            for sealed in _ends(model, name):
                decrypt(sealed)
        except Undecipherable as refusal:
            closed.setdefault(str(refusal), []).append(f"{model._meta.label}.{name}")
        except DatabaseError:
            # the table is not there yet: « fabrique migrate » makes it, and says what is missing
            continue
    return [
        Warning(why, hint=f"Colonnes : {', '.join(columns)}.", id=NO_KEY) for why, columns in closed.items()
    ]


def _sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField) and model._meta.managed:
                yield model, field.name


def _ends(model: type[models.Model], name: str) -> list[str]:
    """The oldest and the latest value of the column, still sealed: a keyring changes between the two."""
    with transaction.atomic():
        held = model._base_manager.annotate(sealed_=Cast(name, models.TextField()))
        held = held.filter(**{f"{name}__isnull": False}).exclude(sealed_="")
        ends = [held.order_by(order).values_list("sealed_", flat=True).first() for order in ("pk", "-pk")]
    return [one for one in ends if one is not None]
