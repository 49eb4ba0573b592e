"""Model fields of ours: a text encrypted at rest, a public identifier.

Fed by common.crypto and common.identifiers. Feeds every model that holds people's words.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from fabrique.common.crypto import decrypt, encrypt
from fabrique.common.identifiers import LENGTH, new_public_id


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that reads and writes as plain str and is sealed in the database; look-ups are refused."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value in (None, "") else decrypt(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return value if value in (None, "") else encrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("Un texte chiffré ne se cherche pas dans la base : chercher le texte masqué.")
        return super().get_lookup(lookup_name)


class PublicIdField(models.CharField):  # type: ignore[type-arg]
    """The identifier of a row outside the database: random, unique, never its primary key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("verbose_name", "identifiant public")
        kwargs["max_length"] = LENGTH
        kwargs["default"] = new_public_id
        kwargs["unique"] = True
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("max_length", "default", "unique", "editable"):
            kwargs.pop(given, None)
        return name, path, args, kwargs
