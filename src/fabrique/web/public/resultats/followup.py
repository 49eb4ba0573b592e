"""What became of a response in the published results, text by text, for the person who holds its receipt.

Fed by restitution.services.followed. Feeds the follow-up page, through web/shared/followup.py.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from fabrique.contributions.models import Participation
from fabrique.restitution.models import Publication
from fabrique.restitution.services import Followed, GivenTheme, followed, followed_in_common
from fabrique.web.shared.followup import News, providers
from fabrique.web.templatetags.francais import compte


def news_of_results(participation: Participation) -> list[News]:
    """Nothing before a publication; then one item for the whole response, and one or more a text."""
    publication, texts = followed(participation)
    if publication is None:
        return []
    page = reverse("resultats:detail", args=[publication.consultation.slug])
    whole = News(
        None,
        _("Les résultats sont publiés."),
        _("Vos réponses à choix et vos textes comptent dans les chiffres de cette page."),
        page,
    )
    return [whole, *(item for text in texts for item in _of_text(publication, text))]


def _of_text(publication: Publication, text: Followed) -> list[News]:
    if text.themes:
        return [_of_theme(publication, text.contribution_id, given) for given in text.themes]
    if text.set_aside:
        sentence = _reasons().get(text.set_aside, _("Le programme n’y a pas trouvé d’idée à classer."))
        return [News(text.contribution_id, _("Mis de côté :"), sentence)]
    if text.late:
        sentence = _("Il est arrivé après l’analyse publiée : aucun thème ne le compte.")
        return [News(text.contribution_id, _("Pas encore analysé :"), sentence)]
    sentence = _(
        "Aucun des thèmes publiés ne le compte : le programme ne l’a rapproché d’aucun, ou la personne qui a relu les "
        "thèmes n’a pas gardé celui qu’il proposait. Il reste dans le corpus que les agents peuvent lire."
    )
    return [News(text.contribution_id, _("Sans thème publié :"), sentence)]


def _of_theme(publication: Publication, contribution_id: int, given: GivenTheme) -> News:
    row = given.figure
    values = row.released["rows"][0]
    if values["count"] is None:
        sentence = _("Trop peu de personnes en ont parlé : leur nombre n’est pas publié.")
    else:
        sentence = _("Votre texte est l’un des %(texts)s de ce thème, écrits par %(persons)s.") % {
            "texts": compte(values["count"], "texte"),
            "persons": compte(values["participations"], "f:personne"),
        }
    if given.quoted:
        sentence += " " + _("Une personne de l’agence en a approuvé un passage, qui est cité sans nom.")
    title = _("Thème « %(title)s » :") % {"title": row.title}
    url = reverse("resultats:preuve", args=[publication.consultation.slug, row.public_id])
    return News(contribution_id, title, sentence, url)


def news_of_common_results(participation: Participation) -> list[News]:
    """For each common publication that read the source of a response: the page, then its themes text by text."""
    found = []
    for publication, texts in followed_in_common(participation):
        common = publication.common.public_id
        whole = _("Vos textes ont été lus avec ceux d’autres démarches : « %(title)s ».")
        found.append(
            News(
                None,
                _("Des résultats communs sont publiés."),
                whole % {"title": publication.title},
                reverse("resultats:commun", args=[common]),
            )
        )
        for text in texts:
            found += [
                News(
                    text.contribution_id,
                    _("Thème commun « %(title)s » :") % {"title": row.title},
                    _("Votre texte y est compté, parmi ceux de plusieurs démarches."),
                    reverse("resultats:commun-preuve", args=[common, row.public_id]),
                )
                for row in text.figures
            ]
    return found


def _reasons() -> dict[str, str]:
    """Why the engine sets a text aside, by the reason's code."""
    return {
        "empty": _("Il est vide."),
        "non_answer": _(
            "Il dit qu’il n’y a rien à dire (« rien », « RAS »…) : il ne peut entrer dans aucun thème."
        ),
        "no_word": _("Il ne contient aucun mot."),
    }


def register() -> None:
    """Called once, when the site starts."""
    providers.register("resultats", news_of_results)
    providers.register("resultats-communs", news_of_common_results)
