"""Published results common to several sources: the page, its earlier versions, the proof of a number, the file.

Fed by restitution (common publications in force) and web/shared/results. Feeds templates/public/resultats/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.analysis.services import describe_expression, scope_of_run
from fabrique.restitution.enums import Block
from fabrique.restitution.models import CommonFigure, CommonPublication
from fabrique.web.public.resultats.downloads import answer, formats
from fabrique.web.shared.results import presentation
from fabrique.web.shared.results.common import common_context, sources_shown, unit_shown
from fabrique.web.shared.results.words import withdrawals_in_words

COLUMNS = ("publication", "bloc", "chiffre", "dans", "intitule", "unite", "canal", "libelle", "mesure", "valeur",
           "textes_recus", "textes_mis_de_cote", "secret", "maintenu")  # fmt: skip
MEASURES = ("count", "participations", "count_without_copies", "participations_without_copies")


def _in_force(common_id: str) -> CommonPublication:
    publication: CommonPublication | None = (
        CommonPublication.objects.in_force().filter(common__public_id=common_id).first()
    )
    if publication is None:
        raise Http404
    return publication


@require_safe
def detail(request: HttpRequest, common_id: str) -> HttpResponse:
    """The common publication in force."""
    return render(request, "results/commun.html", common_context(_in_force(common_id)))


@require_safe
def version(request: HttpRequest, common_id: str, number: int) -> HttpResponse:
    """A common publication by its number: one that was replaced stays readable and says so."""
    rows = CommonPublication.objects.public().select_related("common", "run__source", "published_by")
    publication = get_object_or_404(rows, common__public_id=common_id, number=number)
    return render(request, "results/commun.html", common_context(publication))


@require_safe
def proof(request: HttpRequest, common_id: str, figure_id: str) -> HttpResponse:
    """Behind a number: the query in words, base, missing, run, sources with their hashes, validator, quotes."""
    row = (
        CommonFigure.objects.public()
        .with_provenance()
        .filter(publication__common__public_id=common_id, public_id=figure_id)
        .first()
    )
    if row is None:
        raise Http404
    figure, publication = row.figure, row.publication
    withdrawn = scope_of_run(publication.run).withdrawals_since(figure.computed_at)
    context = {
        "publication": publication,
        "commun": common_id,
        "ligne": row,
        "unite": unit_shown(row),
        "unites": [unit_shown(row)],
        "chiffre": figure,
        "requete": describe_expression(
            figure.expression, theme_label=row.title if row.block == Block.THEMES else ""
        ),
        "expression": json.dumps(figure.expression, ensure_ascii=False, indent=2),
        "citations": presentation.quotes_of([row]).get(figure.theme_id or 0, []),
        "retraits": withdrawals_in_words(withdrawn),
        "sources": sources_shown(publication),
    }
    return render(request, "public/resultats/preuve_commune.html", context)


@require_safe
def results_csv(request: HttpRequest, common_id: str) -> HttpResponse:
    """Every released value, one a line: a unit and a channel each; no line sums two units."""
    publication = _in_force(common_id)
    rows = publication.figures.in_page_order()
    lines = (line for row in rows for line in _lines(publication, row))
    return answer(f"commun-{common_id}-publication-{publication.number}.csv", [COLUMNS, *lines])


def _lines(publication: CommonPublication, row: CommonFigure) -> Iterator[tuple[object, ...]]:
    for item in row.released["rows"]:
        for measure in MEASURES:
            if measure not in item:
                continue
            value = item[measure]
            texts = row.block != Block.TURNOUT
            yield (
                publication.number,
                row.block,
                row.public_id,
                row.parent.public_id if row.parent else "",
                row.title,
                row.released["unit"],
                item["key"],
                item["label"],
                measure,
                value,
                item["base"] if texts else "",
                item["missing"] if texts else "",
                "1" if value is None else "0",
                row.kept_from or "",
            )


@require_safe
def dictionary_csv(request: HttpRequest, common_id: str) -> HttpResponse:
    """What each column and each measure means, in the instance's language as the data are."""
    publication = _in_force(common_id)
    with translation.override(settings.LANGUAGE_CODE):
        lines = [("nom", "nature", "description"), *formats(), *_columns(), *_measures()]
    return answer(f"commun-{common_id}-dictionnaire-{publication.number}.csv", lines)


def _columns() -> list[tuple[str, str, str]]:
    """The columns, in their order."""
    said = {
        "publication": _("Numéro de la publication"),
        "bloc": _("Partie de la page : participation, contributions (textes reçus), themes"),
        "chiffre": _("Identifiant du chiffre ; sa preuve est à l’adresse …/preuve/identifiant/"),
        "dans": _("Pour un sous-thème, le chiffre du thème qui le compte déjà : ne pas les additionner"),
        "intitule": _("Ce qui est compté, ou intitulé du thème"),
        "unite": _("Qui est compté : personne, groupe ou organisation ; ne jamais additionner deux unités"),
        "canal": _(
            "Clé du canal ; vide : tous les canaux de cette unité, à ne pas additionner aux autres lignes"
        ),
        "libelle": _("Libellé du canal"),
        "mesure": _("Ce que compte la valeur : voir les lignes « mesure »"),
        "valeur": _("Valeur ; vide si elle est retenue par le secret statistique"),
        "textes_recus": _(
            "Base : textes reçus de cette unité par ce canal ; vide pour la participation, ou retenue"
        ),
        "textes_mis_de_cote": _(
            "Parmi eux, ceux qui ne disent rien ; vide pour la participation, ou retenus"
        ),
        "secret": _("1 si la valeur est retenue (moins de onze, ou permettrait d’en retrouver une autre)"),
        "maintenu": _("Numéro de la publication dont ce chiffre est maintenu : il a trop peu changé depuis"),
    }
    return [(name, _("colonne"), said[name]) for name in COLUMNS]


def _measures() -> list[tuple[str, str, str]]:
    said = {
        "count": _("Participations (participation) ; textes (contributions, thèmes)"),
        "participations": _("Personnes, groupes ou organisations à l’origine de ces textes"),
        "count_without_copies": _("Textes, chaque famille de textes recopiés comptant une fois"),
        "participations_without_copies": _("De même, par personne, groupe ou organisation"),
    }
    return [(name, _("mesure"), said[name]) for name in MEASURES]


@require_safe
def manifest(request: HttpRequest, common_id: str, number: int) -> HttpResponse:
    """The sources of a publication with the hash of what was read in each, as a file."""
    rows = CommonPublication.objects.public().select_related("common")
    publication = get_object_or_404(rows, common__public_id=common_id, number=number)
    text = json.dumps(publication.manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="commun-{common_id}-{number}.json"'
    return response
