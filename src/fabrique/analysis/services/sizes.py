"""How much each theme of a run holds, with and without campaigns: ideas, contributions, participations.

Fed by the assignments and people's decisions. Feeds the review screen, quotes and figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Assignment, Idea, Run, Theme

#: (theme, idea, contribution, participation, family)
Row = tuple[int, int, int, int, str]
CAMPAIGN = "campagne-"


@dataclass(frozen=True)
class Sizes:
    """Distinct counts; « without copies », all the texts of one campaign count as one."""

    ideas: int = 0
    contributions: int = 0
    participations: int = 0
    contributions_without_copies: int = 0
    participations_without_copies: int = 0


def counted_in(theme: Theme) -> set[int]:
    """Primary keys of the themes whose ideas a theme counts.

    Its own, those merged into it, and its children that are proposed or accepted, with those merged into
    them.
    """
    return closure_of(Theme.objects.filter(run=theme.run_id))[theme.pk]


def theme_sizes(run: Run) -> dict[int, Sizes]:
    """{theme: its sizes} for every theme of a run."""
    themes = list(Theme.objects.filter(run=run))
    rows: dict[int, list[Row]] = defaultdict(list)
    stored = Assignment.objects.filter(idea__run=run).values_list(
        "theme_id", "idea_id", "idea__contribution_id", "idea__contribution__participation_id", "idea__family"
    )
    for row in stored.iterator(chunk_size=5_000):
        rows[row[0]].append(row)
    return {
        pk: measured(row for member in members for row in rows.get(member, []))
        for pk, members in closure_of(themes).items()
    }


def measured(rows: Iterable[Row]) -> Sizes:
    """Distinct counts over assignments."""
    ideas, contributions, participations = set(), set(), set()
    without: dict[str, int] = {}
    for _theme, idea, contribution, participation, family in rows:
        ideas.add(idea)
        contributions.add(contribution)
        participations.add(participation)
        key = family if family.startswith(CAMPAIGN) else str(contribution)
        without.setdefault(key, participation)
        # the same member of a campaign stands for it whatever the order of the rows
        without[key] = min(without[key], participation)
    return Sizes(
        len(ideas), len(contributions), len(participations), len(without), len(set(without.values()))
    )


def closure_of(themes: Iterable[Theme]) -> dict[int, set[int]]:
    """{theme: the themes whose ideas it counts}, over all the themes of a run."""
    themes = list(themes)
    merged: dict[int, list[int]] = defaultdict(list)
    children: dict[int, list[int]] = defaultdict(list)
    for theme in themes:
        if theme.merged_into_id is not None:
            merged[theme.merged_into_id].append(theme.pk)
        if theme.parent_id is not None and theme.state in (ThemeState.PROPOSED, ThemeState.ACCEPTED):
            children[theme.parent_id].append(theme.pk)
    found: dict[int, set[int]] = {}
    for theme in themes:
        members: set[int] = set()
        waiting = [theme.pk]
        while waiting:
            pk = waiting.pop()
            if pk not in members:
                members.add(pk)
                waiting.extend(merged[pk] + children[pk])
        found[theme.pk] = members
    return found


@dataclass(frozen=True)
class CampaignShown:
    """A campaign as the agents see it: how many texts, how many participations, one of its texts (masked)."""

    name: str
    contributions: int
    participations: int
    example: str


def campaigns(run: Run) -> list[CampaignShown]:
    """The campaigns that a run found, the largest first."""
    texts: dict[str, dict[int, int]] = defaultdict(dict)
    stored = Idea.objects.filter(run=run, family__startswith=CAMPAIGN).in_reading_order()
    for family, contribution, participation in stored.values_list(
        "family", "contribution_id", "contribution__participation_id"
    ):
        texts[family][contribution] = participation
    firsts = {min(members): family for family, members in texts.items()}
    shown = {
        firsts[idea.contribution_id]: idea.contribution.masked_text
        for idea in Idea.objects.filter(run=run, contribution__in=firsts).select_related("contribution")
    }
    found = [
        CampaignShown(family, len(members), len(set(members.values())), shown[family])
        for family, members in texts.items()
    ]
    return sorted(found, key=lambda campaign: (-campaign.contributions, campaign.name))
