"""The questionnaire of the demonstration in Occitan, Catalan, Spanish and Arabic, put on a draft version.

Fed by content/translations/*.yaml, written by hand. Feeds the languages offered by the consultation still open.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import yaml
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.consultations import services
from fabrique.consultations.models import QuestionnaireVersion


def translated_languages() -> list[str]:
    """Codes of the languages that have a file, in alphabetical order."""
    folder = files("fabrique.demo") / "content" / "translations"
    return sorted(
        name.removesuffix(".yaml") for one in folder.iterdir() if (name := one.name)[-5:] == ".yaml"
    )


def translations_in(language: str) -> dict[str, str]:
    """{consultations.services.translating.Text.key: text} of one file."""
    source = files("fabrique.demo") / "content" / "translations" / f"{language}.yaml"
    content: dict[str, str] = yaml.safe_load(source.read_text("utf-8"))
    return content


def load_translations(editor: Actor, version: QuestionnaireVersion, say: Callable[[str], None]) -> list[str]:
    """Put every language on the draft, still to be reviewed: nobody whose language it is has read them.

    Returns the codes of the languages. Raises Refused, as put_translations, for a text of another questionnaire.
    """
    languages = translated_languages()
    for language in languages:
        services.put_translations(
            editor, version=version, language=language, texts=translations_in(language), reviewed=False
        )
    say(_("questionnaire fictif traduit en %(n)d langues") % {"n": len(languages)})
    return languages
