"""Common publications: each unit apart, channel by channel, under the same secrecy; what may not be subtracted.

Fed by factories/common.py. Feeds confidence in the page that forty workshops and three channels share.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.enums import Measure
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.services import close_consultation
from fabrique.contributions.enums import Channel, ErasureReason, SourceKind, Unit
from fabrique.contributions.models import Contribution, ModerationReason, Participation
from fabrique.contributions.services import erase_participation, moderate
from fabrique.restitution import services
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonFigure, CommonPublication
from fabrique.restitution.services import common
from fabrique.restitution.services.release import (
    Told,
    _cells,
    _CommonReader,
    release_common_moderated,
    told_by_difference,
)
from fabrique_core.estimate.disclosure import TOTAL, Table
from tests.factories import analysis as corpus
from tests.factories import common as make
from tests.factories.restitution import world
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def refused(code, verb, *args, **given):
    with pytest.raises(Refused) as found:
        verb(*args, **given)
    assert found.value.code == code


@pytest.mark.both_databases
def test_a_theme_shows_each_unit_and_channel_with_base_and_missing_and_no_sum_of_units(personas) -> None:
    _made, publication = make.a_published_common(personas, web=24, groups=14, organisations=12)
    persons = make.lines(publication, Block.THEMES, Unit.PERSON, "Attendre")
    assert persons[""] == {
        "key": "",
        "label": "Tous les canaux",
        "base": 24,
        "missing": 0,
        "count": 24,
        "participations": 24,
        "count_without_copies": 24,
        "participations_without_copies": 24,
    }
    assert persons[Channel.WEB]["count"] == 24
    groups = make.lines(publication, Block.THEMES, Unit.GROUP, "Attendre")
    assert {key: (row["base"], row["participations"]) for key, row in groups.items()} == {
        "": (14, 14),
        Channel.WORKSHOP: (14, 14),
    }
    organisations = make.lines(publication, Block.TURNOUT, Unit.ORGANISATION)
    assert organisations[Channel.WRITTEN]["count"] == 12
    said = {row["count"] for figure in publication.figures.all() for row in figure.released["rows"]}
    assert not said & {24 + 14, 24 + 12, 14 + 12, 24 + 14 + 12}


def test_units_of_a_few_are_held_back_whole_with_their_themes(personas) -> None:
    _made, publication = make.a_published_common(personas, groups=6, organisations=12)
    assert {row["count"] for row in make.lines(publication, Block.TURNOUT, Unit.GROUP).values()} == {None}
    theme = make.lines(publication, Block.THEMES, Unit.GROUP, "Attendre")
    assert {(row["count"], row["participations"], row["base"]) for row in theme.values()} == {
        (None, None, None)
    }
    assert make.lines(publication, Block.TURNOUT, Unit.ORGANISATION)[""]["count"] == 12


def test_a_small_channel_takes_another_with_it(personas) -> None:
    made = make.gathered(personas)
    more = [replace(corpus.submission({"said": f"Oui {n}."}), channel=Channel.FIELD) for n in range(4)]
    corpus.participations(made.sources[1], more)
    publication = make.published(make.read(made))
    rows = make.lines(publication, Block.TURNOUT, Unit.PERSON)
    assert (rows[Channel.WEB]["count"], rows[Channel.FIELD]["count"]) == (None, None)


def test_what_a_consultation_publishes_alone_cannot_be_taken_away_from_the_common_count(personas) -> None:
    """Two dozen answered on line to the consultation, four more to a workshop: the sum would tell the four."""
    made = make.gathered(personas)
    more = [replace(corpus.submission({"said": f"Oui {n}."}), channel=Channel.WEB) for n in range(4)]
    corpus.participations(made.sources[1], more)
    publication = make.published(make.read(made))
    told = told_by_difference(analysis.scope_of(made.common), made.run).acts
    assert Channel.WEB in told[Unit.PERSON]
    assert told[Unit.GROUP] == set()
    assert {row["count"] for row in make.lines(publication, Block.TURNOUT, Unit.PERSON).values()} == {None}
    enough = make.heard(
        "Import", kind=SourceKind.IMPORT, texts=["Un car."] * 12, unit=Unit.PERSON, channel=Channel.WEB
    )
    wider = analysis.Scope((*analysis.scope_of(made.common).parts, (enough.pk, ())))
    assert told_by_difference(wider, made.run).acts[Unit.PERSON] == set()


def test_how_few_wrote_elsewhere_cannot_be_found_by_subtraction_either(personas) -> None:
    """Twelve others answered on line, three of them in words: the consultation's texts taken away would say three."""
    made = make.gathered(personas)
    texts = [{"said": f"Oui {n}."} if n < 3 else {} for n in range(12)]
    more = [replace(corpus.submission(one), channel=Channel.WEB) for one in texts]
    corpus.participations(made.sources[1], more)
    publication = make.published(make.read(made))
    assert make.lines(publication, Block.TURNOUT, Unit.PERSON)[Channel.WEB]["count"] == 36
    for block, title in ((Block.CONTRIBUTIONS, ""), (Block.THEMES, "Attendre")):
        row = make.lines(publication, block, Unit.PERSON, title)[Channel.WEB]
        assert (row["base"], row["missing"]) == (None, None), block
    assert make.lines(publication, Block.CONTRIBUTIONS, Unit.PERSON)[""]["participations"] is None


def test_writers_that_a_theme_needs_held_back_are_shown_nowhere() -> None:
    """Eleven on line all speak of a theme, nine of twenty-three in the street: with both totals, nine is found."""
    spoke = {("ligne", "oui"): 11, ("ligne", "non"): 0, ("terrain", "oui"): 9, ("terrain", "non"): 14}
    cells = {(answer, channel): n for (channel, answer), n in spoke.items()}
    copies = Table("copies", ("copies",), {("distinctes",): 20}, where=(("theme", "oui"),))
    theme = _cells([Table("figure:1", ("theme", "channel"), cells), copies])
    assert theme["figure:1"][TOTAL, "ligne"] is None
    shown = {("oui", channel): n for channel, n in (("ligne", 11), ("terrain", 23), (TOTAL, 34))}
    read = {(answer, channel): n for (_yes, channel), n in shown.items() for answer in (TOTAL, "non")}
    figure = SimpleNamespace(pk=1, measure=Measure.THEME, result={"unit": "personne"})
    reader = _CommonReader(
        theme
        | {"redacteurs:personne": shown, "lus:personne": read}
        | {"participations:personne": {("ligne",): 11, ("terrain",): 23, (TOTAL,): 34}},
        Told({}, {}, {}),
        [figure],
    )
    texts = SimpleNamespace(pk=2, measure=Measure.CONTRIBUTIONS)
    row = {"key": "ligne", "label": "En ligne", "base": 11, "rows": [{}]}
    assert reader._row(texts, "personne", "ligne", row)["participations"] is None
    turnout = SimpleNamespace(pk=3, measure=Measure.PARTICIPATIONS)
    assert reader._row(turnout, "personne", "ligne", row)["count"] is None, "all of them wrote"


def test_refusals_before_a_common_publication(personas) -> None:
    made = make.gathered(personas)
    refused("common.not_common", services.prepare_common, made.analyst, common=made.sources[0])
    refused("common.no_run", services.prepare_common, made.analyst, common=made.common)
    make.read(made)
    with pytest.raises(Forbidden):
        services.prepare_common(personas[RoleCode.MODERATOR], common=made.common)
    publication = make.prepared(made, validated=False)
    assert [code for code, _s in services.missing_before_common(publication)] == ["figures"]
    refused("common.figures", services.publish_common, made.approver, publication=publication)
    assert services.validate_common(made.analyst, publication=publication) == publication.figures.count()
    with pytest.raises(Forbidden):
        services.publish_common(made.analyst, publication=publication)
    refused("publication.unnamed", services.publish_common, OPERATOR, publication=publication)
    more = make.heard("Atelier de Gourdon", texts=["Un bus."])
    parts = [*analysis.parts_of(made.common), analysis.Part(more)]
    analysis.change_gathering(made.analyst, common=made.common, label="Toutes les voix", parts=parts)
    codes = [code for code, _s in services.missing_before_common(publication)]
    assert codes == ["sources", "corpus", "analysis"]


def test_a_withdrawal_asks_for_a_new_preparation(personas) -> None:
    made = make.read(make.gathered(personas))
    publication = make.prepared(made)
    gone = Participation.objects.of_source(made.sources[2]).first()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.WITHDRAWN)
    refused("common.corpus", services.publish_common, made.approver, publication=publication)
    assert (
        services.publish_common(made.approver, publication=make.prepared(made)).state
        == PublicationState.PUBLISHED
    )


def test_a_withdrawal_met_while_figures_are_computed_asks_for_a_new_preparation_too(
    personas, monkeypatch
) -> None:
    """One without any text leaves every fingerprint as it was: only the hour tells."""
    made = make.read(make.gathered(personas, web=4, groups=2, organisations=2))
    corpus.participations(made.sources[1], [corpus.submission({})])
    silent = Participation.objects.of_source(made.sources[1]).last()

    def computed(*given, compute=common.compute_together, **named):
        figures = compute(*given, **named)
        erase_participation(OPERATOR, participation=silent, reason=ErasureReason.WITHDRAWN)
        return figures

    monkeypatch.setattr(common, "compute_together", computed)
    publication = services.prepare_common(made.analyst, common=made.common)
    assert "corpus" in {code for code, _s in services.missing_before_common(publication)}


def test_a_preparation_replaced_while_it_was_published_is_told(personas, monkeypatch) -> None:
    made = make.read(make.gathered(personas, web=4, groups=2, organisations=2))
    publication = make.prepared(made)

    def replaced(asked, shown=common.shown_common):
        found = shown(asked)
        services.prepare_common(made.analyst, common=made.common)
        return found

    monkeypatch.setattr(common, "shown_common", replaced)
    refused("publication.gone", services.publish_common, made.approver, publication=publication)
    assert not CommonPublication.objects.public().exists()


def test_two_overlapping_publications_asked_for_at_once_come_out_one_only(personas, monkeypatch) -> None:
    made = make.read(make.gathered(personas, web=4, groups=2, organisations=2))
    parts = [analysis.Part(source) for source in made.sources[1:3]]
    other = make.read(
        make.Gathered(personas, [], analysis.gather(made.analyst, label="Les ateliers", parts=parts))
    )
    first, second = make.prepared(made), make.prepared(other)

    def overtaken(asked, shown=common.shown_common):
        found = shown(asked)
        if asked.pk == first.pk:
            services.publish_common(made.approver, publication=second)
        return found

    monkeypatch.setattr(common, "shown_common", overtaken)
    refused("common.overlap", services.publish_common, made.approver, publication=first)
    assert list(CommonPublication.objects.public()) == [second]


def test_texts_hidden_by_moderation_are_not_told_by_taking_one_consultation_away(personas) -> None:
    """Twelve hidden in one consultation, which says so; three in the other, which does not: no total of fifteen."""
    sources = [
        make.heard(f"Consultation {n}", kind=SourceKind.CONSULTATION, texts=["Non."] * hidden)
        for n, hidden in enumerate((12, 3))
    ]
    ground = ModerationReason.objects.filter(counted=True).first().key
    for text in Contribution.objects.filter(participation__source__in=sources):
        moderate(OPERATOR, contribution=text, state="ecarte", reason=ground)
    both = analysis.Scope(tuple((source.pk, ()) for source in sources))
    assert release_common_moderated(both) == {"counted": None, "uncounted": 0}
    assert release_common_moderated(analysis.Scope(both.parts[:1]))["counted"] == 12


def test_nothing_common_is_prepared_while_a_source_still_receives_answers(personas) -> None:
    still = world(personas, 20, close=False)
    workshop = make.heard("Atelier", texts=["Un bus."] * 12)
    parts = [analysis.Part(still.consultation.source), analysis.Part(workshop)]
    made = make.Gathered(
        personas, [], analysis.gather(personas[RoleCode.ANALYST], label="Trop tôt", parts=parts)
    )
    make.read(made)
    refused("common.open", services.prepare_common, made.analyst, common=made.common)
    close_consultation(OPERATOR, consultation=still.consultation, reason="test")
    assert make.prepared(made).figures.exists()


def test_a_source_stands_in_one_common_publication_only(personas) -> None:
    made, _publication = make.a_published_common(personas)
    parts = [analysis.Part(source) for source in made.sources[1:3]]
    other = make.Gathered(personas, [], analysis.gather(made.analyst, label="Les ateliers", parts=parts))
    make.read(other)
    refused("common.overlap", services.prepare_common, made.analyst, common=other.common)


def test_a_second_publication_keeps_what_a_few_would_move_and_replaces_the_first(personas) -> None:
    made, first = make.a_published_common(personas)
    gone = Participation.objects.of_source(made.sources[0]).first()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.WITHDRAWN)
    second = make.published(made)
    first.refresh_from_db()
    assert (first.state, second.number, second.supersedes) == (PublicationState.REPLACED, 2, first)
    assert make.lines(second, Block.TURNOUT, Unit.PERSON) == make.lines(first, Block.TURNOUT, Unit.PERSON)
    assert {
        row.kept_from
        for row in second.figures.filter(block=Block.TURNOUT)
        if row.released["unit"] == "personne"
    } == {1}
    assert CommonPublication.objects.in_force().get() == second


@pytest.mark.both_databases
def test_what_came_out_never_changes(personas) -> None:
    _made, publication = make.a_published_common(personas)
    row = publication.figures.first()
    for attempt in (
        lambda: CommonFigure.objects.filter(pk=row.pk).update(released={}),
        lambda: CommonFigure.objects.filter(pk=row.pk).delete(),
        lambda: CommonPublication.objects.filter(pk=publication.pk).update(manifest={}),
        lambda: CommonPublication.objects.filter(pk=publication.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    refused("publication.frozen", services.discard_common, _made.analyst, publication=publication)


def test_the_public_manifest_names_each_source_and_its_hash_without_its_count(personas) -> None:
    made, publication = make.a_published_common(personas)
    lines = publication.manifest["sources"]
    assert [line["label"] for line in lines] == [source.label for source in made.sources]
    assert lines[0]["questions"] == ["needs"]
    assert {len(line["fingerprint"]) for line in lines} == {64}
    assert all("texts" not in line for line in lines)
    assert [line["texts"] for line in analysis.manifest(made.run)["sources"]] == [24, 7, 7, 12]
