"""A programme of meetings: its frame, its themes, to whom what is said there is transmitted and when.

Fed by meetings.services.programmes and the calendar import. Feeds meetings, the calendar and press documents.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation
from fabrique.common.fields import PublicIdField
from fabrique.contributions.models import Source
from fabrique.meetings.querysets import ProgrammeQuerySet
from fabrique.territories.models import Territory


class Programme(models.Model):
    """A set of meetings under one frame, as the thirteen steps of a region."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=200)
    frame = models.TextField(_("cadre"), blank=True)
    aim = models.TextField(_("ce que l’on en attend"), blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    organisers = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name=_("organisateurs")
    )
    participants = models.TextField(_("participants attendus"), blank=True)
    announced_steps = models.PositiveSmallIntegerField(_("rencontres annoncées"), null=True, blank=True)
    starts_on = models.DateField(_("début"), null=True, blank=True)
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    period_note = models.CharField(_("précision sur la période"), max_length=120, blank=True)
    recipient = models.CharField(_("destinataire des comptes rendus"), max_length=200, blank=True)
    transmission_deadline = models.DateField(_("transmission au plus tard le"), null=True, blank=True)
    contact = models.TextField(_("contact"), blank=True)
    provenance = models.CharField(_("provenance"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("rendu public le"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    updated_at = models.DateTimeField(_("modifié le"))
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source dans le corpus"),
    )
    fictitious = models.BooleanField(_("programme fictif de démonstration"), default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme de rencontres")
        verbose_name_plural = _("programmes de rencontres")
        ordering = ["-starts_on", "title"]
        constraints = [
            models.UniqueConstraint(fields=["title", "territory"], name="programme_once_a_territory"),
            models.CheckConstraint(
                name="programme_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingTheme(models.Model):
    """A theme put to discussion in a programme; its key stands in addresses and calendar feeds."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="themes", verbose_name=_("programme")
    )
    key = models.SlugField(_("clé"), max_length=60)
    title = models.CharField(_("titre"), max_length=200)
    question = models.TextField(_("question posée"), blank=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("thème de rencontre")
        verbose_name_plural = _("thèmes de rencontre")
        ordering = ["programme", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="theme_key_once")]

    def __str__(self) -> str:
        return self.title
