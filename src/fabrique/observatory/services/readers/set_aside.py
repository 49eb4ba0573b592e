"""Files that are recognised and hold nothing for the observatory, with the reason, so that none is silent.

Fed by incomes by IRIS and postcodes. Feeds the report of a loading.
"""

from __future__ import annotations

from fabrique.observatory.services.entries import Aside, Reading
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet


def _iris(sheet: Sheet, geography: Geography) -> Reading:
    why = (
        "l’IRIS n’est pas un territoire de la plateforme, et la médiane d’une commune ne se déduit pas de celles "
        "de ses IRIS : rien n’est calculé"
    )
    blank = sum(1 for _line, row in sheet.lines() if not row.get("DISP_TP6015", "").strip())
    aside = [Aside("IRIS", why, len(sheet.rows))]
    if blank:
        aside.append(
            Aside("DISP_TP6015", "taux de pauvreté couvert par le secret statistique à la source", blank)
        )
    return Reading("revenus_iris", aside=aside)


def _postcodes(sheet: Sheet, geography: Geography) -> Reading:
    return Reading(
        "codes_postaux",
        aside=[
            Aside(
                "codes postaux",
                "pas un indicateur : « fabrique territories load » les charge",
                len(sheet.rows),
            )
        ],
    )


READERS = (
    Reader("revenus_iris", "Revenus par IRIS (Filosofi)", frozenset({"IRIS", "COM", "LIBIRIS"}), _iris),
    Reader("codes_postaux", "Codes postaux", frozenset({"code_postal", "code_insee"}), _postcodes),
)
