"""A press release or a press invitation, drafted from the programme, edited and approved by a person.

Fed by meetings.services.press. Feeds the DOCX and PDF that the agency sends.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.meetings.enums import PressKind, PressState
from fabrique.meetings.models.meeting import Meeting
from fabrique.meetings.models.programme import Programme


class PressDocument(ThingVersion):
    """One version of a press document; `meeting` is set for an invitation to one meeting.

    `body` is plain text: blank lines part paragraphs, « # » opens a heading, « - » an item of a list.
    """

    public_id = PublicIdField()
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="press", verbose_name=_("programme")
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="press",
        verbose_name=_("rencontre"),
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=PressKind)
    state = models.CharField(_("état"), max_length=10, choices=PressState, default=PressState.DRAFT)
    title = models.CharField(_("titre"), max_length=300)
    body = models.TextField(_("texte"))
    press_point = models.TextField(_("point presse"), blank=True)
    contact = models.TextField(_("contact presse"), blank=True)
    dated_on = models.DateField(_("daté du"))
    revision = models.PositiveIntegerField(_("révision"), default=1)
    updated_at = models.DateTimeField(_("modifié le"))
    approved_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approuvé par"),
    )
    approved_at = models.DateTimeField(_("approuvé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("document de presse")
        verbose_name_plural = _("documents de presse")
        ordering = ["programme", "kind", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "number"],
                condition=Q(meeting__isnull=True),
                name="press_number_once_a_programme",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "number"],
                condition=Q(meeting__isnull=False),
                name="press_number_once_a_meeting",
            ),
            models.UniqueConstraint(
                fields=["programme", "kind"],
                condition=Q(meeting__isnull=True, state=PressState.DRAFT),
                name="one_press_draft_a_programme",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind"],
                condition=Q(meeting__isnull=False, state=PressState.DRAFT),
                name="one_press_draft_a_meeting",
            ),
            models.CheckConstraint(
                name="press_approved_by_a_named_person",
                condition=Q(state=PressState.DRAFT)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False, frozen_at__isnull=False)
                    & ~Q(content_hash="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
