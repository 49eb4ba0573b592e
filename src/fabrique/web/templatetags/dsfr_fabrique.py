"""Components of the pages, in DSFR markup: fields, errors, steps, tables, figures, quotations.

Fed by views and forms. Feeds every template; catalogue in docs/reference/composants.md and /agents/composants/.
"""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from fabrique.web.templatetags.francais import _decimal, nombre

register = template.Library()

COMPONENTS = "composants/"


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput):
        return "case"
    if isinstance(widget, forms.Select):
        return "select"
    return "input"


def _input(field: BoundField, kind: str, described_by: str) -> SafeString:
    """The widget itself, with its DSFR class and the ids of its hint and error."""
    attrs: dict[str, Any] = {"aria-describedby": described_by}
    if kind in ("input", "select"):
        own = field.field.widget.attrs.get("class", "")
        attrs["class"] = f"fr-{kind} {own}".strip()
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


def _group(field: BoundField, kind: str) -> dict[str, Any]:
    """What the template of one field needs. `marque` says which fields are out of the ordinary."""
    group = kind in ("radio", "checkbox")
    identifier = field.auto_id or field.html_name
    messages = f"{identifier}-messages"
    described = f"{identifier}-aide {messages}" if field.help_text and not group else messages
    return {
        "field": field,
        "kind": kind,
        "ident": identifier,
        "messages": messages,
        "widget": None if group else _input(field, kind, described),
        "options": list(field.subwidgets) if group else [],
        "errors": field.errors,
        "required": field.field.required,
    }


@register.inclusion_tag(COMPONENTS + "champ.html")
def champ(
    field: BoundField, legende_titre: str = "", en_ligne: bool = False, marque: str = "facultatif"
) -> dict[str, Any]:
    """One field with its label, hint, mark and errors. marque: « facultatif », « obligatoire » or « » for none.

    legende_titre: "h1" or "h2" makes the legend of a group the title of the page or section.
    """
    kind = _kind(field)
    context = _group(field, kind)
    context.update(legende_titre=legende_titre, en_ligne=en_ligne, marque=marque)
    return context


@register.inclusion_tag(COMPONENTS + "resume_erreurs.html")
def resume_erreurs(*bound: Form) -> dict[str, Any]:
    """At the top of a page sent back: how many corrections, each linking to its field. Several forms allowed."""
    entries = []
    others: list[Any] = []
    for form in bound:
        if not form.is_bound:
            continue
        others.extend(form.non_field_errors())
        for field in form:
            if field.errors:
                suffix = "_0" if _kind(field) in ("radio", "checkbox") else ""
                entries.append(
                    {"target": f"{field.auto_id}{suffix}", "label": field.label, "errors": field.errors}
                )
    return {"entries": entries, "others": others, "total": len(entries) + len(others)}


@register.simple_tag
def prefixe_erreur(*bound: Form) -> str:
    """« Erreur : » at the start of <title> when a form came back, as a screen reader reads it first."""
    return _("Erreur :") + " " if any(form.is_bound and form.errors for form in bound) else ""


@register.inclusion_tag(COMPONENTS + "etapes.html")
def etapes(
    courante: int,
    total: int,
    titre: str,
    suivant: str = "",
    niveau: str = "h2",
    langue: str = "",
    langue_suivant: str = "",
) -> dict[str, Any]:
    """DSFR stepper, without JavaScript. niveau: the heading's tag, "h1" when the step is the page.

    langue, langue_suivant: codes of the languages in which `titre` and `suivant` are written, where it is not the
    language of the page.
    """
    return {
        "courante": courante,
        "total": total,
        "titre": titre,
        "suivant": suivant,
        "niveau": niveau,
        "langue": langue,
        "langue_suivant": langue_suivant,
    }


@register.inclusion_tag(COMPONENTS + "pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page, parametre: str = "page") -> dict[str, Any]:
    """Pages of a Paginator, keeping the other filters of the address."""
    query = context["request"].GET.copy()
    query.pop(parametre, None)
    prefix = f"?{query.urlencode()}&" if query else "?"
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "base": f"{prefix}{parametre}="}


@register.inclusion_tag(COMPONENTS + "alerte.html")
def alerte(
    sorte: str, texte: Any, titre: str = "", niveau: str = "h2", annonce: bool = False
) -> dict[str, Any]:
    """sorte: info, success, warning or error. annonce=True only for what appears after an action."""
    return {"sorte": sorte, "texte": texte, "titre": titre, "niveau": niveau, "annonce": annonce}


@register.simple_tag
def badge(sorte: str, texte: Any) -> SafeString:
    """A state in one or two words. sorte: info, success, warning, error, new or « » for neutral."""
    extra = f" fr-badge--{sorte} fr-badge--no-icon" if sorte else ""
    return format_html('<p class="fr-badge{}">{}</p>', extra, texte)


@register.inclusion_tag(COMPONENTS + "tableau.html")
def tableau(
    legende: str, entetes: Any, lignes: Any, ident: str, nombres: str = "", visible: bool = True
) -> dict[str, Any]:
    """A table whose first column holds row headers; it scrolls inside a labelled, focusable region.

    lignes: sequences of cells already formatted. nombres: columns set to the right, "1,2" counted from 0.
    visible=False keeps the caption for screen readers when a heading above says the same.
    """
    right = {int(n) for n in nombres.split(",") if n.strip()}
    heads = [{"text": text, "number": index in right} for index, text in enumerate(entetes)]
    rows = [[{"text": cell, "number": index in right} for index, cell in enumerate(row)] for row in lignes]
    return {"legende": legende, "entetes": heads, "lignes": rows, "ident": ident, "visible": visible}


@register.simple_block_tag
def zone_tableau(content: str, libelle: str) -> SafeString:
    """Around a <table> written by hand: scrolls inside, reached by keyboard, named for screen readers."""
    return format_html(
        '<div class="fr-table fab-tableau"><div class="fab-defile" role="region" tabindex="0"'
        ' aria-label="{}">{}</div></div>',
        libelle,
        content,
    )


@register.inclusion_tag(COMPONENTS + "vide.html")
def vide(
    titre: str, texte: str = "", lien: str = "", libelle: str = "", niveau: str = "h2"
) -> dict[str, Any]:
    """An empty state: what is not there yet, when it will be, what one can do meanwhile."""
    return {"titre": titre, "texte": texte, "lien": lien, "libelle": libelle, "niveau": niveau}


@register.inclusion_tag(COMPONENTS + "avancement.html")
def avancement(fait: Any, total: Any, libelle: str, ident: str = "avancement") -> dict[str, Any]:
    """Progress of a job or a form, in a bar and in words; without a total, only what is done."""
    done, whole = _decimal(fait), _decimal(total)
    share = min(done / whole, 1) if done is not None and whole else None
    return {"fait": fait, "total": total, "part": share, "libelle": libelle, "ident": ident}


@register.inclusion_tag(COMPONENTS + "chiffre.html")
def chiffre(
    valeur: Any, libelle: str, base: str = "", incertitude: str = "", preuve: str = "", prudence: str = ""
) -> dict[str, Any]:
    """A large number, its base and its coding uncertainty right under it, and the link to its proof.

    valeur: a number (grouped by thousands) or a text already formatted (« 42 % »).
    """
    shown = nombre(valeur) if _decimal(valeur) is not None and not isinstance(valeur, str) else valeur
    return {
        "valeur": shown,
        "libelle": libelle,
        "base": base,
        "incertitude": incertitude,
        "preuve": preuve,
        "prudence": prudence,
    }


@register.inclusion_tag(COMPONENTS + "citation.html")
def citation(texte: str, etiquette: str, langue: str = "fr") -> dict[str, Any]:
    """An approved verbatim as a real quotation, with its label (« Une personne du Lot, … »). Never typeset."""
    return {"texte": texte, "etiquette": etiquette, "langue": langue}


@register.inclusion_tag(COMPONENTS + "fil.html")
def fil(*pairs: str) -> dict[str, Any]:
    """Breadcrumb: {% fil "Libellé" url "Libellé" url "Page courante" %}; the home page comes first by itself."""
    links = [{"label": pairs[i], "url": pairs[i + 1]} for i in range(0, len(pairs) - 1, 2)]
    return {"liens": links, "courante": pairs[-1]}


@register.inclusion_tag(COMPONENTS + "bouton_post.html", takes_context=True)
def bouton_post(
    context: RequestContext,
    url: str,
    libelle: str,
    classe: str = "fr-btn--secondary",
    nom: str = "",
    valeur: str = "",
) -> dict[str, Any]:
    """A verb as a button: one form, POST, with its token; nom and valeur add one hidden value."""
    return {
        "csrf_token": context.get("csrf_token", ""),
        "url": url,
        "libelle": libelle,
        "classe": classe,
        "nom": nom,
        "valeur": valeur,
    }


@register.inclusion_tag(COMPONENTS + "icone.html")
def icone(nom: str) -> dict[str, str]:
    """A small drawn sign beside words, hidden from screen readers (templates/composants/icone.html lists them)."""
    return {"nom": nom}
