"""What was set aside when a contribution came in, in words.

Fed by the reasons that fabrique_core.files gives. Feeds the splitting screen and the report of an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def notes_in_words(notes: Iterable[Mapping[str, str]]) -> list[str]:
    """One sentence a note; those of a kind are gathered."""
    gathered: dict[str, list[str]] = {}
    for note in notes:
        gathered.setdefault(note["reason"], []).append(note["what"])
    return [said for reason, whats in gathered.items() for said in _said(reason, whats)]


def _said(reason: str, whats: list[str]) -> list[str]:
    if reason.startswith("files."):
        return [_("Pièce jointe non gardée. %(what)s") % {"what": what} for what in whats]
    if reason in ("courtesy", "short", "no_demand", "beyond"):
        return [_counted(reason, sum(int(what) for what in whats if what.isdigit()))]
    listed = ", ".join(dict.fromkeys(what for what in whats if what))
    known = {
        "image_page": _(
            "Pages faites d’images, sans texte lisible : %(listed)s. Relevez leurs demandes à la main."
        ),
        "image": _("Images laissées de côté : %(listed)s."),
        "embedded_file": _("Fichiers contenus dans le document, non lus : %(listed)s."),
        "repeated_line": _("En-têtes et pieds de page laissés de côté : %(listed)s."),
        "comments": _("Les commentaires du document ne sont pas repris."),
        "quoted_message": _("Le message auquel celui-ci répond n’est pas repris."),
        "signature": _("Signature électronique du message : non vérifiée."),
        "link_to_a_file": _("Le document cite un fichier resté chez l’expéditeur ; il n’est pas lu."),
        "too_many_files": _("Cinq pièces jointes au plus. Non gardées : %(listed)s."),
    }
    return [known.get(reason, _("Mis de côté : %(listed)s.")) % {"listed": listed}]


def _counted(reason: str, n: int) -> str:
    said = {
        "courtesy": ngettext(
            "%(n)d formule de politesse laissée de côté.", "%(n)d formules de politesse laissées de côté.", n
        ),
        "short": ngettext("%(n)d ligne courte laissée de côté.", "%(n)d lignes courtes laissées de côté.", n),
        "no_demand": ngettext(
            "%(n)d passage sans demande apparente n’est pas proposé.",
            "%(n)d passages sans demande apparente ne sont pas proposés.",
            n,
        ),
        "beyond": ngettext(
            "%(n)d demande de plus n’est pas proposée : le document en compte trop.",
            "%(n)d demandes de plus ne sont pas proposées : le document en compte trop.",
            n,
        ),
    }
    return said[reason] % {"n": n}
