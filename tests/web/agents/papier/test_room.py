"""The room of paper through HTTP: who opens what, what each screen says, how a sheet goes through."""

import io

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.services import create_organisation, grant_role
from fabrique.audit.models import JournalLine
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Participation
from fabrique.paper import services
from fabrique.paper.models import Batch, Call, Entry
from fabrique.paper.services import sheet_code
from tests.factories import accounts, consultations, territories
from tests.factories.paper import NEEDS, a_batch, entered, operator_in, reading, sheet
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]

TYPED = {
    "accord": "1", "age": "1", "jour": "-", "q-easy": "2", "q-gave_up": "1", "q-gave_up_which": "des lunettes",
    "q-difficulties": "12", "q-priorities": "2 1", "q-minutes": "12", "q-needs": "Un médecin.",
    "q-respondent_for": "1", "q-age_band": "3", "q-sex": "1", "q-commune": "46000 Cahors",
    "q-situation": "1",
}  # fmt: skip
ORAL = {**{k: v for k, v in TYPED.items() if k.startswith("q-")}, "lue": "on", "accord": "oui", "age": "1"}


@pytest.fixture
def first(personas):
    return personas[RoleCode.OPERATOR]


@pytest.fixture
def batch(first):
    return a_batch(first)


def signed_in(actor):
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def client(first):
    return signed_in(first)


def at(batch, name, *more):
    return reverse(f"agents-papier:{name}", args=[batch.public_id, *more])


def enter(client, batch, number, **changes):
    return client.post(at(batch, "saisie", number), {**TYPED, **changes}, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- who opens what ------------------------------------------------------------------------------------


def test_the_room_opens_to_those_who_work_in_it(personas, batch):
    for code in RoleCode.values:
        expected = 200 if code in ("saisie", "administrateur", "analyste") else 403
        visitor = signed_in(personas[code])
        for name, where in (("liste", reverse("agents-papier:liste")), ("lot", at(batch, "lot"))):
            assert visitor.get(where).status_code == expected, (code, name)


@pytest.mark.parametrize(
    ("name", "more", "method"),
    [("lot", (), "get"), ("retour", (), "post"), ("tirage", (), "post"), ("ajouter", (), "post"),
     ("clore", (), "post"), ("ecarts", (), "get"), ("qualite", (), "get"), ("saisie", (1,), "get"),
     ("saisie", (1,), "post"), ("laisser", (1,), "post"), ("rouvrir", (1,), "post"), ("trancher", (1,), "get")],
)  # fmt: skip
def test_a_batch_of_another_department_is_nowhere_to_be_found(batch, name, more, method):
    stranger = signed_in(operator_in("30"))
    written = JournalLine.objects.count()
    assert getattr(stranger, method)(at(batch, name, *more)).status_code == 404
    assert stranger.get(at(batch, "livrets")).status_code == 403
    assert JournalLine.objects.count() == written


def test_who_reads_does_not_enter(batch, analyst):
    reader = signed_in(analyst)
    for where in (
        at(batch, "saisie", 1),
        reverse("agents-papier:feuille"),
        reverse("agents-papier:telephone"),
    ):
        assert reader.get(where).status_code == 403


def test_a_visitor_signs_in_first(batch):
    for where in (at(batch, "lot"), at(batch, "livrets"), reverse("agents-papier:telephone")):
        assert "/connexion/" in Client().get(where)["Location"]


def test_a_relay_opens_its_booklets_and_nothing_else(first, lot):
    own = create_organisation(
        OPERATOR, name="Espace de vie du Causse", kind=OrganisationKind.SOCIAL_CENTRE, territory=lot
    )
    user = accounts.user()
    grant_role(OPERATOR, user=user, code=RoleCode.RELAY, territory=lot, organisation=own)
    relay = signed_in(Agent(user))
    batch = a_batch(first, relay=own, size=1)
    assert relay.get(at(batch, "livrets")).status_code == 200
    assert relay.get(at(batch, "lot")).status_code == 403
    other = a_batch(first, consultation=batch.version.consultation, size=1)
    assert relay.get(at(other, "livrets")).status_code == 403


# --- batches -------------------------------------------------------------------------------------------


def test_a_batch_is_prepared_from_the_form(client):
    consultation = consultations.opened()
    page = client.get(reverse("agents-papier:nouveau"), {"consultation": consultation.public_id})
    assert page.status_code == 200
    given = {
        "consultation": consultation.public_id,
        "registre": "falc",
        "nombre": "3",
        "territoire": str(territories.department("46").pk),
        "relais": "",
        "part": "20",
    }
    assert client.post(reverse("agents-papier:nouveau"), {**given, "nombre": "500"}).status_code == 200
    assert not Batch.objects.exists()
    client.post(reverse("agents-papier:nouveau"), given)
    batch = Batch.objects.get()
    assert (batch.register, batch.double_share, batch.forms.count()) == ("falc", 20, 3)


def test_nobody_prepares_a_batch_elsewhere_than_at_home(client):
    consultation = consultations.opened()
    given = {"consultation": consultation.public_id, "registre": "standard", "nombre": "3", "part": "20",
             "territoire": str(territories.department("30").pk)}  # fmt: skip
    assert client.post(reverse("agents-papier:nouveau"), given).status_code == 200
    assert not Batch.objects.exists()


def test_booklets_are_tagged_titled_and_say_who_printed_them_in_the_journal(client, batch):
    answer = client.get(at(batch, "livrets"), {"de": "2", "a": "3"})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang) == "fr"
        assert "questionnaire à remplir" in str(document.docinfo["/Title"])
    line = JournalLine.objects.filter(verb="paper.print").get()
    assert line.reason == "2"
    for wrong in ({"de": "x"}, {"de": "90"}, {"de": "9999999999"}):
        assert client.get(at(batch, "livrets"), wrong).status_code == 404


def test_a_sheet_that_came_back_is_not_printed_again(client, first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading())
    assert client.get(at(batch, "livrets"), {"de": "1", "a": "1"}).status_code == 404


def test_the_totals_say_whether_all_that_came_back_is_entered(client, first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading(consents=False))
    client.post(at(batch, "retour"), {"recues": "3"})
    page = client.get(at(batch, "lot")).content.decode()
    assert "2 feuilles revenues ne sont pas encore saisies." in page
    assert "case d’accord non cochée" in page
    refused = client.post(at(batch, "retour"), {"recues": "9"})
    assert "il n’a pas pu en revenir davantage" in refused.content.decode()


def test_the_empty_room_says_what_a_batch_is(client):
    assert "Aucun lot pour l’instant" in client.get(reverse("agents-papier:liste")).content.decode()


# --- entry ---------------------------------------------------------------------------------------------


def test_a_sheet_is_found_by_its_number_its_digits_or_its_qr(client, batch):
    code = sheet_code(batch.code, 2)
    address = services.qr_address("https://x.test", slug="s", version=1, relay="", code=code)
    where = reverse("agents-papier:feuille")
    for given in (
        {"code": code}, {"code": address}, {"code": code[5:], "lot": batch.public_id},
    ):  # fmt: skip
        assert client.get(where, given)["Location"] == at(batch, "saisie", 2)
    for typed in ("BCDF-001-11", code[5:], ""):
        page = client.get(where, {"code": typed})
        assert page.status_code == 200
        assert "Erreur" in page.content.decode()


def test_a_number_of_another_department_finds_nothing(batch):
    stranger = signed_in(operator_in("30"))
    page = stranger.get(reverse("agents-papier:feuille"), {"code": sheet_code(batch.code, 1)})
    assert "Aucune feuille de vos lots n’a ce numéro" in page.content.decode()


def test_a_sheet_goes_through_and_the_next_number_is_asked(client, batch):
    page = enter(client, batch, 1)
    assert page.redirect_chain[-1][0] == f"{reverse('agents-papier:feuille')}?lot={batch.public_id}"
    assert said(page) == [f"Feuille {sheet_code(batch.code, 1)} saisie."]
    assert Entry.objects.get().marks == {}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"q-easy": ""}, "Tapez - si rien n’est écrit sur la feuille"),
     ({"q-easy": "7"}, "Tapez les numéros des cases cochées, de 1 à 3"),
     ({"q-difficulties": "123"}, "la réponse est ambiguë"),
     ({"q-difficulties": "14"}, "Ces cases ne vont pas ensemble"),
     ({"q-minutes": "999"}, "Écrivez un nombre entre 0 et 180"),
     ({"q-commune": "l’isle"}, "=32160 L’Isle-Jourdain"),
     ({"q-commune": "=99999"}, "Choisissez votre commune"),
     ({"accord": ""}, "Tapez 1 si la case est cochée"),
     ({"age": "7"}, "Tapez le numéro de la case cochée"),
     ({"jour": "demain"}, "Écrivez la date en chiffres"),
     ({"jour": "010199"}, "Cette date")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, batch, changes, sentence):
    page = client.post(at(batch, "saisie", 1), {**TYPED, **changes})
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert "Un médecin." in text
    assert not Entry.objects.exists()


def test_a_sheet_without_agreement_needs_nothing_else_typed(client, batch):
    page = client.post(at(batch, "saisie", 1), {"accord": "-"}, follow=True)
    assert "comptée, pas enregistrée : case d’accord non cochée" in said(page)[0]
    assert not Entry.objects.exists()


def test_an_agreement_that_is_hard_to_read_is_no_agreement(client, batch):
    assert "pas enregistrée" in said(enter(client, batch, 1, accord="!"))[0]
    assert "âge non coché" in said(enter(client, batch, 2, age="!"))[0]


def test_a_second_click_on_save_says_that_the_sheet_is_entered(client, batch):
    enter(client, batch, 1)
    again = enter(client, batch, 1)
    assert said(again) == ["Cette feuille est déjà saisie. Vérifiez son numéro."]
    assert Entry.objects.count() == 1


def test_two_operators_do_not_open_the_same_sheet(client, batch):
    client.get(at(batch, "saisie", 1))
    other = signed_in(operator_in("46"))
    assert "sur l’écran d’une autre personne" in said(other.get(at(batch, "saisie", 1), follow=True))[0]
    client.post(at(batch, "laisser", 1))
    assert other.get(at(batch, "saisie", 1)).status_code == 200


def test_a_sheet_set_aside_is_opened_again_from_the_batch(client, batch):
    client.post(at(batch, "saisie", 1), {"accord": "-"})
    client.post(at(batch, "rouvrir", 1))
    assert client.get(at(batch, "saisie", 1)).status_code == 200


# --- second entry, differences, rates -----------------------------------------------------------------


@pytest.fixture
def doubled(first):
    batch = a_batch(first, size=2, double_share=100)
    entered(first, batch)
    services.draw_sample(first, batch=batch)
    return batch


def test_the_second_entry_sees_nothing_of_the_first(doubled):
    second = signed_in(operator_in("46"))
    page = second.get(at(doubled, "saisie", 1)).content.decode()
    assert "seconde saisie" in page
    assert "lunettes" not in page
    assert "qui se déplace" not in page


def test_differences_are_shown_settled_and_counted(client, first, doubled, analyst):
    second = signed_in(operator_in("46", full_name="Seconde opératrice"))
    enter(second, doubled, 1, **{"q-sex": "2", "q-needs": "Un médecin qui vient, une fois par semaine."})
    third = signed_in(analyst)
    assert "Seconde opératrice" in third.get(at(doubled, "ecarts")).content.decode()
    page = third.get(at(doubled, "trancher", 1)).content.decode()
    assert "<mark>vient,</mark>" in page
    assert "Une femme" in page
    empty = third.post(at(doubled, "trancher", 1), {}).content.decode()
    assert "Choisissez ce que dit la feuille." in empty
    assert "Dites d’où vient l’écart." in empty
    decisions = {"d-sex": "premiere", "c-sex": "frappe", "d-needs": "aucune", "v-needs": "Un soin proche.",
                 "c-needs": "lecture"}  # fmt: skip
    assert "Feuille" in said(third.post(at(doubled, "trancher", 1), decisions, follow=True))[0]
    one = Participation.objects.get()
    assert one.contributions.get(question__key="needs").raw_text == "Un soin proche."
    assert one.closed_answers.get(question__key="sex").choice == "woman"
    again = third.post(at(doubled, "trancher", 1), decisions, follow=True)
    assert said(again) == ["Il n’y a plus rien à trancher sur cette feuille."]
    for where in (at(doubled, "qualite"), reverse("agents-papier:qualite-consultation",
                  args=[doubled.version.consultation.public_id])):  # fmt: skip
        rates = third.get(where).content.decode()
        assert "première juste : 1" in rates
        assert "aucune juste : 1" in rates


def test_a_third_value_follows_the_notation(first, doubled, analyst):
    enter(signed_in(operator_in("46")), doubled, 1, **{"q-sex": "2", "q-needs": NEEDS})
    third = signed_in(analyst)
    wrong = {"d-sex": "aucune", "v-sex": "8", "c-sex": "lecture"}
    assert "de 1 à 2" in third.post(at(doubled, "trancher", 1), wrong).content.decode()
    assert Participation.objects.count() == 0
    third.post(at(doubled, "trancher", 1), {**wrong, "v-sex": "!", "c-sex": "feuille"})
    assert not Participation.objects.get().closed_answers.filter(question__key="sex").exists()
    text = third.get(at(doubled, "qualite")).content.decode()
    assert "dont feuille ambiguë" in text


def test_without_a_second_entry_there_is_no_rate(client, batch):
    assert (
        "Aucune feuille n’a encore été saisie deux fois" in client.get(at(batch, "qualite")).content.decode()
    )


def test_the_home_page_says_what_waits(doubled):
    second = operator_in("46")
    page = signed_in(second).get(reverse("agents:accueil")).content.decode()
    assert "2 feuilles à ressaisir ou à trancher" in page.replace("\u00a0", " ")


# --- telephone -----------------------------------------------------------------------------------------


@pytest.fixture
def consultation() -> Consultation:
    return consultations.opened()


def call(client, consultation, **changes):
    where = reverse("agents-papier:appel", args=[consultation.public_id])
    sealed = client.get(where).context["form"].sealed
    return client.post(where, {"scelle": sealed, **ORAL, **changes}, follow=True)


def test_a_call_ends_on_the_code_to_spell_then_forgets_it(client, consultation):
    page = call(client, consultation)
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == reverse("agents-papier:recu")
    assert len(page.context["code"]) == 16
    assert " comme " in text
    assert Call.objects.get().consents is True
    client.post(reverse("agents-papier:effacer"))
    assert client.get(reverse("agents-papier:recu"))["Location"] == reverse("agents-papier:telephone")


def test_a_refusal_on_the_telephone_is_counted(client, consultation):
    page = call(client, consultation, accord="non")
    assert "rien n’est enregistré" in said(page)[0]
    assert not Participation.objects.exists()
    listed = client.get(reverse("agents-papier:telephone")).content.decode()
    assert "La personne n’a pas donné son accord" in listed


def test_a_call_says_what_is_missing_and_keeps_what_was_typed(client, consultation):
    page = call(client, consultation, lue="", age="", **{"q-easy": ""})
    text = page.content.decode()
    assert "Lisez la phrase d’accord en entier" in text
    assert "Demandez son âge" in text
    assert "Un médecin." in text
    assert not Call.objects.exists()


def test_an_altered_call_is_refused(client, consultation):
    where = reverse("agents-papier:appel", args=[consultation.public_id])
    assert client.post(where, {**ORAL, "scelle": "v1:faux"}).status_code == 409
