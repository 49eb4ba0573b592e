"""Draws the answers to closed questions of one invented person, with plausible ties between them.

Fed by the person (difficulty of access, tags) and the questionnaire; every rate is INVENTED.
Feeds the generator; what a person finds difficult also steers what that person then writes about.
"""

from __future__ import annotations

import math
from random import Random

from fabrique.demo.generator_content import Question, Questionnaire
from fabrique.demo.generator_people import Person

Answer = str | int | tuple[str, ...]

# Invented: base level (logit), effect of the felt difficulty, effects of tags.
_DIFFICULTIES: dict[str, tuple[float, float, dict[str, float]]] = {
    "waiting_time": (0.1, 0.5, {"urban": 0.1}),
    "no_gp": (-1.2, 0.8, {"rural": 0.4, "young": 0.3}),
    "no_specialist": (-0.4, 0.6, {}),
    "distance": (-2.2, 0.6, {"rural": 1.2, "mountain": 0.5, "very_old": 0.5, "urban": -0.8}),
    "cost": (-1.4, 0.3, {"young": 0.5, "urban": 0.3, "parent": 0.2}),
    "knowing_where": (-1.7, 0.3, {"carer": 0.6, "relative": 0.4}),
    "online_booking": (-2.9, 0.1, {"old": 0.8, "very_old": 1.0, "helped": 0.8}),
    "accessibility": (-4.2, 0.2, {"disabled": 3.0}),
}
_PRIORITIES: dict[str, tuple[float, dict[str, float]]] = {
    "faster_appointments": (3.0, {}),
    "gp_for_all": (2.8, {"rural": 1.4}),
    "clear_offer": (1.6, {"carer": 1.5}),
    "emergency": (1.6, {"rural": 1.3, "parent": 1.2}),
    "mental_health": (1.3, {"young": 2.2, "parent": 1.3}),
    "old_age": (1.2, {"old": 1.8, "carer": 1.6}),
    "disability": (0.6, {"disabled": 5.0}),
    "prevention": (1.0, {"worker": 1.4}),
    "environment": (1.0, {"young": 1.5, "urban": 1.3}),
    "caregivers": (0.9, {"worker": 2.5, "carer": 2.5}),
}
_READY: dict[str, tuple[float, dict[str, float]]] = {
    "advanced_nurse": (0.45, {"rural": 1.2}),
    "pharmacist": (0.5, {}),
    "remote_consultation": (0.27, {"young": 1.6, "very_old": 0.3, "urban": 1.1}),
    "mobile_unit": (0.25, {"rural": 1.7, "urban": 0.5}),
    "health_centre": (0.35, {"young": 1.4}),
    "group_workshop": (0.12, {"old": 1.3}),
}


def draw_closed(rng: Random, person: Person, questionnaire: Questionnaire) -> dict[str, Answer]:
    """The answers of a person to every closed question, optional ones sometimes left out.

    :returns: question key → choice key (single, scale, territory special), commune code (territory), tuple of
        choice keys (multiple in the order of the questionnaire, ranking by rank), or a whole number.
    """
    answers: dict[str, Answer] = {
        "easy_access": _scale(rng, -person.difficulty, (-0.95, 0.1, 1.0), 0.03),
        "access_difficulties": _difficulties(rng, person, questionnaire["access_difficulties"]),
        "gave_up_care": _gave_up(rng, person),
        "respondent_for": person.respondent_for,
        "age_band": person.age_band,
        "sex": person.sex,
        "commune": person.commune.code if person.commune else person.place,
    }
    if person.situation is not None:
        answers["situation"] = person.situation
    if rng.random() < 0.97:
        answers["health_state"] = _health(rng, person)
    if rng.random() < 0.9:
        answers["priorities"] = _priorities(rng, person)
    if rng.random() < 0.93:
        trust = rng.gauss(0.6 - 0.25 * person.difficulty, 1.0)
        answers["feels_heard"] = _scale(rng, trust, (-1.3, -0.2, 1.2), 0.03)
    if rng.random() < 0.88:
        answers["acceptable_minutes"] = _minutes(rng, person)
    if rng.random() < 0.9:
        answers["ready_for"] = _ready(rng, person, questionnaire["ready_for"])
    return answers


def _scale(rng: Random, level: float, steps: tuple[float, float, float], no_opinion: float) -> str:
    """The step of agreement of a level of ease: the higher the level, the stronger the agreement."""
    if rng.random() < no_opinion:
        return "no_opinion"
    keys = ("strongly_disagree", "disagree", "agree", "strongly_agree")
    return keys[sum(level > step for step in steps)]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _difficulties(rng: Random, person: Person, question: Question) -> tuple[str, ...]:
    found: list[tuple[float, str]] = []
    for key, (base, slope, effects) in _DIFFICULTIES.items():
        logit = base + slope * person.difficulty + sum(v for tag, v in effects.items() if tag in person.tags)
        draw = rng.random()
        if draw < _logistic(logit):
            found.append((draw - _logistic(logit), key))
    kept = {key for _, key in sorted(found)[: question.max]}
    return tuple(key for key in question.choice_keys if key in kept) or ("none",)


def _gave_up(rng: Random, person: Person) -> str:
    if rng.random() < 0.03:
        return "no_answer"
    if rng.random() >= _logistic(-0.55 + 0.6 * person.difficulty):
        return "never"
    return "several" if rng.random() < _logistic(-0.3 + 0.5 * person.difficulty) else "once"


def _health(rng: Random, person: Person) -> str:
    if rng.random() < 0.02:
        return "no_answer"
    age = person.years if person.years is not None else 50
    burden = 0.7 * ("long_illness" in person.tags) + 0.4 * ("disabled" in person.tags)
    level = rng.gauss(1.1 - 0.015 * age - burden, 0.8)
    keys = ("very_bad", "bad", "fair", "good", "very_good")
    return keys[sum(level > step for step in (-1.9, -1.0, -0.1, 1.0))]


def _priorities(rng: Random, person: Person) -> tuple[str, ...]:
    weights = {
        key: base * math.prod(v for tag, v in effects.items() if tag in person.tags)
        for key, (base, effects) in _PRIORITIES.items()
    }
    ranked: list[str] = []
    for _ in range(rng.choices((1, 2, 3), (6, 9, 85))[0]):
        remaining = [key for key in weights if key not in ranked]
        ranked.append(rng.choices(remaining, [weights[key] for key in remaining])[0])
    return tuple(ranked)


def _minutes(rng: Random, person: Person) -> int:
    if rng.random() < 0.01:
        return rng.choice((0, 1, 90, 120, 180))
    if "rural" in person.tags:
        return rng.choices((10, 15, 20, 25, 30, 40, 45, 60), (8, 22, 30, 8, 22, 2, 5, 3))[0]
    return rng.choices((5, 10, 15, 20, 25, 30, 45), (4, 22, 33, 22, 4, 13, 2))[0]


def _ready(rng: Random, person: Person, question: Question) -> tuple[str, ...]:
    found: list[tuple[float, str]] = []
    for key, (base, effects) in _READY.items():
        chance = base * math.prod(v for tag, v in effects.items() if tag in person.tags)
        draw = rng.random()
        if draw < chance:
            found.append((draw / chance, key))
    kept = {key for _, key in sorted(found)[: question.max]}
    return tuple(key for key in question.choice_keys if key in kept) or ("none",)
