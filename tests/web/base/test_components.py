"""Components: labels, hints, errors and marks tied to their fields; figures with their base; tables one can reach.

Fed by templatetags/dsfr_fabrique. Feeds nothing.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from fabrique.web.agents.accueil.forms import ShowcaseForm

FIELDS = list(ShowcaseForm().fields)


def draw(markup: str, **context: Any) -> str:
    return Template("{% load dsfr_fabrique francais %}" + markup).render(Context(context))


def draw_for(request: HttpRequest, markup: str, **context: Any) -> str:
    return Template("{% load dsfr_fabrique %}" + markup).render(RequestContext(request, context))


class Ids(HTMLParser):
    """Every id of a page, and every id that something refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.references.extend(given.get(name, "").split())
        if given.get("href", "").startswith("#"):
            self.references.append(given["href"][1:])


@pytest.mark.parametrize("sent", [None, {}])
def test_every_id_referred_to_exists_once(sent: dict[str, str] | None) -> None:
    form = ShowcaseForm(sent)
    html = draw("{% resume_erreurs form %}{% for field in form %}{% champ field %}{% endfor %}", form=form)
    found = Ids(html)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.references) <= set(found.ids)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_sent_back_shows_its_error_beside_it_and_in_the_summary(name: str) -> None:
    form = ShowcaseForm({})
    required = form.fields[name].required
    field = draw("{% champ field %}", field=form[name])
    summary = draw("{% resume_erreurs form %}", form=form)
    assert ("fr-message--error" in field) is required
    assert (f'href="#id_{name}' in summary) is required
    assert ("--error" in field) is required


def test_the_summary_counts_what_is_to_correct_and_reassures() -> None:
    summary = draw("{% resume_erreurs form %}", form=ShowcaseForm({}))
    assert "7 réponses à corriger" in summary
    assert "Rien n’est perdu" in summary
    assert 'role="alert"' in summary


@pytest.mark.parametrize("form", [ShowcaseForm(), None])
def test_without_an_error_there_is_no_summary(form: ShowcaseForm | None) -> None:
    assert draw("{% if form %}{% resume_erreurs form %}{% endif %}", form=form).strip() == ""
    assert draw("{% if form %}{% prefixe_erreur form %}{% endif %}", form=form) == ""


def test_the_title_of_a_page_sent_back_starts_with_the_error() -> None:
    assert draw("{% prefixe_erreur form %}", form=ShowcaseForm({})) == "Erreur\u00a0: "


def test_only_what_is_out_of_the_ordinary_is_marked() -> None:
    form = ShowcaseForm()
    assert "(facultatif)" in draw("{% champ f %}", f=form["long"])
    assert "facultatif" not in draw("{% champ f %}", f=form["court"])
    assert "(obligatoire)" in draw('{% champ f marque="obligatoire" %}', f=form["court"])
    assert "facultatif" not in draw('{% champ f marque="" %}', f=form["long"])


def test_a_group_of_choices_has_a_legend_that_may_be_the_title() -> None:
    html = draw('{% champ f legende_titre="h1" %}', f=ShowcaseForm()["unique"])
    assert re.search(r"<fieldset[^>]+role=\"radiogroup\"", html)
    assert re.search(r"<legend[^>]*>\s*<h1[^>]*>Un seul choix", html)
    assert html.count("<input") == 2


def test_labels_are_escaped() -> None:
    form = ShowcaseForm()
    form.fields["court"].label = "<script>x</script>"
    assert "<script>" not in draw("{% champ f %}", f=form["court"])


def test_a_figure_has_its_base_and_its_uncertainty_under_it() -> None:
    html = draw(
        '{% chiffre 8238 "questionnaires" base="Base : 8 241 envois" incertitude="entre 40 % et 44 %" preuve="/p" %}'
    )
    assert "8\u202f238" in html
    order = [
        html.index(part)
        for part in ("8\u202f238", "questionnaires", "Base", "Incertitude du codage", 'href="/p"')
    ]
    assert order == sorted(order)
    assert "marge d’erreur" not in html


def test_a_verbatim_is_a_quotation_left_as_it_was_written() -> None:
    html = draw('{% citation t "Une personne du Lot" langue="oc" %}', t="Cal  esperar <b> : tres meses !")
    assert "Cal  esperar &lt;b&gt; : tres meses !" in html
    assert '<blockquote lang="oc">' in html
    assert '<figcaption lang="fr">Une personne du Lot</figcaption>' in html


def test_a_french_verbatim_says_so_since_the_page_may_be_in_english() -> None:
    with override("en"):
        assert '<blockquote lang="fr">' in draw('{% citation "Trois mois." "Une personne du Lot" %}')


def test_a_table_scrolls_in_a_region_that_the_keyboard_reaches() -> None:
    html = draw(
        '{% tableau "Par département" heads rows "t1" nombres="1" %}',
        heads=["Département", "Nombre"],
        rows=[["Lot", "12"]],
    )
    assert 'role="region" tabindex="0" aria-labelledby="t1-legende"' in html
    assert '<th scope="row">Lot</th><td class="fab-nombre">12</td>' in html
    assert html.count('scope="col"') == 2
    by_hand = draw("{% zone_tableau name %}<table></table>{% endzone_tableau %}", name="A & B")
    assert 'aria-label="A &amp; B"><table></table>' in by_hand


def test_pages_keep_the_other_filters(rf: RequestFactory) -> None:
    page = Paginator(range(95), 10).get_page(2)
    html = draw_for(rf.get("/?canal=web&page=2"), "{% pagination p %}", p=page)
    assert 'href="?canal=web&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1
    assert draw_for(rf.get("/"), "{% pagination p %}", p=Paginator([1], 10).get_page(1)).strip() == ""


def test_progress_is_said_in_words_and_never_passes_the_whole() -> None:
    html = draw('{% avancement 1204 8238 "Textes lus" %}')
    assert "<strong>1\u202f204</strong> sur 8\u202f238" in html
    assert 'max="8238" value="1204"' in html
    assert "100\u00a0%" in draw('{% avancement 12 10 "x" %}')
    assert "value=" not in draw('{% avancement 12 None "x" %}')
    assert "value=" not in draw('{% avancement 0 0 "x" %}')


def test_a_verb_is_a_form_with_its_token(rf: RequestFactory) -> None:
    html = draw_for(rf.get("/"), '{% bouton_post "/x/" "Faire" nom="a" valeur="b" %}')
    assert 'method="post" action="/x/"' in html
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)
    assert 'name="a" value="b"' in html


def test_steps_alerts_breadcrumb_and_empty_state() -> None:
    steps = draw('{% etapes 2 4 "Prévenir" "Vieillir" niveau="h1" %}')
    assert "Étape 2 sur 4" in steps
    assert '<h1 class="fr-stepper__title">' in steps
    assert 'role="alert"' in draw('{% alerte "error" "x" annonce=True %}')
    assert "role=" not in draw('{% alerte "info" "x" %}')
    trail = draw('{% fil "Résultats" "/resultats/" "Lot" %}')
    assert trail.index("Accueil") < trail.index("/resultats/") < trail.index("Lot")
    assert 'aria-current="page">Lot' in trail
    assert "Rien encore" in draw('{% vide "Rien encore" "Bientôt." "/x/" "Voir" %}')


@pytest.mark.django_db
def test_the_catalogue_shows_every_component_and_stores_nothing(client: Client, personas: Any) -> None:
    client.force_login(personas["lecteur"].user)
    assert client.get("/agents/composants/?page=3").status_code == 200
    page = client.post("/agents/composants/", {}).content.decode()
    found = Ids(page)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.references) <= set(found.ids)


def test_every_component_is_in_the_reference() -> None:
    from pathlib import Path

    from fabrique.web.templatetags import dsfr_fabrique, francais

    text = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "composants.md").read_text("utf-8")
    names = {*dsfr_fabrique.register.tags, *francais.register.filters}
    assert {name for name in names if f"`{name}`" not in text} == set()
