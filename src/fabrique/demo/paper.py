"""Paper and telephone of the demonstration: a batch entered twice where drawn, one under way, two calls.

Fed by the generator's invented answers. Feeds the corpus, the error rates and what waits in the operators' room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import User
from fabrique.accounts.services import create_user, grant_role
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.consultations.enums import QuestionKind, State
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.definition import Definition, definition_of
from fabrique.demo.consultation import communes_of, day
from fabrique.demo.generator import generate
from fabrique.demo.people import PASSWORD, address
from fabrique.paper import services
from fabrique.paper.enums import Cause, Mark, Outcome
from fabrique.paper.models import Batch
from fabrique.paper.services import Decision, Reading
from fabrique.territories.models import Territory

SEED = 4607
#: sheets of the batch that is over, and days from today on which things happen
SHEETS, PRINTED, ENTERED, DOUBLED, CALLED = 20, -7, -4, -3, -2
OPERATORS = (
    ("saisie", "Opératrice de saisie (démonstration)"),
    ("saisie-2", "Second opérateur de saisie (démonstration)"),
)


def load_paper(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> Batch:
    """Booklets of the open consultation: printed, entered, checked, one difference left; calls.

    Raises Refused('demo.no_consultation') where no consultation is open.
    """
    consultation = Consultation.objects.filter(state=State.OPEN).order_by("-opens_at").first()
    if consultation is None:
        raise Refused("demo.no_consultation", _("Aucune consultation n’est ouverte : rien n’a été chargé."))
    with told_at(day(PRINTED - 1)):
        first, second = (_operator(operator, perimeter, *who) for who in OPERATORS)
    definition = definition_of(consultation.questionnaires.current())
    readings = _readings(consultation, definition)
    with told_at(day(PRINTED)):
        batch = services.create_batch(
            first,
            version=consultation.questionnaires.current(),
            territory=perimeter,
            size=SHEETS + 4,
            double_share=25,
        )
    _enter(first, batch, definition, readings)
    _double(second, agents[RoleCode.ANALYST], batch, definition)
    _call(second, consultation, readings[-1])
    say(_("feuilles de papier fictives saisies, réponses au téléphone"))
    return batch


def _operator(operator: Operator, perimeter: Territory, mailbox: str, name: str) -> Agent:
    user = User.objects.filter(email=address(mailbox)).first() or create_user(
        operator, email=address(mailbox), full_name=name, password=PASSWORD
    )
    grant_role(operator, user=user, code=RoleCode.OPERATOR, territory=perimeter)
    return Agent(user)


def _readings(consultation: Consultation, definition: Definition) -> list[Reading]:
    """What is written on the sheets: the generator's people, and blanks where they say nothing."""
    start = day(PRINTED).date()
    simulated = generate(
        seed=SEED,
        responses=SHEETS + 1,
        communes=communes_of(consultation.perimeter),
        start=start,
        end=day(ENTERED - 1).date(),
    )
    return [_reading(definition, dict(response.answers)) for response in simulated]


def _reading(definition: Definition, given: dict[str, Any]) -> Reading:
    answers: dict[str, Any] = {}
    for key, value in given.items():
        question = definition.by_key.get(key)
        if question is None:
            continue
        if question.kind == QuestionKind.TERRITORY:
            answers[key] = {"special": value} if value in question.choice_keys else {"commune": value}
        else:
            answers[key] = list(value) if isinstance(value, tuple) else value
    put = {question.key for question in definition.visible_questions(answers)}
    answers = {key: value for key, value in answers.items() if key in put}
    marks = {key: str(Mark.BLANK) for key in put - set(answers)}
    return Reading(answers=answers, marks=marks, consents=True, age=15)


def _enter(actor: Agent, batch: Batch, definition: Definition, readings: list[Reading]) -> None:
    """First entries; one sheet whose boxes cannot be told apart, one without its agreement; then the draw."""
    forms = list(batch.forms.order_by("number")[: SHEETS + 1])
    with told_at(day(ENTERED)):
        services.receive(actor, batch=batch, count=len(forms))
        for form, reading in zip(forms[:-1], readings, strict=False):
            services.enter(actor, form=form, reading=_marked(definition, reading, form.number))
        services.enter(actor, form=forms[-1], reading=replace(readings[-1], consents=False))
        services.draw_sample(actor, batch=batch, seed=str(SEED))


def _marked(definition: Definition, reading: Reading, number: int) -> Reading:
    """On the seventh sheet, the first box question is ambiguous."""
    question = _first_single(definition, reading)
    if number != 7 or question is None:
        return reading
    answers = {key: value for key, value in reading.answers.items() if key != question}
    return replace(reading, answers=answers, marks={**reading.marks, question: str(Mark.AMBIGUOUS)})


def _first_single(definition: Definition, reading: Reading) -> str | None:
    """A box question on which no other depends, so that a slip there changes nothing else."""
    gates = {question.show_if.question for question in definition.questions if question.show_if}
    for question in definition.questions:
        if (
            question.kind in (QuestionKind.SCALE, QuestionKind.SINGLE)
            and question.key in reading.answers
            and question.key not in gates
        ):
            return question.key
    return None


def _double(second: Agent, analyst: Agent, batch: Batch, definition: Definition) -> None:
    """Second entries: on two of the sheets a box is typed for its neighbour; one of them is settled."""
    sampled = list(batch.forms.filter(state="tiree").order_by("number"))
    with told_at(day(DOUBLED)):
        for rank, form in enumerate(sampled):
            entry = form.entries.get(rank=1)
            reading = services.unsealed(entry.document, entry.marks)
            if rank < 2:
                reading = _slip(definition, reading)
            services.enter(second, form=form, reading=reading)
        for differing in batch.forms.to_settle().order_by("number")[:1]:
            waiting = differing.comparisons.filter(outcome=Outcome.OPEN).values_list("question", flat=True)
            right = Decision(Outcome.FIRST_RIGHT, Cause.KEYING)
            services.settle(analyst, form=differing, decisions=dict.fromkeys(waiting, right))


def _slip(definition: Definition, reading: Reading) -> Reading:
    """The box beside the right one."""
    key = _first_single(definition, reading)
    if key is None:
        return reading
    keys = definition.question(key).choice_keys
    neighbour = keys[(keys.index(reading.answers[key]) + 1) % len(keys)]
    return replace(reading, answers={**reading.answers, key: neighbour})


def _call(actor: Agent, consultation: Consultation, reading: Reading) -> None:
    """One person answers by telephone, another prefers not to."""
    with told_at(day(CALLED)):
        for read in (reading, replace(reading, consents=False)):
            sealed = services.seal_call(actor, consultation=consultation)
            services.record_call(actor, sealed=sealed, reading=read, consent_read=True)
