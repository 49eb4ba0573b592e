"""Verbs of the analysis: runs, decisions on themes, quotes, figures; and the reads that go with them.

Fed by contributions (alone) and by the analysts. Feeds restitution.
"""

from fabrique.analysis.services.corpus import corpus_fingerprint, withdrawals_since
from fabrique.analysis.services.decisions import (
    accept_theme,
    describe_theme,
    discard_theme,
    merge_themes,
    move_theme,
    rename_theme,
    undo,
)
from fabrique.analysis.services.erasing import erase_derived
from fabrique.analysis.services.expressions import describe_expression, figure_expression
from fabrique.analysis.services.figures import FigureResult, compute_figure, evaluate, validate_figure
from fabrique.analysis.services.labels import speaker_label, speaker_labels
from fabrique.analysis.services.quotes import approve_quote, quote_text, quoted, revoke_quote
from fabrique.analysis.services.runs import (
    ask_run,
    cancel_run,
    clear_drafts,
    execute_run,
    make_current,
    take_back_abandoned,
)
from fabrique.analysis.services.sizes import Sizes, campaigns, counted_in, theme_sizes

__all__ = [
    "FigureResult",
    "Sizes",
    "accept_theme",
    "approve_quote",
    "ask_run",
    "campaigns",
    "cancel_run",
    "clear_drafts",
    "compute_figure",
    "corpus_fingerprint",
    "counted_in",
    "describe_expression",
    "describe_theme",
    "discard_theme",
    "erase_derived",
    "evaluate",
    "execute_run",
    "figure_expression",
    "make_current",
    "merge_themes",
    "move_theme",
    "quote_text",
    "quoted",
    "rename_theme",
    "revoke_quote",
    "speaker_label",
    "speaker_labels",
    "take_back_abandoned",
    "theme_sizes",
    "undo",
    "validate_figure",
    "withdrawals_since",
]
