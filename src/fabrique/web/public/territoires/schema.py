"""The files that the public downloads from this room, each with its Table Schema.

Fed by the lists of columns below. Feeds the CSV of an indicator, of inequalities, of means, of a comparison, and
their schemas under /territoires/.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fabrique_core.files import csv_writer

#: (name, type of the Table Schema, what it holds)
Columns = tuple[tuple[str, str, str | Promise], ...]
COLUMNS: Columns = (
    ("indicateur", "string", _("Code de l’indicateur")),
    ("libelle", "string", _("Libellé de l’indicateur")),
    ("niveau", "string", _("Niveau du territoire : pays, region, departement, epci")),
    ("code", "string", _("Code officiel du territoire")),
    ("territoire", "string", _("Nom du territoire")),
    ("periode", "string", _("Année ou période de la valeur")),
    ("sexe", "string", _("femme, homme ; vide : les deux ensemble")),
    ("age", "string", _("Tranche d’âge ; vide : tous les âges")),
    ("quintile", "integer", _("Quintile de désavantage, de 1 à 5 ; vide : tous ensemble")),
    ("valeur", "number", _("Valeur ; vide si elle manque ou si le secret statistique la masque")),
    ("unite", "string", _("Unité de la valeur : percent, per_100000, persons…")),
    ("borne_basse", "number", _("Borne basse de l’intervalle, quand la source la donne")),
    ("borne_haute", "number", _("Borne haute de l’intervalle, quand la source la donne")),
    (
        "secret",
        "boolean",
        _("1 si la valeur est masquée : moins de onze personnes, ou permettrait de les retrouver"),
    ),
    ("etat", "string", _("ok, missing, suppressed, estimated, provisional")),
    ("reserve", "string", _("Champ géographique et réserves de la source")),
    ("version", "integer", _("Version de la définition : deux versions ne se comparent pas")),
    ("source", "string", _("Source de la valeur")),
    ("licence", "string", _("Licence de la source")),
)

#: what a need is, in the file of inequalities and in that of means
_NEED: Columns = (
    ("indicateur", "string", _("Code de l’indicateur")),
    ("libelle", "string", _("Libellé de l’indicateur")),
    ("periode", "string", _("Année ou période de la valeur")),
    ("version", "integer", _("Version de la définition : deux versions ne se comparent pas")),
    ("unite", "string", _("Unité de la valeur : percent, per_100000, persons…")),
    (
        "classement",
        "string",
        _("Code de ce qui range les départements ; vide : groupes de personnes de la source"),
    ),
    ("groupe", "integer", _("Rang du groupe, 1 pour le plus défavorisé")),
    ("territoires", "string", _("Départements du groupe, séparés par un point-virgule")),
    (
        "habitants",
        "integer",
        _("Habitants du groupe, ou personnes comptées si la source groupe des personnes"),
    ),
    ("valeur", "number", _("Valeur de l’indicateur dans le groupe")),
    ("borne_basse", "number", _("Borne basse de l’intervalle à 95 %, quand il y en a un")),
    ("borne_haute", "number", _("Borne haute de l’intervalle à 95 %, quand il y en a un")),
)
INEQUALITIES: Columns = (*_NEED, ("source", "string", _("Source de la valeur")))
MEANS: Columns = (
    *_NEED,
    ("annee", "integer", _("Année des personnes touchées et de l’argent")),
    ("objectif", "string", _("Identifiant de l’objectif du plan ; vide : tout le plan")),
    (
        "touchees_pour_1000",
        "number",
        _("Personnes touchées pour 1 000 habitants ; les lieux de moins de onze personnes n’y sont pas"),
    ),
    ("actions", "integer", _("Actions publiques rattachées à des départements du groupe")),
    ("prevu_par_habitant", "number", _("Euros prévus par habitant ; vide : non connu")),
    ("actions_prevu", "integer", _("Actions qui disent l’argent prévu")),
    ("engage_par_habitant", "number", _("Euros engagés par habitant ; vide : non connu")),
    ("actions_engage", "integer", _("Actions qui disent l’argent engagé")),
    ("depense_par_habitant", "number", _("Euros dépensés par habitant ; vide : non connu")),
    ("actions_depense", "integer", _("Actions qui disent l’argent dépensé")),
)  # fmt: skip
COMPARISON: Columns = (
    ("indicateur", "string", _("Code de l’indicateur")),
    ("libelle", "string", _("Libellé de l’indicateur")),
    ("unite", "string", _("Unité de la valeur : percent, per_100000, persons…")),
    ("niveau", "string", _("Niveau du territoire : pays, region, departement, epci")),
    ("code", "string", _("Code officiel du territoire")),
    ("territoire", "string", _("Nom du territoire")),
    ("periode", "string", _("Année ou période de la valeur")),
    ("version", "integer", _("Version de la définition : deux versions ne se comparent pas")),
    ("valeur", "number", _("Valeur ; vide si elle manque ou si le secret statistique la masque")),
    ("borne_basse", "number", _("Borne basse de l’intervalle, quand la source la donne")),
    ("borne_haute", "number", _("Borne haute de l’intervalle, quand la source la donne")),
    ("a_age_egal", "number", _("Taux à âge égal, quand il se calcule")),
    ("a_age_egal_bas", "number", _("Borne basse de son intervalle à 95 %")),
    ("a_age_egal_haut", "number", _("Borne haute de son intervalle à 95 %")),
    ("secret", "boolean", _("1 si la valeur est masquée : moins de onze personnes, ou permettrait de les retrouver")),
    (
        "ecart",
        "string",
        _("Le premier face au second : plus-haut, plus-bas, proche, pas-net, non-comparable, non-connu"),
    ),
    ("source", "string", _("Source de la valeur")),
    ("licence", "string", _("Licence de la source")),
)  # fmt: skip
VALUES = "valeurs"
TABLES: dict[str, Columns] = {
    VALUES: COLUMNS,
    "inegalites": INEQUALITIES,
    "moyens": MEANS,
    "comparaison": COMPARISON,
}


def csv_answer(table: str, lines: Iterable[Sequence[object]], *, name: str) -> HttpResponse:
    """The file of a table, linked to its schema."""
    buffer = io.StringIO()
    csv_writer(buffer).writerows([[column for column, _kind, _said in TABLES[table]], *lines])
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    own = table == VALUES  # older than the others, its address stays
    address = reverse("territoires:indicateur_schema") if own else reverse("territoires:schema", args=[table])
    answer["Link"] = f'<{address}>; rel="describedby"; type="application/json"'
    return answer


def number(value: float | None) -> str:
    """Decimal comma, as French spreadsheets read it; the schema says so."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")


def table_schema(table: str = VALUES) -> dict[str, Any]:
    """The descriptor, in the instance's language as the data are."""
    with translation.override(settings.LANGUAGE_CODE):
        fields = [_field(name, kind, str(said)) for name, kind, said in TABLES[table]]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": f"fabrique-{table}-territoires",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";"},
        "fields": fields,
        "missingValues": [""],
    }


def _field(name: str, kind: str, said: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind, "description": said}
    if kind == "number":
        field["decimalChar"] = ","
    if kind == "boolean":
        field |= {"trueValues": ["1"], "falseValues": ["0"]}
    return field
