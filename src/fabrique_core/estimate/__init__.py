"""From counts to figures: shares, intervals, agreement, weighting, cross-tabulation, disclosure control.
Fed with counts, labels and margins.
Feeds every published number; ``disclose`` is the only way to public output.
"""

from fabrique_core.estimate.agreement import RELIABLE, TENTATIVE, Agreement, krippendorff_alpha
from fabrique_core.estimate.crosstab import ChiSquare, benjamini_hochberg, chi_square, holm
from fabrique_core.estimate.disclosure import (
    TOTAL,
    Disclosure,
    ReleasedTable,
    Suppressed,
    Table,
    disclose,
)
from fabrique_core.estimate.ppi import CorrectedShare, corrected_share
from fabrique_core.estimate.proportions import Interval, Share, share_of, wilson_interval
from fabrique_core.estimate.weighting import (
    Unweightable,
    Weighting,
    design_effect,
    effective_size,
    rake,
    weighted_share,
)

__all__ = [
    "RELIABLE",
    "TENTATIVE",
    "TOTAL",
    "Agreement",
    "ChiSquare",
    "CorrectedShare",
    "Disclosure",
    "Interval",
    "ReleasedTable",
    "Share",
    "Suppressed",
    "Table",
    "Unweightable",
    "Weighting",
    "benjamini_hochberg",
    "chi_square",
    "corrected_share",
    "design_effect",
    "disclose",
    "effective_size",
    "holm",
    "krippendorff_alpha",
    "rake",
    "share_of",
    "weighted_share",
    "wilson_interval",
]
