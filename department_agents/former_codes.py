"""A report in a former set of result codes, put into the table of the day before it leaves."""

from collections.abc import Iterator

from contracts.results import Finding, FindingsSubmitted
from department_agents.code_table import CodeTable
from department_agents.refusals import AnswerRefusedError, Flaw, Refusal, refuse


def in_current_codes(report: FindingsSubmitted, codes: CodeTable) -> FindingsSubmitted:
    """Give a report in the codes of its day; raises AnswerRefusedError naming what has none.

    A former code that several current ones continue is refused with these.
    """
    name = report.code_set
    if name is None:
        return report
    if name not in codes.former:
        raise refuse("code_set", Flaw.CODE_UNKNOWN, ", ".join(codes.former), name)
    table = codes.on(report.visited_date)
    flaws = [
        flaw
        for index, finding in enumerate(report.findings)
        for flaw in _flaws(f"findings.{index}.result_codes", finding, name, table)
    ]
    if flaws:
        raise AnswerRefusedError(flaws)
    findings = tuple(
        each.model_copy(update={"result_codes": _translated(each, name, table)})
        for each in report.findings
    )
    return report.model_copy(update={"findings": findings, "code_set": None})


def _translated(finding: Finding, name: str, table: CodeTable) -> tuple[str, ...]:
    meant = (table.meant_by(name, code)[0] for code in finding.result_codes)
    return tuple(dict.fromkeys(meant))


def _flaws(where: str, finding: Finding, name: str, table: CodeTable) -> Iterator[Refusal]:
    for code in finding.result_codes:
        meant = table.meant_by(name, code)
        if not meant:
            yield Refusal(where, Flaw.CODE_UNKNOWN, ", ".join(table.former[name]), code)
        elif len(meant) > 1:
            yield Refusal(where, Flaw.CODE_AMBIGUOUS, ", ".join(meant), code)
