"""What the holder of a receipt is told of each text once results are published, and of none before."""

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.models import SetAside
from fabrique.contributions.services import moderate
from fabrique.restitution.services import followed
from tests.factories import restitution as make

pytestmark = pytest.mark.django_db


def themes_of(world, rank):
    _publication, texts = followed(make.participation_of(world, rank))
    return [{given.figure.title for given in text.themes} for text in texts]


def test_nothing_is_told_before_a_publication(personas):
    made = make.world(personas)
    make.accept(made)
    assert followed(make.participation_of(made, 30)) == (None, [])


def test_a_text_is_told_every_published_theme_that_counts_it(personas):
    made, _publication = make.a_published_world(personas)
    assert themes_of(made, 30) == [{make.THEMES[0]}]
    assert themes_of(made, 10) == [{make.THEMES[0], make.THEMES[1]}]


def test_a_text_of_a_sub_theme_counts_in_the_theme_above(personas):
    made = make.world(personas)
    made.themes[1].assignments.exclude(idea__in=[]).update(score=0.5)
    made.themes[0].assignments.all().delete()
    make.accept(made, 0, 1)
    make.published(made)
    assert themes_of(made, 10) == [{make.THEMES[0], make.THEMES[1]}]


def test_a_text_of_a_merged_theme_is_told_the_theme_that_took_it(personas):
    made = make.world(personas)
    make.accept(made, 0)
    analysis.merge_themes(made.analyst, theme=made.themes[2], into=made.themes[0])
    make.published(made)
    assert themes_of(made, 0)[-1] == {make.THEMES[0]}


def test_a_text_of_no_accepted_theme_is_told_none(personas):
    made, _publication = make.a_published_world(personas)
    assert themes_of(made, 59) == [set()]


def test_a_text_set_aside_is_told_why(personas):
    made = make.world(personas)
    make.accept(made)
    text = make.participation_of(made, 59).contributions.get()
    SetAside.objects.create(run=made.run, contribution=text, reason="non_answer")
    make.published(made)
    _publication, texts = followed(make.participation_of(made, 59))
    assert texts[0].set_aside == "non_answer"


def test_a_quoted_text_is_told_so_until_the_quote_goes(personas):
    made, _publication = make.a_published_world(personas)
    text = make.participation_of(made, 0).contributions.get(question__key="needs")

    def quoted():
        _found, texts = followed(make.participation_of(made, 0))
        return any(given.quoted for one in texts for given in one.themes)

    assert quoted()
    moderate(personas[RoleCode.MODERATOR], contribution=text, state="ecarte", reason="identifiant")
    assert not quoted()


def test_what_is_told_takes_few_queries(personas, django_assert_max_num_queries):
    made, _publication = make.a_published_world(personas)
    participation = make.participation_of(made, 0)
    with django_assert_max_num_queries(8):
        followed(participation)
