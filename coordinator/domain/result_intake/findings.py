"""One finding by itself, and all findings of one object beside each other (2.6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import permutations

from contracts.results import NO_PROBLEM, Finding
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeEntry, Policy

Doubt = tuple[str, str, str, str, str]
Codes = Mapping[str, CodeEntry]


def codes_on(policy: Policy, day: date | None) -> Codes:
    """Give the result codes in force on the day of a visit; CODE_TABLE_NOT_VALID where none is."""
    entries = policy.result_codes if day is None else policy.result_codes_on(day)
    if not entries and day is not None:
        first = min(each.valid_from or date.min for each in policy.result_codes)
        raise RuleBrokenError(
            Rule.CODE_TABLE_NOT_VALID, date=day.isoformat(), first=first.isoformat()
        )
    return {entry.code: entry for entry in entries}


def has_problem(finding: Finding, policy: Policy, day: date | None = None) -> bool:
    """Say whether any of the result codes is one that needs handling."""
    codes = (policy.result_code(code, day) for code in finding.result_codes)
    return any(entry is not None and entry.problem for entry in codes)


def check_finding(finding: Finding, policy: Policy, day: date | None = None) -> None:
    """Refuse unknown or contradicting codes, a problem without words or basis, and an unchecked
    item without a reason.

    The table in force on `day` decides; without a day the latest.
    """
    where = {"object": finding.object_id, "item": finding.item}
    if not finding.result_codes or not finding.follow_up:
        raise RuleBrokenError(Rule.RESULT_CODE_MISSING, **where)
    known = codes_on(policy, day)
    _known(finding.result_codes, known, "result_codes", where)
    after = {entry.code: entry for entry in policy.follow_up_codes}
    _known(finding.follow_up, after, "follow_up", where)
    _require_no_clash(finding, known, where)
    _require_words(finding, known, where)
    unsolved = any(known[code].problem and not known[code].closes for code in finding.result_codes)
    if unsolved and not all(after[code].open for code in finding.follow_up):
        raise RuleBrokenError(Rule.PROBLEM_WITHOUT_FOLLOW_UP, **where)
    if len({after[code].open for code in finding.follow_up}) > 1:
        raise RuleBrokenError(Rule.RESULTS_CONTRADICT, codes=list(finding.follow_up), **where)


def require_consistent(findings: Iterable[Finding], codes: Codes) -> None:
    """Refuse codes on different items of one object that can't hold on one visit."""
    for object_id, mine, code, other, there in _pairs(findings):
        if there in codes[code].excludes_on_object:
            raise RuleBrokenError(
                Rule.OBJECT_RESULTS_CONTRADICT,
                object=object_id,
                item=mine,
                code=code,
                other_item=other,
                other_code=there,
            )


def doubts_of(findings: Iterable[Finding], policy: Policy, day: date) -> tuple[Doubt, ...]:
    """Give the codes of one object that rarely hold together, for whoever reviews."""
    codes = codes_on(policy, day)
    return tuple(pair for pair in _pairs(findings) if pair[4] in codes[pair[2]].doubtful_on_object)


def _pairs(findings: Iterable[Finding]) -> Iterator[Doubt]:
    """Yield (object, item, code, other item, its code) for every two items of an object."""
    of_object: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        of_object[finding.object_id].append(finding)
    for object_id, group in of_object.items():
        for one, other in permutations(group, 2):
            for code in one.result_codes:
                for there in other.result_codes:
                    yield object_id, one.item, code, other.item, there


def _require_words(finding: Finding, known: Codes, where: Mapping[str, str]) -> None:
    words = (finding.problem or "").strip()
    said = words.rstrip("。.") not in ("", NO_PROBLEM)
    states_problem = any(known[code].problem for code in finding.result_codes)
    if states_problem and not (said and (finding.legal_basis or "").strip()):
        raise RuleBrokenError(Rule.PROBLEM_WITHOUT_WORDS, **where)
    if not finding.checked and not said:
        raise RuleBrokenError(Rule.UNCHECKED_WITHOUT_REASON, **where)


def _require_no_clash(finding: Finding, known: Codes, where: Mapping[str, str]) -> None:
    for code in finding.result_codes:
        clash = set(known[code].excludes) & set(finding.result_codes) - {code}
        if clash:
            raise RuleBrokenError(Rule.RESULTS_CONTRADICT, codes=[code, *sorted(clash)], **where)
    clean = sorted(code for code in finding.result_codes if known[code].excludes)
    if clean and not finding.checked:
        raise RuleBrokenError(Rule.RESULTS_CONTRADICT, codes=["unchecked", *clean], **where)


def _known(
    codes: Iterable[str], table: Collection[str], field: str, where: Mapping[str, str]
) -> None:
    for code in codes:
        if code not in table:
            raise RuleBrokenError(Rule.CODE_UNKNOWN, field=field, code=code, **where)
