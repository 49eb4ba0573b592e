"""A question as somebody reads it aloud to another person: whole sentences, choices listed, what is allowed said.

Fed by a QuestionView of shared.questionnaire. Feeds the page that helps somebody to answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import QuestionDef
from fabrique.web.shared.questionnaire.showing import QuestionView


def read_aloud(view: QuestionView) -> list[str]:
    """The sentences to say, in order: the question, its help, the choices, how to answer, whether one may pass."""
    question = view.question
    said = [view.condition] if view.condition else []
    said.append(_ended(question.title))
    if question.help:
        said.append(_ended(question.help))
    said += _how(question)
    if not question.required:
        said.append(_("Vous pouvez ne pas répondre à cette question."))
    return said


def _how(question: QuestionDef) -> list[str]:
    choices = spoken_list([choice.label for choice in question.choices])
    listed = _("Les réponses possibles sont : %(choices)s.") % {"choices": choices}
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SCALE:
            return [listed, _("Choisissez une seule réponse.")]
        case QuestionKind.MULTIPLE:
            return [listed, _several(question)]
        case QuestionKind.RANKING:
            return [listed, _("Dites d’abord la plus importante pour vous, puis les suivantes.")]
        case QuestionKind.NUMBER:
            unit = question.unit
            return [
                _("Répondez par un nombre, en %(unit)s.") % {"unit": unit} if unit else _("Dites un nombre.")
            ]
        case QuestionKind.TERRITORY:
            return [_("Dites le nom de votre commune, ou son code postal."), *_instead(question)]
    return [_("Répondez avec vos mots. J’écris ce que vous dites, sans rien changer, puis je vous le relis.")]


def _several(question: QuestionDef) -> str:
    if question.maximum is None:
        return _("Vous pouvez en choisir plusieurs.")
    return _("Vous pouvez en choisir plusieurs, %(maximum)s au plus.") % {"maximum": question.maximum}


def _instead(question: QuestionDef) -> list[str]:
    if not question.choices:
        return []
    choices = spoken_list([choice.label for choice in question.choices])
    return [_("Ou bien : %(choices)s.") % {"choices": choices}]


def spoken_list(labels: Sequence[str]) -> str:
    """« a ; b ; ou c »: the semicolon is a breath."""
    if len(labels) < 2:
        return "".join(labels)
    return " ; ".join([*labels[:-1], _("ou %(last)s") % {"last": labels[-1]}])


def _ended(sentence: str) -> str:
    stripped = sentence.strip()
    return stripped if stripped.endswith((".", "?", "!", ":", "…")) else stripped + "."
