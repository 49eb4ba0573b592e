"""What waits in the room of bodies: questions to answer, opinions to give.

Fed by councils. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.common.clock import now, today
from fabrique.councils.models import AgendaItem, Question, Session
from fabrique.councils.querysets import seats_of


def count(actor: Agent) -> tuple[int, str]:
    """Questions of inhabitants to answer, the late ones said; for a member, sessions to come."""
    questions = Question.objects.visible_to(actor)
    waiting, late = questions.to_answer().count(), questions.late(today()).count()
    if waiting:
        said = ngettext("%(count)d question à répondre", "%(count)d questions à répondre", waiting) % {
            "count": waiting
        }
        if late:
            said += ngettext(", dont %(late)d en retard", ", dont %(late)d en retard", late) % {"late": late}
        return waiting, said
    seats = [one.body_id for one in seats_of(actor)]
    ahead = Session.objects.visible_to(actor).to_come(now()).filter(body_id__in=seats).count()
    if ahead:
        said = ngettext("%(count)d séance à venir", "%(count)d séances à venir", ahead) % {"count": ahead}
        items = AgendaItem.objects.awaiting(actor, now()).count()
        if items:
            said += ngettext(
                ", %(items)d point attend votre avis", ", %(items)d points attendent votre avis", items
            ) % {"items": items}
        return ahead, said
    return 0, _("Rien n’attend.")
