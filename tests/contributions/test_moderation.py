"""Moderation: grounds of the instance, decisions kept, what stays counted, the order of the queue, one contest.

Fed by factories/contributions.py and personas. Feeds confidence in services.moderation.
"""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import ContestState, Moderation, Signal
from fabrique.contributions.models import Contest, Contribution, ModerationReason
from fabrique.contributions.services import add_reason, contest, decide_contest, edit_reason, moderate
from tests.factories.contributions import a_participation, a_source
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


def a_text(words: str = "Un médecin", source=None) -> Contribution:
    return a_participation(source or a_source(), texts={"needs": words}).contributions.get()


def hidden(actor, reason: str = "hors-sujet", text=None) -> Contribution:
    return moderate(actor, contribution=text or a_text(), state=Moderation.HIDDEN, reason=reason)


def refusal(code: str):
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def test_each_decision_is_kept_with_its_author(personas) -> None:
    moderator = personas[RoleCode.MODERATOR]
    text = hidden(moderator)
    moderate(moderator, contribution=text, state=Moderation.READ)
    found = list(text.decisions.values_list("state", "reason", "decided_by"))
    assert found == [
        (Moderation.HIDDEN, "hors-sujet", moderator.user.pk),
        (Moderation.READ, "", moderator.user.pk),
    ]


@pytest.mark.parametrize("reason", ["", "inconnu"])
def test_a_text_is_hidden_on_a_ground_of_the_list_only(personas, reason) -> None:
    with refusal("moderation.reason"):
        hidden(personas[RoleCode.MODERATOR], reason)


def test_a_retired_ground_is_no_longer_offered_and_keeps_its_texts(personas) -> None:
    text = hidden(personas[RoleCode.MODERATOR])
    ground = ModerationReason.objects.get(key="hors-sujet")
    edit_reason(
        personas[RoleCode.APPROVER], reason=ground, label=ground.label, rule=ground.rule, active=False
    )
    with refusal("moderation.reason"):
        hidden(personas[RoleCode.MODERATOR])
    text.refresh_from_db()
    assert text.moderation_reason == "hors-sujet"


def test_a_new_ground_needs_its_public_rule_and_its_own_name(personas) -> None:
    director = personas[RoleCode.APPROVER]
    with refusal("reason.incomplete"):
        add_reason(director, label="Doublon", rule=" ", counted=False)
    made = add_reason(director, label="Doublon", rule="Le même texte, envoyé deux fois.", counted=False)
    assert (made.key, made.counted, made.active) == ("doublon", False, True)
    with refusal("reason.taken"):
        add_reason(director, label="DOUBLON", rule="Encore.", counted=True)


def test_grounds_are_set_by_the_director_or_the_administrator(personas) -> None:
    with pytest.raises(Forbidden):
        add_reason(personas[RoleCode.MODERATOR], label="x", rule="y", counted=True)


def test_a_hidden_text_stays_counted_or_not_as_its_ground_says(personas) -> None:
    source = a_source()
    for words in ("Un médecin", "Achetez nos montres", "Parlons football"):
        a_participation(source, texts={"needs": words})
    texts = list(Contribution.objects.of_source(source).order_by("pk"))
    hidden(personas[RoleCode.MODERATOR], "publicite", texts[1])
    hidden(personas[RoleCode.MODERATOR], "hors-sujet", texts[2])
    expression = analysis.figure_expression(source, "contributions", question="needs")
    assert analysis.evaluate(expression).base == 2
    assert Contribution.objects.of_source(source).hidden_by_reason() == {"publicite": 1, "hors-sujet": 1}


def test_the_queue_puts_distress_first_then_insults_links_names_and_the_rest() -> None:
    source = a_source()
    words = [
        "Un médecin près de chez moi",
        "Appelez-moi au 06 12 34 56 78",
        "Voyez https://a.test et https://b.test",
        "Quel connard ce voisin",
        "Je veux en finir avec la vie",
    ]
    for one in words:
        a_participation(source, texts={"needs": one})
    assert [text.raw_text for text in Contribution.objects.of_source(source).queue()] == list(reversed(words))
    assert {s.kind for t in Contribution.objects.all() for s in t.signals.all()} == set(Signal)


def test_what_was_read_leaves_the_queue(personas) -> None:
    text = a_text()
    moderate(personas[RoleCode.MODERATOR], contribution=text, state=Moderation.READ)
    assert not Contribution.objects.queue().exists()


def test_the_author_contests_once_and_another_person_answers(personas) -> None:
    text = hidden(personas[RoleCode.MODERATOR])
    made = contest(Respondent(), contribution=text, words="Je parle bien du sujet.")
    with refusal("contest.already"):
        contest(Respondent(), contribution=text, words="Encore.")
    with refusal("contest.same_person"):
        decide_contest(personas[RoleCode.MODERATOR], contest=made, lift=True, answer="Oui.")
    decided = decide_contest(personas[RoleCode.APPROVER], contest=made, lift=True, answer="Vous avez raison.")
    text.refresh_from_db()
    assert (decided.state, text.moderation, text.moderation_reason) == (
        ContestState.LIFTED,
        Moderation.READ,
        "",
    )
    with refusal("contest.decided"):
        decide_contest(personas[RoleCode.APPROVER], contest=made, lift=False, answer="Non.")


def test_an_upheld_decision_leaves_the_text_hidden(personas) -> None:
    text = hidden(personas[RoleCode.MODERATOR])
    made = contest(Respondent(), contribution=text, words="Pourquoi ?")
    decide_contest(personas[RoleCode.APPROVER], contest=made, lift=False, answer="Il nomme une personne.")
    text.refresh_from_db()
    assert text.moderation == Moderation.HIDDEN


@pytest.mark.parametrize(("words", "code"), [("  ", "contest.empty"), ("a" * 2001, "contest.long")])
def test_a_contest_says_something_short(personas, words, code) -> None:
    text = hidden(personas[RoleCode.MODERATOR])
    with refusal(code):
        contest(Respondent(), contribution=text, words=words)
    assert not Contest.objects.exists()


def test_a_text_that_is_shown_is_not_contested(personas) -> None:
    with refusal("contest.not_hidden"):
        contest(Respondent(), contribution=a_text(), words="Non.")


def test_an_agent_does_not_contest_for_the_author(personas) -> None:
    with refusal("contest.not_yours"):
        contest(personas[RoleCode.MODERATOR], contribution=hidden(personas[RoleCode.MODERATOR]), words="Non.")


def test_an_answer_is_written_by_somebody_who_may(personas) -> None:
    made = contest(Respondent(), contribution=hidden(personas[RoleCode.MODERATOR]), words="Non.")
    with refusal("contest.answer"):
        decide_contest(personas[RoleCode.APPROVER], contest=made, lift=True, answer=" ")
    with refusal("contest.unnamed"):
        decide_contest(OPERATOR, contest=made, lift=True, answer="Oui.")
    with pytest.raises(Forbidden):
        decide_contest(personas[RoleCode.ANALYST], contest=made, lift=True, answer="Oui.")


def test_the_database_refuses_a_contest_decided_by_nobody(personas) -> None:
    made = contest(Respondent(), contribution=hidden(personas[RoleCode.MODERATOR]), words="Non.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contest.objects.filter(pk=made.pk).update(state=ContestState.LIFTED)
