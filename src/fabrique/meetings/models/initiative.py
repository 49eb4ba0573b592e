"""An initiative or project told in a meeting, and what the agency decided about it.

Fed by the items of the tables and by agents. Feeds the public list of initiatives.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.meetings.enums import DecisionKind, InitiativeState
from fabrique.meetings.models.meeting import Meeting
from fabrique.meetings.models.table import Item
from fabrique.meetings.querysets import InitiativeQuerySet
from fabrique.territories.models import Territory


class Initiative(models.Model):
    """The sheet of an initiative: where, who carries it, for whom, how far it is, what it would need."""

    public_id = PublicIdField()
    item = models.OneToOneField(
        Item,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiative",
        verbose_name=_("propos de table"),
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("rencontre"),
    )
    title = models.CharField(_("titre"), max_length=200)
    summary = models.TextField(_("présentation"), blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    carrier = models.CharField(_("porteur"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme porteur"),
    )
    audience = models.CharField(_("public visé"), max_length=200, blank=True)
    state = models.CharField(
        _("avancement"), max_length=10, choices=InitiativeState, default=InitiativeState.IDEA
    )
    evidence = models.TextField(_("ce qui montre que cela marche"), blank=True)
    needs = models.TextField(_("ce qu’il faudrait"), blank=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    created_at = models.DateTimeField(_("créée le"))
    updated_at = models.DateTimeField(_("modifiée le"))
    fictitious = models.BooleanField(_("initiative fictive de démonstration"), default=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class InitiativeDecision(models.Model):
    """What the agency decided about an initiative; never edited, a later one follows it.

    `amount` in euros, only where supported; a reason is owed where it is not taken up.
    """

    public_id = PublicIdField()
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("initiative")
    )
    kind = models.CharField(_("décision"), max_length=12, choices=DecisionKind)
    amount = models.DecimalField(
        _("montant en euros"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    funder = models.CharField(_("financeur"), max_length=200, blank=True)
    reason = models.TextField(_("motif"), blank=True)
    decided_on = models.DateField(_("décidée le"))
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("décidée par")
    )
    recorded_at = models.DateTimeField(_("notée le"))
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("décision sur une initiative")
        verbose_name_plural = _("décisions sur une initiative")
        ordering = ["initiative", "-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_amount_only_where_supported",
                condition=Q(amount__isnull=True) | Q(kind=DecisionKind.SUPPORTED, amount__gt=0),
            ),
            models.CheckConstraint(
                name="a_reason_where_not_taken_up",
                condition=~Q(kind=DecisionKind.NOT_TAKEN_UP) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.kind}"
