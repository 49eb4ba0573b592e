"""The minutes of a meeting, versioned and signed by a named person, and to whom they were transmitted.

Fed by the items of the tables through meetings.services. Feeds the public page of the minutes and the PDF.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.meetings.enums import MinutesState
from fabrique.meetings.models.meeting import Meeting


class Minutes(ThingVersion):
    """One version of the minutes: a draft is edited, a signed one never changes.

    `sections` is a list of {"key", "title", "body", "items": [{"kind", "text", "people", "carrier"}]}.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="minutes", verbose_name=_("rencontre")
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    state = models.CharField(_("état"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT)
    introduction = models.TextField(_("introduction"), blank=True)
    sections = models.JSONField(_("parties"), default=list, blank=True)
    correction_note = models.TextField(_("ce qui a été corrigé"), blank=True)
    signatory = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signataire")
    )
    signatory_name = models.CharField(_("nom du signataire"), max_length=120, blank=True)
    signatory_title = models.CharField(_("qualité du signataire"), max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signé le"), null=True, blank=True)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    updated_at = models.DateTimeField(_("modifié le"))

    class Meta:
        verbose_name = _("compte rendu")
        verbose_name_plural = _("comptes rendus")
        ordering = ["meeting", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_number_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state=MinutesState.DRAFT), name="one_draft_of_minutes"
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state=MinutesState.PUBLISHED), name="one_published_minutes"
            ),
            models.CheckConstraint(
                name="minutes_signed_by_a_named_person",
                condition=Q(state=MinutesState.DRAFT)
                | (
                    Q(signed_at__isnull=False, frozen_at__isnull=False, signatory__isnull=False)
                    & ~Q(signatory_name="")
                    & ~Q(content_hash="")
                ),
            ),
            models.CheckConstraint(
                name="published_minutes_have_their_date",
                condition=~Q(state=MinutesState.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.number}"


class Transmission(models.Model):
    """Minutes sent on to a recipient: to whom, when, by whom."""

    minutes = models.ForeignKey(
        Minutes, on_delete=models.PROTECT, related_name="transmissions", verbose_name=_("compte rendu")
    )
    recipient = models.CharField(_("destinataire"), max_length=200)
    sent_on = models.DateField(_("transmis le"))
    recorded_at = models.DateTimeField(_("noté le"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("noté par")
    )

    class Meta:
        verbose_name = _("transmission")
        verbose_name_plural = _("transmissions")
        ordering = ["minutes", "sent_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "recipient", "sent_on"], name="transmission_listed_once"
            )
        ]

    def __str__(self) -> str:
        return self.recipient
