"""Reports in a former set of result codes: each code has one current meaning, or is refused."""

from collections.abc import Iterable, Sequence
from datetime import date

from contracts.results import FindingsSubmitted
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeEntry, FormerSet, Policy


def translated(codes: Iterable[str], name: str, policy: Policy, day: date) -> tuple[str, ...]:
    """Give codes of a former set (by number or name) in the table of the day, each once.

    Raises CODE_SET_UNKNOWN, CODE_UNKNOWN for a code that the set does not have or nothing
    continues, CODE_AMBIGUOUS with the candidates where several do.
    """
    former = next((each for each in policy.former_sets if each.code == name), None)
    if former is None:
        known = [each.code for each in policy.former_sets]
        raise RuleBrokenError(Rule.CODE_SET_UNKNOWN, found=name, known=known)
    table = policy.result_codes_on(day)
    return tuple(dict.fromkeys(_current(code, former, table) for code in codes))


def in_current_codes(report: FindingsSubmitted, policy: Policy) -> FindingsSubmitted:
    """Give a report with its result codes in the table of the day of the visit."""
    if report.code_set is None:
        return report
    findings = tuple(
        finding.model_copy(
            update={
                "result_codes": translated(
                    finding.result_codes, report.code_set, policy, report.visited_date
                )
            }
        )
        for finding in report.findings
    )
    return report.model_copy(update={"findings": findings})


def _current(said: str, former: FormerSet, table: Sequence[CodeEntry]) -> str:
    entry = next((each for each in former.codes if said in (each.code, each.name_zh)), None)
    meant = [
        each.code
        for each in table
        if entry is not None and entry.code in each.former.get(former.code, ())
    ]
    if entry is None or not meant:
        raise RuleBrokenError(Rule.CODE_UNKNOWN, field=f"code_set {former.code}", code=said)
    if len(meant) > 1:
        raise RuleBrokenError(
            Rule.CODE_AMBIGUOUS,
            code_set=former.code,
            code=entry.code,
            name=entry.name_zh,
            candidates=meant,
        )
    return meant[0]
