"""What is wrong with a file or a cell, in a sentence that a secretary understands.

Fed by typed errors of the library and by problems of rows. Feeds refusals, screens, reports and the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.common.errors import Refused
from fabrique.common.files import sentence as of_any_file
from fabrique.imports.enums import ColumnRole
from fabrique_core.errors import CoreError

Params = Mapping[str, Any]
_SHOWN = 60

#: sentences of common.files speak of documents; those of tables stand here
_FILES: dict[str, Any] = {
    "files.empty": gettext_lazy(
        "Ce fichier est vide. Vérifiez que c’est le bon, puis envoyez-le de nouveau."
    ),
    "files.corrupt": gettext_lazy(
        "Ce fichier est endommagé et ne peut pas être lu. "
        "Ouvrez-le chez vous, enregistrez-le de nouveau, puis renvoyez-le."
    ),
    "files.path": gettext_lazy(
        "Ce fichier contient des noms de dossiers interdits : il a été fabriqué de façon anormale. "
        "Ouvrez-le dans un tableur, enregistrez-le en CSV, puis envoyez-le."
    ),
    "files.macro": gettext_lazy(
        "Ce classeur contient un programme (macro ou script). "
        "Enregistrez-le sans macro, en .xlsx ou en CSV, puis envoyez-le."
    ),
    "files.embedded": gettext_lazy(
        "Ce classeur contient un autre fichier ou un objet incorporé. "
        "Enregistrez la feuille en CSV, puis envoyez-la."
    ),
    "files.external_link": gettext_lazy(
        "Ce classeur va chercher une partie de son contenu ailleurs, sur un autre ordinateur. "
        "Enregistrez la feuille en CSV, puis envoyez-la."
    ),
    "files.xml_bomb": gettext_lazy(
        "Ce fichier contient des définitions interdites, qui pourraient bloquer l’ordinateur. "
        "Exportez-le de nouveau depuis la plateforme d’origine."
    ),
    "files.too_long_to_read": gettext_lazy(
        "La lecture de ce fichier prend trop de temps ou de mémoire : elle a été arrêtée et rien n’a été gardé. "
        "Partagez-le en plusieurs fichiers."
    ),
    "read.empty": gettext_lazy("Ce fichier ne contient aucun tableau. Vérifiez que c’est le bon."),
    "read.no_row": gettext_lazy(
        "Ce fichier contient des titres de colonnes, mais aucune ligne. Vérifiez que c’est le bon."
    ),
    "table.titles": gettext_lazy(
        "Un titre de colonne est démesuré : la première ligne du fichier n’est sans doute pas celle des titres. "
        "Supprimez ce qui précède les titres, puis envoyez le fichier de nouveau."
    ),
    "table.questions": gettext_lazy(
        "La colonne choisie comme question contient trop de questions différentes. "
        "Choisissez-en une autre, ou importez ses textes sans cette colonne."
    ),
    "lss.form": gettext_lazy(
        "Ce fichier n’est pas un questionnaire de LimeSurvey. "
        "Dans LimeSurvey, exportez la structure du questionnaire (.lss), puis envoyez-la."
    ),
    "lss.empty": gettext_lazy("Ce questionnaire de LimeSurvey ne contient aucune question."),
    "import.unexpected": gettext_lazy(
        "Un incident a arrêté l’import. Rien n’est perdu de ce qui était déjà enregistré : "
        "renvoyez le même fichier, il reprendra sans doublon."
    ),
    "import.too_many_attempts": gettext_lazy(
        "L’import a été interrompu trop souvent. Renvoyez le même fichier : il reprendra sans doublon."
    ),
}


def _not_a_table(p: Params) -> str:
    if p.get("line") and p.get("format") == "csv":
        return _(
            "À partir de la ligne %(line)s, le fichier ne se lit plus comme un tableau : un guillemet n’est "
            "sans doute pas refermé. Corrigez cette ligne, puis envoyez le fichier de nouveau."
        ) % {"line": p["line"]}
    return _(
        "Ce fichier n’est pas un tableau lisible, ou il est endommagé. Ouvrez-le dans un tableur, "
        "enregistrez-le de nouveau en CSV ou en XLSX, puis envoyez-le."
    )


_COUNTED: dict[str, Callable[[Params], str]] = {
    "read.not_a_table": _not_a_table,
    "read.encoding": lambda p: (
        _(
            "Les caractères du fichier ne sont pas lisibles, à partir de la ligne %(line)s. "
            "Enregistrez-le avec le codage UTF-8, puis envoyez-le de nouveau."
        )
        % {"line": p.get("line") or 1}
    ),
    "read.sheet": lambda p: (
        _("La feuille « %(name)s » n’existe pas dans ce classeur.") % {"name": p["sheet"]}
    ),
    "table.columns": lambda p: (
        _("Ce tableau compte %(found)s colonnes, pour %(limit)s au plus. Retirez celles qui ne servent pas.")
        % {"found": p["found"], "limit": p["limit"]}
    ),
    "table.repeated_title": lambda p: (
        _("Deux colonnes portent le même titre, « %(name)s ». Renommez l’une des deux.")
        % {"name": p["column"]}
    ),
    "table.rows": lambda p: (
        _("Ce tableau compte plus de %(limit)s lignes. Partagez-le en plusieurs fichiers.")
        % {"limit": f"{p['limit']:,}".replace(",", "\u202f")}
    ),
    "table.choices": lambda p: (
        _(
            "La colonne « %(name)s » contient plus de %(limit)s réponses différentes : ce n’est pas une réponse "
            "fermée. Importez-la comme texte libre, ou ne l’importez pas."
        )
        % {"name": p["column"], "limit": p["limit"]}
    ),
    "table.choice_long": lambda p: (
        _(
            "La colonne « %(name)s » contient une réponse de plus de %(limit)s caractères : ce n’est pas une "
            "réponse fermée. Importez-la comme texte libre, ou ne l’importez pas."
        )
        % {"name": p["column"], "limit": p["limit"]}
    ),
    "table.personal": lambda p: (
        _(
            "La colonne « %(name)s » contient des adresses électroniques : elle ne s’importe pas comme une "
            "réponse."
        )
        % {"name": p["column"]}
    ),
}


def sentence(error: CoreError) -> str:
    """What is wrong with the file, and what to do."""
    if error.code in _FILES:
        return str(_FILES[error.code])
    counted = _COUNTED.get(error.code)
    return counted(error.params) if counted else of_any_file(error)


def refused(error: CoreError) -> Refused:
    """The refusal that says in French what the library says by its code."""
    return Refused(error.code, sentence(error), **error.params)


# --- problems of a row

_PROBLEMS: dict[str, Any] = {
    str(ColumnRole.DEPARTMENT): gettext_lazy(
        "« %(cell)s » n’est pas un département connu. Écrivez son numéro ou son nom."
    ),
    str(ColumnRole.COMMUNE): gettext_lazy(
        "« %(cell)s » ne permet pas de trouver un département. Écrivez un code postal à cinq chiffres."
    ),
    str(ColumnRole.AGE): gettext_lazy(
        "« %(cell)s » n’est pas un âge. Écrivez un nombre d’années ou une tranche, par exemple 40-59."
    ),
    str(ColumnRole.SEX): gettext_lazy("« %(cell)s » n’est pas reconnu. Écrivez femme, homme ou autre."),
    str(ColumnRole.DATE): gettext_lazy(
        "« %(cell)s » n’est pas une date possible. Écrivez jour/mois/année, par exemple 24/01/2023."
    ),
    str(ColumnRole.COMPLETE): gettext_lazy(
        "« %(cell)s » n’est pas une date possible. Écrivez jour/mois/année, par exemple 24/01/2023."
    ),
    str(ColumnRole.NUMBER): gettext_lazy("« %(cell)s » n’est pas un nombre."),
    str(ColumnRole.PEOPLE): gettext_lazy("« %(cell)s » n’est pas un nombre de personnes : un ou plus."),
    str(ColumnRole.TICK): gettext_lazy("« %(cell)s » ne dit pas si la case est cochée. Écrivez Oui ou Non."),
    "long": gettext_lazy("Ce texte est trop long : %(limit)s caractères au plus. Coupez-le en deux lignes."),
    "choice_long": gettext_lazy(
        "Cette réponse est trop longue pour une réponse fermée : %(limit)s caractères au plus."
    ),
}


def problem_sentence(problem: Params, cells: Params) -> str:
    """What is wrong in a row, with what its cell holds, shortened."""
    if problem["code"] == "cells":
        return _(
            "La ligne compte %(found)s cellules au lieu de %(expected)s : un séparateur ou un guillemet est de trop."
        ) % {"found": problem["found"], "expected": problem["expected"]}
    said = str(_PROBLEMS[problem["code"]])
    cell = str(cells.get(problem["column"], ""))
    shown = cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    values = {"cell": shown, "limit": problem.get("limit", "")}
    return _("Colonne « %(name)s » : ") % {"name": problem["column"]} + said % values
