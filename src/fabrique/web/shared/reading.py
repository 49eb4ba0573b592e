"""How somebody reads a questionnaire: current French, easy-read French, or another language that is complete.

Fed by what the page asks (« standard », « falc », « langue-xx »). Feeds the start of a response and its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from fabrique.common.enums import Language, Register
from fabrique.consultations.models import QuestionnaireVersion
from fabrique.consultations.services import offered_languages, recordings_of

PREFIX = "langue-"


@dataclass(frozen=True)
class Reading:
    """A register and a language; easy-read is French."""

    easy_read: bool = False
    language: str = str(Language.FRENCH)

    @property
    def register(self) -> str:
        return str(Register.EASY_READ if self.easy_read else Register.STANDARD)

    @property
    def code(self) -> str:
        """As a form writes it."""
        if self.easy_read:
            return "falc"
        return "standard" if self.language == Language.FRENCH else f"{PREFIX}{self.language}"


def reading_of(asked: str, languages: list[str]) -> Reading:
    """What was asked; current French where it is not offered."""
    if asked == "falc":
        return Reading(easy_read=True)
    language = asked.removeprefix(PREFIX)
    return Reading(language=language) if asked.startswith(PREFIX) and language in languages else Reading()


def other_languages(version: QuestionnaireVersion) -> list[str]:
    """The languages offered beside French."""
    return offered_languages(version)[1:]


def audio_of(version: QuestionnaireVersion, slug: str, language: str) -> dict[str, str]:
    """{question key: address of its recording}."""
    return {
        question: reverse("consultations:enregistrement", args=[slug, public_id])
        for question, public_id in recordings_of(version, language).items()
    }
