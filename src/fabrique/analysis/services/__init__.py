"""Verbs of the analysis: runs, decisions on themes, quotes, figures; and the reads that go with them.

Fed by contributions (alone) and by the analysts. Feeds restitution.
"""

from fabrique.analysis.services.corpus import (
    Scope,
    contributions_of,
    corpus_fingerprint,
    is_common,
    manifest,
    scope_of,
    scope_of_run,
    texts_read,
    withdrawals_since,
)
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
from fabrique.analysis.services.figures import (
    FigureResult,
    compute_figure,
    compute_together,
    evaluate,
    validate_figure,
    validate_together,
)
from fabrique.analysis.services.gathering import (
    Part,
    change_gathering,
    gather,
    gatherable,
    open_questions,
    parts_of,
)
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
    "Part",
    "Scope",
    "Sizes",
    "accept_theme",
    "approve_quote",
    "ask_run",
    "campaigns",
    "cancel_run",
    "change_gathering",
    "clear_drafts",
    "compute_figure",
    "compute_together",
    "contributions_of",
    "corpus_fingerprint",
    "counted_in",
    "describe_expression",
    "describe_theme",
    "discard_theme",
    "erase_derived",
    "evaluate",
    "execute_run",
    "figure_expression",
    "gather",
    "gatherable",
    "is_common",
    "make_current",
    "manifest",
    "merge_themes",
    "move_theme",
    "open_questions",
    "parts_of",
    "quote_text",
    "quoted",
    "rename_theme",
    "revoke_quote",
    "scope_of",
    "scope_of_run",
    "speaker_label",
    "speaker_labels",
    "take_back_abandoned",
    "texts_read",
    "theme_sizes",
    "undo",
    "validate_figure",
    "validate_together",
    "withdrawals_since",
]
