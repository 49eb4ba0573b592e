"""What people decide on themes: each verb, its refusals, who may, what the journal keeps.

Fed by factories/analysis.py. Feeds confidence in services.decisions and services.sizes.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.db import IntegrityError, transaction

from fabrique.accounts.actors import System
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.analysis.enums import DiscardReason, ThemeState
from fabrique.analysis.models import Theme
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from tests.factories import analysis as make
from tests.factories.territories import OPERATOR

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.usefixtures("shared_ground"),
]


@pytest.fixture(scope="module")
def run_of_the_file(shared_ground):
    return make.finished_run()


@pytest.fixture
def run(run_of_the_file, occitanie):
    return deepcopy(run_of_the_file)


@pytest.fixture
def theme(run):
    return make.some_theme(run)


@pytest.fixture
def other(run):
    return make.some_theme(run, 1)


@pytest.fixture
def parent(run):
    return Theme.objects.filter(run=run, children__isnull=False).distinct().order_by("position")[0]


def refusal(verb, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        verb(*args, **given)
    assert str(refused.value.message).endswith(".")
    return refused.value.code


VERBS = {
    "rename_theme": {"label": "Attendre"},
    "describe_theme": {"description": "Les délais."},
    "accept_theme": {"label": "Attendre"},
    "discard_theme": {"reason": DiscardReason.OFF_TOPIC},
    "move_theme": {"parent": None},
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_decision_is_named_versioned_and_journalled(verb, theme, analyst):
    done = getattr(services, verb)(analyst, theme=theme, **VERBS[verb])
    assert done.version == theme.version + 1
    line = JournalLine.objects.get(verb=f"analysis.{verb}", object_reference=theme.public_id)
    assert line.actor_reference == analyst.user.public_id


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("actor", [OPERATOR, System("tests")])
def test_neither_a_job_nor_an_operator_decides(verb, actor, theme):
    assert refusal(getattr(services, verb), actor, theme=theme, **VERBS[verb]) == "decision.nameless"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("code", [RoleCode.CODER, RoleCode.MODERATOR, RoleCode.APPROVER, RoleCode.READER])
def test_only_an_analyst_decides(verb, code, theme, personas):
    with pytest.raises(Forbidden):
        getattr(services, verb)(personas[code], theme=theme, **VERBS[verb])


@pytest.mark.parametrize("verb", VERBS)
def test_a_theme_that_somebody_changed_meanwhile_is_refused(verb, theme, analyst):
    services.describe_theme(analyst, theme=theme, description="Autre chose.")
    code = refusal(
        getattr(services, verb), analyst, theme=theme, expected_version=theme.version, **VERBS[verb]
    )
    assert code == "theme.changed"


def test_nothing_is_decided_on_a_run_that_is_not_done(theme, analyst):
    theme.run.__class__.objects.filter(pk=theme.run_id).update(state="echouee", is_current=False)
    assert refusal(services.accept_theme, analyst, theme=theme, label="Attendre") == "theme.run_not_done"


def test_accepting_wants_the_words_of_a_person(theme, analyst):
    assert refusal(services.accept_theme, analyst, theme=theme) == "theme.label_unconfirmed"
    same = refusal(services.accept_theme, analyst, theme=theme, label=f" {theme.proposed_label} ")
    assert same == "theme.label_unconfirmed"
    kept = services.accept_theme(analyst, theme=theme, keep_label=True)
    assert (kept.state, kept.label, kept.decided_by) == (
        ThemeState.ACCEPTED,
        theme.proposed_label,
        analyst.user,
    )


def test_a_label_given_before_counts_as_words_of_a_person(theme, analyst):
    services.rename_theme(analyst, theme=theme, label="Attendre")
    assert services.accept_theme(analyst, theme=theme).label == "Attendre"


def test_accepting_twice_without_new_words_is_refused(theme, analyst):
    make.accepted(analyst, theme)
    assert refusal(services.accept_theme, analyst, theme=theme) == "theme.already_accepted"


@pytest.mark.parametrize(
    ("label", "code"),
    [("", "theme.label_empty"), (" \n ", "theme.label_empty"), ("x" * 201, "theme.label_long")],
)
def test_labels_that_say_nothing_or_too_much_are_refused(label, code, theme, analyst):
    assert refusal(services.rename_theme, analyst, theme=theme, label=label) == code


def test_two_accepted_themes_never_bear_the_same_label(theme, other, analyst):
    make.accepted(analyst, theme, "Attendre")
    assert refusal(services.accept_theme, analyst, theme=other, label="ATTENDRE") == "theme.label_taken"


def test_discarding_wants_a_known_reason(theme, analyst):
    assert refusal(services.discard_theme, analyst, theme=theme, reason="") == "theme.reason"
    assert refusal(services.discard_theme, analyst, theme=theme, reason="bof") == "theme.reason"


def test_the_database_refuses_a_discarded_theme_without_reason_or_person(theme):
    for values in (
        {"state": ThemeState.DISCARDED},
        {"state": ThemeState.ACCEPTED},
        {"state": ThemeState.MERGED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Theme.objects.filter(pk=theme.pk).update(**values)


def test_a_discarded_child_no_longer_counts_in_its_parent(parent, analyst):
    before = services.theme_sizes(parent.run)
    child = parent.children.order_by("position").first()
    services.discard_theme(analyst, theme=child, reason=DiscardReason.INCOHERENT)
    after = services.theme_sizes(parent.run)
    assert after[parent.pk].ideas < before[parent.pk].ideas
    assert after[child.pk] == before[child.pk]


def test_merging_adds_up_without_counting_a_text_twice(theme, other, analyst):
    sizes = services.theme_sizes(theme.run)
    services.merge_themes(analyst, theme=theme, into=other)
    after = services.theme_sizes(theme.run)[other.pk]
    both = set(theme.assignments.values_list("idea__contribution", flat=True)) | set(
        other.assignments.values_list("idea__contribution", flat=True)
    )
    assert after.contributions == len(both)
    assert after.contributions >= sizes[other.pk].contributions


def test_what_was_merged_follows_to_the_last_theme(run, analyst):
    one, two, three = (make.some_theme(run, rank) for rank in range(3))
    services.merge_themes(analyst, theme=one, into=two)
    services.merge_themes(analyst, theme=two, into=three)
    one.refresh_from_db()
    assert one.merged_into == three
    assert services.counted_in(three) == {one.pk, two.pk, three.pk}


def test_a_theme_is_not_merged_into_itself_a_child_or_one_that_is_gone(theme, other, parent, analyst):
    assert refusal(services.merge_themes, analyst, theme=theme, into=theme) == "theme.merge_target"
    child = parent.children.first()
    assert refusal(services.merge_themes, analyst, theme=parent, into=child) == "theme.merge_child"
    services.discard_theme(analyst, theme=other, reason=DiscardReason.EMPTY)
    assert refusal(services.merge_themes, analyst, theme=theme, into=other) == "theme.merge_gone"


def test_a_theme_is_not_merged_into_another_run(theme, analyst):
    elsewhere = make.some_theme(make.finished_run())
    assert refusal(services.merge_themes, analyst, theme=theme, into=elsewhere) == "theme.merge_target"


def test_a_theme_that_is_gone_takes_no_decision_but_undo(theme, other, analyst):
    services.merge_themes(analyst, theme=theme, into=other)
    for verb, given in VERBS.items():
        assert refusal(getattr(services, verb), analyst, theme=theme, **given) == "theme.gone"
    back = services.undo(analyst, theme=theme)
    assert (back.state, back.merged_into, back.decided_by) == (ThemeState.PROPOSED, None, None)


def test_undoing_keeps_the_words_and_wants_a_decision(theme, analyst):
    assert refusal(services.undo, analyst, theme=theme) == "theme.undecided"
    make.accepted(analyst, theme, "Attendre")
    back = services.undo(analyst, theme=theme)
    assert (back.state, back.label) == (ThemeState.PROPOSED, "Attendre")


def test_the_tree_keeps_two_levels(parent, theme, other, analyst):
    child = parent.children.order_by("position").first()
    assert refusal(services.move_theme, analyst, theme=child, parent=child) == "theme.parent"
    assert refusal(services.move_theme, analyst, theme=other, parent=child) == "theme.parent"
    tops = Theme.objects.filter(run=parent.run, parent=None).exclude(pk=parent.pk)
    assert refusal(services.move_theme, analyst, theme=parent, parent=tops[0]) == "theme.has_children"
    moved = services.move_theme(analyst, theme=child, parent=tops[0])
    assert moved.parent == tops[0]
    assert child.pk in services.counted_in(tops[0])
    assert child.pk not in services.counted_in(parent)


def test_the_tree_shows_each_theme_once_even_under_a_theme_that_is_gone(parent, analyst):
    services.discard_theme(analyst, theme=parent, reason=DiscardReason.INCOHERENT)
    tree = Theme.objects.tree_of(parent.run)
    assert sorted(t.pk for t in tree) == sorted(
        Theme.objects.filter(run=parent.run).values_list("pk", flat=True)
    )
    assert {t.depth for t in tree if t.parent_id == parent.pk} == {0}


def test_following_visits_every_undecided_theme_then_none(run, analyst):
    theme = Theme.objects.filter(run=run).order_by("position").last()
    met = set()
    while theme is not None:
        met.add(theme.pk)
        theme = services.accept_theme(analyst, theme=theme, label=f"Thème {theme.position}")
        theme = Theme.objects.following(theme)
    assert met == set(Theme.objects.filter(run=run).values_list("pk", flat=True))
