"""Three workshops of the demonstration: one published and corrected, one to sign, one to come. All invented.

Fed by people and the verbs of meetings. Feeds `fabrique demo`, after the meetings' own module.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import User
from fabrique.accounts.services import create_user, grant_role
from fabrique.common.clock import told_at
from fabrique.demo.consultation import day
from fabrique.demo.people import PASSWORD, address
from fabrique.meetings.enums import DecisionKind, InitiativeState, ItemEntry, ItemKind, MeetingKind
from fabrique.meetings.models import Initiative, Item, Meeting, Minutes, Programme
from fabrique.meetings.services.initiatives import create_initiative, decide_initiative, publish_initiative
from fabrique.meetings.services.items import Words, change_item, record_item, words_of
from fabrique.meetings.services.meetings import create_meeting, mark_held, schedule_meeting
from fabrique.meetings.services.minutes import (
    draft_minutes,
    fingerprint_of,
    publish_minutes,
    record_transmission,
    sign_minutes,
    write_minutes,
)
from fabrique.meetings.services.programmes import create_programme, publish_programme, set_themes
from fabrique.meetings.services.slips import print_slips
from fabrique.meetings.services.tables import add_prompt, set_tables
from fabrique.territories.models import Territory

Say = Callable[[str], None]

O, D, I, P = ItemKind.OBSERVATION, ItemKind.DIFFICULTY, ItemKind.INITIATIVE, ItemKind.PROPOSAL  # noqa: E741
#: days from today; the seed of the items' identifiers: a new load gives the same rows
PUBLISHED_ON, TO_SIGN_ON, TO_COME_ON = -24, -3, 12
_SEED = uuid.UUID("3d7c5a1e-9a42-4c55-8d7e-5f0a1b2c3d4e")
NEEDS, IDEAS = "Qu’est-ce qui manque ici pour se soigner ?", "Que proposez-vous, et qui pourrait le porter ?"
#: (table, question, kind, words, people, carrier)
CAHORS: Sequence[tuple[int, int, str, str, int | None, str]] = (
    (1, 0, O, "La maison de santé accueille deux médecins de plus depuis l’été.", 14, ""),
    (1, 0, D, "Après dix-neuf heures, le médecin de garde est à quarante minutes de route.", 18, ""),
    (1, 0, D, "On ne sait pas qui appeler le dimanche quand ce n’est pas une urgence.", 12, ""),
    (1, 1, P, "Afficher le numéro de la permanence dans chaque pharmacie et chaque mairie.", 16, "les mairies"),
    (2, 0, D, "Le car de la ligne qui passe par l’hôpital ne circule plus le samedi.", 11, ""),
    (2, 0, O, "Beaucoup de personnes âgées renoncent à une consultation parce qu’elles ne conduisent plus.", 9, ""),
    (2, 1, I, "Un bus des soins passe une fois par semaine dans quatre communes du causse.", 13, "une association"),
    (2, 1, P, "Donner des rendez-vous groupés le jour du car.", 8, "la maison de santé"),
    (3, 0, D, "Les jeunes attendent six mois pour parler à un psychologue.", 15, ""),
    (3, 1, I, "Le foyer rural tient une soirée d’écoute pour les jeunes, un jeudi sur deux.", 7, "le foyer rural"),
    (3, 1, P, "Former des bénévoles aux premiers secours en santé mentale.", 20, "la mission locale"),
)  # fmt: skip
MENDE: Sequence[tuple[int, int, str, str, int | None, str]] = (
    (1, 0, D, "En hiver, la route du col ferme et l’ambulance met deux fois plus de temps.", 12, ""),
    (1, 1, P, "Ouvrir une salle de téléconsultation à la mairie, avec une infirmière.", 10, "la mairie"),
    (2, 0, O, "L’hôpital a rouvert son service de nuit.", None, ""),
    (2, 1, I, "Des aidants se retrouvent tous les mois à la médiathèque.", 6, "un collectif d’aidants"),
)  # fmt: skip
CORRECTED = "Après dix-neuf heures, le médecin de garde est à une heure de route."


def load_workshops(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Say
) -> Meeting:
    """Load the three workshops; returns the one whose minutes are published."""
    organiser = _agent(operator, agents, perimeter, RoleCode.MEETING_ORGANISER, "rencontres", "Organisatrice")
    _agent(operator, agents, perimeter, RoleCode.FACILITATOR, "animation", "Animateur")
    with told_at(day(PUBLISHED_ON - 30)):
        programme = _programme(operator, perimeter)
    done = _held(operator, programme, "46", "Atelier citoyen de Cahors", "Cahors", PUBLISHED_ON, CAHORS, 3)
    minutes = _publish(operator, organiser, agents[RoleCode.APPROVER], done)
    _initiatives(operator, done, agents[RoleCode.APPROVER])
    _correct(operator, organiser, agents[RoleCode.APPROVER], done, minutes)
    _held(operator, programme, "48", "Atelier citoyen de Mende", "Mende", TO_SIGN_ON, MENDE, 2)
    _to_come(operator, programme)
    say(_("trois ateliers : un compte rendu publié puis corrigé, un à signer, un à venir"))
    return Meeting.objects.get(pk=done.pk)


def _agent(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, role: str, mailbox: str, name: str
) -> Agent:
    """The agent of that role, made if the demonstration has none yet."""
    if role in agents:
        return agents[role]
    user = User.objects.filter(email=address(mailbox)).first() or create_user(
        operator, email=address(mailbox), full_name=f"{name} (démonstration)", password=PASSWORD
    )
    grant_role(operator, user=user, code=role, territory=perimeter)
    return Agent(user)


def _programme(operator: Operator, perimeter: Territory) -> Programme:
    programme = create_programme(
        operator,
        title="Ateliers citoyens (démonstration)",
        territory=perimeter,
        frame="Trois ateliers inventés, pour montrer ce que devient une parole dite autour d’une table.",
        recipient="Ministère (démonstration)",
        fictitious=True,
    )
    set_themes(operator, programme=programme, themes=[{"title": "Se soigner près de chez soi"}])
    return publish_programme(operator, programme=programme)


def _meeting(operator: Operator, programme: Programme, where: str, title: str, city: str, on: int) -> Meeting:
    meeting = create_meeting(
        operator,
        programme=programme,
        kind=MeetingKind.WORKSHOP,
        title=title,
        territory=Territory.objects.official("departement", where),
        themes=programme.themes.all(),
        city=city,
        venue="Salle des fêtes",
    )
    return schedule_meeting(operator, meeting=meeting, starts_at=day(on, 18), ends_at=day(on, 20))


def _room(operator: Operator, meeting: Meeting, tables: int) -> None:
    set_tables(operator, meeting=meeting, count=tables)
    for wording in (NEEDS, IDEAS):
        add_prompt(operator, meeting=meeting, wording=wording)


def _held(
    operator: Operator,
    programme: Programme,
    where: str,
    title: str,
    city: str,
    on: int,
    said: Sequence[tuple[int, int, str, str, int | None, str]],
    tables: int,
) -> Meeting:
    """A workshop that took place, with what its tables said."""
    with told_at(day(on - 20)):
        meeting = _meeting(operator, programme, where, title, city, on)
        _room(operator, meeting, tables)
    prompts = list(meeting.prompts.all())
    for rank, (number, question, kind, text, people, carrier) in enumerate(said):
        words = Words(
            str(meeting.tables.get(number=number).public_id),
            str(prompts[question].public_id),
            kind,
            text,
            people,
            carrier,
        )
        with told_at(day(on, 19)):
            record_item(
                operator,
                meeting=meeting,
                client_id=uuid.uuid5(_SEED, f"{where}|{rank}"),
                words=words,
                entry=ItemEntry.OFFLINE,
            )
    with told_at(day(on, 21)):
        return mark_held(operator, meeting=meeting)


def _publish(operator: Operator, organiser: Agent, approver: Agent, meeting: Meeting) -> Minutes:
    with told_at(day(PUBLISHED_ON, 21)):
        print_slips(operator, meeting=meeting)
    with told_at(day(PUBLISHED_ON + 4)):
        draft = draft_minutes(organiser, meeting=meeting)
        draft = write_minutes(
            organiser,
            minutes=draft,
            revision=draft.revision,
            introduction="Une quarantaine d’habitants se sont réunis un soir, autour de trois tables.",
            bodies={},
        )
        minutes = _sign(organiser, draft)
    with told_at(day(PUBLISHED_ON + 6)):
        minutes = publish_minutes(approver, minutes=minutes)
        record_transmission(
            organiser,
            minutes=minutes,
            recipient=meeting.programme.recipient,
            sent_on=day(PUBLISHED_ON + 6).date(),
        )
    return minutes


def _sign(organiser: Agent, draft: Minutes) -> Minutes:
    fresh = Minutes.objects.select_related("meeting").get(pk=draft.pk)
    return sign_minutes(
        organiser,
        minutes=fresh,
        revision=fresh.revision,
        fingerprint=fingerprint_of(fresh),
        name=organiser.user.full_name,
        title="organisatrice des ateliers",
    )


def _correct(
    operator: Operator, organiser: Agent, approver: Agent, meeting: Meeting, minutes: Minutes
) -> None:
    """One item was mistaken: the signatory corrects it, in a second signed version."""
    wrong = next(item for item in Item.objects.of_meeting(meeting) if "quarante minutes" in item.text)
    with told_at(day(PUBLISHED_ON + 9)):
        words = words_of(wrong)
        corrected = Words(words.table, words.prompt, words.kind, CORRECTED, words.people, words.carrier)
        change_item(organiser, item=wrong, revision=wrong.revision, words=corrected)
        draft = draft_minutes(organiser, meeting=meeting)
        draft = write_minutes(
            organiser,
            minutes=draft,
            revision=draft.revision,
            introduction=draft.introduction,
            bodies={},
            correction_note="La table 1 nous a signalé une durée de trajet mal notée.",
        )
        second = _sign(organiser, draft)
    with told_at(day(PUBLISHED_ON + 10)):
        publish_minutes(approver, minutes=second)


def _initiatives(operator: Operator, meeting: Meeting, approver: Agent) -> None:
    """Three sheets, one a decision: supported, to reproduce, not taken up."""
    plan = (
        ("bus des soins", "Le bus des soins", InitiativeState.RUNNING),
        ("soirée d’écoute", "La soirée d’écoute des jeunes", InitiativeState.RUNNING),
        ("rendez-vous groupés", "Des rendez-vous groupés le jour du car", InitiativeState.IDEA),
    )
    sheets: list[Initiative] = []
    with told_at(day(PUBLISHED_ON + 5)):
        for words, title, state in plan:
            item = next(one for one in Item.objects.of_meeting(meeting) if words in one.text)
            sheet = create_initiative(
                operator,
                territory=meeting.territory,
                title=title,
                item=item,
                summary=item.text,
                carrier=item.carrier,
                audience="habitants des communes rurales",
                state=state,
                fictitious=True,
            )
            sheets.append(publish_initiative(approver, initiative=sheet))
    with told_at(day(PUBLISHED_ON + 8)):
        _decide(approver, sheets)


def _decide(approver: Agent, sheets: Sequence[Initiative]) -> None:
    """One decision of each kind, at the present instant of the story."""
    on = day(PUBLISHED_ON + 8).date()
    decide_initiative(
        approver,
        initiative=sheets[0],
        kind=DecisionKind.SUPPORTED,
        decided_on=on,
        amount=Decimal("18000"),
        funder="Fonds d’intervention régional (démonstration)",
    )
    decide_initiative(
        approver,
        initiative=sheets[1],
        kind=DecisionKind.REPRODUCE,
        decided_on=on,
        reason="Deux autres foyers ruraux demandent à faire de même.",
    )
    decide_initiative(
        approver,
        initiative=sheets[2],
        kind=DecisionKind.NOT_TAKEN_UP,
        decided_on=on,
        reason="Les horaires du car relèvent de la région : la demande lui est transmise.",
    )


def _to_come(operator: Operator, programme: Programme) -> None:
    with told_at(day(-10)):
        meeting = _meeting(operator, programme, "30", "Atelier citoyen de Nîmes", "Nîmes", TO_COME_ON)
        _room(operator, meeting, 6)
