"""The sentences of the room's screen that the script says, in the reader's language.

Fed by gettext. Feeds salle.js, through the page's data.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def screen_words() -> dict[str, Any]:
    """{name: sentence}; {count}, {number}… are filled by the script."""
    return {**_of_items(), **_of_the_form(), **_of_the_device()}


def _of_items() -> dict[str, Any]:
    """The network, what is sent, and each item of the list."""
    return {
        "net": {
            "unknown": _("Recherche du réseau…"),
            "here": _("En ligne."),
            "away": _("Sans réseau. Continuez : ce que vous notez est gardé sur cet appareil."),
            "session": _("Votre connexion a pris fin. Ce que vous notez est gardé sur cet appareil."),
            "refused": _(
                "Votre compte ne permet plus de noter ici. Ce que vous notez est gardé sur cet appareil."
            ),
        },
        "allSent": _("Tout est envoyé."),
        "oneWaiting": _("Pas encore envoyé : 1 propos."),
        "someWaiting": _("Pas encore envoyés : {count} propos."),
        "oneRefused": _("L’un d’eux est à corriger."),
        "someRefused": _("{count} d’entre eux sont à corriger."),
        "rank": _("Question {number} sur {total}"),
        "notedAt": _("Déjà noté, {table}"),
        "onePerson": _("1 personne"),
        "people": _("{count} personnes"),
        "carrier": _("porteur possible : {carrier}"),
        "waiting": _("Pas encore envoyé"),
        "refused": _("À corriger"),
        "twoVersions": _("Deux versions à départager"),
        "remove": _("Retirer"),
        "restore": _("Remettre"),
    }


def _of_the_form() -> dict[str, Any]:
    """What the form says once used, and what is missing in it."""
    return {
        "note": _("Noter ce propos"),
        "save": _("Enregistrer la correction"),
        "noted": _("Propos noté."),
        "changed": _("Correction notée."),
        "conflict": _("Une autre tablette a modifié le même propos : les deux versions sont gardées."),
        "kindMissing": _("Dites si c’est un constat, une difficulté, une initiative ou une proposition."),
        "textMissing": _("Écrivez le propos."),
        "peopleWrong": _("Le nombre de personnes est un nombre entier, à partir de 1."),
    }


def _of_the_device() -> dict[str, Any]:
    """What the device can do and keeps."""
    return {
        "noStore": _(
            "Ce navigateur ne garde rien sur l’appareil : restez en ligne, ou notez sur la feuille de table."
        ),
        "noWorker": _(
            "Ce navigateur ne peut pas rouvrir cet écran sans réseau. Gardez la page ouverte : ce que vous notez reste."
        ),
        "ready": _("Cet écran est prêt : il s’ouvre aussi sans réseau."),
        "notReady": _("Cet écran n’est pas encore prêt pour le travail sans réseau. Gardez la page ouverte."),
        "erased": _("Cet appareil ne garde plus rien."),
        "loss": _("Propos pas encore envoyés : {count}. Si vous effacez maintenant, ils sont perdus."),
    }
