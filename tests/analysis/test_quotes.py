"""Quotes: exact passages only, masks that may grow, a person who answers for each.

Fed by factories/analysis.py. Feeds confidence in services.quotes.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.analysis.models import Idea, Quote, Theme
from fabrique.analysis.services.quotes import _covered
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Moderation
from fabrique.contributions.services import moderate
from fabrique_core.privacy.detect import KIND_MARKS, Mask
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
def idea(theme):
    return make.idea_of(theme)


@pytest.fixture
def named(run):
    """(theme, idea) of the text that holds a name and a telephone number."""
    idea = next(
        i
        for i in Idea.objects.filter(run=run, assignments__isnull=False).select_related("contribution")
        if "06 12 34 56 78" in i.contribution.raw_text[i.start : i.end]
    )
    return Theme.objects.filter(assignments__idea=idea)[0], idea


def approve(actor, theme, idea, **given):
    place = {"start": idea.start, "end": idea.end} | given
    return services.approve_quote(actor, theme=theme, contribution=idea.contribution, **place)


def refusal(*args, **given) -> str:
    with pytest.raises(Refused) as refused:
        approve(*args, **given)
    return refused.value.code


def test_an_approved_quote_is_the_exact_passage_with_who_and_when(theme, idea, analyst):
    quote = approve(analyst, theme, idea)
    assert services.quote_text(quote) == idea.contribution.raw_text[idea.start : idea.end]
    assert (quote.approved_by, quote.masks) == (analyst.user, [])
    line = JournalLine.objects.get(verb="analysis.approve_quote")
    assert (line.object_reference, line.actor_reference) == (quote.public_id, analyst.user.public_id)


def test_part_of_an_idea_may_be_quoted(theme, idea, analyst):
    quote = approve(analyst, theme, idea, end=idea.start + 6)
    assert services.quote_text(quote) == idea.contribution.raw_text[idea.start : idea.start + 6]


def test_approving_again_gives_back_the_same_quote(theme, idea, analyst):
    assert approve(analyst, theme, idea) == approve(analyst, theme, idea)
    assert JournalLine.objects.filter(verb="analysis.approve_quote").count() == 1


@pytest.mark.parametrize("code", [RoleCode.CODER, RoleCode.APPROVER, RoleCode.READER, RoleCode.EDITOR])
def test_only_an_analyst_or_a_moderator_approves(code, theme, idea, personas):
    with pytest.raises(Forbidden):
        approve(personas[code], theme, idea)
    assert approve(personas[RoleCode.MODERATOR], theme, idea).approved_by


def test_a_program_never_approves(theme, idea):
    assert refusal(OPERATOR, theme, idea) == "decision.nameless"
    assert not Quote.objects.exists()


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 100_000), (5, 5), (9, 4)])
def test_a_passage_outside_an_idea_is_refused(start, end, theme, idea, analyst):
    assert refusal(analyst, theme, idea, start=start, end=end) == "quote.outside"


def test_an_idea_of_another_theme_is_refused(run, theme, analyst):
    other = next(
        t for t in Theme.objects.filter(run=run, children=None)
        if t.pk != theme.pk and not set(t.assignments.values_list("idea", flat=True))
        & set(theme.assignments.values_list("idea", flat=True))
    )  # fmt: skip
    assert refusal(analyst, theme, make.idea_of(other)) == "quote.outside"


def test_a_parent_may_quote_the_ideas_of_its_children(run, analyst):
    child = Theme.objects.filter(run=run, parent__isnull=False, assignments__isnull=False).order_by(
        "position"
    )[0]
    assert approve(analyst, child.parent, make.idea_of(child)).theme == child.parent


def test_a_hidden_text_is_not_quoted_and_hiding_it_later_unpublishes_the_quote(theme, idea, analyst):
    quote = approve(analyst, theme, idea)
    make.accepted(analyst, theme)
    assert list(Quote.objects.publishable()) == [quote]
    moderate(analyst, contribution=idea.contribution, state=Moderation.HIDDEN, reason="identifiant")
    assert not Quote.objects.publishable().exists()
    quote.delete()
    assert refusal(analyst, theme, idea) == "quote.hidden"


def test_only_the_quotes_of_accepted_themes_are_publishable(run, theme, idea, analyst):
    quote = approve(analyst, theme, idea)
    assert not Quote.objects.publishable().exists()
    other = make.some_theme(run, 1)
    services.merge_themes(analyst, theme=theme, into=other)
    assert not Quote.objects.publishable().exists()
    make.accepted(analyst, other)
    assert list(Quote.objects.publishable()) == [quote]
    assert list(Quote.objects.of_theme(other)) == [quote]


def test_a_theme_that_is_gone_takes_no_quote(run, theme, idea, analyst):
    services.discard_theme(analyst, theme=theme, reason="hors-sujet")
    assert refusal(analyst, theme, idea) == "quote.theme_gone"


def test_detected_passages_are_masked_without_asking(named, analyst):
    theme, idea = named
    shown = services.quote_text(approve(analyst, theme, idea))
    assert "06 12" not in shown
    assert "Lefort" not in shown
    assert KIND_MARKS["phone"] in shown


def test_a_detected_passage_is_only_shown_with_a_confirmation(named, analyst):
    theme, idea = named
    phone = next(mask for mask in idea.contribution.masks if mask[2] == "phone")
    kept = [mask for mask in idea.contribution.masks if mask != phone]
    assert refusal(analyst, theme, idea, masks=kept) == "quote.unmasked"
    partly = [*kept, [phone[0], phone[1] - 3, "phone"]]
    assert refusal(analyst, theme, idea, masks=partly) == "quote.unmasked"
    quote = approve(analyst, theme, idea, masks=kept, unmask_confirmed=True)
    assert "06 12 34 56 78" in services.quote_text(quote)


def test_masks_may_be_added(theme, idea, analyst):
    quote = approve(analyst, theme, idea, masks=[[idea.start, idea.start + 3, "name"]])
    raw = idea.contribution.raw_text
    assert services.quote_text(quote) == "[nom]" + raw[idea.start + 3 : idea.end]


@pytest.mark.parametrize(
    ("masks", "code"),
    [
        ([[0, 4, "colour"]], "quote.mask_kind"),
        ([[0, 4, "name"], [2, 6, "name"]], "quote.masks"),
        ([[0, 99_999, "name"]], "quote.masks"),
    ],
)
def test_masks_that_make_no_sense_are_refused(masks, code, theme, idea, analyst):
    assert refusal(analyst, theme, idea, masks=masks) == code


def test_a_passage_with_nothing_left_under_its_masks_is_refused(theme, idea, analyst):
    whole = [[idea.start, idea.end, "name"]]
    assert refusal(analyst, theme, idea, masks=whole) == "quote.all_masked"


def test_other_masks_on_an_approved_quote_want_it_taken_back_first(theme, idea, analyst):
    quote = approve(analyst, theme, idea)
    other = [[idea.start, idea.start + 3, "name"]]
    assert refusal(analyst, theme, idea, masks=other) == "quote.other_masks"
    services.revoke_quote(analyst, quote=quote)
    assert approve(analyst, theme, idea, masks=other).masks == other


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_quote_that_passes_is_a_passage_of_its_source_less_its_masks(data, run, analyst):
    ideas = list(Idea.objects.filter(run=run, assignments__isnull=False).order_by("pk")[:40])
    idea = data.draw(st.sampled_from(ideas))
    theme = Theme.objects.filter(assignments__idea=idea)[0]
    start = data.draw(st.integers(idea.start - 2, idea.end))
    end = data.draw(st.integers(start, idea.end + 2))
    try:
        quote = approve(analyst, theme, idea, start=start, end=end)
    except Refused:
        return
    assert idea.start <= start < end <= idea.end
    shown = services.quote_text(quote)
    pieces = [shown]
    for mark in KIND_MARKS.values():
        pieces = [part for piece in pieces for part in piece.split(mark)]
    assert all(piece in idea.contribution.raw_text[start:end] for piece in pieces)
    quote.delete()


@given(
    mask=st.tuples(st.integers(0, 12), st.integers(1, 12)),
    chosen=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), max_size=4),
)
def test_a_detected_mask_is_covered_when_each_of_its_characters_is(mask, chosen):
    detected = Mask(mask[0], mask[0] + mask[1], "name")
    others = sorted(Mask(start, start + length, "name") for start, length in chosen)
    inside = range(max(detected.start, 3), min(detected.end, 15))
    hidden = {position for other in others for position in range(other.start, other.end)}
    assert _covered(detected, others, 3, 15) == (set(inside) <= hidden)
