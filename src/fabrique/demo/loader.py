"""The whole demonstration in order, each step told on the terminal.

Fed by people, consultation and story. Feeds `fabrique demo`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.enums import RunState, RunStep
from fabrique.analysis.models import Run
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation
from fabrique.contributions.services import name_alert_contact
from fabrique.demo import story
from fabrique.demo.actions import load_actions
from fabrique.demo.consultation import FIRST, SECOND, Recorded, answer_wave, day, open_wave
from fabrique.demo.councils import load_councils
from fabrique.demo.formal_consultation import load_formal_consultation
from fabrique.demo.gathering import load_gathering
from fabrique.demo.generator import FULL_SIZE
from fabrique.demo.meetings import load_meetings
from fabrique.demo.observatory import load_observatory
from fabrique.demo.paper import load_paper
from fabrique.demo.people import load_people
from fabrique.demo.plan import load_plan
from fabrique.demo.registrations import load_registrations
from fabrique.demo.relays import load_relays
from fabrique.demo.reviews import load_reviews
from fabrique.demo.workshops import load_workshops
from fabrique.demo.written import load_written
from fabrique.restitution.models import Publication
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import format_code

#: days from today on which things happen in the story
CLOSED, ANALYSED, PUBLISHED = -33, -20, -8
ANSWERING_DAYS = 45
#: share of the first wave's size that has already answered the second, still open
SECOND_SHARE = 0.01

#: the terminal hears of the responses every so many; the analysis is looked at every so many seconds
TOLD_EVERY, TOLD_AFTER = 1000, 2.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """What was loaded, and one code to try the follow-up with."""

    first: Consultation
    second: Consultation
    publication: Publication
    code: str


def load(*, size: int = FULL_SIZE, encoder: str = "auto", say: Say) -> Demonstration:
    """Load everything. Raises Refused: not a demonstration instance, one that is not empty, or without territories."""
    if not settings.FABRIQUE_DEMONSTRATION:
        raise Refused("demo.not_here", _("Cette instance n’est pas une démonstration : rien n’a été chargé."))
    if Consultation.objects.exists():
        raise Refused(
            "demo.already",
            _("Cette instance contient déjà des consultations : rien n’a été chargé."),
        )
    if size < 1:
        raise Refused("demo.size", _("La démonstration compte au moins une réponse."))
    perimeter = Territory.objects.filter(level="region", code="76").first()
    if perimeter is None:
        raise Refused(
            "demo.territories",
            _("Les territoires ne sont pas chargés. Lancez « fabrique territories load », puis recommencez."),
        )
    operator = Operator("demo")
    with told_at(day(FIRST.opens - 30)):
        agents = load_people(operator, perimeter)
    first, recorded = _first_wave(operator, agents, perimeter, size, say)
    _analyse(agents[RoleCode.ANALYST], recorded, encoder, say)
    publication = story.publish(agents, first, PUBLISHED)
    say(_("résultats publiés"))
    second = open_wave(agents, SECOND, perimeter, say)
    for _chunk in answer_wave(operator, second, SECOND, max(1, round(size * SECOND_SHARE)), 8):
        pass
    say(_("seconde consultation fictive ouverte"))
    _channels(operator, agents, perimeter, say)
    _plan(operator, agents, perimeter, say)
    return Demonstration(first, second, publication, format_code(_told(recorded).code))


def _channels(operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Say) -> None:
    """Every other voice: meetings, workshops, paper, relays, written contributions; and who receives the alerts."""
    name_alert_contact(agents[RoleCode.APPROVER], territory=perimeter, user=agents[RoleCode.MODERATOR].user)
    for load_channel in (
        load_meetings,
        load_registrations,
        load_workshops,
        load_relays,
        load_paper,
        load_written,
        load_gathering,
    ):
        load_channel(operator, agents, perimeter, say)


def _plan(operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Say) -> None:
    """The health plan and all that follows it: series, actions, bodies, opinions, reviews."""
    for load_part in (
        load_observatory,
        load_plan,
        load_actions,
        load_councils,
        load_formal_consultation,
        load_reviews,
    ):
        load_part(operator, agents, perimeter, say)


def _first_wave(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, size: int, say: Say
) -> tuple[Consultation, list[Recorded]]:
    """The consultation that is over: written, opened, answered, closed."""
    first = open_wave(agents, FIRST, perimeter)
    say(_("consultation fictive écrite et ouverte"))
    recorded: list[Recorded] = []
    told = 0
    for chunk in answer_wave(operator, first, FIRST, size, ANSWERING_DAYS):
        recorded += chunk
        if len(recorded) == size or len(recorded) - told >= TOLD_EVERY:
            told = len(recorded)
            counts = {"done": _grouped(told), "total": _grouped(size)}
            say(_("%(done)s réponses enregistrées sur %(total)s") % counts)
    return story.close(agents, first, CLOSED), recorded


def _analyse(analyst: Agent, recorded: list[Recorded], encoder: str, say: Say) -> None:
    """The run, then what the analyst decides on its themes. Raises Refused when the run fails."""
    source = recorded[0].participation.source
    with told_at(day(ANALYSED)):
        run = analysis.ask_run(analyst, source=source, encoder=encoder)
    say(_("analyse des textes, environ deux minutes"))
    with told_at(day(ANALYSED, 11)), telling(run.pk, say):
        analysis.execute_run(run.pk)
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise Refused("demo.run", _("L’analyse a échoué (%(code)s).") % {"code": run.error_code or run.state})
    with told_at(day(ANALYSED + 4)):
        reading = story.read(run, recorded)
        themes = story.decide(analyst, run, reading)
        quotes = story.approve_quotes(analyst, themes, reading)
    counts = {"themes": len(themes), "quotes": quotes}
    say(_("%(themes)d thèmes acceptés, %(quotes)d citations approuvées") % counts)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


@contextmanager
def telling(run_id: int, say: Say) -> Iterator[None]:
    """While the analysis runs, say where it stands: another thread reads what the job writes."""
    over = Event()

    def watch() -> None:
        last = ""
        try:
            while not over.wait(TOLD_AFTER):
                step = Run.objects.filter(pk=run_id).values_list("step", flat=True).first()
                if step and step != last:
                    last = step
                    say(_("analyse : %(step)s") % {"step": RunStep(step).label})
        finally:
            connection.close()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _told(recorded: list[Recorded]) -> Recorded:
    """The response whose code is shown: the one with most texts, so that there is much to follow."""
    return max(recorded, key=lambda row: (len(row.response.truth), -row.response.index))
