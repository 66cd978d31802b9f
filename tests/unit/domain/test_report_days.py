"""How many working days a report and its feedback have: what the lines say, else the profile."""

import pytest

from coordinator.domain.dispatch import ReportDays, report_days
from coordinator.domain.policy import ReportPolicy
from tests.builders import a_check, a_line

SILENT = ReportPolicy()
DACHENG = ReportPolicy(report_working_days=1, feedback_working_days=1)


@pytest.mark.parametrize(
    ("lines", "rules", "days"),
    [
        ([], SILENT, ReportDays(None, None)),
        ([(None, None)], SILENT, ReportDays(None, None)),
        ([(None, None)], DACHENG, ReportDays(1, 1)),
        ([(3, None)], DACHENG, ReportDays(3, 1)),
        ([(3, 2)], SILENT, ReportDays(3, 2)),
        ([(0, None)], DACHENG, ReportDays(0, 1)),
        ([(5, 4), (2, 6)], SILENT, ReportDays(2, 4)),
        ([(5, 4), (None, None)], SILENT, ReportDays(5, 4)),
        ([(5, 4), (None, None)], DACHENG, ReportDays(1, 1)),
        ([], DACHENG, ReportDays(1, 1)),
    ],
)
def test_a_line_goes_before_the_profile_and_the_shortest_line_counts(
    lines: list[tuple[int | None, int | None]], rules: ReportPolicy, days: ReportDays
) -> None:
    known = {
        f"L{n}": a_line(f"L{n}", report_days=report, feedback_days=feedback)
        for n, (report, feedback) in enumerate(lines)
    }
    drawn = [a_check(line=code) for code in known]
    joined = a_check(line="", round_id="", due_check="due-1")

    assert report_days([*drawn, joined], known, rules) == days


def test_lines_of_others_set_no_days() -> None:
    lines = {"L1": a_line("L1", report_days=3), "L2": a_line("L2", report_days=1)}

    assert report_days([a_check(line="L1")], lines, SILENT) == ReportDays(3, None)
