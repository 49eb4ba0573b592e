"""What it is for: the method and its limits in plain words, and what identifies the run.
What feeds it: an Analysis and the Table it was made from.
What it feeds: the last section of the HTML report.
"""

from __future__ import annotations

from collections import Counter

from fabrique.cli.french import NBSP, count, decimal, number
from fabrique.cli.report_parts import table, text
from fabrique_core.text.model import Analysis
from fabrique_core.text.read import Table

_KINDS = {
    "name": "noms de personnes",
    "phone": "numéros de téléphone",
    "email": "adresses électroniques",
    "nir": "numéros de sécurité sociale",
    "address": "adresses",
    "url_account": "comptes en ligne",
}


def section(analysis: Analysis, table_read: Table, text_column: str) -> str:
    """How it was made, what it cannot say, and how to make it again."""
    return (
        '<section aria-labelledby="methode"><h2 id="methode">Méthode et limites</h2>\n'
        f"{_steps(analysis)}{_limits()}{_personal(analysis)}"
        f"{_again(analysis, table_read, text_column)}</section>\n"
    )


def _steps(analysis: Analysis) -> str:
    p = analysis.params
    if analysis.encoder.fallback is None:
        sense = (
            "Chaque idée est changée en une suite de nombres qui représente son sens, par un modèle de "
            "phrases "
            "multilingue installé sur cette machine, complété par les mots eux-mêmes."
        )
    else:
        sense = (
            "Chaque idée est changée en une suite de nombres d’après les seuls mots qu’elle emploie, car le "
            "modèle de "
            "phrases n’a pas servi. Deux idées dites avec des mots différents sont alors moins bien "
            "rapprochées."
        )
    steps = [
        "Les réponses vides ou sans contenu sont mises à l’écart et comptées.",
        "Les données personnelles sont repérées et masquées, puis chaque réponse est découpée en idées"
        f"{NBSP}: une phrase, une proposition ou un élément de liste.",
        "Les textes copiés sont regroupés, pour ne peser qu’une fois dans la recherche des thèmes.",
        sense,
        "Les idées proches forment des thèmes, puis des sous-thèmes. Parmi plusieurs tirages, le plus "
        "conforme aux autres "
        "est gardé.",
        f"Chaque idée reçoit de zéro à {p.most_themes} thèmes, selon sa proximité avec eux "
        f"(score d’au moins {decimal(p.score_threshold)}).",
    ]
    listed = "".join(f"<li>{step}</li>" for step in steps)
    return f"<h3>Comment ce rapport est fait</h3>\n<ol>{listed}</ol>\n"


def _limits() -> str:
    limits = [
        "Ces comptes portent sur les réponses reçues. Ils ne disent pas ce que pensent les habitants"
        f"{NBSP}: ceux qui répondent ne ressemblent pas à tous les autres.",
        "Le programme se trompe, surtout sur l’ironie, les sous-entendus et les réponses d’un mot. Tant "
        "qu’une personne n’a "
        "pas codé un échantillon, l’ampleur de ces erreurs n’est pas connue et aucune part ne doit être "
        "publiée.",
        f"La stabilité dit si le thème réapparaît quand on retire au hasard une partie des idées{NBSP}: "
        "solide à partir de "
        f"0,75, fragile sous 0,50. Elle ne dit pas s’il est juste ni utile.",
        "Le découpage en thèmes n’est pas le seul possible. À vous de les nommer, de les fusionner, d’en "
        "écarter.",
        "Un thème peut réunir des avis contraires sur un même sujet.",
    ]
    return "<h3>Ce qu’il ne dit pas</h3>\n<ul>" + "".join(f"<li>{limit}</li>" for limit in limits) + "</ul>\n"


def _personal(analysis: Analysis) -> str:
    kinds = Counter(mask.kind for item in analysis.prepared for mask in item.masks)
    if not kinds:
        return (
            "<h3>Données personnelles masquées</h3>\n<p>Aucune n’a été repérée, ce qui ne prouve pas "
            "qu’il n’y en ait pas.</p>\n"
        )
    rows = [
        (_KINDS.get(kind, text(kind)), number(n))
        for kind, n in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    body = table("Données personnelles repérées et masquées", ("Nature", "Nombre"), rows, numbers=" n")
    rows_touched = sum(1 for item in analysis.prepared if item.masks)
    return (
        "<h3>Données personnelles "
        f"masquées</h3>\n<p>{count(rows_touched, 'réponse en contient', 'réponses en contiennent')}. "
        f"Les noms écrits sans majuscule ou sans titre échappent souvent au programme.</p>\n{body}"
    )


def _again(analysis: Analysis, table_read: Table, text_column: str) -> str:
    facts = [
        ("Empreinte du fichier (SHA-256)", f"<code>{table_read.sha256}</code>"),
        ("Empreinte des textes", f"<code>{analysis.fingerprint}</code>"),
        ("Colonne des textes", text(text_column)),
        ("Graine", str(analysis.params.seed)),
        ("Représentation du sens", text(f"{analysis.encoder.name}, version {analysis.encoder.version}")),
    ]
    return (
        "<h3>Pour refaire ce rapport</h3>\n<p>Le même fichier, les mêmes options et la même version donnent "
        "le même résultat, "
        "octet pour octet, sur une machine du même type. Le détail est dans "
        "<code>provenance.json</code>.</p>\n"
        + table("Ce qui identifie cette analyse", ("Élément", "Valeur"), facts)
    )
