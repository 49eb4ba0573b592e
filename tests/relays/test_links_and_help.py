"""A relay's code, helped answers and counts: whose they are, what the response keeps, what small numbers say.

Fed by factories/relays.py and factories/contributions.py. Feeds nothing.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.accounts.actors import Respondent
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import AnswerDocument, Consultation
from fabrique.consultations.services.answering import save_answers, seal_form, submit
from fabrique.contributions.enums import Channel, Help, Unit
from fabrique.contributions.models import Participation
from fabrique.relays import services
from fabrique.relays.enums import EndReason
from fabrique.relays.models import Relay, RelayLink
from fabrique.relays.querysets import counts_of
from fabrique.web.shared.relay_kit.telling import count_in_words
from tests.factories import consultations, relays
from tests.factories.contributions import ANSWERS, a_draft, a_participation, a_proof
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie"), pytest.mark.both_databases]


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened()


@pytest.fixture
def relay(occitanie: Any) -> Relay:
    return relays.accepted()


def answered(link: RelayLink, helped: int, alone: int) -> None:
    for number in range(helped + alone):
        from fabrique.contributions.services import Profile

        a_participation(
            link.consultation.source,
            relay=link.relay.organisation,
            texts={},
            closed=[],
            profile=Profile(help=Help.HELPED if number < helped else Help.ALONE),
        )


# --- links


def test_a_link_is_made_once_and_is_found_however_it_is_typed(
    relay: Relay, consultation: Consultation
) -> None:
    link = relays.link(relay, consultation)
    assert relays.link(relay, consultation) == link
    assert len(link.code) == 6
    typed = link.code.lower().replace("0", "o").replace("1", "l")
    assert RelayLink.objects.followed(f" {typed} ") == link
    assert RelayLink.objects.followed("??????") is None


def test_a_link_is_the_relays_own_or_made_by_who_decides(
    personas: Any, relay: Relay, consultation: Consultation
) -> None:
    other = relays.accepted()
    for actor in (relays.person_of(other), personas["relais"], personas["lecteur"], Respondent()):
        with pytest.raises(Forbidden):
            services.link_for(actor, relay=relay, consultation=consultation)
    assert services.link_for(relays.person_of(relay), relay=relay, consultation=consultation)
    services.suspend_relay(OPERATOR, relay=other, reason=EndReason.NEUTRALITY)
    other.refresh_from_db()
    with pytest.raises(Refused) as refused:
        services.link_for(OPERATOR, relay=other, consultation=consultation)
    assert refused.value.code == "relay.not_active"


def test_a_consultation_of_elsewhere_is_refused(relay: Relay) -> None:
    elsewhere = consultations.opened("Dans le Gard", perimeter=department("30"))
    with pytest.raises(Refused) as refused:
        relays.link(relay, elsewhere)
    assert refused.value.code == "relay.elsewhere"


# --- the response keeps its relay and its helper


def test_a_person_who_came_by_a_relay_answers_as_they_say(relay: Relay, consultation: Consultation) -> None:
    draft = a_draft(consultation, relay=relay.organisation)
    done = submit(Respondent(), sealed=seal_form(draft), proof=a_proof())
    row = done.participation
    assert (row.relay, row.help, row.channel, row.form_version) == (
        relay.organisation,
        Help.ALONE,
        Channel.WEB,
        1,
    )


def test_a_helped_response_is_marked_so_with_what_was_agreed(
    relay: Relay, consultation: Consultation
) -> None:
    person, link = relays.person_of(relay), relays.link(relay, consultation)
    services.accept_charter(person, relay=relay)
    draft = services.begin_help(person, link=link, age=15, consents=True, agrees=True)
    save_answers(Respondent(), draft=draft, answers=ANSWERS)
    draft.refresh_from_db()
    done = submit(Respondent(), sealed=seal_form(draft), proof=a_proof())
    assert done.participation.help == Help.HELPED, "whatever the questionnaire's own question says"
    assert done.participation.relay == relay.organisation
    kept = json.loads(AnswerDocument.objects.get(participation=done.participation).document)
    assert kept["helped"]["charter"] == services.CHARTER
    assert kept["helped"]["agreed_at"]
    assert JournalLine.objects.get(verb="relays.begin_help").object_reference == str(relay.public_id)


def test_helping_wants_the_charter_and_the_agreement(relay: Relay, consultation: Consultation) -> None:
    person, link = relays.person_of(relay), relays.link(relay, consultation)
    with pytest.raises(Refused) as refused:
        services.begin_help(person, link=link, age=15, consents=True, agrees=True)
    assert refused.value.code == "charter.missing"
    services.accept_charter(person, relay=relay)
    assert services.accept_charter(person, relay=relay) == services.charter_of(person, relay=relay)
    all_missing = services.help_obstacles(person, link=link, age=None, consents=False, agrees=False)
    assert [one.code for one in all_missing] == ["help.agreement", "age.missing", "consent.missing"]
    with pytest.raises(Refused) as refused:
        services.begin_help(person, link=link, age=15, consents=True, agrees=False)
    assert refused.value.code == "help.agreement"


def test_nobody_helps_in_the_name_of_another_relay(
    personas: Any, relay: Relay, consultation: Consultation
) -> None:
    link, stranger = relays.link(relay, consultation), relays.person_of(relays.accepted())
    given = {"link": link, "age": 15, "consents": True, "agrees": True}
    for actor in (stranger, personas["administrateur"], OPERATOR, Respondent()):
        with pytest.raises(Forbidden):
            services.begin_help(actor, **given)
    with pytest.raises(Forbidden):
        services.accept_charter(stranger, relay=relay)
    person = relays.person_of(relay)
    services.accept_charter(person, relay=relay)
    link.relay = services.suspend_relay(OPERATOR, relay=relay, reason=EndReason.OWN_REQUEST)
    with pytest.raises(Refused) as refused:
        services.begin_help(person, **given)
    assert refused.value.code == "relay.suspended"


# --- counts


@pytest.mark.parametrize(
    ("helped", "alone", "expected"),
    [
        (0, 0, (None, None, None)),
        (0, 10, (None, None, None)),
        (0, 11, (11, None, None)),
        (10, 11, (21, None, None)),
        (11, 11, (22, 11, 11)),
    ],
)
def test_small_counts_and_what_would_give_them_away_are_kept_back(
    relay: Relay, consultation: Consultation, helped: int, alone: int, expected: tuple[Any, ...]
) -> None:
    link = relays.link(relay, consultation)
    answered(link, helped, alone)
    counts = counts_of(link)
    assert (counts.responses, counts.helped, counts.alone) == expected


def test_counts_are_the_relays_own_in_persons_and_in_words(relay: Relay, consultation: Consultation) -> None:
    link, other = relays.link(relay, consultation), relays.link(relays.accepted(), consultation)
    assert count_in_words(link) == "Moins de onze réponses pour l’instant, ou aucune"
    answered(link, 12, 13)
    a_participation(
        consultation.source, relay=link.relay.organisation, unit=Unit.GROUP, people=40, texts={}, closed=[]
    )
    assert count_in_words(link) == "25 réponses, dont 12 accompagnées"
    assert counts_of(other).responses is None
    assert Participation.objects.filter(relay=other.relay.organisation).count() == 0


@given(typed=st.text(max_size=30))
def test_no_typed_text_breaks_the_search_of_a_code(typed: str) -> None:
    assert RelayLink.objects.followed(typed) is None or typed
