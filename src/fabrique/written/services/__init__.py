"""Verbs of written contributions: calls, intake in quarantine, splitting into demands, decision, import.

Fed by the public form, the agents' screens and the command. Feeds the corpus.
"""

from fabrique.written.services.calls import DEMANDS, close_call, create_call, edit_call, open_call
from fabrique.written.services.deciding import accept, refuse
from fabrique.written.services.forgetting import erase_written, forget_old
from fabrique.written.services.importing import Line, Report, import_file
from fabrique.written.services.intake import MOST_FILES, Deposit, Proof, Received, receive
from fabrique.written.services.reading import read_files
from fabrique.written.services.splitting import Typed, save_demands, with_passage

__all__ = [
    "DEMANDS",
    "MOST_FILES",
    "Deposit",
    "Line",
    "Proof",
    "Received",
    "Report",
    "Typed",
    "accept",
    "close_call",
    "create_call",
    "edit_call",
    "erase_written",
    "forget_old",
    "import_file",
    "open_call",
    "read_files",
    "receive",
    "refuse",
    "save_demands",
    "with_passage",
]
