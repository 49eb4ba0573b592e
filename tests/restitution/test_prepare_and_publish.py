"""From a closed consultation to a publication: what is refused, who may, what never changes afterwards."""

from copy import deepcopy

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from fabrique.accounts.actors import Respondent, System
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.audit.models import JournalLine
from fabrique.common.actors import Operator
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.services import close_consultation
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.services import erase_participation
from fabrique.restitution import services
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import Publication, PublishedFigure
from tests.factories import consultations
from tests.factories import restitution as make
from tests.personas import Personas

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]


@pytest.fixture(scope="module")
def world_of_the_file(shared_ground):
    made = make.world(Personas())
    make.accept(made)
    return made


@pytest.fixture
def world(world_of_the_file, db):
    return deepcopy(world_of_the_file)


@pytest.fixture
def personas(world):
    return world.people


def refused_code(verb, *args, **given):
    with pytest.raises(Refused) as refused:
        verb(*args, **given)
    return refused.value.code


def test_every_figure_of_the_page_is_prepared_in_its_block(world):
    publication = make.prepared(world, validated=False)
    blocks = list(publication.figures.order_by("position").values_list("block", flat=True))
    assert blocks[:2] == [Block.TURNOUT, Block.DEPARTMENTS]
    assert blocks.count(Block.THEMES) == 3
    kinds = {row.figure.question.kind for row in publication.figures.filter(block=Block.CLOSED)}
    assert kinds == {"single", "multiple", "scale", "ranking", "number"}
    assert blocks.count(Block.CONTRIBUTIONS) == 2


def test_a_theme_under_an_accepted_theme_is_placed_under_it(world):
    publication = make.prepared(world)
    child = make.figure_of(publication, Block.THEMES, title=make.THEMES[1])
    assert child.parent == make.figure_of(publication, Block.THEMES, title=make.THEMES[0])


def test_a_theme_under_a_theme_nobody_accepted_stands_by_itself(personas):
    made = make.world(personas)
    make.accept(made, 1)
    assert make.figure_of(make.prepared(made), Block.THEMES).parent is None


def test_an_open_consultation_is_not_prepared(personas):
    made = make.world(personas, close=False)
    assert refused_code(services.prepare_publication, made.analyst, consultation=made.consultation) == (
        "publication.open"
    )


def test_a_consultation_that_nobody_answered_is_not_prepared(personas):
    consultation = consultations.opened()
    consultation = close_consultation(make.OPERATOR, consultation=consultation, reason="test")
    code = refused_code(services.prepare_publication, personas[RoleCode.ANALYST], consultation=consultation)
    assert code == "publication.empty"


def test_preparing_again_replaces_the_preparation(world):
    first = make.prepared(world)
    second = make.prepared(world)
    assert list(Publication.objects.filter(consultation=world.consultation)) == [second]
    assert (first.number, second.number) == (1, 1)


def test_an_unvalidated_figure_keeps_the_publication_back(world):
    publication = make.prepared(world, validated=False)
    assert refused_code(services.publish, world.approver, publication=publication) == "publication.figures"


def test_validating_puts_a_name_on_every_figure_once(world):
    publication = make.prepared(world, validated=False)
    count = publication.figures.count()
    assert services.validate_figures(world.analyst, publication=publication) == count
    assert services.validate_figures(world.analyst, publication=publication) == 0
    assert set(publication.figures.values_list("figure__validated_by", flat=True)) == {world.analyst.user.pk}


def test_no_accepted_theme_keeps_the_publication_back(personas):
    made = make.world(personas)
    assert (
        refused_code(services.publish, made.approver, publication=make.prepared(made)) == "publication.themes"
    )


def test_a_theme_decided_after_the_preparation_keeps_it_back(world):
    publication = make.prepared(world)
    analysis.rename_theme(world.analyst, theme=world.themes[0], label="Un autre nom")
    analysis.undo(world.analyst, theme=world.themes[2])
    assert refused_code(services.publish, world.approver, publication=publication) == "publication.decisions"


@pytest.mark.parametrize("rank", [0, 59])
def test_a_withdrawal_after_the_preparation_keeps_it_back(world, rank):
    publication = make.prepared(world)
    erase_participation(
        Respondent(), participation=make.participation_of(world, rank), reason=ErasureReason.WITHDRAWN
    )
    assert refused_code(services.publish, world.approver, publication=publication) == "publication.corpus"


def test_a_withdrawal_without_any_text_keeps_it_back_too(personas):
    made = make.world(personas, texts=False, small=20)
    publication = make.prepared(made)
    last = make.participation_of(made, 59)
    assert not last.contributions.exists()
    erase_participation(Respondent(), participation=last, reason=ErasureReason.WITHDRAWN)
    codes = [code for code, _sentence in services.missing_before_publication(publication)]
    assert "corpus" in codes


def test_a_text_that_the_analysis_did_not_read_keeps_it_back(world):
    make.corpus.participations(
        world.consultation.source, [make.corpus.submission({"needs": "Trop tard venu."})]
    )
    assert (
        refused_code(services.publish, world.approver, publication=make.prepared(world))
        == "publication.analysis"
    )


@pytest.mark.parametrize("role", [role for role in RoleCode.values if role != RoleCode.APPROVER])
def test_only_the_director_of_publication_publishes(world, personas, role):
    publication = make.prepared(world)
    with pytest.raises(Forbidden):
        services.publish(personas[role], publication=publication)
    publication.refresh_from_db()
    assert publication.state == PublicationState.DRAFT


@pytest.mark.parametrize(
    "role", [role for role in RoleCode.values if role not in (RoleCode.ANALYST, RoleCode.EDITOR)]
)
def test_only_analysts_and_editors_prepare(world, personas, role):
    with pytest.raises(Forbidden):
        services.prepare_publication(personas[role], consultation=world.consultation)


@pytest.mark.parametrize("actor", [Respondent(), System("tests"), Operator("tests")])
def test_nobody_without_a_name_publishes(world, actor):
    publication = make.prepared(world)
    with pytest.raises(Refused):
        services.publish(actor, publication=publication)


def test_a_publication_comes_out_once(world):
    publication = make.published(world)
    assert refused_code(services.publish, world.approver, publication=publication) == "publication.frozen"


def test_publishing_names_dates_hashes_and_journals(world):
    publication = make.published(world)
    world.consultation.refresh_from_db()
    assert publication.state == PublicationState.PUBLISHED
    assert publication.published_by == world.approver.user
    assert publication.frozen_at == publication.published_at
    assert len(publication.content_hash) == 64
    assert world.consultation.state == "publiee"
    assert JournalLine.objects.filter(verb="restitution.publish").count() == 1


def test_a_new_publication_replaces_the_one_before_which_stays_readable(world):
    first = make.published(world)
    second = make.published(world)
    first.refresh_from_db()
    assert (first.state, second.state) == (PublicationState.REPLACED, PublicationState.PUBLISHED)
    assert (second.number, second.supersedes) == (2, first)
    assert Publication.objects.in_force(world.consultation) == second


def test_only_a_preparation_is_given_up(world):
    publication = make.prepared(world)
    services.discard_preparation(world.analyst, publication=publication)
    assert not Publication.objects.exists()
    publication = make.published(world)
    code = refused_code(services.discard_preparation, world.analyst, publication=publication)
    assert code == "publication.frozen"


CHANGES = {
    "content_hash": "x" * 64,
    "corpus_fingerprint": "y" * 64,
    "number": 9,
    "published_by": None,
    "run": None,
    "state": PublicationState.DRAFT,
}


@pytest.mark.both_databases
@pytest.mark.parametrize("column", sorted(CHANGES))
def test_the_database_lets_nothing_of_a_publication_change(world, column):
    publication = make.published(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(**{column: CHANGES[column]})


@pytest.mark.both_databases
def test_the_database_lets_no_published_figure_change_come_or_go(world):
    publication = make.published(world)
    row = publication.figures.first()
    for change in (
        lambda: PublishedFigure.objects.filter(pk=row.pk).update(released={}),
        lambda: PublishedFigure.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: Publication.objects.filter(pk=publication.pk)._raw_delete("default"),
        lambda: PublishedFigure.objects.create(
            publication=publication,
            figure=make.figure_of(publication, Block.TURNOUT).figure,
            block=Block.TURNOUT,
            position=99,
            title="x",
        ),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


@pytest.mark.both_databases
def test_the_database_lets_a_replaced_publication_stay_replaced(world):
    first = make.published(world)
    make.published(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=first.pk).update(state=PublicationState.PUBLISHED)


def test_a_title_stays_as_published_when_the_theme_is_renamed(world):
    publication = make.published(world)
    analysis.rename_theme(world.analyst, theme=world.themes[0], label="Rebaptisé")
    assert make.figure_of(publication, Block.THEMES, title=make.THEMES[0]).title == make.THEMES[0]


def test_what_is_stored_is_in_french_whatever_the_language_of_who_prepares_validates_and_publishes(world):
    with override("en"):
        english = make.prepared(world)
        released = services.release(row.figure for row in english.figures.select_related("figure__source"))
    titles = english.figures.filter(block__in=[Block.TURNOUT, Block.DEPARTMENTS])
    assert [row.title for row in titles.order_by("position")] == [
        "Personnes qui ont répondu",
        "Participation par département",
    ]
    places = released[make.figure_of(english, Block.DEPARTMENTS).figure_id]["rows"]
    assert places[-1]["label"] == "Non renseigné ou hors de la région"


def test_figures_prepared_in_one_language_are_validated_in_another(world):
    with override("en"):
        publication = make.prepared(world, validated=False)
    count = services.validate_figures(world.analyst, publication=publication)
    assert count == publication.figures.count()
