"""What each kind of body is, in plain French, and how its delays are said.

Fed by the kinds of accounts.enums and by the counts of councils. Feeds the public pages of the bodies.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.enums import BodyKind
from fabrique.accounts.models import Body
from fabrique.web.shared.composition import Composition
from fabrique.web.templatetags.francais import date_longue


def what_it_is(body: Body) -> str:
    """Two or three sentences that anybody understands, without an acronym left unexplained."""
    return {
        BodyKind.CRSA: _(
            "Des usagers, des élus, des professionnels et des associations de toute la région s’y réunissent. "
            "Cette instance donne son avis sur ce que l’agence régionale de santé prévoit, et regarde ce qui est fait. "
            "On l’appelle parfois le parlement de la santé de la région."
        ),
        BodyKind.CTS: _(
            "Des usagers, des élus et des professionnels du département s’y réunissent. Ce conseil aide à "
            "écrire le projet de santé, à l’adapter au département et à vérifier ce qu’il change."
        ),
        BodyKind.FOLLOW_UP: _(
            "Cette instance suit le projet régional de santé : ce qui avance, ce qui bloque, ce que cela change."
        ),
        BodyKind.CDCA: _(
            "Des personnes âgées, des personnes handicapées, leurs proches et ceux qui les accompagnent y donnent "
            "leur avis sur les politiques de l’autonomie du département."
        ),
        BodyKind.SUPERVISORY: _(
            "Ce conseil surveille l’agence régionale de santé : son budget, ses comptes, son action."
        ),
    }.get(BodyKind(body.kind), _("Cette instance donne son avis sur la santé dans son territoire."))


def composition_sentence(body: Body, colleges: int) -> str:
    """What is known of who sits there; what is not settled is said."""
    if body.composition_note:
        return body.composition_note
    if not body.composition_known:
        return _("La composition de cette instance reste à définir.")
    if not colleges:
        return _("La composition de cette instance n’est pas encore renseignée ici.")
    return ""


def seats_sentence(composition: Composition, day: date) -> str:
    """How many seats, and how many are filled on that day where all the mandates are recorded; else nothing more."""
    if composition.seats is None:
        return ""
    total = ngettext(
        "Cette instance compte %(seats)d siège.", "Cette instance compte %(seats)d sièges.", composition.seats
    )
    said = total % {"seats": composition.seats}
    if not composition.countable:
        return said
    return f"{said} {_filled(composition.filled, composition.vacant or 0) % {'day': date_longue(day)}}"


def _filled(filled: int, vacant: int) -> str:
    """« Le %(day)s, 12 sont pourvus et 3 restent vacants. », with its words for none and all."""
    if not vacant:
        return _("Le %(day)s, tous sont pourvus.")
    if not filled:
        return _("Le %(day)s, aucun n’est pourvu.")
    taken = ngettext("%(filled)d est pourvu", "%(filled)d sont pourvus", filled) % {"filled": filled}
    free = ngettext("%(vacant)d reste vacant", "%(vacant)d restent vacants", vacant) % {"vacant": vacant}
    return _("Le %(day)s, %(taken)s et %(free)s.") % {"day": "%(day)s", "taken": taken, "free": free}


def waiting_sentence(late: int, days: int) -> str:
    """How many messages wait beyond the delay promised; a small number is not told."""
    small = settings.FABRIQUE_SMALL_CELL
    if not late:
        return ngettext(
            "Aucun message n’attend de réponse depuis plus de %(days)s jour.",
            "Aucun message n’attend de réponse depuis plus de %(days)s jours.",
            days,
        ) % {"days": days}
    if late < small:
        return ngettext(
            "En retard : moins de %(small)s messages attendent une réponse depuis plus de %(days)s jour.",
            "En retard : moins de %(small)s messages attendent une réponse depuis plus de %(days)s jours.",
            days,
        ) % {"small": small, "days": days}
    return ngettext(
        "En retard : %(late)s messages attendent une réponse depuis plus de %(days)s jour.",
        "En retard : %(late)s messages attendent une réponse depuis plus de %(days)s jours.",
        days,
    ) % {"late": late, "days": days}
