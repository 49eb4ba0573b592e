"""What it is for: what the engine is asked (Params) and what it learned (Analysis), as plain records.
What feeds it: pipeline.py fills them.
What it feeds: the command `fabrique analyse`, and the jobs that copy them into the database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from fabrique_core.privacy.detect import Mask
from fabrique_core.text.duplicates import Family
from fabrique_core.text.language import PLAUSIBLE
from fabrique_core.text.segment import MAX_IDEA_CHARS
from fabrique_core.text.themes import TreeParams

ENGINE_VERSION = "1"
NO_THEME = "no_theme"


@dataclass(frozen=True)
class Params:
    """Everything that changes the result; the same texts, parameters and version give the same bytes."""

    seed: int = 2023
    encoder: str = "auto"
    lexical_weight: float = 0.5
    languages: tuple[str, ...] = PLAUSIBLE
    expected_language: str = "fr"
    max_idea_chars: int = MAX_IDEA_CHARS
    copy_threshold: float = 0.8
    score_threshold: float = 0.4
    most_themes: int = 3
    most_discovered: int = 60_000
    quotes: int = 5
    terms: int = 10
    tree: TreeParams = field(default_factory=TreeParams)

    def as_dict(self) -> dict[str, object]:
        """Plain values for a provenance file or a database row."""
        return asdict(self)


@dataclass(frozen=True)
class SetAside:
    """A row that takes no part, and why: « empty », « no_word » or « non_answer »."""

    row: int
    reason: str


@dataclass(frozen=True)
class Prepared:
    """One kept row: its language, its personal data, and its ideas as offsets into the raw text."""

    row: int
    language: str
    masks: tuple[Mask, ...]
    ideas: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Idea:
    """texts[row][start:end], one demand of one answer."""

    row: int
    start: int
    end: int


@dataclass(frozen=True)
class Assignment:
    """An idea (its position in Analysis.ideas) given a theme, with the machine's score in [0, 1]."""

    idea: int
    theme: str
    score: float


@dataclass(frozen=True)
class Theme:
    """A proposed theme; `parent` is None at the first level.

    size: rows with at least one idea in it; size_without_copies: the same, each family of copies counted
    once;
    stability: mean best Jaccard over resamples, in [0, 1]; terms: best first; quotes: positions of central
    ideas.
    """

    id: str
    parent: str | None
    label: str
    size: int
    size_without_copies: int
    ideas: int
    stability: float
    terms: tuple[str, ...]
    quotes: tuple[int, ...]


@dataclass(frozen=True)
class EncoderUsed:
    """What made the vectors; `fallback` says why words alone were used, None when the sentence encoder
    was."""

    name: str
    version: str
    fallback: str | None


@dataclass(frozen=True)
class Analysis:
    """The whole result. Rows kept and rows set aside add up to `rows`; ideas without a theme are in
    `unassigned`."""

    params: Params
    rows: int
    prepared: tuple[Prepared, ...]
    set_aside: tuple[SetAside, ...]
    families: tuple[Family, ...]
    ideas: tuple[Idea, ...]
    themes: tuple[Theme, ...]
    assignments: tuple[Assignment, ...]
    unassigned: tuple[int, ...]
    encoder: EncoderUsed
    fingerprint: str

    def theme(self, identifier: str) -> Theme:
        """The theme of an identifier; KeyError where there is none."""
        for theme in self.themes:
            if theme.id == identifier:
                return theme
        raise KeyError(identifier)

    def children(self, identifier: str | None) -> list[Theme]:
        """The themes right under one, or the first level for None, in order of size."""
        return [theme for theme in self.themes if theme.parent == identifier]
