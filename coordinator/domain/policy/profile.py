"""A whole profile: its parts, the code tables beside them, and where each figure comes from."""

from collections.abc import Mapping
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
from coordinator.domain.policy.figures import CodeName, PolicyPart, known
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
from coordinator.domain.policy.sanctions import CodeEntry, ListRule, MeasureRule, MethodEntry
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

    @property
    def label(self) -> str:
        """`profile@version`, as it stands in records."""
        return f"{self.profile}@{self.version}"

    def list_rule(self, code: str) -> ListRule | None:
        """Find the rule of a serious-violation list."""
        return next((rule for rule in self.lists if rule.code == code), None)

    def measures_for(self, list_code: str) -> tuple[MeasureRule, ...]:
        """Give the measures that follow from a list."""
        return tuple(rule for rule in self.measures if list_code in rule.lists)

    def result_code(self, code: str) -> CodeEntry | None:
        """Find a result code."""
        return next((entry for entry in self.result_codes if entry.code == code), None)
