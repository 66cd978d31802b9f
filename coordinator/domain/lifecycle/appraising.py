"""The states of half-year and year reports, and their moves."""

from collections.abc import Mapping
from enum import StrEnum


class ReportState(StrEnum):
    """A report 总结: awaited until it is drafted, then issued to all departments 通报."""

    AWAITED = "awaited"
    DRAFTED = "drafted"
    ISSUED = "issued"


# A draft is drawn up again as often as its figures change; an issued report is reopened with a
# reason and issued as another version, the former one stays.
REPORT_MOVES: Mapping[ReportState, frozenset[ReportState]] = {
    ReportState.AWAITED: frozenset({ReportState.DRAFTED}),
    ReportState.DRAFTED: frozenset({ReportState.DRAFTED, ReportState.ISSUED}),
    ReportState.ISSUED: frozenset({ReportState.DRAFTED}),
}
