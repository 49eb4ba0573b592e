"""The agents of the demonstration: one a role, plainly invented, with one known password.

Fed by nothing. Feeds the loader; refused outside a demonstration instance.
"""

from __future__ import annotations

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import User
from fabrique.accounts.services import create_user, grant_role
from fabrique.territories.models import Territory

PASSWORD = "un-mot-de-passe-d-essai"  # noqa: S105 - printed by `make demo`; real instances never load this
PEOPLE = (
    (RoleCode.ADMINISTRATOR, "administration", "Administratrice (démonstration)"),
    (RoleCode.EDITOR, "redaction", "Rédacteur (démonstration)"),
    (RoleCode.ANALYST, "analyse", "Analyste (démonstration)"),
    (RoleCode.MODERATOR, "moderation", "Modératrice (démonstration)"),
    (RoleCode.APPROVER, "direction", "Directeur de la publication (démonstration)"),
    (RoleCode.DATA_PROTECTION, "dpd", "Déléguée à la protection des données (démonstration)"),
    (RoleCode.MEETING_ORGANISER, "rencontres", "Organisatrice de rencontres (démonstration)"),
    (RoleCode.FACILITATOR, "animation", "Animateur (démonstration)"),
    (RoleCode.OPERATOR, "saisie", "Opératrice de saisie (démonstration)"),
    (RoleCode.BODY_MEMBER, "instance", "Membre d’une instance (démonstration)"),
    (RoleCode.PLAN_LEAD, "pilotage", "Pilote régionale du plan (démonstration)"),
    (RoleCode.READER, "lecture", "Représentante des usagers (démonstration)"),
)
#: plan leads of one department: (official code, mailbox, name)
DEPARTMENT_LEADS = (
    ("48", "pilotage-lozere", "Pilote du plan en Lozère (démonstration)"),
    ("30", "pilotage-gard", "Pilote du plan dans le Gard (démonstration)"),
)


def address(mailbox: str) -> str:
    """A mailbox of a domain that can receive nothing."""
    return f"{mailbox}@agence.example.org"


def load_people(operator: Operator, perimeter: Territory) -> dict[str, Agent]:
    """{role: agent}; run again, it finds the same accounts."""
    agents = {}
    for role, mailbox, name in PEOPLE:
        agents[str(role)] = _agent(operator, role, mailbox, name, perimeter)
    for code, mailbox, name in DEPARTMENT_LEADS:
        _agent(operator, RoleCode.PLAN_LEAD, mailbox, name, Territory.objects.official("departement", code))
    return agents


def lead_of(department: str) -> Agent:
    """The plan lead of that department (« 48 », « 30 »), once the people are loaded."""
    mailbox = next(mailbox for code, mailbox, _name in DEPARTMENT_LEADS if code == department)
    return Agent(User.objects.get(email=address(mailbox)))


def _agent(operator: Operator, role: RoleCode, mailbox: str, name: str, territory: Territory) -> Agent:
    user = User.objects.filter(email=address(mailbox)).first() or create_user(
        operator, email=address(mailbox), full_name=name, password=PASSWORD
    )
    grant_role(operator, user=user, code=role, territory=territory)
    return Agent(user)
