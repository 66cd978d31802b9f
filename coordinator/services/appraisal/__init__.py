"""Appraisal: the figures of a round, and the indicators of a period by organ."""

from coordinator.services.appraisal.periods import (
    PeriodFigures,
    fact_rows,
    period_figures,
    rules_of,
)
from coordinator.services.appraisal.reporting import (
    draft_report,
    edit_report,
    enter_report_text,
    issue_report,
    open_reports,
    reopen_report,
)
from coordinator.services.appraisal.rounds import indicators, round_figures
from coordinator.services.appraisal.tallying import count_again

__all__ = [
    "PeriodFigures",
    "count_again",
    "draft_report",
    "edit_report",
    "enter_report_text",
    "fact_rows",
    "indicators",
    "issue_report",
    "open_reports",
    "period_figures",
    "reopen_report",
    "round_figures",
    "rules_of",
]
