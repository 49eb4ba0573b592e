"""The XForm that a collecting application downloads, made by pyxform from the same sheets as the XLSX.

Fed by sheets_of. Feeds the OpenRosa endpoints; a frozen version is converted once a process.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from fabrique.common.errors import Refused
from fabrique.consultations.models import QuestionnaireVersion
from fabrique.field.services.sheets import COMMUNES, Sheets, sheets_of
from fabrique.territories.models import Territory
from fabrique_core.files import csv_writer


@dataclass(frozen=True)
class XForm:
    """The form as XML text, what the converter remarked, and the MD5 that the OpenRosa list wants."""

    xml: str
    warnings: tuple[str, ...]

    @property
    def md5(self) -> str:
        """OpenRosa's form list names a version by its MD5: a name, not a protection."""
        return hashlib.md5(self.xml.encode(), usedforsecurity=False).hexdigest()


def xform_of(version: QuestionnaireVersion) -> XForm:
    """The form of a version. Raises Refused('form.impossible') with what the converter says."""
    if version.is_frozen:
        return _frozen(str(version.public_id), version.content_hash)
    return converted(sheets_of(version))


@lru_cache(maxsize=16)
def _frozen(public_id: str, content_hash: str) -> XForm:
    version = QuestionnaireVersion.objects.get(public_id=public_id, content_hash=content_hash)
    return converted(sheets_of(version))


def converted(sheets: Sheets) -> XForm:
    """What pyxform makes of the sheets. Raises Refused('form.impossible')."""
    # an empty cell is no cell: pyxform would read the word « None »
    given = {
        sheet: [{column: str(cell) for column, cell in row.items() if cell not in (None, "")} for row in rows]
        for sheet, rows in sheets.as_dict().items()
    }
    try:
        made = convert(given, form_name="data")
    except PyXFormError as wrong:
        raise Refused(
            "form.impossible",
            _("Ce questionnaire ne peut pas devenir un formulaire de terrain : %(why)s") % {"why": wrong},
        ) from wrong
    return XForm(made.xform, tuple(made.warnings))


def communes_csv(perimeter: Territory) -> str:
    """The communes of a perimeter, « name,label » as a form's file: official code, then name and department."""
    import io

    out = io.StringIO()
    writer = csv_writer(out, delimiter=",")
    writer.writerow(["name", "label"])
    communes = Territory.objects.communes().within(perimeter).select_related("department")
    for commune in communes.order_by("name", "code"):
        place = f" ({commune.department.name})" if commune.department else ""
        writer.writerow([commune.code, f"{commune.name}{place}"])
    return out.getvalue()


__all__ = ["COMMUNES", "XForm", "communes_csv", "converted", "xform_of"]
