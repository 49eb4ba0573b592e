"""The fixed people of the tests: one agent a role, all in Occitanie but three who stay in the Lot.

Fed by factories/accounts.py, so by the real verbs. Feeds every test, through the fixtures below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from fabrique.accounts.actors import Agent, Respondent, System
from fabrique.accounts.enums import RoleCode
from fabrique.common.actors import Operator
from fabrique.territories.models import Territory
from tests.factories import accounts, territories

#: roles that work in one department; the others hold theirs in the whole region
IN_THE_LOT = {RoleCode.FACILITATOR, RoleCode.RELAY, RoleCode.OPERATOR}


def email_of(code: str) -> str:
    return f"{code}@exemple.test"


def territory_of(code: str) -> Territory:
    return territories.department("46") if code in IN_THE_LOT else territories.region()


class Personas(Mapping[str, Agent]):
    """Agents by role code, each made the first time that it is asked for. All share accounts.PASSWORD."""

    def __init__(self) -> None:
        self._made: dict[str, Agent] = {}

    def __getitem__(self, code: str) -> Agent:
        code = RoleCode(code).value
        if code not in self._made:
            self._made[code] = accounts.agent(
                code,
                territory_of(code),
                full_name=f"Personne {RoleCode(code).label}",
                email=email_of(code),
                password=accounts.PASSWORD,
            )
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(RoleCode.values)

    def __len__(self) -> int:
        return len(RoleCode.values)


@pytest.fixture
def personas(occitanie: Territory) -> Personas:
    return Personas()


@pytest.fixture
def administrator(personas: Personas) -> Agent:
    return personas[RoleCode.ADMINISTRATOR]


@pytest.fixture
def analyst(personas: Personas) -> Agent:
    return personas[RoleCode.ANALYST]


@pytest.fixture
def moderator(personas: Personas) -> Agent:
    return personas[RoleCode.MODERATOR]


@pytest.fixture
def editor(personas: Personas) -> Agent:
    return personas[RoleCode.EDITOR]


@pytest.fixture
def approver(personas: Personas) -> Agent:
    return personas[RoleCode.APPROVER]


@pytest.fixture
def data_protection_officer(personas: Personas) -> Agent:
    return personas[RoleCode.DATA_PROTECTION]


@pytest.fixture
def reader(personas: Personas) -> Agent:
    return personas[RoleCode.READER]


@pytest.fixture
def respondent() -> Respondent:
    return Respondent()


@pytest.fixture
def operator() -> Operator:
    return Operator("tests")


@pytest.fixture
def system() -> System:
    return System("tests")
