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
    (RoleCode.READER, "lecture", "Représentante des usagers (démonstration)"),
)


def address(mailbox: str) -> str:
    """A mailbox of a domain that can receive nothing."""
    return f"{mailbox}@agence.example.org"


def load_people(operator: Operator, perimeter: Territory) -> dict[str, Agent]:
    """{role: agent}; run again, it finds the same accounts."""
    agents = {}
    for role, mailbox, name in PEOPLE:
        user = User.objects.filter(email=address(mailbox)).first() or create_user(
            operator, email=address(mailbox), full_name=name, password=PASSWORD
        )
        grant_role(operator, user=user, code=role, territory=perimeter)
        agents[str(role)] = Agent(user)
    return agents
