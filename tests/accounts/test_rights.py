"""Rights = role × territory × verb: the whole table, and where a role reaches."""

import pytest

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.perms import RIGHTS as ACCOUNTS
from fabrique.accounts.rights import declare_rights, holds, require
from fabrique.accounts.services import close_user, end_role
from fabrique.audit.perms import RIGHTS as AUDIT
from fabrique.common.errors import Forbidden
from fabrique.common.registry import rights
from fabrique.territories.models import Territory
from fabrique.territories.perms import RIGHTS as TERRITORIES
from tests.factories import accounts
from tests.factories.territories import department

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

VERB = "audit.read"  # held by administrators and the data-protection officer

#: written again by hand: a right that is given away in perms.py without being given here fails
TABLE = {
    "accounts.create_user": {"administrateur"},
    "accounts.close_user": {"administrateur"},
    "accounts.reopen_user": {"administrateur"},
    "accounts.erase_user": {"administrateur", "dpd"},
    "accounts.grant_role": {"administrateur"},
    "accounts.end_role": {"administrateur"},
    "accounts.create_body": {"administrateur", "pilote"},
    "accounts.edit_body": {"administrateur", "pilote", "organisateur"},
    "accounts.end_body": {"administrateur"},
    "accounts.grant_mandate": {"administrateur", "pilote", "organisateur"},
    "accounts.end_mandate": {"administrateur", "pilote", "organisateur"},
    "audit.read": {"administrateur", "dpd"},
    "audit.seal": set(),
    "territories.load": set(),
}


def test_the_table_is_closed():
    declared = {**ACCOUNTS, **AUDIT, **TERRITORIES}
    assert {verb: {str(role) for role in roles} for verb, roles in declared.items()} == TABLE
    assert all(rights.get(verb) == frozenset(roles) for verb, roles in TABLE.items())


@pytest.mark.parametrize("code", RoleCode.values)
def test_each_role_holds_its_verbs_and_no_other(personas, occitanie, code):
    agent = personas[code]
    for verb, roles in TABLE.items():
        assert holds(agent, verb) == (code in roles), verb


@pytest.mark.parametrize("code", RoleCode.values)
def test_no_right_of_any_app_is_held_by_a_role_that_does_not_exist(code):
    for verb, roles in rights.items():
        assert roles <= set(RoleCode.values), verb


def test_an_agent_without_a_role_holds_nothing(occitanie):
    nobody = Agent(accounts.user())
    assert not any(holds(nobody, verb) for verb, _roles in rights.items())


def test_a_respondent_holds_nothing(respondent, occitanie):
    assert not any(holds(respondent, verb) for verb, _roles in rights.items())
    assert not any(holds(respondent, verb, occitanie) for verb, _roles in rights.items())


def test_the_operator_and_the_jobs_hold_everything_that_is_declared(operator, system, occitanie):
    assert all(holds(actor, verb) for actor in (operator, system) for verb, _roles in rights.items())


@pytest.mark.parametrize("actor", ["operator", "respondent", "administrator"])
def test_a_verb_that_no_table_declares_is_a_mistake_for_everybody(request, occitanie, actor):
    with pytest.raises(KeyError):
        holds(request.getfixturevalue(actor), "accounts.fly")


def test_a_right_held_in_a_department_does_not_reach_the_next_one(occitanie, lot, gard):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    assert holds(agent, VERB, lot)
    assert not holds(agent, VERB, gard)


def test_nor_the_region_above(occitanie, lot):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    assert not holds(agent, VERB, occitanie)
    assert holds(agent, VERB), "somewhere, yes"


def test_a_right_held_in_a_department_reaches_its_communes_only(commune, lot):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    assert holds(agent, VERB, commune("Cahors"))
    assert not holds(agent, VERB, commune("Toulouse"))


def test_a_right_held_in_the_region_reaches_each_department_and_commune(occitanie, commune):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, occitanie)
    assert all(holds(agent, VERB, place) for place in Territory.objects.departments().within(occitanie))
    assert holds(agent, VERB, commune("Cahors"))


def test_a_right_held_in_the_region_does_not_reach_the_next_region(with_big_cities):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, with_big_cities)
    assert not holds(agent, VERB, department("75"))
    assert not holds(agent, VERB, Territory.objects.official("commune", "75056"))


def test_a_right_held_in_an_epci_reaches_its_communes(commune):
    toulouse, cahors = commune("Toulouse"), commune("Cahors")
    agent = accounts.agent(RoleCode.ADMINISTRATOR, toulouse.epci)
    assert holds(agent, VERB, toulouse)
    assert holds(agent, VERB, commune("Colomiers"))
    assert not holds(agent, VERB, cahors)
    assert not holds(agent, VERB, toulouse.department)


def test_a_right_held_in_the_country_reaches_everywhere(with_big_cities):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, Territory.objects.official("pays", "FR"))
    assert holds(agent, VERB, with_big_cities)
    assert holds(agent, VERB, Territory.objects.official("commune", "75056"))


def test_two_roles_do_not_lend_each_other_their_territory(operator, lot, gard):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    accounts.grant_role(operator, user=agent.user, code=RoleCode.READER, territory=gard)
    assert not holds(agent, VERB, gard)


def test_an_ended_role_gives_nothing(operator, lot):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    end_role(operator, role=accounts.role_of(agent))
    assert not holds(agent, VERB)
    assert not holds(agent, VERB, lot)


def test_a_closed_account_gives_nothing(operator, lot):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    closed = Agent(close_user(operator, user=agent.user))
    assert not holds(closed, VERB, lot)


def test_an_agent_read_before_the_account_was_closed_holds_nothing_either(operator, lot):
    agent = accounts.agent(RoleCode.ADMINISTRATOR, lot)
    close_user(operator, user=agent.user)
    assert agent.user.is_active, "the object in memory is stale on purpose"
    assert not holds(agent, VERB, lot)


def test_a_superuser_of_django_holds_no_right_of_ours(occitanie):
    user = accounts.user()
    user.is_superuser = user.is_staff = True
    user.save()
    assert not holds(Agent(user), VERB)


def test_require_says_what_to_do(reader, occitanie):
    with pytest.raises(Forbidden) as refused:
        require(reader, VERB, occitanie)
    assert refused.value.code == "forbidden"
    assert refused.value.params == {"verb": VERB}
    assert "Demandez ce droit" in str(refused.value)


def test_a_verb_cannot_be_declared_twice_differently():
    with pytest.raises(ValueError, match="registered twice"):
        declare_rights({VERB: {RoleCode.READER}})
