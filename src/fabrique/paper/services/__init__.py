"""The verbs of paper and telephone: batches, entry, second entry, settling, calls; and what they measure.

Fed by operators' screens, relays' kits and the demonstration. Feeds the corpus and the error rates.
"""

from fabrique.paper.services.batches import (
    LARGEST,
    USUAL_SHARE,
    add_form,
    batch_for_relay,
    check_may_print,
    close_batch,
    create_batch,
    draw_sample,
    note_printing,
    receive,
    territories_for,
)
from fabrique.paper.services.calls import Answered, call_territory, open_call, record_call, seal_call
from fabrique.paper.services.codes import qr_address, read_sheet_code, sheet_code
from fabrique.paper.services.entering import claim, definition_for, enter, rank_for, release, reopen
from fabrique.paper.services.erasing import erase_entries
from fabrique.paper.services.quality import (
    Quality,
    QuestionMarks,
    QuestionQuality,
    marks_of,
    quality_of,
)
from fabrique.paper.services.readings import AGREEMENT, DAY, Reading, unsealed
from fabrique.paper.services.settling import Decision, readings_of, settle

__all__ = [
    "AGREEMENT",
    "DAY",
    "LARGEST",
    "USUAL_SHARE",
    "Answered",
    "Decision",
    "Quality",
    "QuestionMarks",
    "QuestionQuality",
    "Reading",
    "add_form",
    "batch_for_relay",
    "call_territory",
    "check_may_print",
    "claim",
    "close_batch",
    "create_batch",
    "definition_for",
    "draw_sample",
    "enter",
    "erase_entries",
    "marks_of",
    "note_printing",
    "open_call",
    "qr_address",
    "quality_of",
    "rank_for",
    "read_sheet_code",
    "readings_of",
    "receive",
    "record_call",
    "release",
    "reopen",
    "seal_call",
    "settle",
    "sheet_code",
    "territories_for",
    "unsealed",
]
