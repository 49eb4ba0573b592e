"""Measures of inequality in health, absolute and relative, with intervals; dose against need.
Fed with one indicator by the subgroups of one dimension.
Feeds ``fabrique equity``, the observatory and the plan's pages on inequalities.
"""

from fabrique_core.equity.dose import Dose, DoseRow, Lean, dose
from fabrique_core.equity.model import CONFIDENCE, Disaggregation, Kind, Measure, Method, Reason, Subgroup
from fabrique_core.equity.summary import Summary, summarise

__all__ = [
    "CONFIDENCE",
    "Disaggregation",
    "Dose",
    "DoseRow",
    "Kind",
    "Lean",
    "Measure",
    "Method",
    "Reason",
    "Subgroup",
    "Summary",
    "dose",
    "summarise",
]
