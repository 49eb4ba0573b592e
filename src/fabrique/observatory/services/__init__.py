"""Verbs of the observatory; what it gives to read stands in services.public and its neighbours.

Fed by the agents' room, the command and the demonstration. Feeds indicators, their versions and their values.
"""

from fabrique.observatory.services.definitions import define, ensure
from fabrique.observatory.services.entries import Aside, Definition, Entry, Reading
from fabrique.observatory.services.importing import cancel_file, check_file, confirm_file, preview_file
from fabrique.observatory.services.nomenclature import LoadedDefinitions, definitions_csv, load_definitions
from fabrique.observatory.services.official import Loaded, load_folder, load_path
from fabrique.observatory.services.schema import schema_text

__all__ = [
    "Aside",
    "Definition",
    "Entry",
    "Loaded",
    "LoadedDefinitions",
    "Reading",
    "cancel_file",
    "check_file",
    "confirm_file",
    "define",
    "definitions_csv",
    "ensure",
    "load_definitions",
    "load_folder",
    "load_path",
    "preview_file",
    "schema_text",
]
