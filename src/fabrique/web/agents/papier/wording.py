"""What the entry screen says: the boxes of a question beside its field, and what is wrong with what was typed.

Fed by printed questions and by the notation. Feeds forms and the page of differences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.services.definition import QuestionDef
from fabrique.paper.enums import Mark
from fabrique.web.agents.papier.notation import Typed
from fabrique.web.shared.booklets import PrintedQuestion
from fabrique.web.shared.questionnaire import answer_in_words
from fabrique.web.shared.questionnaire.showing import commune_label


def hint(item: PrintedQuestion) -> str:
    """The boxes with their numbers, then the condition of the question in words."""
    question = item.question
    parts = []
    if item.condition:
        parts.append(item.condition)
    if question.choices:
        parts.append(" · ".join(f"{n} {choice.label}" for n, choice in enumerate(question.choices, start=1)))
    if question.kind == QuestionKind.TERRITORY:
        parts.append(_("code postal et commune : 46000 Cahors"))
    elif question.kind == QuestionKind.RANKING:
        parts.append(_("dans l’ordre des priorités : 3 1 2"))
    elif question.kind == QuestionKind.MULTIPLE and question.maximum:
        parts.append(_("%(maximum)s au plus") % {"maximum": question.maximum})
    elif question.kind == QuestionKind.NUMBER:
        parts.append(question.unit)
    return " — ".join(part for part in parts if part)


def wrong_sentence(typed: Typed) -> str:
    """One sentence for what was typed wrongly. Raises KeyError on an unknown code."""
    if typed.wrong == "communes":
        proposed = " · ".join(
            f"={commune.code} {commune_label(commune)}" for commune in typed.params["found"]
        )
        more = " · …" if typed.params["more"] else ""
        return _("Plusieurs communes : tapez le signe = et le code de la bonne. %(communes)s") % {
            "communes": proposed + more
        }
    return {
        "choice": _("Tapez les numéros des cases cochées, de 1 à %(last)s ; - si rien n’est coché.")
        % {"last": typed.params.get("last", "")},
        "nowhere": _("Aucune commune ne correspond. Vérifiez sur la feuille, ou tapez ? si c’est illisible."),
        "day": _("Écrivez la date en chiffres, par exemple 030226, ou - s’il n’y en a pas."),
        "day.future": _("Cette date n’est pas encore passée. Relisez la feuille."),
        "day.early": _("Cette date précède l’ouverture. Relisez la feuille ; tapez ? si la date est fausse."),
        "skipped": _("Rien n’est tapé ici. Tapez - si rien n’est écrit sur la feuille."),
        "both": _("Tapez une réponse ou un signe, pas les deux."),
        "too_many": _(
            "La feuille porte plus de cases que la question n’en permet ? Tapez ! : la réponse est ambiguë."
        ),
        "exclusive": _(
            "Ces cases ne vont pas ensemble. Si la feuille les porte bien, tapez ! : la réponse est ambiguë."
        ),
    }[typed.wrong]


def read_in_words(question: QuestionDef, answer: Any, mark: str, communes: Mapping[str, str]) -> list[str]:
    """What one operator read, a line each: an answer, a mark, or that the question was not put to them."""
    if mark:
        return [str(Mark(mark).label)]
    if answer is None:
        return [_("question sans objet")]
    return answer_in_words(question, answer, communes)
