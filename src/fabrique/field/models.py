"""Devices that collect answers in the field, without a network: each has a token, a relay, a territory.

Fed by services.devices. Feeds the OpenRosa endpoints, which answer a device only.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.field.querysets import DeviceQuerySet
from fabrique.territories.models import Territory


class Device(models.Model):
    """A tablet or telephone lent to a mediator. Its token is known by its digest only."""

    public_id = PublicIdField()
    label = models.CharField(_("nom de l’appareil"), max_length=80)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    relay = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relais"),
    )
    token_digest = models.CharField(_("empreinte du jeton"), max_length=64)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ajouté par")
    )
    created_at = models.DateTimeField(_("ajouté le"))
    revoked_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    # by day: the hours of a mediator's work are nobody's business
    last_seen_on = models.DateField(_("vu pour la dernière fois le"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appareil de terrain")
        verbose_name_plural = _("appareils de terrain")
        ordering = ["label", "pk"]

    def __str__(self) -> str:
        return self.label
