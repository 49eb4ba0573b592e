"""Official territories of France, their postcodes and their population margins.

Fed by `fabrique territories load` from the extract in data/. Feeds roles, participations, maps and weighting.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.territories.enums import AgeBand, Level, Sex
from fabrique.territories.querysets import MarginQuerySet, TerritoryQuerySet


class Territory(models.Model):
    """A region, department, EPCI or commune, under its official code (unique within its level)."""

    level = models.CharField(_("niveau"), max_length=12, choices=Level)
    code = models.CharField(_("code officiel"), max_length=9)
    name = models.CharField(_("nom"), max_length=120)
    folded_name = models.CharField(_("nom sans accents"), max_length=120, editable=False)
    population = models.PositiveIntegerField(_("population"), default=0)
    region = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="in_region",
        verbose_name=_("région"),
    )
    department = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="in_department",
        verbose_name=_("département"),
    )
    epci = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="in_epci",
        verbose_name=_("intercommunalité"),
    )
    of_form = models.CharField(_("complément de nom (« du Lot »)"), max_length=80, blank=True)
    in_form = models.CharField(_("complément de lieu (« en Ariège »)"), max_length=80, blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["level", "code"]
        constraints = [
            models.UniqueConstraint(fields=["level", "code"], name="territory_code_once_per_level"),
            models.CheckConstraint(
                name="commune_has_a_department",
                condition=~Q(level=Level.COMMUNE) | Q(department__isnull=False),
            ),
            models.CheckConstraint(
                name="only_communes_have_an_epci",
                condition=Q(epci__isnull=True) | Q(level=Level.COMMUNE),
            ),
        ]
        indexes = [models.Index(fields=["level", "folded_name"], name="territory_by_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def contains(self, other: Territory) -> bool:
        """Whether the other is this territory or lies wholly inside it."""
        if self.level == Level.COUNTRY:
            return True
        return self.pk in (other.pk, other.region_id, other.department_id, other.epci_id)


class Postcode(models.Model):
    """A postcode of a commune; a commune may have several and a postcode many communes."""

    code = models.CharField(_("code postal"), max_length=5, db_index=True)
    commune = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="postcodes", verbose_name=_("commune")
    )

    class Meta:
        verbose_name = _("code postal")
        verbose_name_plural = _("codes postaux")
        constraints = [models.UniqueConstraint(fields=["code", "commune"], name="postcode_once_per_commune")]

    def __str__(self) -> str:
        return self.code


class PopulationMargin(models.Model):
    """Inhabitants of a department by sex and age band: what raking calibrates on."""

    department = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="margins", verbose_name=_("département")
    )
    sex = models.CharField(_("sexe"), max_length=5, choices=Sex)
    age_band = models.CharField(_("tranche d’âge"), max_length=8, choices=AgeBand)
    population = models.PositiveIntegerField(_("population"))
    edition = models.CharField(_("édition"), max_length=20)

    objects = MarginQuerySet.as_manager()

    class Meta:
        verbose_name = _("marge de population")
        verbose_name_plural = _("marges de population")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "sex", "age_band", "edition"], name="margin_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.sex} {self.age_band} {self.edition}"
