"""Serious-violation lists, measures and code tables: dated data that profiles share."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

from pydantic import Field

from coordinator.domain.policy.figures import CodeName, PolicyPart


class DatedRule(PolicyPart):
    """A rule with the days of its force, both ends included; without a day it has no end there."""

    code: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def is_in_force(self, day: datetime.date) -> bool:
        """Say whether the rule is in force on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    @property
    def label(self) -> str:
        """`code@valid_from`, as decisions cite the version of a rule."""
        return f"{self.code}@{self.valid_from}" if self.valid_from else self.code


D = TypeVar("D", bound=DatedRule)


def in_force(rules: Iterable[D], code: str, day: datetime.date | None) -> D | None:
    """Find the version of a rule in force on a day; without a day the latest version."""
    versions = [each for each in rules if each.code == code]
    if day is not None:
        return next((each for each in versions if each.is_in_force(day)), None)
    return max(versions, key=lambda each: each.valid_from or datetime.date.min, default=None)


class ListRule(DatedRule):
    """One serious-violation list: founding text and the dated rule that may put a subject on it.

    conditions: what the text demands, in its own words; penalty_kinds is what is checked of it.
    competent_levels: levels of organs that may list, empty: any. court_documents: a court document
    may be cited in place of a penalty decision. persons: the founding text names natural persons;
    without it only legal persons and other organisations. superior_consent: the superior organ
    consents before the decision. severity: how an entry weighs in credit repair.
    """

    name: str
    name_en: str
    founding_text: str
    competent_departments: tuple[str, ...]
    competent_levels: tuple[Literal["province", "city", "county"], ...] = ()
    conditions: tuple[str, ...] = ()
    penalty_kinds: tuple[str, ...]
    court_documents: bool = False
    persons: bool = False
    superior_consent: bool = False
    objection_working_days: int
    term_months: int
    earliest_repair_months: int
    severity: str | None = None


class MeasureRule(DatedRule):
    """One joint-punishment measure of the library, as it is in force for some time.

    field: the field of credit the entry belongs to; cause: for whom it is meant; limit: how far it
    goes; term_months: months after which it ends before its listing, None: with the listing;
    scope: the basic list of the State, or its local supplement.
    """

    name: str
    name_en: str
    lists: tuple[str, ...]
    departments: tuple[str, ...]
    basis: str
    feedback_working_days: int
    field: str = ""
    cause: str = ""
    limit: str = ""
    term_months: int | None = Field(default=None, ge=1)
    scope: Literal["basic", "local"] = "basic"


class DeliveryWay(CodeName):
    """How a document reaches a party; by announcement it counts as delivered `days` later."""

    days: int = Field(default=0, ge=0)


class SanctionsPolicy(PolicyPart):
    """Listings and measures (2.10).

    acknowledgement_hours: hours of silence of a credit system after which an alarm is raised.
    delisted_shown_days: days for which the public sees that a subject left a list.
    lifting_working_days: working days for the feedback on the lifting of a measure.
    measure_reminder_days: days before a measure's feedback is due on which a reminder leaves.
    punishment_number: number of a joint-punishment case, with `{year}` and `{serial}`.
    """

    acknowledgement_hours: int = Field(default=72, ge=1)
    delisted_shown_days: int = Field(default=30, ge=0)
    lifting_working_days: int = Field(default=5, ge=1)
    measure_reminder_days: tuple[int, ...] = ()
    punishment_number: str = "联合惩戒〔{year}〕{serial:04d}号"


class MethodEntry(PolicyPart):
    """One method of checking, and the wordings of lists that mean it (2.0).

    `desk`: needs no entry; `assists`: an agency or laboratory assists, the officer quota stays.
    """

    name: str
    name_en: str
    desk: bool = False
    assists: bool = False
    wordings: tuple[str, ...] = ()


class CodeEntry(DatedRule):
    """One entry of a dated code table (result codes, follow-up, kinds of penalty).

    `problem`: states a problem; `closes`: nothing remains to be done; `open`: something remains;
    `excludes`: codes that contradict it on the same item, `excludes_on_object` on any item of the
    object on the same visit, `doubtful_on_object` those that a reviewer should look at;
    `promises`: what a follow-up code says will be done, any of which keeps the promise;
    `asks`: what a decision of this kind of penalty must state.
    """

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
    excludes_on_object: tuple[str, ...] = ()
    doubtful_on_object: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    former: Mapping[str, tuple[str, ...]] = {}


class FormerCode(PolicyPart):
    """One code of a former set, by its number there and its name."""

    code: str
    name_zh: str


class FormerSet(CodeName):
    """A former set of result codes; which current code each one means stands with that (`former`).

    `note`: where the set is known from, and how sure that is.
    """

    note: str
    codes: tuple[FormerCode, ...]
