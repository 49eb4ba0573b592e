"""What it is for: the French words of `fabrique equity`: names of measures, refusals, and the text printed.
What feeds it: summaries of fabrique_core.equity and CoreError codes.
What it feeds: stdout and stderr of the verb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fabrique.cli.french import NBSP, decimal
from fabrique.cli.messages import known_codes
from fabrique.cli.messages import sentence as sentence_of_reading
from fabrique_core.equity import Disaggregation, Measure, Summary
from fabrique_core.errors import CoreError

Params = dict[str, Any]
NAMES = {
    "D": "Différence",
    "R": "Rapport",
    "ACI": "Indice de concentration absolu",
    "RCI": "Indice de concentration relatif",
    "SII": "Indice de pente d’inégalité (linéaire)",
    "RII": "Indice relatif d’inégalité (linéaire)",
    "SII_logit": "Indice de pente d’inégalité (logit)",
    "RII_logit": "Indice relatif d’inégalité (logit)",
    "PAR": "Risque attribuable dans la population",
    "PAF": "Fraction attribuable dans la population (%)",
    "BGV": "Variance entre groupes",
    "BGSD": "Écart-type entre groupes",
    "COV": "Coefficient de variation (%)",
    "MDB": "Écart moyen au meilleur groupe",
    "MDM": "Écart moyen à la moyenne",
    "IDIS": "Indice de disparité (%)",
    "IDIS_weighted": "Indice de disparité pondéré (%)",
    "THEIL": "Indice de Theil",
    "MLD": "Écart logarithmique moyen",
}
REASONS = {
    "no_standard_error": "sans erreur-type, pas d’intervalle",
    "no_population": "il manque les populations",
    "not_ordered": "les sous-groupes n’ont pas d’ordre",
    "zero": "une valeur nulle l’empêche",
    "no_scale": "la borne haute de l’indicateur n’est pas connue (option --scale)",
    "no_fit": "la courbe ne s’ajuste pas à ces valeurs",
    "out_of_range": "la droite sort des valeurs positives",
    "too_wide": "l’intervalle est trop large pour être écrit",
}
_WIDTH = max(len(name) for name in NAMES.values()) + 2


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"«{NBSP}{name}{NBSP}»" for name in names)


def _columns(p: Params) -> str:
    if p["missing"]:
        return f"Il manque des colonnes{NBSP}: {', '.join(p['missing'])}."
    return f"Des colonnes sont en double{NBSP}: {', '.join(p['twice'])}."


_SENTENCES: dict[str, Callable[[Params], str]] = {
    "equity.column": _columns,
    "equity.no_row": lambda p: "Le fichier contient des titres de colonnes, mais aucune ligne de données.",
    "equity.cell": lambda p: (
        f"Ligne {p['line']}, colonne «{NBSP}{p['column']}{NBSP}»{NBSP}: valeur illisible."
    ),
    "equity.mixed": lambda p: (
        f"La colonne «{NBSP}{p['column']}{NBSP}» change de valeur d’un sous-groupe à l’autre."
    ),
    "equity.too_few": lambda p: "Il faut au moins deux sous-groupes pour mesurer une inégalité.",
    "equity.duplicate": lambda p: f"Un sous-groupe figure plusieurs fois{NBSP}: {_listed(p['subgroups'])}.",
    "equity.missing": lambda p: (
        f"Il manque la valeur de l’indicateur pour{NBSP}: {_listed(p['subgroups'])}. Complétez-la."
    ),
    "equity.number": lambda p: f"Une valeur n’est pas un nombre{NBSP}: {_listed(p['subgroups'])}.",
    "equity.negative": lambda p: f"Une valeur est négative{NBSP}: {_listed(p['subgroups'])}.",
    "equity.population": lambda p: (
        f"La population manque ou n’est pas positive pour{NBSP}: {_listed(p['subgroups'])}."
    ),
    "equity.small": lambda p: (
        f"La population est trop petite (moins de {p['minimum']:g}) pour{NBSP}: {_listed(p['subgroups'])}. "
        "Regroupez des sous-groupes."
    ),
    "equity.order": lambda p: (
        f"L’ordre manque ou se répète pour{NBSP}: {_listed(p['subgroups'])}. "
        "Numérotez les sous-groupes, 1 pour le plus défavorisé."
    ),
    "equity.scale": lambda p: (
        f"Des valeurs dépassent la borne haute de l’indicateur ({p['scale']:g}){NBSP}: "
        f"{_listed(p['subgroups']) or 'borne invalide'}."
    ),
}


def sentence(error: CoreError) -> str:
    """The French sentence of a refusal; an unknown code is shown as it is rather than hidden."""
    build = _SENTENCES.get(error.code)
    if build:
        return build(error.params)
    if error.code in known_codes():
        return sentence_of_reading(error)
    return f"Le calcul a été refusé ({error.code})."


def codes() -> frozenset[str]:
    """Codes that have a sentence here."""
    return frozenset(_SENTENCES)


def _amount(value: float) -> str:
    """Four figures that count, with a comma; « 0 » for nothing."""
    size = abs(value)
    if size < 5e-7:
        return "0"
    digits = 4 if size < 1 else 3 if size < 10 else 2
    return decimal(value, 6) if 0 < size < 0.1 else decimal(value, digits)


def _line(measure: Measure) -> str:
    text = f"  {NAMES[measure.code]:<{_WIDTH}}{_amount(measure.value or 0.0)}"
    if measure.interval is None:
        return text
    return f"{text} (de {_amount(measure.interval.low)} à {_amount(measure.interval.high)})"


def lines(title: str, data: Disaggregation, summary: Summary, assumed: bool) -> list[str]:
    """The text of one block: words first, one absolute and one relative measure, then every measure."""
    found = [title, f"  {_words(data)}"]
    pair = summary.pair(data.ordered)
    if pair is not None:
        found.append(f"  À lire ensemble{NBSP}: {NAMES[pair[0].code]} et {NAMES[pair[1].code]}.")
    if summary.mean.value is not None:
        found.append(f"  {'Moyenne':<{_WIDTH}}{_amount(summary.mean.value)}")
    found += [_line(measure) for measure in summary.measures.values()]
    for reason in dict.fromkeys(summary.set_aside.values()):
        without = ", ".join(NAMES[code] for code, why in summary.set_aside.items() if why == reason)
        found.append(f"  Non calculé{NBSP}: {without} ({REASONS[reason]}).")
    if data.errors is None:
        found.append(f"  Intervalles{NBSP}: aucun, il manque des erreurs-types (colonne «{NBSP}se{NBSP}»).")
    if assumed:
        found.append(
            f"  Borne haute supposée{NBSP}: 100 (pourcentages). "
            "Précisez --scale ou --unbounded si ce n’est pas le cas."
        )
    return [*found, ""]


def _words(data: Disaggregation) -> str:
    first, last = data.subgroups[0], data.subgroups[-1]
    kind = "favorable" if data.favourable else "défavorable"
    if not data.ordered:
        low, high = min(data.estimates), max(data.estimates)
        count = len(data.subgroups)
        return (
            f"Entre les {count} sous-groupes, l’indicateur ({kind}) va de {_amount(low)} à {_amount(high)}."
        )
    return (
        f"Du sous-groupe le plus défavorisé («{NBSP}{first.name}{NBSP}») au plus favorisé "
        f"(«{NBSP}{last.name}{NBSP}»), l’indicateur ({kind}) passe de {_amount(data.estimates[0])} "
        f"à {_amount(data.estimates[-1])}."
    )
