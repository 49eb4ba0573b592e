"""Errors of answers, said in French: what is wrong and what to do.

Fed by the codes of check_answers. Feeds the pages of questions and the check page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import QuestionDef
from fabrique.web.templatetags.francais import nombre


def sentence(question: QuestionDef, code: str, params: Mapping[str, Any]) -> str:
    """One sentence for one error. Raises KeyError on a code that no function of the questionnaire gives."""
    return _SENTENCES[code](question, params)


def _required(question: QuestionDef, params: Mapping[str, Any]) -> str:
    if question.kind == QuestionKind.MULTIPLE:
        return _("Cochez au moins une réponse.")
    if question.kind in (QuestionKind.SINGLE, QuestionKind.SCALE):
        return _("Choisissez une réponse.")
    if question.kind == QuestionKind.TERRITORY:
        return _("Cherchez votre commune et choisissez-la, ou choisissez une autre réponse de la liste.")
    if question.kind == QuestionKind.RANKING:
        return _("Choisissez au moins un sujet.")
    return _("Écrivez une réponse.")


def _too_many(question: QuestionDef, params: Mapping[str, Any]) -> str:
    asked = ngettext(
        "Choisissez une seule réponse : vous en avez coché %(given)s.",
        "Choisissez %(maximum)s réponses au plus : vous en avez coché %(given)s.",
        params["maximum"],
    )
    return asked % params


def _exclusive(question: QuestionDef, params: Mapping[str, Any]) -> str:
    label = next(choice.label for choice in question.choices if choice.key == params["choice"])
    return _("« %(label)s » ne va pas avec une autre réponse : décochez l’une ou l’autre.") % {"label": label}


def _out_of_bounds(question: QuestionDef, params: Mapping[str, Any]) -> str:
    # bounds are whole numbers, written as they are typed: a separator would be read as a decimal comma
    low, high = params["low"], params["high"]
    if low is not None and high is not None:
        return _("Écrivez un nombre entre %(low)s et %(high)s.") % {"low": low, "high": high}
    if low is not None:
        return _("Écrivez un nombre à partir de %(low)s.") % {"low": low}
    return _("Écrivez un nombre jusqu’à %(high)s.") % {"high": high}


def _too_long(question: QuestionDef, params: Mapping[str, Any]) -> str:
    numbers = {"given": nombre(params["given"]), "maximum": nombre(params["maximum"])}
    return _("Votre texte compte %(given)s caractères. Raccourcissez-le : %(maximum)s au plus.") % numbers


_SENTENCES: dict[str, Callable[[QuestionDef, Mapping[str, Any]], str]] = {
    "required": _required,
    "too_many": _too_many,
    "exclusive": _exclusive,
    "out_of_bounds": _out_of_bounds,
    "too_long": _too_long,
    "duplicate": lambda question, params: _("Le même sujet est choisi deux fois : changez l’un des deux."),
    "unknown_choice": lambda question, params: _(
        "Cette réponse n’est pas proposée : choisissez dans la liste."
    ),
    "not_a_number": lambda question, params: _("Écrivez un nombre en chiffres, par exemple 20 ou 12,5."),
    "wrong_shape": lambda question, params: _("Cette réponse n’a pas pu être lue : donnez-la de nouveau."),
    "unknown_commune": lambda question, params: _("Choisissez votre commune dans la liste proposée."),
}
