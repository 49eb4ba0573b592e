"""Accounts and roles for the tests, built by the real verbs.

Fed by accounts.services. Feeds personas.py and any test that needs an agent.
"""

from __future__ import annotations

from itertools import count

from fabrique.accounts.actors import Agent
from fabrique.accounts.models import Role, User
from fabrique.accounts.services import create_user, grant_role
from fabrique.territories.models import Territory
from tests.factories.territories import OPERATOR

PASSWORD = "grenouille-tambour-7"
_numbers = count(1)


def user(full_name: str = "", email: str = "", password: str | None = None) -> User:
    """An account; without a password nobody can sign in with it."""
    number = next(_numbers)
    return create_user(
        OPERATOR,
        email=email or f"agent{number}@exemple.test",
        full_name=full_name or f"Agent numéro {number}",
        password=password,
    )


def agent(code: str, territory: Territory, **account: str) -> Agent:
    """An agent who holds one role in one territory."""
    created = user(**account)
    grant_role(OPERATOR, user=created, code=code, territory=territory)
    return Agent(created)


def role_of(held: Agent) -> Role:
    """The only role of an agent of `agent()`."""
    return Role.objects.current().get(user=held.user)
