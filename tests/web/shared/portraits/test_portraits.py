"""Portraits: the command and what it refuses, equal documents twice, and the thirteen real ones.

Fed by tests.factories.portraits and, where it is present, by the real data. Feeds nothing.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import override_settings

from fabrique.observatory.services.official import geography, load_path
from fabrique.observatory.services.standardised import Standardised
from fabrique.restitution.services.territories import Atlas, portrait
from fabrique.web.context import describe
from fabrique.web.shared.portraits import portrait_context, portrait_pdf, words
from fabrique.web.shared.portraits.blocks import Row, without_repeats
from tests.factories import portraits as make
from tests.factories.territories import OPERATOR, department, region

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "occitanie"
DIAGNOSIS = DATA.parents[1] / "reference" / "diagnostic_indicators.csv"
#: without the register of establishments, the longest of all to load
FILES = (
    "population_2023_departement_sexe_age5.csv",
    "pauvrete_2013_departements_france.csv",
    "medecins_par_departement_2018_france.csv",
    "mortalite_standardisee_2023_departement.csv",
    "pathologies_2023_departement_age.csv",
)
real_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data are not there: {DATA}")


@pytest.mark.django_db
def test_the_command_writes_one_document_a_department_and_refuses_an_unknown_code(
    occitanie: Any, tmp_path: Path
) -> None:
    make.an_observatory()
    out = io.StringIO()
    call_command("observatory", "portraits", out=tmp_path, format="html", stdout=out)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 13
    assert "portrait-48-lozere.html" in names
    assert "13/13" in out.getvalue()
    assert "En Lozère" in (tmp_path / "portrait-48-lozere.html").read_text("utf-8")
    assert not [
        trace for trace in make.traces() if trace in (tmp_path / "portrait-48-lozere.html").read_text("utf-8")
    ]
    # no file knows the intercommunalities: each is named, none is written
    call_command("observatory", "portraits", out=tmp_path / "epci", epci=True, stdout=out)
    assert "aucun chiffre, portrait laissé de côté" in out.getvalue()
    assert list((tmp_path / "epci").iterdir()) == []
    with pytest.raises(CommandError, match="75"):
        call_command("observatory", "portraits", out=tmp_path / "autre", territory=["75"], stdout=out)
    assert not (tmp_path / "autre").exists()


@pytest.mark.django_db
def test_a_portrait_is_a_tagged_pdf_of_a_few_pages_and_the_same_twice(occitanie: Any) -> None:
    make.an_observatory()
    made = portrait(department("31"))
    once, again = portrait_pdf(made), portrait_pdf(made)
    assert once == again
    with pikepdf.open(io.BytesIO(once)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert 1 <= len(document.pages) <= 4


@pytest.mark.django_db
def test_a_rate_without_some_ages_is_never_said_of_everybody(occitanie: Any) -> None:
    make.an_observatory()
    atlas = Atlas.of(region())
    gard = department("30")

    def equal(rate: float, *left_out: str) -> Standardised:
        return Standardised(
            "direct", rate, rate - 0.1, rate + 0.1, rate, None, False, 12, left_out, "2023", 1
        )

    for left_out, shown in (((), "7,88\u00a0%"), (("0-4",), "")):
        given = {gard.pk: equal(7.88, *left_out), region().pk: equal(9.0, *left_out)}
        made = portrait_context(replace(atlas, standard={"prevalence_rare": given}).portrait(gard))
        assert row_of(made, "maladies", "Maladie rare").equal == shown
        assert any("âge égal" in one for one in made["saillants"]) == bool(shown)
        page = render_to_string("shared/portraits/document.html", made)
        assert ("7,88" in page, "9,00" in page) == (bool(shown), bool(shown))
        assert ("parts brutes" in page) == bool(shown)
    assert row_of(made, "maladies", "Maladie rare").notes[-1].startswith("pas de taux à âge égal")


@pytest.mark.django_db
@override_settings(FABRIQUE_DEMONSTRATION=True)
def test_a_portrait_of_a_demonstration_does_not_call_real_figures_invented(occitanie: Any) -> None:
    make.an_observatory()
    context = portrait_context(portrait(department("30")))
    page = render_to_string("shared/portraits/document.html", {"instance": describe(None), **context})
    assert "les autres viennent des sources citées" in page
    assert "son contenu est fictif" not in page
    # elsewhere the notice stays
    assert "son contenu est fictif" in render_to_string(
        "shared/printing/base.html", {"instance": describe(None)}
    )
    assert "La plus longue barre compte" in page


@pytest.mark.django_db
def test_deaths_are_rounded_sites_are_counted_and_look_alikes_are_named(occitanie: Any) -> None:
    make.an_observatory()
    made = Atlas.of(region()).portrait(department("48"))
    line = next(
        one for section in made.sections for one in section.lines if one.own.code.startswith("mortalite")
    )
    assert words.short_words(line.own, 1020.8) == "1\u202f021"
    days = replace(
        line.own,
        definition=replace(line.own.definition, unit="other", unit_words="jours", code="x", decimals=1),
    )
    assert words.short_words(days, 4.9) == "4,9\u00a0jours"  # nothing else says what is counted
    assert row_of(portrait_context(made), "mortalite", "Tumeurs").spread.startswith("242 (")
    # a quarter more deaths than the region, in a small department, with no interval: nothing is said of it
    higher = replace(line, own=replace(line.own, value=320.0), region=250.0)
    assert words.notable(higher, made.territory) is None
    told = replace(higher, own=replace(higher.own, lower=300.0, upper=340.0))
    assert words.notable(told, made.territory) is not None
    sites = replace(
        line.own, numerator=8.0, definition=replace(line.own.definition, code="finess_603_pour_10000")
    )
    assert words.sites_words(sites) == "8 sites"
    assert words.sites_words(line.own) == ""
    named = words.median_words(replace(line, median_of=("Cantal", "Creuse")), "départements semblables")
    assert named == "la médiane de 2 départements semblables, Cantal et Creuse"


def row_of(context: dict[str, Any], block: str, label: str) -> Any:
    found = next(one for one in context["blocs"] if one.key == block)
    return next(row for row in found.rows if row.label.startswith(label))


@real_data
@pytest.mark.real_data
@pytest.mark.django_db
def test_the_thirteen_real_portraits_are_made_and_three_figures_are_those_of_the_files(
    occitanie: Any,
) -> None:
    known = geography()
    for path in (*(DATA / name for name in FILES), DIAGNOSIS):
        assert not load_path(OPERATOR, path=path, known=known).refusal
    atlas = Atlas.of(region())
    contexts = {one.code: portrait_context(atlas.portrait(one)) for one in atlas.territories}
    assert len(contexts) == 13
    for context in contexts.values():
        assert len(context["blocs"]) >= 5
        assert len(context["saillants"]) >= 3
        # the printed document says all of it, without its drawing into a PDF
        assert context["chapo"].split(".")[0] in render_to_string("shared/portraits/document.html", context)
    # read by eye in the files: INSEE 2023, Filosofi 2013, doctors 2018
    assert "En Lozère vivent 76\u202f648 habitants (2023)" in contexts["48"]["chapo"]
    assert row_of(contexts["66"], "revenus", "Taux de pauvreté (seuil").own == "21,0\u00a0%"
    # 2 508 for 1 380 672 inhabitants, as the region is counted; the file's own rate is said beside
    doctors = row_of(contexts["31"], "offre", "Médecins généralistes")
    assert doctors.own == "182"
    assert any("la source donne 179" in note for note in doctors.notes)
    # and the diagnosis: 168 places for 1 000 in Lozère, 92 in the region, 97 in France
    places = row_of(contexts["48"], "diagnostic", "Places en EHPAD")
    assert (places.own, places.region, places.country) == ("168,0", "92,0", "97,0")


def test_a_reserve_is_said_once_only_where_every_figure_of_its_source_has_it() -> None:
    def row(source: int, *notes: str) -> Row:
        return Row("", "2023", "", "", "", "", "", None, notes, source, 1)

    rows = [row(1, "année déduite")] * 3 + [row(2, "somme")] * 3 + [row(2)]
    kept, said = without_repeats(rows)
    assert said == ["Source 1 : année déduite."]
    assert [one.notes for one in kept] == [()] * 3 + [("somme",)] * 3 + [()]
