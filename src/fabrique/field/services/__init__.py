"""Verbs of the field: devices, forms out and in, submissions.

Fed by the OpenRosa endpoints, the agents' screen and the command of imports. Feeds consultations and the corpus.
"""

from fabrique.field.services.devices import add_device, recognise, revoke_device
from fabrique.field.services.importing import FormReport, import_xlsform
from fabrique.field.services.sheets import COMMUNES, form_id, sheets_of
from fabrique.field.services.submissions import MOST, Received, forms_for, receive
from fabrique.field.services.workbook import workbook_of
from fabrique.field.services.xforms import XForm, communes_csv, xform_of

__all__ = [
    "COMMUNES",
    "MOST",
    "FormReport",
    "Received",
    "XForm",
    "add_device",
    "communes_csv",
    "form_id",
    "forms_for",
    "import_xlsform",
    "receive",
    "recognise",
    "revoke_device",
    "sheets_of",
    "workbook_of",
    "xform_of",
]
