"""The demonstration's paper: loaded through the verbs, with rates to read and one difference left to settle."""

import pytest
from django.utils import timezone

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.consultations.services.definition import definition_of
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation
from fabrique.demo.consultation import SECOND, day, open_wave
from fabrique.demo.paper import SHEETS, load_paper
from fabrique.demo.people import load_people
from fabrique.paper import services
from fabrique.paper.models import Call
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def test_paper_of_the_demonstration(occitanie):
    with told_at(day(SECOND.opens - 10)):
        agents = load_people(OPERATOR, occitanie)
    open_wave(agents, SECOND, occitanie)
    told = []
    batch = load_paper(OPERATOR, agents, occitanie, told.append)
    quality = services.quality_of([batch], definition_of(batch.version))
    assert (quality.doubled, quality.sheets_different, quality.waiting) == (5, 2, 1)
    assert quality.by_third == 1
    paper = Participation.objects.filter(channel=Channel.PAPER)
    assert paper.count() == SHEETS - 1
    assert Participation.objects.filter(channel=Channel.TELEPHONE).count() == 1
    assert sorted(Call.objects.values_list("outcome", flat=True)) == ["enregistre", "refus"]
    assert batch.forms.filter(aside_reason="sans-accord").count() == 1
    assert not paper.filter(submitted_at__gt=timezone.now()).exists()
    assert len(told) == 1
    assert RoleCode.OPERATOR in {role.code for role in batch.created_by.roles.all()}


def test_without_an_open_consultation_nothing_is_loaded(occitanie):
    with pytest.raises(Refused):
        load_paper(OPERATOR, {}, occitanie, print)
