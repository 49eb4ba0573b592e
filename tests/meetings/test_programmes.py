"""Programmes: opened, changed, their themes, made public; each refusal; two people at once."""

from __future__ import annotations

from datetime import date

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.models import Programme
from fabrique.meetings.services import programmes
from tests.factories import meetings as make
from tests.factories import territories
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


def test_an_organiser_opens_a_programme_that_nobody_sees_yet(personas):
    organiser = personas[RoleCode.MEETING_ORGANISER]
    programme = programmes.create_programme(
        organiser, title="  Santé  2027 ", territory=territories.region(), organisers=["Agence fictive"]
    )
    assert (programme.title, programme.slug, programme.published_at) == ("Santé 2027", "sante-2027", None)
    assert [str(one) for one in programme.organisers.all()] == ["Agence fictive"]
    assert not Programme.objects.public().exists()
    assert JournalLine.objects.filter(verb="meetings.create_programme").count() == 1


@pytest.mark.parametrize("code", [RoleCode.READER, RoleCode.FACILITATOR, RoleCode.ANALYST])
def test_other_roles_open_none(personas, code):
    with pytest.raises(Forbidden):
        programmes.create_programme(personas[code], title="Non", territory=territories.region())
    assert not Programme.objects.exists()


def test_a_role_in_one_department_stays_there(personas):
    from tests.factories import accounts

    local = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("46"))
    with pytest.raises(Forbidden):
        programmes.create_programme(local, title="Région", territory=territories.region())
    with pytest.raises(Forbidden):
        programmes.create_programme(local, title="Gard", territory=territories.department("30"))
    assert programmes.create_programme(local, title="Lot", territory=territories.department("46"))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"title": "   "}, "programme.title"),
        ({"title": "Déjà là"}, "programme.taken"),
        ({"title": "X", "starts_on": date(2027, 2, 1), "ends_on": date(2027, 1, 1)}, "programme.dates"),
    ],
)
def test_what_does_not_stand_is_refused(values, code):
    make.make_programme(title="Déjà là")
    with pytest.raises(Refused) as refused:
        programmes.create_programme(OPERATOR, territory=territories.region(), **values)
    assert refused.value.code == code


def test_addresses_are_free_and_never_a_word_of_the_room():
    slugs = [make.make_programme(title=title, public=False).slug for title in ("Initiatives", "Été", "Été !")]
    assert slugs == ["initiatives-2", "ete", "ete-2"]


def test_two_people_on_one_programme(personas):
    organiser = personas[RoleCode.MEETING_ORGANISER]
    programme = make.make_programme()
    programmes.change_programme(organiser, programme=programme, revision=programme.revision, frame="Un")
    with pytest.raises(Refused) as refused:
        programmes.change_programme(organiser, programme=programme, revision=programme.revision, frame="Deux")
    assert refused.value.code == "edit.conflict"
    assert Programme.objects.get().frame == "Un"


def test_themes_keep_their_keys_when_they_are_renamed():
    programme = make.make_programme()
    renamed = [
        {"key": "prevention", "title": "Prévenir"},
        {"key": "acces-aux-soins", "title": "L’accès aux soins"},
        {"title": "L’autonomie"},
    ]
    programmes.set_themes(OPERATOR, programme=programme, themes=renamed)
    assert [(t.key, t.title) for t in programme.themes.all()] == [
        ("prevention", "Prévenir"),
        ("acces-aux-soins", "L’accès aux soins"),
        ("l-autonomie", "L’autonomie"),
    ]


def test_a_theme_that_a_meeting_holds_does_not_go():
    programme = make.make_programme()
    make.make_meeting(programme=programme, themes=programme.themes.filter(key="prevention"))
    with pytest.raises(Refused) as refused:
        programmes.set_themes(OPERATOR, programme=programme, themes=[make.THEMES[0]])
    assert refused.value.code == "theme.used"
    assert programme.themes.count() == 2


def test_a_theme_is_not_written_twice():
    programme = make.make_programme()
    with pytest.raises(Refused) as refused:
        programmes.set_themes(OPERATOR, programme=programme, themes=[make.THEMES[0], make.THEMES[0]])
    assert refused.value.code == "theme.twice"


def test_publishing_wants_words_and_a_right(personas):
    bare = make.make_programme(public=False, themes=None, frame="")
    with pytest.raises(Refused) as refused:
        programmes.publish_programme(personas[RoleCode.APPROVER], programme=bare)
    assert refused.value.code == "programme.frame"
    full = make.make_programme(public=False)
    with pytest.raises(Forbidden):
        programmes.publish_programme(personas[RoleCode.EDITOR], programme=full)
    first = programmes.publish_programme(personas[RoleCode.APPROVER], programme=full).published_at
    assert programmes.publish_programme(personas[RoleCode.APPROVER], programme=full).published_at == first


def test_a_programme_is_taken_back_until_somebody_registered(personas):
    programme = make.make_programme()
    programmes.withdraw_programme(personas[RoleCode.APPROVER], programme=programme)
    assert not Programme.objects.public().exists()


def test_an_organiser_of_the_lot_reads_the_public_ones_and_her_own(personas):
    from tests.factories import accounts

    local = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("46"))
    make.make_programme(title="Public")
    make.make_programme(title="Caché", public=False)
    mine = make.make_programme(title="Le mien", public=False)
    make.make_meeting(programme=mine)
    assert {p.title for p in Programme.objects.visible_to(local)} == {"Public", "Le mien"}
    assert not Programme.objects.visible_to(personas[RoleCode.RELAY]).exists()
