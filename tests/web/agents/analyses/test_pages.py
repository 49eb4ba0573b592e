"""The agents' room of analyses, page by page and persona by persona, without JavaScript.

Fed by factories/analysis.py and personas. Feeds confidence in web/agents/analyses.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Quote, Run, Theme
from fabrique.contributions.enums import Moderation
from fabrique.contributions.services import moderate
from tests.factories import analysis as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]

READERS = {RoleCode.ANALYST, RoleCode.CODER, RoleCode.APPROVER, RoleCode.DATA_PROTECTION}


@pytest.fixture(scope="module")
def run_of_the_file(shared_ground):
    return make.finished_run()


@pytest.fixture
def run(run_of_the_file, occitanie):
    return deepcopy(run_of_the_file)


@pytest.fixture
def theme(run):
    return make.some_theme(run)


@pytest.fixture
def client_of(client: Client):
    def signed_in(agent) -> Client:
        client.force_login(agent.user)
        return client

    return signed_in


@pytest.fixture
def analyst_client(client_of, analyst):
    return client_of(analyst)


def url(name: str, theme: Theme, *more: str) -> str:
    return reverse(f"agents-analyses:{name}", args=[theme.run.public_id, theme.public_id, *more])


def pages(run: Run) -> list[str]:
    theme = make.some_theme(run)
    return [
        reverse("agents-analyses:liste"),
        reverse("agents-analyses:detail", args=[run.public_id]),
        reverse("agents-analyses:mises-de-cote", args=[run.public_id]),
        url("theme", theme),
        url("idees", theme),
    ]


@pytest.mark.parametrize("code", RoleCode.values)
def test_only_those_who_may_read_analyses_open_their_pages(code, run, personas, client_of):
    client = client_of(personas[code])
    expected = 200 if code in READERS else 403
    assert {page: client.get(page).status_code for page in pages(run)} == dict.fromkeys(pages(run), expected)


def test_nobody_opens_them_without_signing_in(run, client):
    for page in pages(run):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("connexion"))


@pytest.mark.parametrize("code", [RoleCode.CODER, RoleCode.APPROVER, RoleCode.MODERATOR, RoleCode.READER])
def test_deciding_is_refused_to_others_than_analysts(code, theme, personas, client_of):
    client = client_of(personas[code])
    given = {"label": "Attendre", "version": theme.version}
    assert client.post(url("accepter", theme), given).status_code == 403
    assert client.post(url("annuler", theme), given).status_code == 403
    theme.refresh_from_db()
    assert theme.state == ThemeState.PROPOSED


def test_a_coder_reads_the_review_screen_without_its_forms(theme, personas, client_of):
    page = client_of(personas[RoleCode.CODER]).get(url("theme", theme)).content.decode()
    assert "Accepter et continuer" not in page
    assert "Approuver cette citation" not in page


def test_an_agent_of_another_region_sees_no_run(run, with_big_cities, client_of):
    from tests.factories.accounts import agent
    from tests.factories.territories import region

    client = client_of(agent(RoleCode.ANALYST, region("11")))
    assert client.get(reverse("agents-analyses:detail", args=[run.public_id])).status_code == 404
    assert run.source.label not in client.get(reverse("agents-analyses:liste")).content.decode()


def test_launching_leads_to_the_progress_page_which_refreshes_because_one_asked(occitanie, analyst_client):
    source = make.corpus(per_subject=3)
    answer = analyst_client.post(
        reverse("agents-analyses:lancer", args=[source.public_id]), {"encoder": "lexical", "seed": 5}
    )
    run = Run.objects.get(source=source)
    assert answer["Location"] == reverse("agents-analyses:detail", args=[run.public_id]) + "?suivi=oui"
    followed = analyst_client.get(answer["Location"])
    assert followed["Refresh"] == "5"
    assert "Arrêter l’actualisation automatique" in followed.content.decode()
    still = analyst_client.get(reverse("agents-analyses:detail", args=[run.public_id]))
    assert "Refresh" not in still


def test_launching_twice_says_why_and_keeps_what_was_typed(occitanie, analyst_client, analyst):
    source = make.corpus(per_subject=3)
    services.ask_run(analyst, source=source)
    page = analyst_client.post(
        reverse("agents-analyses:lancer", args=[source.public_id]), {"encoder": "lexical", "seed": 77}
    ).content.decode()
    assert "est déjà en cours" in page
    assert 'value="77"' in page


def test_giving_up_a_run_from_its_page(occitanie, analyst_client, analyst):
    run = services.ask_run(analyst, source=make.corpus(per_subject=3))
    page = analyst_client.post(reverse("agents-analyses:abandonner", args=[run.public_id]), follow=True)
    assert "abandonnée" in page.content.decode()


def test_the_result_shows_what_was_set_aside_and_the_campaign(run, analyst_client):
    page = analyst_client.get(reverse("agents-analyses:detail", args=[run.public_id])).content.decode()
    assert "ne dit rien" in page
    assert make.CAMPAIGN in page
    aside = analyst_client.get(
        reverse("agents-analyses:mises-de-cote", args=[run.public_id])
    ).content.decode()
    assert "RAS" in aside
    assert "néant" in aside


def test_the_tree_is_filtered_by_state(run, theme, analyst, analyst_client):
    make.accepted(analyst, theme, "Attendre longtemps")
    address = reverse("agents-analyses:detail", args=[run.public_id])
    found = analyst_client.get(address, {"etat": "accepte"}).context["lignes"]
    assert [line["theme"].label for line in found] == ["Attendre longtemps"]


def test_the_review_screen_shows_between_five_and_eight_quotes_each_with_its_button(theme, analyst_client):
    answer = analyst_client.get(url("theme", theme))
    assert 5 <= len(answer.context["citations"]) <= 8
    assert answer.content.decode().count("Approuver cette citation") == len(answer.context["citations"])


def test_accepting_goes_on_to_the_next_theme_which_offers_to_undo(theme, analyst, analyst_client):
    answer = analyst_client.post(
        url("accepter", theme), {"label": "Attendre", "description": "Les délais", "version": theme.version}
    )
    theme.refresh_from_db()
    assert (theme.state, theme.label, theme.description) == (ThemeState.ACCEPTED, "Attendre", "Les délais")
    assert theme.decided_by == analyst.user
    following = Theme.objects.following(theme)
    assert answer["Location"] == url("theme", following) + f"?apres={theme.public_id}"
    assert "Annuler cette décision" in analyst_client.get(answer["Location"]).content.decode()
    analyst_client.post(url("annuler", theme), {"version": theme.version})
    theme.refresh_from_db()
    assert (theme.state, theme.decided_by) == (ThemeState.PROPOSED, None)


def test_the_program_s_label_is_only_kept_knowingly(theme, analyst_client):
    given = {"label": theme.proposed_label, "version": theme.version}
    page = analyst_client.post(url("accepter", theme), given)
    assert "encore celui du programme" in page.content.decode()
    assert page.content.decode().count("<title>Erreur") == 1
    analyst_client.post(url("accepter", theme), given | {"keep_label": "on"})
    theme.refresh_from_db()
    assert theme.state == ThemeState.ACCEPTED


def test_the_program_s_label_taken_up_again_may_still_be_confirmed(theme, analyst, analyst_client):
    renamed = services.rename_theme(analyst, theme=theme, label="D’autres mots")
    given = {"label": theme.proposed_label, "version": renamed.version}
    assert 'name="keep_label"' in analyst_client.post(url("accepter", theme), given).content.decode()


def test_a_passage_that_is_not_even_numbers_is_not_found(theme, analyst_client):
    given = {"contribution": "x", "start": "zéro", "end": ""}
    assert analyst_client.post(url("citer", theme), given).status_code == 404


def test_a_theme_changed_meanwhile_is_sent_back_with_what_was_typed(theme, analyst, analyst_client):
    given = {"label": "Mes mots", "version": theme.version}
    services.rename_theme(analyst, theme=theme, label="Les mots d’une autre personne")
    page = analyst_client.post(url("accepter", theme), given).content.decode()
    assert "pendant que vous le lisiez" in page
    assert 'value="Mes mots"' in page
    assert "Les mots d’une autre personne" in page
    again = {"label": "Mes mots", "version": theme.version + 1}
    assert f'name="version" value="{theme.version + 1}"' in page
    assert analyst_client.post(url("accepter", theme), again).status_code == 302


def test_saving_the_words_decides_nothing(theme, analyst_client):
    analyst_client.post(url("intitule", theme), {"label": "Attendre", "version": theme.version})
    theme.refresh_from_db()
    assert (theme.label, theme.state) == ("Attendre", ThemeState.PROPOSED)


def test_discarding_wants_a_reason(theme, analyst_client):
    page = analyst_client.post(url("ecarter", theme), {"version": theme.version}, follow=True)
    assert "Choisissez un motif" in page.content.decode()
    analyst_client.post(url("ecarter", theme), {"version": theme.version, "reason": "hors-sujet"})
    theme.refresh_from_db()
    assert (theme.state, theme.discard_reason) == (ThemeState.DISCARDED, "hors-sujet")
    assert "hors du sujet" in analyst_client.get(url("theme", theme)).content.decode()


def test_merging_and_moving_from_their_lists(run, analyst_client):
    one, other = make.some_theme(run, 0), make.some_theme(run, 1)
    analyst_client.post(url("fusionner", one), {"version": one.version, "into": other.public_id})
    one.refresh_from_db()
    assert one.merged_into == other
    refused = analyst_client.post(
        url("fusionner", other), {"version": other.version, "into": ""}, follow=True
    )
    assert "Choisissez un autre thème" in refused.content.decode()
    refused = analyst_client.post(
        url("deplacer", other), {"version": other.version, "parent": "xxxx"}, follow=True
    )
    assert "premier niveau" in refused.content.decode()


def test_approving_a_quote_shows_who_and_taking_it_back_removes_it(theme, analyst, analyst_client):
    shown = analyst_client.get(url("theme", theme)).context["citations"][0]
    given = {"contribution": shown["contribution"].public_id, "start": shown["debut"], "end": shown["fin"]}
    analyst_client.post(url("citer", theme), given)
    quote = Quote.objects.get()
    assert services.quote_text(quote) == shown["texte"]
    page = analyst_client.get(url("theme", theme)).content.decode()
    assert f"</strong>, {analyst.user.full_name}" in page
    analyst_client.post(url("retirer-citation", theme, quote.public_id))
    assert not Quote.objects.exists()


def test_a_passage_that_is_no_idea_of_the_theme_is_refused_in_words(theme, analyst_client):
    shown = analyst_client.get(url("theme", theme)).context["citations"][0]
    given = {"contribution": shown["contribution"].public_id, "start": 0, "end": 9_999}
    page = analyst_client.post(url("citer", theme), given, follow=True)
    assert "passage exact d’une idée" in page.content.decode()
    assert not Quote.objects.exists()


def test_a_hidden_text_cannot_be_approved_from_the_screen(theme, analyst, analyst_client):
    shown = analyst_client.get(url("theme", theme)).context["citations"][0]
    moderate(analyst, contribution=shown["contribution"], state=Moderation.HIDDEN, reason="identifiant")
    page = analyst_client.get(url("theme", theme)).content.decode()
    assert "écarté de la publication" in page


def test_names_and_numbers_are_masked_on_every_screen(run, analyst_client):
    for theme in Theme.objects.filter(run=run):
        for name in ("theme", "idees"):
            page = analyst_client.get(url(name, theme)).content.decode()
            assert "06 12 34" not in page
            assert "Lefort" not in page


def test_a_verb_is_never_a_link(theme, analyst_client):
    for name in ("accepter", "intitule", "ecarter", "fusionner", "deplacer", "annuler", "citer"):
        assert analyst_client.get(url(name, theme)).status_code == 405
