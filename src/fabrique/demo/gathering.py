"""A common corpus of the demonstration: one question asked on line and around tables, gathered and left to analyse.

Fed by the consultation that is over and by the workshop whose minutes are out. Feeds the analyst's room: it waits for
the analyst, who launches it; no run is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.analysis.services import Part, gather, open_questions
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Source
from fabrique.demo.consultation import day
from fabrique.demo.workshops import NEEDS
from fabrique.territories.models import Territory

#: after the workshop's minutes came out
GATHERED = -10
LABEL = "Les besoins près de chez soi : consultation et atelier (démonstration)"
#: the question of the consultation that asks what the workshop asks
QUESTION = "needs"


def load_gathering(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> Source:
    """The consultation's question and the workshop's, gathered by the analyst. Raises Refused: one is not there."""
    consultation = _asking(SourceKind.CONSULTATION, lambda key, _wording: key == QUESTION)
    workshop = _asking(SourceKind.MEETING, lambda _key, wording: wording.startswith(NEEDS))
    with told_at(day(GATHERED)):
        common = gather(agents[RoleCode.ANALYST], label=LABEL, parts=[consultation, workshop])
    say(_("corpus commun fictif : la consultation close et un atelier, que l’analyste peut lancer"))
    return common


def _asking(kind: SourceKind, asks: Callable[[str, str], bool]) -> Part:
    """The first source of a kind that people answered to and that holds such a question."""
    sources = list(Source.objects.heard().filter(kind=kind).order_by("pk"))
    known = open_questions(sources)
    for source in sources:
        keys = tuple(one.key for one in known[source.pk] if asks(one.key, one.wording))
        if keys:
            return Part(source, keys)
    raise Refused("demo.gathering", _("La démonstration n’a rien à réunir : une source manque."))
