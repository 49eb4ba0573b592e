"""What it is for: one self-contained HTML page that a person reads: themes, quotes, method.
What feeds it: an Analysis and the Table it was made from.
What it feeds: report.html; no script, no font, no image, no request to anywhere.
"""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

from fabrique.cli import report_groups, report_method
from fabrique.cli.french import NBSP, count, number, percent
from fabrique.cli.report_parts import Quotes, bar, shares, solidity, table, text
from fabrique.cli.tables import set_aside_rows
from fabrique_core.text.model import Analysis, Theme
from fabrique_core.text.read import Table

REASONS = {
    "empty": "réponse vide",
    "no_word": "ni mot ni chiffre lisible (ponctuation, émoticônes, une lettre)",
    "non_answer": f"réponse sans contenu («{NBSP}RAS{NBSP}», «{NBSP}rien{NBSP}», «{NBSP}je ne sais "
    f"pas{NBSP}»…)",
    "no_theme": "réponse lue, mais aucune de ses idées n’est assez proche d’un thème",
}
LANGUAGES = {
    "fr": "français",
    "oc": "occitan",
    "ca": "catalan",
    "es": "espagnol",
    "en": "anglais",
    "pt": "portugais",
    "it": "italien",
    "ar": "arabe",
    "de": "allemand",
    "eu": "basque",
    "nl": "néerlandais",
    "tr": "turc",
    "und": "trop court ou trop incertain pour être reconnu",
}
_QUOTES_SHOWN = 3
_FAMILIES_SHOWN = 15


def write_report(
    path: Path, analysis: Analysis, table_read: Table, *, text_column: str, group_column: str | None
) -> None:
    """Writes the page in UTF-8."""
    quotes = Quotes(analysis, table_read.texts)
    sections = [_overview(analysis), _themes(analysis, quotes)]
    if group_column is not None and table_read.groups is not None:
        sections.append(report_groups.section(analysis, table_read.groups, group_column))
    sections += [
        _set_aside(analysis),
        _copies(analysis, quotes),
        _languages(analysis),
        report_method.section(analysis, table_read, text_column),
    ]
    style = files("fabrique.cli").joinpath("report.css").read_text(encoding="utf-8")
    page = (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">\n"
        "<title>Ce que disent les réponses – document de "
        f"travail</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#contenu">Aller au contenu</a>\n{_top(analysis, text_column, group_column)}'
        f'<main id="contenu">\n{"".join(sections)}</main>\n'
        "<footer><p>Rapport fait par Fabrique, hors ligne, sans envoyer aucun texte à qui que ce "
        "soit.</p></footer>\n"
        "</body>\n</html>\n"
    )
    path.write_bytes(page.encode("utf-8", "replace"))


def _top(analysis: Analysis, text_column: str, group_column: str | None) -> str:
    kept = len(analysis.prepared)
    facts = [
        (number(analysis.rows), "lignes dans le fichier"),
        (number(kept), "réponses analysées"),
        (number(analysis.rows - kept), "réponses vides ou sans contenu"),
        (number(len(analysis.ideas)), "idées dans ces réponses"),
        (number(len(analysis.children(None))), "thèmes proposés"),
        (percent(len(analysis.unassigned), len(analysis.ideas)), "des idées sans thème"),
    ]
    listed = "".join(f"<li><b>{value}</b>{label}</li>" for value, label in facts)
    links = [("themes", "Les thèmes en un coup d’œil"), ("detail", "Chaque thème, avec des citations")]
    if group_column is not None:
        links.append(("groupes", f"Selon «{NBSP}{text(group_column)}{NBSP}»"))
    links += [
        ("ecart", "Ce qui a été mis à l’écart"),
        ("copies", "Textes copiés"),
        ("langues", "Langues"),
        ("methode", "Méthode et limites"),
    ]
    contents = "".join(f'<li><a href="#{anchor}">{label}</a></li>' for anchor, label in links)
    return (
        '<header class="top"><h1>Ce que disent les réponses</h1>\n<p class="lead">Colonne '
        f"«{NBSP}{text(text_column)}{NBSP}»"
        f"{NBSP}: {count(analysis.rows, 'ligne', 'lignes')}.</p>\n"
        '<div class="warning" role="note"><p><strong>Document de travail, à ne pas publier tel '
        "quel.</strong></p>"
        "<p>Les thèmes, leurs noms et les comptes sont proposés par un programme. <strong>Personne ne les a "
        "relus ni "
        "validés.</strong> Les citations n’ont pas été lues non plus. Le masquage des données personnelles "
        "est automatique "
        "et peut en laisser passer.</p></div>\n"
        f'<ul class="facts">{listed}</ul>\n<nav '
        f'aria-label="Sommaire"><h2>Sommaire</h2><ol>{contents}</ol></nav></header>\n'
    )


def _overview(analysis: Analysis) -> str:
    kept, parents = len(analysis.prepared), analysis.children(None)
    out = ['<section aria-labelledby="themes"><h2 id="themes">Les thèmes en un coup d’œil</h2>\n']
    if not parents:
        out.append(
            "<p>Les réponses sont trop peu nombreuses ou trop différentes entre elles pour former des "
            "thèmes. "
            "Lisez-les une à une.</p></section>\n"
        )
        return "".join(out)
    largest = max(parents, key=lambda theme: theme.size)
    out.append(
        f"<p>Le thème le plus présent, «{NBSP}{text(largest.label)}{NBSP}», se trouve dans "
        f"{shares(largest, kept)}. "
        "Une réponse peut porter plusieurs thèmes{0}: la somme des parts dépasse 100{0}%.</p>\n".replace(
            "{0}", NBSP
        )
    )
    biggest = max(theme.size for theme in parents)
    rows = [
        (
            f'<a href="#{t.id}">{text(t.label)}</a>',
            bar(t.size, biggest),
            number(t.size),
            percent(t.size, kept),
            number(t.size_without_copies),
            solidity(t.stability),
        )
        for t in sorted(parents, key=lambda theme: (-theme.size, theme.id))
    ]
    html = table(
        f"Nombre de réponses par thème, sur {number(kept)} réponses analysées",
        ("Thème proposé", "En image", "Réponses", "Part", "Sans les copies", "Stabilité"),
        rows,
        kind="overview",
        numbers="  nnn ",
    )
    html = html.replace("<td><svg", '<td class="bar"><svg')
    return "".join([*out, html, "</section>\n"])


def _themes(analysis: Analysis, quotes: Quotes) -> str:
    kept = len(analysis.prepared)
    out = [
        '<section aria-labelledby="detail"><h2 id="detail">Chaque thème, avec des citations</h2>\n'
        "<p>Les noms sont faits des termes que ces réponses emploient plus que les autres. Les citations "
        "sont les idées "
        "les plus centrales de chaque thème, mot pour mot, sans correction.</p>\n"
    ]
    for theme in sorted(analysis.children(None), key=lambda t: (-t.size, t.id)):
        children = sorted(analysis.children(theme.id), key=lambda t: (-t.size, t.id))
        out.append(
            f'<article class="theme" id="{theme.id}"><h3><span '
            f'class="code">{theme.id}</span>{text(theme.label)}</h3>\n'
        )
        out.append(_facts(theme, kept))
        if not children:
            out.extend(quotes.idea(i) for i in theme.quotes)
        for child in children:
            out.append(_child(child, kept, quotes))
        out.append("</article>\n")
    return "".join([*out, "</section>\n"])


def _facts(theme: Theme, kept: int) -> str:
    terms = ", ".join(text(term) for term in theme.terms)
    return (
        f'<p class="meta">{shares(theme, kept)} · {count(theme.ideas, "idée", "idées")} · '
        f"stabilité {solidity(theme.stability)}</p>\n"
        f'<p class="terms">Termes distinctifs{NBSP}: {terms or "aucun"}.</p>\n'
    )


def _child(theme: Theme, kept: int, quotes: Quotes) -> str:
    first, more = theme.quotes[:_QUOTES_SHOWN], theme.quotes[_QUOTES_SHOWN:]
    rest = "".join(quotes.idea(i) for i in more)
    folded = f"<details><summary>D’autres citations</summary>{rest}</details>" if rest else ""
    return (
        f'<div class="sub" id="{theme.id}"><h4><span class="code">{theme.id}</span>{text(theme.label)}</h4>\n'
        f"{_facts(theme, kept)}{''.join(quotes.idea(i) for i in first)}{folded}</div>\n"
    )


def _set_aside(analysis: Analysis) -> str:
    reasons = Counter(reason for _, reason in set_aside_rows(analysis))
    total = sum(reasons.values())
    rows = [
        (REASONS[r], number(reasons[r]), percent(reasons[r], analysis.rows)) for r in REASONS if reasons[r]
    ]
    body = table(
        "Lignes mises à l’écart, par raison", ("Raison", "Lignes", "Part du fichier"), rows, numbers=" nn"
    )
    return (
        '<section aria-labelledby="ecart"><h2 id="ecart">Ce qui a été mis à l’écart</h2>\n'
        f"<p>{count(total, 'ligne n’a', 'lignes n’ont')} pas de thème, et {number(analysis.rows - total)} en "
        "ont au moins un"
        f"{NBSP}: ensemble, ce sont les {number(analysis.rows)} lignes du fichier. La liste est dans "
        f"<code>set_aside.csv</code>.</p>\n{body if rows else ''}</section>\n"
    )


def _copies(analysis: Analysis, quotes: Quotes) -> str:
    campaigns = sorted(
        (f for f in analysis.families if f.campaign), key=lambda f: (-len(f.members), f.members)
    )
    short = [f for f in analysis.families if not f.campaign]
    repeated = sum(len(f.members) for f in short)
    out = [
        '<section aria-labelledby="copies"><h2 id="copies">Textes copiés</h2>\n'
        "<p>Un texte envoyé par plusieurs personnes compte autant de fois qu’il a été envoyé, mais il ne "
        "pèse qu’une fois "
        f"dans la recherche des thèmes. La colonne «{NBSP}Sans les copies{NBSP}» compte chaque texte copié "
        "une seule fois.</p>\n"
    ]
    out.append(
        "<p>"
        + count(
            len(short), "réponse courte ou double se retrouve", "réponses courtes ou doubles se retrouvent"
        )
        + " "
        f"à l’identique ou presque dans {count(repeated, 'ligne', 'lignes')}"
        f"{NBSP}: ce sont le plus souvent des coïncidences, non des copies.</p>\n"
        if short
        else ""
    )
    if not campaigns:
        out.append("<p>Aucun texte long n’est présent trois fois ou plus.</p></section>\n")
        return "".join(out)
    out.append(
        f"<p>{count(len(campaigns), 'texte long est présent', 'textes longs sont présents')} trois fois ou "
        "plus. "
        "Voici les plus répétés.</p>\n"
    )
    for family in campaigns[:_FAMILIES_SHOWN]:
        how = "à l’identique" if family.exact else "avec de petites différences"
        out.append(
            f"<h3>{count(len(family.members), 'fois', 'fois')}, "
            f"{how}</h3>\n{quotes.answer(family.representative)}"
        )
    return "".join([*out, "</section>\n"])


def _languages(analysis: Analysis) -> str:
    found = Counter(item.language for item in analysis.prepared)
    rows = [
        (text(LANGUAGES.get(code, code)), number(n), percent(n, len(analysis.prepared)))
        for code, n in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    body = table(
        "Réponses analysées, par langue reconnue", ("Langue", "Réponses", "Part"), rows, numbers=" nn"
    )
    return (
        '<section aria-labelledby="langues"><h2 id="langues">Langues</h2>\n<p>La langue est reconnue par un '
        "programme, qui se "
        "trompe sur les textes courts. Les réponses dans une autre langue sont analysées avec les "
        f"autres.</p>\n{body}</section>\n"
    )
