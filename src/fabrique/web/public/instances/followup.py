"""What became of a message left at the door of a body, for whoever holds its code: the delay, the answer.

Fed by councils.Question. Feeds the follow-up page, through web/shared/followup.py.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from fabrique.common.clock import today
from fabrique.contributions.enums import Moderation, SourceKind
from fabrique.contributions.models import Participation
from fabrique.councils.models import Question
from fabrique.web.shared.followup import News, providers
from fabrique.web.templatetags.francais import date_longue


def news_of_the_door(participation: Participation) -> list[News]:
    """Nothing for what was not left at a door; else the answer, or the day promised, said late where it is."""
    if participation.source.kind != SourceKind.DOOR:
        return []
    question = Question.objects.filter(participation=participation).select_related("body").first()
    if question is None:
        return []
    if question.answered_at is not None:
        return _answered(question)
    if participation.contributions.filter(moderation=Moderation.HIDDEN).exists():
        return [
            News(None, _("Ce message est écarté : il n’aura pas de réponse."), _("Le motif est ci-dessous."))
        ]
    if question.due_on < today():
        late = _("Elle était promise pour le %(date)s. Nous sommes en retard.")
        return [News(None, _("Pas encore de réponse."), late % {"date": date_longue(question.due_on)})]
    promised = _("Elle est promise pour le %(date)s au plus tard. Revenez ici avec votre code.")
    return [News(None, _("Pas encore de réponse."), promised % {"date": date_longue(question.due_on)})]


def _answered(question: Question) -> list[News]:
    found = [
        News(
            None,
            _("L’instance vous a répondu le %(date)s :") % {"date": date_longue(question.answered_at)},
            quote=question.answer,
        )
    ]
    if question.published_at is not None:
        found.append(
            News(
                None,
                _("Votre question et sa réponse sont publiées."),
                _("Sans nom, depuis le %(date)s. Si vous retirez votre message, elles disparaissent.")
                % {"date": date_longue(question.published_at)},
                reverse("instances:instance", args=[question.body.slug]),
                label=_("Voir la page de l’instance"),
            )
        )
    return found


def register() -> None:
    """Called once, when the site starts."""
    providers.register("instances", news_of_the_door)
