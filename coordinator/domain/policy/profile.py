"""A whole profile: its parts, the code tables beside them, and where each figure comes from."""

import datetime
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from coordinator.domain.policy.checking import (
    AppraisalPolicy,
    ArchivePolicy,
    ComplaintsPolicy,
    CreditRepairPolicy,
    DisclosurePolicy,
    DistributionPolicy,
    FieldworkPolicy,
    FollowUpPolicy,
    OverduePolicy,
    ReportPolicy,
)
from coordinator.domain.policy.figures import CodeName, PolicyPart, flawed, known
from coordinator.domain.policy.prechecking import PrecheckPolicy
from coordinator.domain.policy.preparing import (
    BurdenPolicy,
    DispatchPolicy,
    EntryKind,
    LotteryPolicy,
    MergePolicyData,
    PlanPolicy,
    RegistersPolicy,
    TeamPolicy,
)
from coordinator.domain.policy.sanctions import (
    CodeEntry,
    DatedRule,
    DeliveryWay,
    FormerSet,
    ListRule,
    MeasureRule,
    MethodEntry,
    SanctionsPolicy,
    in_force,
)
from coordinator.domain.policy.scheduling import SchedulingPolicy


class Policy(PolicyPart):
    """A whole profile; `profile@version` stands in plans, rules.json and records.

    sources: dotted path → the public text or locality that a figure comes from; a figure without
    one is the office's own choice.
    """

    profile: str = Field(pattern=r"[a-z0-9][a-z0-9-]*")
    version: str = Field(pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*")
    name: str
    name_en: str
    sources: Mapping[str, str] = {}
    registers: RegistersPolicy = RegistersPolicy()
    plan: PlanPolicy
    burden: BurdenPolicy
    lottery: LotteryPolicy
    merge: MergePolicyData
    precheck: PrecheckPolicy = PrecheckPolicy()
    team: TeamPolicy
    dispatch: DispatchPolicy
    scheduling: SchedulingPolicy = SchedulingPolicy()
    fieldwork: FieldworkPolicy = FieldworkPolicy()
    report: ReportPolicy = ReportPolicy()
    disclosure: DisclosurePolicy
    overdue: OverduePolicy = OverduePolicy()
    distribution: DistributionPolicy = DistributionPolicy()
    follow_up: FollowUpPolicy
    sanctions: SanctionsPolicy = SanctionsPolicy()
    credit_repair: CreditRepairPolicy | None = None
    appraisal: AppraisalPolicy = AppraisalPolicy()
    complaints: ComplaintsPolicy = ComplaintsPolicy()
    archive: ArchivePolicy = ArchivePolicy()
    lists: tuple[ListRule, ...]
    measures: tuple[MeasureRule, ...]
    result_codes: tuple[CodeEntry, ...]
    follow_up_codes: tuple[CodeEntry, ...]
    penalty_kinds: tuple[CodeEntry, ...]
    methods: tuple[MethodEntry, ...] = ()
    event_kinds: tuple[CodeName, ...] = ()
    grading_schemes: tuple[CodeName, ...] = ()
    exemption_kinds: tuple[EntryKind, ...] = ()
    delivery_ways: tuple[DeliveryWay, ...] = ()
    former_sets: tuple[FormerSet, ...] = ()

    @model_validator(mode="after")
    def _known_sources(self) -> Self:
        for path in self.sources:
            part, _dot, field = path.partition(".")
            fields = getattr(type(getattr(self, part, None)), "model_fields", {})
            known([field], fields, f"sources.{path}")
        return self

    @model_validator(mode="after")
    def _known_codes(self) -> Self:
        weighted = [each.value for each in self.plan.weights if each.by == "event"]
        events = {entry.code for entry in self.event_kinds}
        exemptions = {entry.code for entry in self.exemption_kinds}
        lists = {rule.code for rule in self.lists}
        penalties = {entry.code for entry in self.penalty_kinds}
        known(self.plan.methods, {entry.name for entry in self.methods}, "plan.methods")
        known(self.plan.half_yearly_events, events, "plan.half_yearly_events")
        known(self.plan.higher_ratio_for, events, "plan.higher_ratio_for")
        known(weighted, events, "plan.weights")
        known(self.burden.exemptions, exemptions, "burden.exemptions")
        for measure in self.measures:
            known(measure.lists, lists, f"measures.{measure.code}.lists")
        for rule in self.lists:
            known(rule.penalty_kinds, penalties, f"lists.{rule.code}.penalty_kinds")
        return self

    @model_validator(mode="after")
    def _dated_once(self) -> Self:
        """Refuse two versions of a list or measure that are in force on the same day."""
        _once_a_day(self.lists, "lists")
        _once_a_day(self.measures, "measures")
        _once_a_day(self.result_codes, "result_codes")
        severities = (
            {each.code for each in self.credit_repair.severities} if self.credit_repair else ()
        )
        for rule in self.lists:
            if rule.severity is not None and severities:
                known([rule.severity], severities, f"lists.{rule.code}.severity")
        return self

    @property
    def label(self) -> str:
        """`profile@version`, as it stands in records."""
        return f"{self.profile}@{self.version}"

    @property
    def delisting_working_days(self) -> int:
        """Working days in which a second person answers a request to delist.

        Whoever must leave a list waits no longer than for the decision of a repair; without rules
        of repair no longer than for the lifting of a measure.
        """
        repair = self.credit_repair
        return repair.decision_working_days if repair else self.sanctions.lifting_working_days

    def list_rule(self, code: str, day: datetime.date | None = None) -> ListRule | None:
        """Find the rule of a serious-violation list in force on a day, else its latest version."""
        return in_force(self.lists, code, day)

    def measure(self, code: str, day: datetime.date | None = None) -> MeasureRule | None:
        """Find a joint-punishment measure in force on a day, else its latest version."""
        return in_force(self.measures, code, day)

    def measures_for(self, list_code: str, day: datetime.date) -> tuple[MeasureRule, ...]:
        """Give the measures that follow from a list by the library in force on a day."""
        return tuple(
            rule for rule in self.measures if list_code in rule.lists and rule.is_in_force(day)
        )

    def delivery_way(self, code: str) -> DeliveryWay | None:
        """Find a way of delivery."""
        return next((each for each in self.delivery_ways if each.code == code), None)

    def result_code(self, code: str, day: datetime.date | None = None) -> CodeEntry | None:
        """Find a result code in force on a day, else its latest version."""
        return in_force(self.result_codes, code, day)

    def result_codes_on(self, day: datetime.date) -> tuple[CodeEntry, ...]:
        """Give the table of result codes in force on a day; empty where none is."""
        return tuple(each for each in self.result_codes if each.is_in_force(day))


def _once_a_day(rules: Sequence[DatedRule], table: str) -> None:
    for code in {each.code for each in rules}:
        versions = sorted(
            (each for each in rules if each.code == code),
            key=lambda each: each.valid_from or datetime.date.min,
        )
        for earlier, later in pairwise(versions):
            begins = later.valid_from or datetime.date.min
            if earlier.valid_to is None or begins <= earlier.valid_to:
                raise flawed(f"{table}.{code}.valid_from", f"> {earlier.valid_to}", begins)
