"""A file of sheets that a lead sent and has not applied yet: sealed, and erased after a day at most.

Fed by the leads' screen. Feeds the preview of what the file would change.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.plan.models.tree import Plan


class SheetFile(models.Model):
    """`content` is the file in base 64: it leaves with the row, once applied or given up."""

    public_id = PublicIdField()
    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="sheet_files", verbose_name=_("plan")
    )
    name = models.CharField(_("nom du fichier"), max_length=200)
    content = EncryptedTextField(_("contenu"))
    sent_at = models.DateTimeField(_("reçu le"))
    sent_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name=_("envoyé par")
    )

    class Meta:
        verbose_name = _("fichier de fiches à vérifier")
        verbose_name_plural = _("fichiers de fiches à vérifier")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id
