"""The Table Schema of the files of values that the public downloads.

Fed by the list of columns below. Feeds the CSV of an indicator and /territoires/indicateurs/schema.json.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: (name, type of the Table Schema, what it holds)
COLUMNS: tuple[tuple[str, str, str | Promise], ...] = (
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


def table_schema() -> dict[str, Any]:
    """The descriptor, in the instance's language as the data are."""
    with translation.override(settings.LANGUAGE_CODE):
        fields = [_field(name, kind, str(said)) for name, kind, said in COLUMNS]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "fabrique-valeurs-territoires",
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
