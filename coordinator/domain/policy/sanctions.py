"""Serious-violation lists, measures and code tables: dated data that profiles share."""

from collections.abc import Mapping

from coordinator.domain.policy.figures import PolicyPart


class ListRule(PolicyPart):
    """One serious-violation list: founding text and the dated rule that may put a subject on it."""

    code: str
    name: str
    name_en: str
    founding_text: str
    competent_departments: tuple[str, ...]
    penalty_kinds: tuple[str, ...]
    objection_working_days: int
    term_months: int
    earliest_repair_months: int


class MeasureRule(PolicyPart):
    """One joint-punishment measure of the library in force."""

    code: str
    name: str
    name_en: str
    lists: tuple[str, ...]
    departments: tuple[str, ...]
    basis: str
    feedback_working_days: int


class MethodEntry(PolicyPart):
    """One method of checking, and the wordings of lists that mean it (2.0).

    `desk`: needs no entry; `assists`: an agency or laboratory assists, the officer quota stays.
    """

    name: str
    name_en: str
    desk: bool = False
    assists: bool = False
    wordings: tuple[str, ...] = ()


class CodeEntry(PolicyPart):
    """One entry of a dated code table (result codes, follow-up, kinds of penalty).

    `problem`: states a problem; `closes`: nothing remains to be done; `open`: something remains;
    `excludes`: codes that contradict it.
    """

    code: str
    name_zh: str
    name_en: str
    problem: bool = False
    closes: bool = False
    open: bool = False
    case: bool = False
    same_as: str | None = None
    parent: str | None = None
    proposes: str | None = None
    excludes: tuple[str, ...] = ()
    former: Mapping[str, tuple[str, ...]] = {}
