"""Readers of official files, one a layout, in the order in which they are tried.

Fed by the files of INSEE, the Assurance maladie, the CépiDc, FINESS. Feeds services.official.
"""

from fabrique.observatory.services.readers import (
    departments,
    determinants,
    diagnostic,
    distances,
    doctors,
    establishments,
    incomes,
    melodi,
    mortality,
    pathologies,
    populations,
    set_aside,
    spending,
)
from fabrique.observatory.services.readers.base import Geography, Reader, Sheet

READERS: tuple[Reader, ...] = (
    *populations.READERS,
    *melodi.READERS,
    *incomes.READERS,
    *doctors.READERS,
    *mortality.READERS,
    *pathologies.READERS,
    *establishments.READERS,
    *distances.READERS,
    *departments.READERS,
    *diagnostic.READERS,
    *determinants.READERS,
    *spending.READERS,
    *set_aside.READERS,
)

__all__ = ["READERS", "Geography", "Reader", "Sheet"]
