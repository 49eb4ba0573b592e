"""The indicators of actions and objectives: baseline, target, trajectory and dated values.

Fed by plan leads and, by code, by the series of the observatory. Feeds fabrique_core.progress.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import PublicIdField
from fabrique.plan.enums import Direction, IndicatorKind
from fabrique.plan.models.action import Action
from fabrique.plan.models.tree import Objective, Plan, PlanNode


class Indicator(PlanNode):
    """What is measured on an action or an objective. `series_code` names a series of the observatory, by code."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("plan")
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("action"),
    )
    objective = models.ForeignKey(
        Objective,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("objectif opérationnel"),
    )
    kind = models.CharField(_("nature"), max_length=14, choices=IndicatorKind)
    unit = models.CharField(_("unité"), max_length=60)
    #: from one to ten, what the public never reads (plan.disclosure)
    counts_people = models.BooleanField(_("compte des personnes"), default=False)
    method = models.TextField(_("mode de calcul"), blank=True)
    direction = models.CharField(_("sens"), max_length=4, choices=Direction)
    baseline = models.FloatField(_("valeur de départ"), null=True, blank=True)
    baseline_on = models.DateField(_("valeur de départ au"), null=True, blank=True)
    target = models.FloatField(_("cible"), null=True, blank=True)
    target_on = models.DateField(_("cible pour le"), null=True, blank=True)
    #: [{"date": "2025-12-31", "share": 0.5}]: what fabrique_core.progress.Trajectory takes; empty: a straight line
    trajectory = models.JSONField(_("trajectoire"), default=list, blank=True)
    every_days = models.PositiveSmallIntegerField(_("une valeur attendue tous les (jours)"), default=365)
    series_code = models.CharField(_("série de l’observatoire"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ["plan", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="indicator_key_once_a_plan"),
            models.CheckConstraint(
                name="indicator_of_one_thing",
                condition=Q(action__isnull=True, objective__isnull=False)
                | Q(action__isnull=False, objective__isnull=True),
            ),
            models.CheckConstraint(name="indicator_value_is_due_sometimes", condition=Q(every_days__gte=1)),
        ]


class IndicatorValue(models.Model):
    """A dated value; an empty one was looked for and is not known. A correction replaces it, journalled."""

    public_id = PublicIdField()
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="values", verbose_name=_("indicateur")
    )
    on = models.DateField(_("au"))
    value = models.FloatField(_("valeur"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    note = models.TextField(_("précision"), blank=True)
    provisional = models.BooleanField(_("provisoire"), default=False)
    recorded_at = models.DateTimeField(_("saisie le"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("saisie par")
    )

    class Meta:
        verbose_name = _("valeur d’indicateur")
        verbose_name_plural = _("valeurs d’indicateur")
        ordering = ["indicator", "on"]
        constraints = [models.UniqueConstraint(fields=["indicator", "on"], name="indicator_value_once_a_day")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.on}"
