"""What the people of the demonstration do after the answers: analyse, decide on themes, quote, publish.

Fed by the recorded responses and the truth that the generator kept. Feeds the demonstration's published page.
The analyst of the story reads ideas as a person would: she knows what each text really says (the truth),
names a theme after what most of its ideas say, merges what says the same, and sets aside the rest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.enums import DiscardReason
from fabrique.analysis.models import Assignment, Idea, Run, Theme
from fabrique.common.clock import told_at
from fabrique.consultations import services as consultations
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Contribution
from fabrique.demo.consultation import Recorded, day
from fabrique.demo.generator_content import load_texts
from fabrique.demo.generator_text import TextTruth
from fabrique.restitution import services as restitution
from fabrique.restitution.models import Publication

#: below this share of ideas about one subject, the analyst calls a theme incoherent
COHERENT = 0.4
QUOTES_A_THEME = 3
QUOTE_LENGTHS = range(45, 221)


@dataclass
class Reading:
    """What is true of the ideas of a run, by idea: themes, whether it may be quoted, where it stands, what it says
    under other words (two people who say the same are not both quoted)."""

    themes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    quotable: set[int] = field(default_factory=set)
    places: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    sayings: dict[int, str] = field(default_factory=dict)


def close(agents: Mapping[str, Agent], consultation: Consultation, offset: int) -> Consultation:
    """The director closes once the announced time has passed."""
    with told_at(day(offset)):
        return consultations.close_consultation(agents[RoleCode.APPROVER], consultation=consultation)


def read(run: Run, recorded: Iterable[Recorded]) -> Reading:
    """What an attentive person would find in each idea of the run."""
    truths: dict[int, dict[str, TextTruth]] = {
        row.participation.pk: dict(row.response.truth) for row in recorded
    }
    texts = {
        pk: (participation, key)
        for pk, participation, key in Contribution.objects.filter(
            participation__source=run.source
        ).values_list("pk", "participation_id", "question__key")
    }
    reading = Reading()
    rows = Idea.objects.filter(run=run).values_list("pk", "contribution_id", "start", "end")
    for idea, contribution, start, end in rows.iterator():
        participation, key = texts[contribution]
        truth = truths.get(participation, {}).get(key)
        if truth is None:
            continue
        spans = [span for span in truth.spans if span.start < end and span.end > start]
        reading.themes[idea] = tuple(sorted({theme for span in spans for theme in span.themes}))
        reading.places[idea] = (contribution, start, end)
        reading.sayings[idea] = spans[0].fragment if spans else ""
        personal = any(span.start < end and span.end > start for span in truth.personal)
        if (
            truth.kind == "themed"
            and truth.language == "fr"
            and not personal
            and end - start in QUOTE_LENGTHS
        ):
            reading.quotable.add(idea)
    return reading


def decide(analyst: Agent, run: Run, reading: Reading) -> list[Theme]:
    """Name, merge, move or discard every proposed theme; returns the accepted ones."""
    ideas: dict[int, list[int]] = defaultdict(list)
    pairs = Assignment.objects.filter(idea__run=run).order_by("-score", "idea_id")
    for theme, idea in pairs.values_list("theme_id", "idea_id").iterator():
        ideas[theme].append(idea)
    labels = {theme.key: theme.label for theme in load_texts().themes}
    themes = list(Theme.objects.filter(run=run).select_related("parent"))
    branches = {theme.parent_id for theme in themes if theme.parent_id}
    accepted: dict[str, Theme] = {}
    leaves = sorted(
        (theme for theme in themes if theme.pk not in branches), key=lambda t: (-len(ideas[t.pk]), t.pk)
    )
    for leaf in leaves:
        _decide_leaf(analyst, leaf, _subject(ideas[leaf.pk], reading), labels, accepted)
    for branch in (theme for theme in themes if theme.pk in branches):
        analysis.discard_theme(analyst, theme=branch, reason=DiscardReason.INCOHERENT)
    return list(accepted.values())


def _subject(ideas: Iterable[int], reading: Reading) -> str | None:
    """The subject of most ideas, or None where they share none."""
    found = [reading.themes[idea] for idea in ideas if reading.themes.get(idea)]
    counts = Counter(theme for themes in found for theme in themes)
    if not counts:
        return None
    subject, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return subject if count >= COHERENT * len(found) else None


def _decide_leaf(
    analyst: Agent, leaf: Theme, subject: str | None, labels: Mapping[str, str], accepted: dict[str, Theme]
) -> None:
    if subject is None:
        analysis.discard_theme(analyst, theme=leaf, reason=DiscardReason.INCOHERENT)
        return
    if leaf.parent_id is not None:
        leaf = analysis.move_theme(analyst, theme=leaf, parent=None)
    if subject in accepted:
        analysis.merge_themes(analyst, theme=leaf, into=accepted[subject])
        return
    accepted[subject] = analysis.accept_theme(analyst, theme=leaf, label=labels[subject], keep_label=True)


def approve_quotes(analyst: Agent, themes: Iterable[Theme], reading: Reading) -> int:
    """Approve up to three passages a theme, the most central first; returns how many."""
    count = 0
    labels = {theme.label: theme.key for theme in load_texts().themes}
    for theme in themes:
        for idea in _quotes(theme, labels[theme.label], reading):
            contribution, start, end = reading.places[idea]
            analysis.approve_quote(
                analyst,
                theme=theme,
                contribution=Contribution.objects.get(pk=contribution),
                start=start,
                end=end,
            )
            count += 1
    return count


def _quotes(theme: Theme, subject: str, reading: Reading) -> list[int]:
    """Ideas worth quoting: about this subject alone, each saying something else, by someone else."""
    members = [theme, *Theme.objects.filter(merged_into=theme)]
    central = [idea for member in members for idea in member.central_ideas]
    others = Assignment.objects.filter(theme__in=members).order_by("-score", "idea_id")
    chosen: list[int] = []
    said: set[str] = set()
    for idea in [*central, *others.values_list("idea_id", flat=True)]:
        saying = reading.sayings.get(idea, "")
        if idea not in reading.quotable or reading.themes.get(idea) != (subject,) or saying in said:
            continue
        chosen.append(idea)
        said.add(saying)
        if len(chosen) == QUOTES_A_THEME:
            break
    return chosen


def publish(agents: Mapping[str, Agent], consultation: Consultation, offset: int) -> Publication:
    """Prepare and validate as the analyst, then publish as the director, the next day."""
    analyst = agents[RoleCode.ANALYST]
    with told_at(day(offset)):
        publication = restitution.prepare_publication(analyst, consultation=consultation)
        restitution.validate_figures(analyst, publication=publication)
    with told_at(day(offset + 1)):
        return restitution.publish(agents[RoleCode.APPROVER], publication=publication)
