"""What it is for: reading the XML parts of DOCX and ODT without document type, entity nor outside reference.
What feeds it: the members of a package.
What it feeds: word.py and writer.py.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as Safe
from defusedxml.common import DefusedXmlException

from fabrique_core.errors import CoreError


def parsed(data: bytes, form: str) -> Element:
    """The root element. Raises CoreError: files.xml_bomb, files.corrupt."""
    try:
        root: Element = Safe.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise CoreError("files.xml_bomb") from error
    except (ParseError, LookupError, ValueError) as error:
        raise CoreError("files.corrupt", format=form) from error
    return root
