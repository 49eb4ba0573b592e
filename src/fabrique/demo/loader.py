"""The whole demonstration in order, each step told on the terminal.

Fed by people, consultation and story. Feeds `fabrique demo`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Operator
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.enums import RunState
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation
from fabrique.demo import story
from fabrique.demo.consultation import FIRST, SECOND, Recorded, answer_wave, day, open_wave
from fabrique.demo.generator import FULL_SIZE
from fabrique.demo.people import load_people
from fabrique.restitution.models import Publication
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import format_code

#: days from today on which things happen in the story
CLOSED, ANALYSED, PUBLISHED = -33, -20, -8
ANSWERING_DAYS = 45
#: share of the first wave's size that has already answered the second, still open
SECOND_SHARE = 0.01

Say = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """What was loaded, and one code to try the follow-up with."""

    first: Consultation
    second: Consultation
    publication: Publication
    code: str


def load(*, size: int = FULL_SIZE, encoder: str = "auto", say: Say) -> Demonstration:
    """Load everything. Raises Refused: not a demonstration instance, or one that already holds consultations."""
    if not settings.FABRIQUE_DEMONSTRATION:
        raise Refused("demo.not_here", _("Cette instance n’est pas une démonstration : rien n’a été chargé."))
    if Consultation.objects.exists():
        raise Refused("demo.already", _("La démonstration est déjà chargée."))
    perimeter = Territory.objects.official("region", "76")
    operator = Operator("demo")
    with told_at(day(FIRST.opens - 30)):
        agents = load_people(operator, perimeter)
    say(_("consultation fictive écrite et ouverte"))
    first = open_wave(agents, FIRST, perimeter)
    recorded: list[Recorded] = []
    for chunk in answer_wave(operator, first, FIRST, size, ANSWERING_DAYS):
        recorded += chunk
        say(_("%(done)d réponses enregistrées sur %(total)d") % {"done": len(recorded), "total": size})
    first = story.close(agents, first, CLOSED)
    analyst = agents[RoleCode.ANALYST]
    with told_at(day(ANALYSED)):
        run = analysis.ask_run(analyst, source=first.source, encoder=encoder)
    say(_("analyse des textes, environ deux minutes"))
    analysis.execute_run(run.pk)
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise Refused("demo.run", _("L’analyse a échoué (%(code)s).") % {"code": run.error_code or run.state})
    with told_at(day(ANALYSED + 4)):
        reading = story.read(run, recorded)
        themes = story.decide(analyst, run, reading)
        quotes = story.approve_quotes(analyst, themes, reading)
    say(_("%(themes)d thèmes acceptés, %(quotes)d citations approuvées") % {"themes": len(themes), "quotes": quotes})
    publication = story.publish(agents, first, PUBLISHED)
    say(_("résultats publiés"))
    second = open_wave(agents, SECOND, perimeter)
    for _chunk in answer_wave(operator, second, SECOND, max(1, round(size * SECOND_SHARE)), 8):
        pass
    say(_("seconde consultation fictive ouverte"))
    return Demonstration(first, second, publication, format_code(_told(recorded).code))


def _told(recorded: list[Recorded]) -> Recorded:
    """The response whose code is shown: the one with most texts, so that there is much to follow."""
    return max(recorded, key=lambda row: (len(row.response.truth), -row.response.index))
