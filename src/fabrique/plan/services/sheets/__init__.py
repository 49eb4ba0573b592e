"""The sheets of the actions as tables, out and in: what a lead keeps in a spreadsheet and sends back.

Fed by the actions of a plan, or by a file. Feeds downloads, the report of a file, and the verbs.
"""

from fabrique.plan.services.sheets.applying import Change, Issue, Report, apply_tables
from fabrique.plan.services.sheets.columns import TABLES, Column
from fabrique.plan.services.sheets.files import csv_of, read_file, workbook_of
from fabrique.plan.services.sheets.rows import Tables, tables_of
from fabrique.plan.services.sheets.waiting import (
    apply_file,
    apply_from_terminal,
    drop_file,
    keep_file,
    preview_file,
)

__all__ = [
    "TABLES",
    "Change",
    "Column",
    "Issue",
    "Report",
    "Tables",
    "apply_file",
    "apply_from_terminal",
    "apply_tables",
    "csv_of",
    "drop_file",
    "keep_file",
    "preview_file",
    "read_file",
    "tables_of",
    "workbook_of",
]
