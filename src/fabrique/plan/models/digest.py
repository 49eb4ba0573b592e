"""Whether a lead wants the monthly digest of their actions, and the last one prepared for them.

Fed by the leads' screen and by the job that writes the digests. Feeds that job.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User


class LeadDigest(models.Model):
    """One row a lead, made with the first digest or the first refusal. `prepared_for` is the first day of a month."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="plan_digest", verbose_name=_("pilote")
    )
    wanted = models.BooleanField(_("récapitulatif mensuel souhaité"), default=True)
    prepared_for = models.DateField(_("dernier mois préparé"), null=True, blank=True)

    class Meta:
        verbose_name = _("récapitulatif du pilote")
        verbose_name_plural = _("récapitulatifs des pilotes")

    def __str__(self) -> str:
        return f"{self.user_id}"
