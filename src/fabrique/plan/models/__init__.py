"""The plan as living data, one module an aggregate.

Fed by plan.services. Feeds querysets, services, agents' and public pages.
"""

from fabrique.plan.models.action import (
    Action,
    ActionPartner,
    BudgetLine,
    LogicStep,
    Milestone,
    Reach,
    WeatherReport,
)
from fabrique.plan.models.consultation import (
    Consultee,
    FormalConsultation,
    Opinion,
    OpinionPoint,
    WordingChange,
)
from fabrique.plan.models.digest import LeadDigest
from fabrique.plan.models.evaluation import (
    Evaluation,
    EvaluationFinding,
    EvaluationQuestion,
    Evidence,
    Recommendation,
    RecommendationAnswer,
)
from fabrique.plan.models.indicator import Indicator, IndicatorValue
from fabrique.plan.models.review import Decision, Review, ReviewStep, Snapshot, UsersFinding
from fabrique.plan.models.sheet_file import SheetFile
from fabrique.plan.models.tree import (
    Challenge,
    Commitment,
    Document,
    Instrument,
    KeyToSuccess,
    Objective,
    Partner,
    Plan,
    PlanVersion,
    Programme,
    TargetPublic,
)

__all__ = [
    "Action",
    "ActionPartner",
    "BudgetLine",
    "Challenge",
    "Commitment",
    "Consultee",
    "Decision",
    "Document",
    "Evaluation",
    "EvaluationFinding",
    "EvaluationQuestion",
    "Evidence",
    "FormalConsultation",
    "Indicator",
    "IndicatorValue",
    "Instrument",
    "KeyToSuccess",
    "LeadDigest",
    "LogicStep",
    "Milestone",
    "Objective",
    "Opinion",
    "OpinionPoint",
    "Partner",
    "Plan",
    "PlanVersion",
    "Programme",
    "Reach",
    "Recommendation",
    "RecommendationAnswer",
    "Review",
    "ReviewStep",
    "SheetFile",
    "Snapshot",
    "TargetPublic",
    "UsersFinding",
    "WeatherReport",
    "WordingChange",
]
