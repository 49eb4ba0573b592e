"""The generator of simulated responses: people, closed answers, texts and their truth, from one seed.

Fed by the hand-written content, the communes of the perimeter and the dates; no clock, no Django.
Feeds the loader of the demonstration (through services) and the tests that measure recovery of the truth.

EVERYTHING IS INVENTED: rates, ties between answers, participation. Nothing here reproduces a result of a real
consultation or should be read as one; the demonstration says so on every page.

One seed a module: response number i draws its person, closed answers, texts and minute each from a source of
its own, seeded by (seed, module, i). Hence two properties, both tested:
- stable prefix: `generate(seed=s, responses=n)` is the beginning of `generate(seed=s, responses=m)` for n ≤ m
  (same communes, same dates), so a small demonstration is a part of the large one;
- independence: adding hand-written texts changes neither the people nor the closed answers.
Responses therefore come in the order of their number, not of their minute of submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from fabrique.demo.generator_closed import Answer, draw_closed
from fabrique.demo.generator_content import load_questionnaire, load_texts
from fabrique.demo.generator_people import Atlas, CommuneRef, Person, draw_minute, draw_person
from fabrique.demo.generator_text import Composer, PersonalSpan, TextTruth, ThemeSpan

FULL_SIZE = 8_238
CHANNEL = "consultation en ligne"

__all__ = [
    "CHANNEL",
    "FULL_SIZE",
    "Answer",
    "CommuneRef",
    "Person",
    "PersonalSpan",
    "SimulatedResponse",
    "TextTruth",
    "ThemeSpan",
    "generate",
]


@dataclass(frozen=True)
class SimulatedResponse:
    """One simulated response.

    :ivar index: number of the response, from 0; stable for a seed.
    :ivar profile: the invented person (department None when no commune was given).
    :ivar channel: name of the channel; `helped` is true when someone helped the person to answer.
    :ivar submitted_at: naive local time of the instance, to the minute.
    :ivar answers: question key → choice key (single, scale), commune code or special choice key (territory),
        tuple of choice keys (multiple; ranking from first to last), int (number) or str (texts), in the order
        of the questionnaire. A question without answer is absent.
    :ivar truth: text question key → what is true of the text; offsets are those of `answers[key]`.
    """

    index: int
    profile: Person
    channel: str
    helped: bool
    submitted_at: datetime
    answers: Mapping[str, Answer]
    truth: Mapping[str, TextTruth]


def generate(
    *,
    seed: int,
    responses: int = FULL_SIZE,
    communes: Sequence[CommuneRef],
    start: date,
    end: date,
) -> Iterator[SimulatedResponse]:
    """Simulated responses, deterministic by seed; at full size they hold more than 22,000 non-empty texts.

    :param responses: how many (8,238 at full size, 82 for a hundredth).
    :param communes: those of the perimeter, in any order; at least one must have inhabitants.
    :param start: first day of submissions, included. :param end: last day, included.
    :raises ValueError: negative size, end before start, no inhabited commune.
    """
    if responses < 0:
        raise ValueError("responses must not be negative")
    if end < start:
        raise ValueError("end must not be before start")
    return _generate(seed, responses, Atlas(communes), start, end)


def _generate(seed: int, responses: int, atlas: Atlas, start: date, end: date) -> Iterator[SimulatedResponse]:
    questionnaire = load_questionnaire()
    order = [question.key for question in questionnaire.questions]
    composer = Composer(load_texts(), questionnaire, atlas)
    for index in range(responses):
        person = draw_person(_source(seed, "people", index), atlas)
        closed = draw_closed(_source(seed, "closed", index), person, questionnaire)
        written = composer.write(_source(seed, "text", index), person, closed)
        answers: dict[str, Answer] = {**closed, **{key: text for key, (text, _) in written.items()}}
        yield SimulatedResponse(
            index=index,
            profile=person,
            channel=CHANNEL,
            helped=person.respondent_for == "helped",
            submitted_at=draw_minute(_source(seed, "minute", index), start, end),
            answers={key: answers[key] for key in order if key in answers},
            truth={key: truth for key, (_, truth) in written.items()},
        )


def _source(seed: int, module: str, index: int) -> Random:
    """A source of its own for one concern of one response (string seeds do not depend on the process)."""
    return Random(f"{seed}/{module}/{index}")  # noqa: S311 - a simulation, nothing secret
