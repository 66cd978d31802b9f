"""Appraisal 考核 (2.11): what is counted, the indicators made of it, and the figures of a round."""

from coordinator.domain.appraisal.facts import WHOLE, Fact, FactRow, Scope, Tallies
from coordinator.domain.appraisal.indicators import (
    RULES,
    IndicatorRule,
    Reading,
    Subject,
    read,
    readings,
)
from coordinator.domain.appraisal.periods import (
    Half,
    Period,
    Standing,
    ends_within,
    is_covered,
    key_periods_of,
    standing_of,
)
from coordinator.domain.appraisal.reports import (
    AppraisalReport,
    IssuedReport,
    ReportFigure,
    ReportKind,
    ReportText,
    figures_from,
    issued_version,
    last_day,
    report_id,
    text_id,
)
from coordinator.domain.appraisal.rounds import Indicator, RoundFigures

__all__ = [
    "RULES",
    "WHOLE",
    "AppraisalReport",
    "Fact",
    "FactRow",
    "Half",
    "Indicator",
    "IndicatorRule",
    "IssuedReport",
    "Period",
    "Reading",
    "ReportFigure",
    "ReportKind",
    "ReportText",
    "RoundFigures",
    "Scope",
    "Standing",
    "Subject",
    "Tallies",
    "ends_within",
    "figures_from",
    "is_covered",
    "issued_version",
    "key_periods_of",
    "last_day",
    "read",
    "readings",
    "report_id",
    "standing_of",
    "text_id",
]
