"""Reads of the territories, by name.

Fed by territories.models. Feeds services, forms and views.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.territories.enums import Level

_POSTCODE = re.compile(r"^\d{5}$")
_ARRONDISSEMENT = re.compile(r"^(paris|lyon|marseille) \d{1,2} ?(er|e|eme|ieme)?( arrondissement)?$")
_ARTICLES = ("", "l ", "la ", "le ", "les ")


class TerritoryQuerySet(models.QuerySet[Any]):
    def regions(self) -> TerritoryQuerySet:
        return self.filter(level=Level.REGION)

    def departments(self) -> TerritoryQuerySet:
        return self.filter(level=Level.DEPARTMENT)

    def communes(self) -> TerritoryQuerySet:
        return self.filter(level=Level.COMMUNE)

    def official(self, level: str, code: str) -> Any:
        """The territory of that official code. Raises DoesNotExist."""
        return self.get(level=level, code=code)

    def perimeter(self) -> Any:
        """The region of this instance (FABRIQUE_PERIMETER). Raises Refused while it is not loaded."""
        found = self.filter(level=Level.REGION, code=settings.FABRIQUE_PERIMETER).first()
        if found is None:
            raise Refused(
                "territories.not_loaded",
                _(
                    "La région %(code)s n’est pas chargée. Lancez « fabrique territories load », "
                    "ou corrigez le réglage FABRIQUE_PERIMETER."
                )
                % {"code": settings.FABRIQUE_PERIMETER},
            )
        return found

    def within(self, container: Any) -> TerritoryQuerySet:
        """The territory and all that it wholly contains (an EPCI over two departments is in neither)."""
        if container.level == Level.COUNTRY:
            return self
        return self.filter(
            Q(pk=container.pk) | Q(region=container) | Q(department=container) | Q(epci=container)
        )

    def in_perimeter(self) -> TerritoryQuerySet:
        """What this instance covers. Raises Refused while its region is not loaded."""
        return self.within(self.model.objects.perimeter())

    def matching(self, typed: str) -> TerritoryQuerySet:
        """Communes of a postcode, or whose name begins so: the exact name first, then the largest.

        Accents, case, hyphens, apostrophes and the leading article do not matter; « st » and « ste » stand
        for « saint » and « sainte »; « Lyon 3e » is Lyon. Chain after in_perimeter() to stay inside.
        """
        folded = _arrondissement_to_commune(_full_saints(fold(typed)))
        if not folded:
            return self.none()
        communes = self.communes()
        if _POSTCODE.match(folded):
            return communes.filter(postcodes__code=folded).order_by("-population", "code")
        spellings = [article + folded for article in _ARTICLES]
        if re.match(r"^l[aeiouyh]", folded):
            spellings.append(f"l {folded[1:]}")
        begins = Q()
        for spelling in spellings:
            begins |= Q(folded_name__startswith=spelling)
        exact = When(folded_name__in=spellings, then=Value(0))
        found: TerritoryQuerySet = communes.filter(begins).annotate(
            distance=Case(exact, default=Value(1), output_field=IntegerField())
        )
        return found.order_by("distance", "-population", "code")

    def inside_first(self, container: Any) -> TerritoryQuerySet:
        """The same rows in the same order, those inside the container before the others."""
        inside = When(Q(region=container) | Q(department=container) | Q(epci=container), then=Value(0))
        order = self.query.order_by
        ranked: TerritoryQuerySet = self.annotate(
            outside=Case(inside, default=Value(1), output_field=IntegerField())
        )
        return ranked.order_by("outside", *order)


class MarginQuerySet(models.QuerySet[Any]):
    def latest_of(self, container: Any) -> MarginQuerySet:
        """The margins of the latest edition for the departments of a territory."""
        inside = self.filter(Q(department=container) | Q(department__region=container))
        latest = inside.order_by("-edition").values_list("edition", flat=True).first()
        return inside.filter(edition=latest).order_by("department__code", "sex", "age_band")


def _full_saints(folded: str) -> str:
    """« st girons » and « ste » as people type them, to the full word of the official name."""
    return re.sub(r"\b(st|ste)\b", lambda found: "saint" if found.group(1) == "st" else "sainte", folded)


def _arrondissement_to_commune(folded: str) -> str:
    """« lyon 3e arrondissement » to « lyon »: the commune is the unit, its arrondissements share its code."""
    found = _ARRONDISSEMENT.match(folded)
    return found.group(1) if found else folded
