"""The agents' menu: the rooms the signed-in person has a right in.

Fed by web/agents/accueil/cards.py. Feeds base_agents.html.
"""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from fabrique.web.agents.accueil.cards import cards_for
from fabrique.web.context import MenuEntry, menu
from fabrique.web.shared.actors import agent

register = template.Library()


@register.simple_tag(takes_context=True)
def menu_agents(context: RequestContext) -> list[MenuEntry]:
    request = context["request"]
    rooms = [(card.route, card.menu) for card in cards_for(agent(request))]
    return menu([("agents:accueil", _("Accueil")), *rooms], request.path)
