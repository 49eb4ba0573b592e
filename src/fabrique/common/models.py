"""Shared models: versions of a thing, and the one table of translated or easy-read wordings.

Fed by the apps above. Feeds them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fabrique.common.enums import Language, Register, ReviewState


class ThingVersion(models.Model):
    """What is versioned: a number, a freezing time, a content hash; each model adds its `supersedes`."""

    number = models.PositiveIntegerField(_("numéro de version"), default=1)
    frozen_at = models.DateTimeField(_("figée le"), null=True, blank=True)
    content_hash = models.CharField(_("empreinte du contenu"), max_length=64, blank=True)

    class Meta:
        abstract = True

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Wording(models.Model):
    """One text of one object, in one language and one register (standard or easy-read)."""

    object_kind = models.CharField(_("nature de l’objet"), max_length=40)
    object_key = models.CharField(_("identifiant de l’objet"), max_length=120)
    field = models.CharField(_("champ"), max_length=40)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    register = models.CharField(_("registre"), max_length=10, choices=Register, default=Register.EASY_READ)
    text = models.TextField(_("texte"))
    review_state = models.CharField(
        _("état de relecture"), max_length=12, choices=ReviewState, default=ReviewState.DRAFT
    )

    class Meta:
        verbose_name = _("formulation")
        verbose_name_plural = _("formulations")
        constraints = [
            models.UniqueConstraint(
                fields=["object_kind", "object_key", "field", "language", "register"], name="wording_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_kind} {self.object_key} {self.field} ({self.language}, {self.register})"
