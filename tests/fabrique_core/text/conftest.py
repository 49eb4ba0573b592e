"""A tiny consultation whose themes are known, and an analysis of it made once.

Fed by sentences written here. Feeds the tests of the engine.
"""

from __future__ import annotations

import pytest

from fabrique_core.text.model import Analysis, Params
from fabrique_core.text.pipeline import analyse

_SUBJECTS = {
    "rendez-vous": (
        (
            "Les délais sont trop longs",
            "Il faut six mois",
            "On attend un an",
            "C'est une attente sans fin",
            "Quelle attente",
        ),
        (
            "pour un rendez-vous chez le spécialiste",
            "pour obtenir un rendez-vous d'ophtalmologue",
            "avant le rendez-vous chez le dermatologue",
            "quand on demande un rendez-vous au cardiologue",
            "si le rendez-vous est chez un spécialiste",
        ),
    ),
    "transport": (
        (
            "Il n'y a plus de bus",
            "Le train est supprimé",
            "Aucun transport en commun",
            "Sans voiture ni bus",
            "Un car rare",
        ),
        (
            "pour aller de la gare à la clinique",
            "vers la ville voisine le matin",
            "sur la ligne de bus du plateau",
            "entre le village et la gare",
            "aux heures où le transport serait utile",
        ),
    ),
    "psychisme": (
        (
            "La santé mentale est oubliée",
            "Un psychologue coûte cher",
            "Il manque des psychiatres",
            "La dépression guette",
            "Pas de suivi psychologique",
        ),
        (
            "chez les adolescents anxieux",
            "au centre médico-psychologique saturé",
            "malgré la dépression de nos jeunes",
            "pour la santé mentale des étudiants",
            "dans la psychiatrie publique",
        ),
    ),
}


def tiny_corpus() -> list[str]:
    """75 answers on three subjects, in turn, unlike enough not to be copies."""
    return [
        f"{starts[i]} {ends[j]}." for i in range(5) for j in range(5) for starts, ends in _SUBJECTS.values()
    ]


@pytest.fixture(scope="session")
def corpus() -> list[str | None]:
    return [*tiny_corpus(), None, "  ", "RAS", "!!!", "je ne sais pas"]


@pytest.fixture(scope="session")
def analysis(corpus: list[str | None]) -> Analysis:
    return analyse(corpus, params=Params(encoder="lexical"))
