"""Verbs on the reference territories: load them.

Fed by the extract in data/ through services.extract. Feeds every app above; called at the command line.
"""

from fabrique.territories.services.extract import Geography, read_geography
from fabrique.territories.services.load import Loaded, load_territories

__all__ = ["Geography", "Loaded", "load_territories", "read_geography"]
