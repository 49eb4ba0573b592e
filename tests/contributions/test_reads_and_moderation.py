"""Named reads of the corpus, moderation, and the guards against robots."""

from datetime import timedelta

import pytest

from fabrique.accounts.actors import Agent
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, Moderation
from fabrique.contributions.models import ClosedAnswer, Contribution, Participation, SpentProof, Tombstone
from fabrique.contributions.services import (
    Profile,
    count_guess,
    erase_participation,
    guesses_exhausted,
    moderate,
    submissions_exhausted,
    use_proof,
)
from fabrique.contributions.services.guards import GUESSES_PER_MINUTE
from tests.factories.contributions import a_participation, a_source
from tests.factories.territories import OPERATOR, commune

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


def test_counts_by_channel_question_and_department() -> None:
    source = a_source()
    a_participation(source, profile=Profile(territory=commune("Cahors")))
    a_participation(source, channel=Channel.PAPER, texts={"needs": "Un médecin", "ideas": "Un bus"})
    people = Participation.objects.of_source(source)
    assert [(r["channel"], r["unit"], r["participations"]) for r in people.counted_by_channel()] == [
        ("en-ligne", "personne", 1),
        ("papier", "personne", 1),
    ]
    departments = {r["department__code"]: r["participations"] for r in people.counted_by_department()}
    assert departments == {None: 1, "46": 1}
    texts = Contribution.objects.of_source(source)
    assert [(r["question__key"], r["contributions"]) for r in texts.counted_by_question()] == [
        ("needs", 2),
        ("ideas", 1),
    ]
    assert {r["participation__channel"]: r["contributions"] for r in texts.counted_by_channel()} == {
        "en-ligne": 1,
        "papier": 2,
    }
    assert {
        r["participation__department__code"]: r["contributions"] for r in texts.counted_by_department()
    } == {
        None: 2,
        "46": 1,
    }
    assert ClosedAnswer.objects.of_source(source).exclude(choice="").count() == 2


def test_search_folds_accents_and_case_and_wants_every_word() -> None:
    source = a_source()
    a_participation(source, texts={"needs": "Un MÉDECIN près de l’école"})
    texts = Contribution.objects.of_source(source)
    assert texts.search("medecin ECOLE").count() == 1
    assert texts.search("médecin hôpital").count() == 0


def test_search_does_not_find_what_was_masked() -> None:
    a_participation(texts={"needs": "Le docteur Martin est parti"})
    assert Contribution.objects.search("martin").count() == 0


def test_the_fingerprint_changes_with_a_withdrawal_and_not_with_moderation(moderator: Agent) -> None:
    source = a_source()
    one, _two = a_participation(source), a_participation(source)
    texts = Contribution.objects.of_source(source)
    before = texts.fingerprint()
    moderate(moderator, contribution=one.contributions.get(), state=Moderation.READ)
    assert texts.fingerprint() == before
    erase_participation(OPERATOR, participation=one, reason=ErasureReason.RIGHTS)
    assert texts.fingerprint() != before


def test_withdrawals_since_a_publication_are_counted() -> None:
    one = a_participation()
    published = now()
    erase_participation(OPERATOR, participation=one, reason=ErasureReason.RIGHTS)
    assert Tombstone.objects.of_source(one.source).since(published).count() == 1
    assert Tombstone.objects.of_source(one.source).since(now() + timedelta(seconds=1)).count() == 0


def test_texts_are_visible_where_the_right_is_held(analyst: Agent, editor: Agent) -> None:
    a_participation()
    assert Contribution.objects.visible_to(analyst).count() == 1
    assert Contribution.objects.visible_to(editor).count() == 0


def test_hiding_a_text_wants_a_known_reason_and_is_undone(moderator: Agent) -> None:
    text = a_participation().contributions.get()
    for reason in ("", "parce que"):
        with pytest.raises(Refused) as refusal:
            moderate(moderator, contribution=text, state=Moderation.HIDDEN, reason=reason)
        assert refusal.value.code == "moderation.reason"
    moderate(moderator, contribution=text, state=Moderation.HIDDEN, reason="diffamation")
    assert not Contribution.objects.publishable().exists()
    moderate(moderator, contribution=text, state=Moderation.READ)
    text.refresh_from_db()
    assert (text.moderation, text.moderation_reason) == ("lu", "")


def test_moderation_wants_the_right(reader: Agent) -> None:
    with pytest.raises(Forbidden):
        moderate(reader, contribution=a_participation().contributions.get(), state=Moderation.READ)


def test_a_proof_serves_once_and_is_forgotten_when_it_expires() -> None:
    assert use_proof("preuve", expires_at=now() + timedelta(hours=1))
    assert not use_proof("preuve", expires_at=now() + timedelta(hours=1))
    SpentProof.objects.update(expires_at=now() - timedelta(hours=1))
    assert use_proof("autre", expires_at=now() + timedelta(hours=1))
    assert SpentProof.objects.count() == 1


def test_the_limit_of_submissions_counts_the_last_minute_online(settings) -> None:
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 2
    source = a_source()
    a_participation(source)
    a_participation(source, submitted_at=now() - timedelta(minutes=2))
    a_participation(source, channel=Channel.PAPER)
    assert not submissions_exhausted()
    a_participation(source)
    assert submissions_exhausted()


def test_guesses_are_counted_for_the_whole_instance_and_by_the_minute(time_machine) -> None:
    time_machine.move_to("2027-03-01 10:00:30+00:00", tick=False)
    for _ in range(GUESSES_PER_MINUTE):
        assert not guesses_exhausted()
        count_guess()
    assert guesses_exhausted()
    time_machine.move_to("2027-03-01 10:01:00+00:00", tick=False)
    assert not guesses_exhausted()


def test_a_text_withdrawn_while_an_agent_reads_it_is_no_longer_moderated() -> None:
    contribution = a_participation(a_source()).contributions.get()
    shown = Contribution.objects.select_related("participation__source__perimeter").get(pk=contribution.pk)
    erase_participation(OPERATOR, participation=contribution.participation, reason=ErasureReason.RIGHTS)
    with pytest.raises(Refused) as refused:
        moderate(OPERATOR, contribution=shown, state=Moderation.READ)
    assert refused.value.code == "moderation.gone"
