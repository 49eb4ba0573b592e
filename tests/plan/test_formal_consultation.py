"""A formal consultation: who is consulted, the delay, what an opinion, a silence and a reply are; each rule refused.

Fed by factories/formal.py. Feeds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import BodyKind, MandateSeat, RoleCode
from fabrique.accounts.models import Mandate
from fabrique.accounts.services import create_body, end_mandate, grant_mandate
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import (
    ConsultationState,
    ConsulteeBasis,
    ConsulteeStanding,
    OpinionTone,
    PlanState,
    ReplyKind,
    RevisionKind,
    SilenceRule,
)
from fabrique.plan.models import Consultee, FormalConsultation, Opinion
from fabrique.plan.services import consultation as verbs
from fabrique.plan.services.consultees import (
    add_consultee,
    add_proposed,
    edit_consultee,
    name_from_group,
    propose_consultees,
    proposed_silence,
    remove_consultee,
    rule_of,
    words_of_silence,
)
from fabrique.plan.services.life import adopt, open_revision, send_to_consultation
from fabrique.plan.services.opinions import (
    add_point,
    correct_opinion,
    deemed,
    edit_point,
    may_correct,
    opinion_token,
    record_opinion,
    remove_point,
    reply_to_point,
    reply_token,
    standing,
    tally,
)
from fabrique.territories.enums import Level
from tests.factories import accounts, formal
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


# --- the delay


@pytest.mark.parametrize(
    ("on", "months", "last"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_delay_runs_in_calendar_months(on: date, months: int, last: date) -> None:
    assert verbs.last_day(on, months) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
@example(date(2024, 2, 29), 12)
@settings(max_examples=60)
def test_a_delay_ends_in_the_month_asked_for_on_the_same_day_or_the_last(on: date, months: int) -> None:
    last = verbs.last_day(on, months)
    assert (last.year * 12 + last.month) - (on.year * 12 + on.month) == months
    assert last.day == on.day or (last.day < on.day and (last + timedelta(days=1)).day == 1)


# --- who is consulted


def test_the_file_proposes_the_law_of_a_whole_plan_and_of_a_partial_revision() -> None:
    body = create_body(OPERATOR, kind=BodyKind.CRSA, name="CRSA d’essai", territory=region())
    plan = formal.a_plan()
    whole = propose_consultees(plan, RevisionKind.WHOLE)
    by_law = [one.key for one in whole if one.basis == ConsulteeBasis.STATUTORY]
    assert (by_law.count("crsa"), by_law.count("cdca"), by_law.count("prefet-region")) == (1, 13, 1)
    assert (by_law.count("conseil-departemental"), by_law.count("communes")) == (13, 1)
    assert [one.key for one in whole if one.basis == ConsulteeBasis.APART] == ["surveillance"]
    assert {one.key for one in whole if one.basis == ConsulteeBasis.VOLUNTARY} >= {
        "cts",
        "prefet-departement",
    }
    assert next(one for one in whole if one.key == "crsa").body == body
    partial = propose_consultees(plan, RevisionKind.PARTIAL)
    assert {one.key for one in partial if one.basis == ConsulteeBasis.STATUTORY} == {"crsa", "cdca"}
    assert (rule_of(RevisionKind.WHOLE).months, rule_of(RevisionKind.PARTIAL).months) == (3, 2)
    assert "juridique" in rule_of(RevisionKind.WHOLE).status


@pytest.mark.both_databases
def test_a_consultation_starts_with_the_lines_of_the_law_and_is_edited_before_sending() -> None:
    consultation = formal.prepared()
    rows = Consultee.objects.filter(consultation=consultation)
    assert set(rows.values_list("basis", flat=True)) == {ConsulteeBasis.STATUTORY, ConsulteeBasis.APART}
    assert formal.one(consultation, "Conseil départemental du Lot").territory == department("46")
    asked = add_proposed(OPERATOR, consultation=consultation, keys=["cts"])
    assert len(asked) == 13
    assert add_proposed(OPERATOR, consultation=consultation, keys=["cts"]) == []
    other = add_consultee(
        OPERATOR, consultation=consultation, name="Une fédération (fictive)", basis="volontaire"
    )
    edit_consultee(OPERATOR, consultee=other, name="Fédération d’essai")
    lawful = formal.one(consultation, "Préfet")
    soon = date(2026, 2, 1)
    refused("consultee.lawful_delay", lambda: edit_consultee(OPERATOR, consultee=lawful, due_on=soon))
    refused(
        "consultee.lawful_delay",
        lambda: add_consultee(
            OPERATOR, consultation=consultation, name="Autre", basis="obligatoire", due_on=soon
        ),
    )
    remove_consultee(OPERATOR, consultee=asked[0])
    assert rows.filter(basis=ConsulteeBasis.VOLUNTARY).count() == 13
    add = lambda name: add_consultee(OPERATOR, consultation=consultation, name=name, basis="volontaire")  # noqa: E731
    refused("consultee.twice", lambda: add("Fédération  d’essai"))
    refused("consultee.name", lambda: add(" "))


def test_a_consultation_is_refused_where_the_plan_is_not_to_be_consulted_on(personas: Any) -> None:
    plan = formal.a_plan()
    create = lambda **given: verbs.create_consultation(OPERATOR, plan=plan, **{"title": "Avis", **given})  # noqa: E731
    refused("formal.title", lambda: create(title=" "))
    refused("formal.revision", lambda: create(revision=RevisionKind.PARTIAL))
    with pytest.raises(Forbidden):
        verbs.create_consultation(personas[RoleCode.ANALYST], plan=plan, title="Avis")
    lead_of_the_lot = accounts.agent(RoleCode.PLAN_LEAD, department("46"))
    with pytest.raises(Forbidden):
        verbs.create_consultation(lead_of_the_lot, plan=plan, title="Avis")
    verbs.create_consultation(personas[RoleCode.PLAN_LEAD], plan=plan, title="Avis")
    refused("formal.already", create)


def test_an_adopted_plan_is_consulted_on_once_in_revision() -> None:
    done = formal.adopted()
    plan = done.consultation.plan
    partial = lambda: verbs.create_consultation(  # noqa: E731
        OPERATOR, plan=plan, title="Révision", revision=RevisionKind.PARTIAL
    )
    refused("formal.revision", partial)
    open_revision(OPERATOR, plan=plan)
    consultation = partial()
    assert (consultation.months, consultation.slug) == (2, "revision")
    assert not consultation.consultees.filter(name__startswith="Préfet").exists()


# --- the notice


@pytest.mark.both_databases
def test_the_notice_freezes_the_text_and_starts_the_delay() -> None:
    consultation = formal.opened()
    assert (consultation.state, consultation.closes_on) == (ConsultationState.OPEN, formal.CLOSES_ON)
    assert consultation.draft is not None
    assert "dix bus" in consultation.draft.content
    assert consultation.plan.state == PlanState.CONSULTATION
    assert set(consultation.consultees.values_list("sent_on", flat=True)) == {formal.NOTICE_ON}
    again = lambda: verbs.publish_notice(  # noqa: E731
        OPERATOR, consultation=consultation, on=formal.NOTICE_ON, reference="Recueil", checked=True
    )
    refused("formal.sent", again)
    refused(
        "formal.sent", lambda: verbs.edit_consultation(OPERATOR, consultation=consultation, title="Autre")
    )
    line = formal.one(consultation, "Préfet")
    refused("formal.sent", lambda: remove_consultee(OPERATOR, consultee=line))
    refused("formal.sent", lambda: edit_consultee(OPERATOR, consultee=line, name="Autre"))


def test_the_notice_is_refused_until_all_is_there() -> None:
    consultation = verbs.create_consultation(OPERATOR, plan=formal.a_plan(), title="Avis")
    good: dict[str, Any] = {"on": formal.NOTICE_ON, "reference": "Recueil nº 12", "checked": True}
    publish = lambda **given: verbs.publish_notice(OPERATOR, consultation=consultation, **{**good, **given})  # noqa: E731
    refused("formal.notice", publish)
    verbs.edit_consultation(OPERATOR, consultation=consultation, notice="Soumis pour avis.")
    refused("formal.reference", lambda: publish(reference=" "))
    refused("formal.future", lambda: publish(on=date(2100, 1, 1)))
    refused("formal.unchecked", lambda: publish(checked=False))
    refused(
        "formal.too_short", lambda: verbs.edit_consultation(OPERATOR, consultation=consultation, months=2)
    )
    verbs.edit_consultation(OPERATOR, consultation=consultation, months=4)
    refused("formal.too_late", publish)
    with formal.on(formal.NOTICE_ON + timedelta(days=verbs.NOTICE_DAYS + 1)):
        refused("formal.too_late", publish)
    with formal.on(formal.NOTICE_ON + timedelta(days=verbs.NOTICE_DAYS)):
        assert publish().closes_on == date(2026, 5, 15)


def test_an_old_notice_is_recorded_where_its_text_was_already_frozen() -> None:
    plan = formal.a_plan()
    with formal.on(formal.NOTICE_ON):
        send_to_consultation(OPERATOR, plan=plan)
    plan.refresh_from_db()
    consultation = formal.prepared(plan)
    publish = lambda on: verbs.publish_notice(  # noqa: E731
        OPERATOR, consultation=consultation, on=on, reference="Recueil nº 12", checked=True
    )
    refused("formal.too_late", lambda: publish(formal.NOTICE_ON - timedelta(days=1)))
    assert publish(formal.NOTICE_ON).closes_on == formal.CLOSES_ON


def test_a_list_without_any_opinion_of_the_law_is_not_sent() -> None:
    consultation = formal.prepared()
    consultation.consultees.filter(basis=ConsulteeBasis.STATUTORY).delete()
    refused(
        "formal.nobody",
        lambda: verbs.publish_notice(
            OPERATOR, consultation=consultation, on=formal.NOTICE_ON, reference="Recueil", checked=True
        ),
    )


def test_after_the_notice_one_more_is_asked_by_choice_alone_with_its_own_delay() -> None:
    consultation = formal.opened()

    def add(**given: Any) -> Consultee:
        with formal.on(date(2026, 2, 1)):
            return add_consultee(
                OPERATOR, consultation=consultation, name="Ordre (fictif)", **{"basis": "volontaire", **given}
            )

    refused("formal.sent", lambda: add(basis="obligatoire", due_on=date(2026, 5, 31)))
    refused("formal.own_delay", add)
    refused("formal.own_delay", lambda: add(due_on=date(2026, 2, 1)))
    row = add(due_on=date(2026, 5, 31))
    assert (row.sent_on, verbs.delay_ends_on(consultation)) == (date(2026, 2, 1), date(2026, 5, 31))
    assert not deemed(row, date(2026, 5, 31))
    assert deemed(row, date(2026, 6, 1))


# --- opinions and silence


def test_an_opinion_of_the_last_day_is_in_time_and_of_the_next_day_late() -> None:
    consultation = formal.opened()
    prefect, council = formal.one(consultation, "Préfet"), formal.one(consultation, "Conseil régional")
    assert not formal.opinion(prefect, formal.CLOSES_ON).late
    late = formal.opinion(council, formal.CLOSES_ON + timedelta(days=1))
    assert late.late
    council = formal.one(consultation, "Conseil régional")
    assert standing(council, date(2026, 4, 20)) == ConsulteeStanding.LATE
    corrected = correct_opinion(
        OPERATOR, opinion=late, tone=OpinionTone.FAVOURABLE, text="", received_on=formal.CLOSES_ON
    )
    assert not corrected.late
    refused(
        "formal.conflict",
        lambda: correct_opinion(
            OPERATOR,
            opinion=late,
            tone=OpinionTone.RESERVES,
            text="Un autre texte.",
            received_on=formal.CLOSES_ON,
            expected=opinion_token(late),
        ),
    )


def test_silence_is_deemed_after_the_delay_and_never_favourable() -> None:
    consultation = formal.opened()
    formal.opinion(formal.one(consultation, "Préfet"), tone=OpinionTone.FAVOURABLE)
    formal.opinion(formal.one(consultation, "Conseil régional"), formal.CLOSES_ON + timedelta(days=9))
    rows = list(Consultee.objects.filter(consultation=consultation).in_order())
    silent = next(row for row in rows if row.name.startswith("Conférence"))
    assert standing(silent, formal.CLOSES_ON) == ConsulteeStanding.EXPECTED
    after = formal.CLOSES_ON + timedelta(days=1)
    assert standing(silent, after) == ConsulteeStanding.DEEMED
    by_law, apart = tally(rows, after)
    assert (by_law.favourable, by_law.reserves, by_law.late, by_law.expected) == (1, 0, 1, 0)
    assert by_law.deemed == by_law.total - 2 == 27
    # asked apart, before the adoption: no delay makes it deemed
    assert (apart.basis, apart.expected, apart.deemed) == (ConsulteeBasis.APART, 1, 0)


def test_silence_by_choice_is_what_the_agency_said_before_its_notice() -> None:
    consultation = formal.opened()
    with formal.on(date(2026, 2, 1)):
        row = add_consultee(
            OPERATOR,
            consultation=consultation,
            name="Ordre (fictif)",
            basis="volontaire",
            due_on=date(2026, 3, 1),
        )
    assert consultation.voluntary_silence == proposed_silence()
    after = formal.CLOSES_ON + timedelta(days=1)
    assert standing(row, after) == ConsulteeStanding.DEEMED
    refused(
        "formal.sent",
        lambda: verbs.edit_consultation(
            OPERATOR, consultation=consultation, voluntary_silence=SilenceRule.NOTHING
        ),
    )
    FormalConsultation.objects.update(voluntary_silence=SilenceRule.NOTHING)
    rows = list(Consultee.objects.filter(consultation=consultation).in_order())
    by_law, by_choice, _apart = tally(rows, after)
    assert (by_choice.silent, by_choice.deemed, by_choice.total) == (1, 0, 1)
    assert (by_law.silent, by_law.deemed) == (0, by_law.total)
    consultation.refresh_from_db()
    law, choice, apart = words_of_silence(consultation, ["volontaire", "a-part", "obligatoire"])
    assert "la procédure continue" in law
    assert "aucun avis n’est rendu" in choice
    assert "aucun délai ne court" in apart


def test_the_second_writer_of_a_notice_does_not_erase_the_first() -> None:
    draft = formal.prepared()
    seen = token_of(verbs.words_of(draft))
    verbs.edit_consultation(OPERATOR, consultation=draft, notice="Le mien.", expected=seen)
    refused(
        "edit.conflict",
        lambda: verbs.edit_consultation(OPERATOR, consultation=draft, notice="L’autre.", expected=seen),
    )
    with pytest.raises(ValueError, match="peut-être"):
        verbs.edit_consultation(OPERATOR, consultation=draft, voluntary_silence="peut-être")


def test_a_collective_line_is_never_counted_and_who_answers_gets_its_own() -> None:
    consultation = formal.opened()
    communes = formal.one(consultation, "Communes")
    refused("consultee.collective", lambda: formal.opinion(communes))
    own = name_from_group(OPERATOR, consultee=communes, name="Commune d’Essai (fictive)")
    assert (own.basis, own.sent_on) == (ConsulteeBasis.STATUTORY, formal.NOTICE_ON)
    assert formal.opinion(own).tone == OpinionTone.RESERVES
    assert not deemed(communes, date(2026, 9, 1))
    refused("consultee.not_collective", lambda: name_from_group(OPERATOR, consultee=own, name="Autre"))
    draft = formal.prepared(formal.a_plan("Autre plan"))
    refused(
        "formal.not_sent",
        lambda: name_from_group(OPERATOR, consultee=formal.one(draft, "Communes"), name="Commune"),
    )


def test_an_opinion_is_refused_twice_early_in_the_future_or_without_words(personas: Any) -> None:
    consultation = formal.opened()
    row = formal.one(consultation, "Préfet")
    refused("opinion.text", lambda: formal.opinion(row, text=" "))
    refused("opinion.future", lambda: formal.opinion(row, received_on=date(2026, 3, 3)))
    refused("opinion.early", lambda: formal.opinion(row, received_on=date(2026, 1, 14)))
    with pytest.raises(Forbidden):
        record_opinion(personas[RoleCode.ANALYST], consultee=row, tone="favorable")
    record_opinion(personas[RoleCode.PLAN_LEAD], consultee=row, tone="favorable")
    refused("opinion.already", lambda: formal.opinion(row))
    draft = formal.one(formal.prepared(formal.a_plan("Autre plan")), "Préfet")
    refused("formal.not_sent", lambda: formal.opinion(draft))


def test_who_presides_a_body_gives_its_opinion_and_no_other_member_does() -> None:
    body = create_body(OPERATOR, kind=BodyKind.CRSA, name="CRSA d’essai", territory=region())
    person, member = accounts.user(), accounts.user()
    mandate = grant_mandate(OPERATOR, body=body, user=person, seat=MandateSeat.PRESIDENT)
    grant_mandate(OPERATOR, body=body, user=member)
    consultation = formal.opened()
    row = formal.one(consultation, "CRSA d’essai")
    give = lambda who, consultee: record_opinion(  # noqa: E731
        Agent(who),
        consultee=consultee,
        tone="reserves",
        text="Avec une réserve.",
        received_on=formal.NOTICE_ON,
    )
    with pytest.raises(Forbidden):
        give(member, row)
    with pytest.raises(Forbidden):
        give(person, formal.one(consultation, "Préfet"))
    given_today = give(person, row)
    assert (given_today.recorded_by, given_today.late) == (person, True), (
        "received today, whatever is claimed"
    )
    softer = {"tone": OpinionTone.FAVOURABLE, "text": "", "received_on": given_today.received_on}
    refused("opinion.presidency", lambda: correct_opinion(OPERATOR, opinion=given_today, **softer))
    point = add_point(Agent(person), opinion=given_today, text="Une réserve.", about=formal.BUS)
    end_mandate(OPERATOR, mandate=mandate)
    with pytest.raises(Forbidden):
        remove_point(Agent(person), point=point)
    Mandate.objects.filter(pk=mandate.pk).delete()
    given_today.refresh_from_db()
    assert not may_correct(OPERATOR, opinion=given_today), (
        "it stays the presidency's, whatever becomes of the mandate"
    )


def test_opinions_older_than_the_stamp_are_judged_by_mandates() -> None:
    body = create_body(OPERATOR, kind=BodyKind.CRSA, name="CRSA d’essai", territory=region())
    person = accounts.user()
    mandate = grant_mandate(OPERATOR, body=body, user=person, seat=MandateSeat.PRESIDENT)
    consultation = formal.opened()
    own, copied = formal.one(consultation, "CRSA d’essai"), formal.one(consultation, "Préfet")
    given = record_opinion(Agent(person), consultee=own, tone="favorable")
    other = formal.opinion(copied)
    migration = import_module("fabrique.plan.migrations.0009_opinion_by_presidency")
    Opinion.objects.update(by_presidency=False, recorded_by=person)
    migration.stamp(apps, None)
    assert set(Opinion.objects.filter(by_presidency=True)) == {given}
    Mandate.objects.filter(pk=mandate.pk).update(starts_on=given.received_on + timedelta(days=1))
    Opinion.objects.update(by_presidency=False)
    migration.stamp(apps, None)
    assert not Opinion.objects.filter(by_presidency=True).exists()
    assert other.by_presidency is False


def test_a_president_sees_what_awaits_the_body_from_the_notice_on() -> None:
    body = create_body(OPERATOR, kind=BodyKind.CRSA, name="CRSA d’essai", territory=region())
    person = accounts.user()
    grant_mandate(OPERATOR, body=body, user=person, seat=MandateSeat.PRESIDENT)
    formal.prepared(formal.a_plan("Pas encore"))
    consultation = formal.opened()
    found = Consultee.objects.spoken_for_by(Agent(person))
    assert [row.consultation for row in found.without_opinion()] == [consultation]
    assert not Consultee.objects.spoken_for_by(OPERATOR).exists()


# --- points and replies


def test_points_are_numbered_tied_to_a_part_and_replied_to() -> None:
    received = formal.opinion(formal.one(formal.opened(), "Préfet"))
    first, second = formal.point(received), formal.point(received, "Et la nuit ?", "")
    assert (first.number, second.number) == (1, 2)
    refused("point.text", lambda: formal.point(received, " "))
    refused("point.twice", lambda: formal.point(received))
    refused("point.about", lambda: formal.point(received, "Autre", "objective:inconnu"))
    edit_point(OPERATOR, point=second, text="Et le dimanche ?", about=formal.BUS)
    refused("reply.words", lambda: reply_to_point(OPERATOR, point=first, kind=ReplyKind.TAKEN, words=" "))
    reply_to_point(OPERATOR, point=first, kind=ReplyKind.TAKEN, words="Quinze bus.")
    refused("point.replied", lambda: edit_point(OPERATOR, point=first, text="Autre"))
    refused("point.replied", lambda: remove_point(OPERATOR, point=first))
    remove_point(OPERATOR, point=second)
    reply_to_point(OPERATOR, point=first, kind=ReplyKind.PARTLY, words="Douze bus.")
    second_writer = {"kind": ReplyKind.NOT_TAKEN, "words": "Dix bus.", "expected": reply_token(first)}
    refused("formal.conflict", lambda: reply_to_point(OPERATOR, point=first, **second_writer))
    assert received.points.get().reply == "Douze bus."


def test_a_consultation_ends_after_its_delay_with_a_reply_to_each_point(personas: Any) -> None:
    consultation = formal.opened()
    asked = formal.point(formal.opinion(formal.one(consultation, "Préfet")))

    def end(day: date) -> FormalConsultation:
        with formal.on(day):
            return verbs.end_consultation(personas[RoleCode.PLAN_LEAD], consultation=consultation)

    refused("formal.delay_runs", lambda: end(formal.CLOSES_ON))
    refused("formal.points_without_reply", lambda: end(date(2026, 4, 16)))
    with pytest.raises(Forbidden):
        reply_to_point(personas[RoleCode.ADMINISTRATOR], point=asked, kind="retenu", words="Oui.")
    reply_to_point(personas[RoleCode.PLAN_LEAD], point=asked, kind="retenu", words="Oui.")
    refused(
        "plan.opinions_awaited", lambda: adopt(OPERATOR, plan=consultation.plan, on=formal.CLOSES_ON, act="A")
    )
    assert end(date(2026, 4, 16)).state == ConsultationState.ENDED
    refused("formal.not_open", lambda: end(date(2026, 4, 17)))
    refused(
        "formal.ended",
        lambda: correct_opinion(
            OPERATOR, opinion=asked.opinion, tone="favorable", text="", received_on=formal.CLOSES_ON
        ),
    )
    # late opinions are kept still
    assert formal.opinion(formal.one(consultation, "Conseil régional"), date(2026, 4, 20)).late


def test_what_the_adoption_still_lacks_is_said() -> None:
    consultation = formal.opened()
    assert len(verbs.adoption_obstacles(consultation.plan)) == 2
    done = formal.ended(formal.a_plan("Autre plan"))
    [apart] = verbs.adoption_obstacles(done.consultation.plan)
    assert "Conseil de surveillance" in apart
    formal.opinion(formal.one(done.consultation, "Conseil de surveillance"), date(2026, 4, 20))
    assert verbs.adoption_obstacles(done.consultation.plan) == []


def test_the_levels_that_the_file_names_are_those_of_the_territories() -> None:
    levels = {one.territory.level for one in propose_consultees(formal.a_plan(), RevisionKind.WHOLE)}
    assert levels <= {Level.REGION, Level.DEPARTMENT, Level.EPCI}
