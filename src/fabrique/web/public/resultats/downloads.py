"""Open data of a publication: the released values as CSV, and the dictionary of its columns.

Fed by restitution (PublishedFigure.released). Feeds journalists, researchers and spreadsheets.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.consultations.models import Consultation
from fabrique.restitution.models import Publication, PublishedFigure
from fabrique_core.files import csv_writer

COLUMNS = ("publication", "bloc", "chiffre", "dans", "intitule", "modalite", "libelle", "mesure", "valeur", "base",
           "sans_reponse", "secret", "maintenu")  # fmt: skip
MEASURES = ("count", "first", "participations", "count_without_copies", "participations_without_copies",
            "mean", "median", "q1", "q3", "share")  # fmt: skip


@require_safe
def results_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every released value, one a line, in the order of the page."""
    publication = _in_force(slug)
    rows = (
        line
        for figure in publication.figures.select_related("parent").order_by("position")
        for line in _lines(publication, figure)
    )
    return answer(f"{slug}-publication-{publication.number}.csv", [COLUMNS, *rows])


def _in_force(slug: str) -> Publication:
    consultation = get_object_or_404(Consultation.objects.visible_to_public(), slug=slug)
    publication = Publication.objects.in_force(consultation)
    if publication is None:
        raise Http404
    return publication


def _lines(publication: Publication, row: PublishedFigure) -> Iterator[tuple[object, ...]]:
    released = row.released
    for item in released["rows"]:
        for measure in MEASURES:
            if measure not in item:
                continue
            value = item[measure]
            yield (
                publication.number,
                row.block,
                row.public_id,
                row.parent.public_id if row.parent else "",
                row.title,
                item["key"],
                item["label"],
                measure,
                _number(value),
                released.get("answered", released["base"]),
                released["missing"],
                _held_back(item, value),
                row.kept_from or "",
            )


def _held_back(item: dict[str, object], value: object) -> str:
    """« 1 » where disclosure control holds the value back; a share of nobody is empty without being secret."""
    return "1" if value is None and item.get("count") != 0 else "0"


def _number(value: object) -> object:
    """Decimal comma, as French spreadsheets read it; counts stay whole."""
    return str(round(value, 6)).replace(".", ",") if isinstance(value, float) else value


@require_safe
def dictionary_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """What each column and each measure means."""
    publication = _in_force(slug)
    return answer(
        f"{slug}-dictionnaire-{publication.number}.csv", [("nom", "nature", "description"), *_dictionary()]
    )


def _dictionary() -> list[tuple[str, str, str]]:
    """In the instance's language, as the data are: a file must not depend on who downloads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return [*formats(), *_columns(), *_measures()]


def formats() -> list[tuple[str, str, str]]:
    """How every file of results is written."""
    kind = _("format")
    return [
        (_("encodage"), kind, _("UTF-8, avec la marque d’ordre des octets (BOM) que les tableurs attendent")),
        (_("séparateur"), kind, _("Point-virgule ; une cellule qui en contient est entre guillemets droits")),
        (_("décimales"), kind, _("Virgule décimale, sans séparateur de milliers")),
        (
            _("apostrophe"),
            kind,
            _(
                "Placée devant un texte qui commence par = + - @ : aucun tableur ne l’exécute comme une formule"
            ),
        ),
    ]


def _columns() -> list[tuple[str, str, str]]:
    """The columns, in their order."""
    said = {
        "publication": _("Numéro de la publication"),
        "bloc": _(
            "Partie de la page : participation, departements, canaux, contributions, questions-fermees, themes"
        ),
        "chiffre": _("Identifiant du chiffre ; sa preuve est à l’adresse …/preuve/identifiant/"),
        "dans": _("Pour un sous-thème, le chiffre du thème qui le compte déjà : ne pas les additionner"),
        "intitule": _("Question posée, ou intitulé du thème"),
        "modalite": _(
            "Clé de la réponse, code du département, ou clé de la mesure ; vide : non renseigné ou hors région"
        ),
        "libelle": _("Libellé de la modalité"),
        "mesure": _("Ce que compte la valeur : voir les lignes « mesure »"),
        "valeur": _("Valeur ; vide si elle est retenue par le secret statistique ; virgule décimale"),
        "base": _(
            "Personnes qui ont répondu (questions à choix), textes reçus (textes, thèmes), "
            "questionnaires sinon"
        ),
        "sans_reponse": _(
            "Personnes à qui la question a été posée et qui n’ont pas répondu ; textes mis de côté"
        ),
        "secret": _("1 si la valeur est retenue (moins de onze personnes, ou permettrait de les retrouver)"),
        "maintenu": _("Numéro de la publication dont ce chiffre est maintenu : il a trop peu changé depuis"),
    }
    return [(name, _("colonne"), said[name]) for name in COLUMNS]


def _measures() -> list[tuple[str, str, str]]:
    measure = _("mesure")
    return [
        (
            "count",
            measure,
            _("Effectif : personnes (participation, questions fermées), textes (contributions, thèmes)"),
        ),
        ("first", measure, _("Personnes qui ont classé cette réponse en premier")),
        ("participations", measure, _("Personnes distinctes à l’origine des textes comptés")),
        ("count_without_copies", measure, _("Textes, chaque famille de textes recopiés comptant une fois")),
        (
            "participations_without_copies",
            measure,
            _("Personnes, chaque famille de textes recopiés comptant une fois"),
        ),
        ("mean", measure, _("Moyenne des nombres donnés")),
        ("median", measure, _("Médiane des nombres donnés")),
        ("q1", measure, _("Premier quartile des nombres donnés")),
        ("q3", measure, _("Troisième quartile des nombres donnés")),
        ("share", measure, _("Part parmi les personnes qui ont répondu, de 0 à 1")),
    ]


def answer(filename: str, lines: Iterable[Iterable[object]]) -> HttpResponse:
    """Semicolons and a byte-order mark: what a French spreadsheet opens without asking."""
    buffer = io.StringIO()
    csv_writer(buffer).writerows(lines)
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
