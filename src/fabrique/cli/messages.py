"""What it is for: one clear French sentence for each typed refusal of the engine.
What feeds it: CoreError codes and parameters.
What it feeds: stderr of `fabrique analyse`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fabrique.cli.french import NBSP, size
from fabrique_core.errors import CoreError

Params = dict[str, Any]
_MOST_COLUMNS = 12
_FORMATS = {
    "xls": "un ancien classeur Excel (.xls)",
    "ods": "un classeur OpenDocument (.ods)",
    "pdf": "un document PDF",
    "gzip": "un fichier compressé (gzip)",
    "zip": "une archive compressée (zip)",
    "rtf": "un document de traitement de texte",
    "image": "une image",
    "rar": "une archive compressée (rar)",
    "7z": "une archive compressée (7z)",
    "sqlite": "une base de données",
}


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{NBSP}{name}{NBSP}»" for name in names[:_MOST_COLUMNS])
    rest = len(names) - _MOST_COLUMNS
    return shown + (f" et {rest} autres" if rest > 0 else "")


def _column(p: Params) -> str:
    guess = f" Vouliez-vous dire «{NBSP}{p['nearest']}{NBSP}»{NBSP}?" if p.get("nearest") else ""
    return (
        f"La colonne «{NBSP}{p['column']}{NBSP}» n’existe pas.{guess} Colonnes du fichier{NBSP}: "
        f"{_listed(p['columns'])}."
    )


def _encoding(p: Params) -> str:
    tried = f" en {p['encoding']}" if p.get("encoding") else " ni en UTF-8 ni en Windows-1252"
    return (
        f"L’encodage du fichier n’est pas reconnu{NBSP}: la ligne {p['line']} ne se lit pas{tried}. "
        "Enregistrez le fichier en UTF-8, ou précisez l’option --encoding."
    )


def _not_a_table(p: Params) -> str:
    where = f" (ligne {p['line']})" if p.get("line") else ""
    return (
        f"Le fichier n’est pas un tableau lisible, ou il est endommagé{where}. Formats lus{NBSP}: CSV, "
        "XLSX, Parquet."
    )


def _format(p: Params) -> str:
    kind = _FORMATS.get(str(p["found"]), "dans un format inconnu")
    return f"Le fichier est {kind}, qui ne se lit pas ici. Enregistrez-le en CSV, en XLSX ou en Parquet."


def _merged(p: Params) -> str:
    return (
        f"Les titres du classeur contiennent des cellules fusionnées (ligne {p['row']}). "
        "Défusionnez-les pour n’avoir qu’une ligne de titres, un titre par colonne."
    )


def _header_row(p: Params) -> str:
    return (
        f"Les titres des colonnes sont à la ligne {p['row']} et non à la première. "
        "Supprimez les lignes qui les précèdent."
    )


def _ragged(p: Params) -> str:
    return (
        f"La ligne {p['line']} compte {p['found']} cellules au lieu de {p['expected']}{NBSP}: le séparateur "
        "ou les "
        "guillemets du fichier sont à revoir."
    )


_SENTENCES: dict[str, Callable[[Params], str]] = {
    "read.missing": lambda p: "Le fichier n’existe pas. Vérifiez son nom et son dossier.",
    "read.not_a_file": lambda p: "Le chemin donné n’est pas un fichier.",
    "read.forbidden": lambda p: "Vous n’avez pas le droit de lire ce fichier.",
    "read.empty": lambda p: "Le fichier est vide.",
    "read.no_row": lambda p: "Le fichier contient des titres de colonnes, mais aucune ligne de données.",
    "read.too_large": lambda p: (
        f"Le fichier est trop gros{NBSP}: {size(p['size'])}, pour une limite de {size(p['limit'])}. "
        "Vérifiez que c’est bien le bon fichier, ou découpez-le."
    ),
    "read.format": _format,
    "read.not_a_table": _not_a_table,
    "read.encoding": _encoding,
    "read.unknown_encoding": lambda p: (
        f"L’encodage «{NBSP}{p['encoding']}{NBSP}» n’existe pas. Essayez utf-8 ou cp1252."
    ),
    "read.ragged": _ragged,
    "read.merged_header": _merged,
    "read.header_not_first": _header_row,
    "read.sheet": lambda p: (
        f"La feuille «{NBSP}{p['sheet']}{NBSP}» n’existe pas. Feuilles{NBSP}: {_listed(p['sheets'])}."
    ),
    "read.column": _column,
    "read.duplicate_column": lambda p: (
        f"Plusieurs colonnes s’appellent «{NBSP}{p['column']}{NBSP}». Renommez-les."
    ),
    "read.same_column": lambda p: "La colonne des textes et celle des groupes doivent être différentes.",
    "engine.missing": lambda p: (
        "Le modèle de phrases n’est pas installé. Installez l’extra «\u00a0engine\u00a0» (pip install "
        "'fabrique[engine]'), ou choisissez --encoder lexical."
    ),
    "engine.weights": lambda p: (
        "Les poids du modèle de phrases ne sont pas ceux qui ont été vérifiés. Réinstallez l’extra "
        "«\u00a0engine\u00a0», ou choisissez --encoder lexical."
    ),
    "analysis.nothing_left": lambda p: (
        "Aucune réponse n’est analysable\u00a0: toutes les lignes sont vides ou sans contenu. "
        "Vérifiez la colonne des textes."
    ),
}


def sentence(error: CoreError) -> str:
    """The French sentence of a refusal; an unknown code is shown as it is rather than hidden."""
    build = _SENTENCES.get(error.code)
    return build(error.params) if build else f"L’analyse a été refusée ({error.code})."


def known_codes() -> frozenset[str]:
    """Codes that have a sentence."""
    return frozenset(_SENTENCES)
