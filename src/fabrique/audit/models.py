"""The journal: one line a write, sealed in batches into a hash chain. Triggers forbid any other change.

Fed by common.journal through audit.services. Feeds `fabrique journal verify` and the auditor's reading.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalSeal(models.Model):
    """A batch of lines in order, with the hash of the batch before it; unique, so the chain cannot fork."""

    sealed_at = models.DateTimeField(_("scellé le"))
    lines = models.PositiveIntegerField(_("lignes"))
    previous_hash = models.CharField(_("empreinte précédente"), max_length=64, unique=True)
    hash = models.CharField(_("empreinte"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("sceau du journal")
        verbose_name_plural = _("sceaux du journal")

    def __str__(self) -> str:
        return self.hash[:12]


class JournalLine(models.Model):
    """Who did what, when, on which object, with which reason code. Never a text, never what was erased."""

    at = models.DateTimeField(_("horodatage"), db_index=True)
    actor_kind = models.CharField(_("nature de l’acteur"), max_length=10)
    actor_reference = models.CharField(_("acteur"), max_length=60, blank=True)
    verb = models.CharField(_("verbe"), max_length=60)
    object_kind = models.CharField(_("nature de l’objet"), max_length=60)
    object_reference = models.CharField(_("objet"), max_length=60, blank=True)
    reason = models.CharField(_("code de motif"), max_length=60, blank=True)
    seal = models.ForeignKey(
        JournalSeal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sealed_lines",
        verbose_name=_("sceau"),
    )

    class Meta:
        verbose_name = _("ligne du journal")
        verbose_name_plural = _("lignes du journal")
        indexes = [models.Index(fields=["object_kind", "object_reference"], name="journal_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_reference}"
