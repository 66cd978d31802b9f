"""A policy profile: every number, ratio and deadline of the field, as validated data.

Each part belongs to a stage and is read there; its docstring names the units and the texts that
the figures come from. An optional rule is None, 0, False or empty where a profile has none.
"""

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
    Severity,
    TransferRoute,
)
from coordinator.domain.policy.departures import (
    DepartureReason,
    require_reason,
    typed_reason,
    worded_reason,
)
from coordinator.domain.policy.disclosing import DisclosureReason
from coordinator.domain.policy.figures import CodeName, DayUnit, PolicyPart
from coordinator.domain.policy.object_reasons import ObjectReason, Shown
from coordinator.domain.policy.platforms import ExchangeKind, Platform
from coordinator.domain.policy.prechecking import Audience, PrecheckPolicy, ShownField
from coordinator.domain.policy.preparing import (
    BurdenPolicy,
    ClassRatio,
    DispatchPolicy,
    DrandChain,
    DrawWeight,
    EntryKind,
    KeyPeriod,
    LotteryPolicy,
    MergePolicyData,
    PlanPolicy,
    RegistersPolicy,
    TeamPolicy,
)
from coordinator.domain.policy.profile import Policy
from coordinator.domain.policy.reading import Flaw, policy_from
from coordinator.domain.policy.sanctions import (
    CodeEntry,
    DeliveryWay,
    FormerCode,
    FormerSet,
    ListRule,
    MeasureRule,
    MethodEntry,
    SanctionsPolicy,
)
from coordinator.domain.policy.scheduling import DaySlot, SchedulingPolicy
from coordinator.domain.policy.versions import (
    OVERRIDABLE,
    Difference,
    PolicyVersion,
    content_of,
    difference,
    digest_of,
    figures_of,
    with_overrides,
)

__all__ = [
    "OVERRIDABLE",
    "AppraisalPolicy",
    "ArchivePolicy",
    "Audience",
    "BurdenPolicy",
    "ClassRatio",
    "CodeEntry",
    "CodeName",
    "ComplaintsPolicy",
    "CreditRepairPolicy",
    "DaySlot",
    "DayUnit",
    "DeliveryWay",
    "DepartureReason",
    "Difference",
    "DisclosurePolicy",
    "DisclosureReason",
    "DispatchPolicy",
    "DistributionPolicy",
    "DrandChain",
    "DrawWeight",
    "EntryKind",
    "ExchangeKind",
    "FieldworkPolicy",
    "Flaw",
    "FollowUpPolicy",
    "FormerCode",
    "FormerSet",
    "KeyPeriod",
    "ListRule",
    "LotteryPolicy",
    "MeasureRule",
    "MergePolicyData",
    "MethodEntry",
    "ObjectReason",
    "OverduePolicy",
    "PlanPolicy",
    "Platform",
    "Policy",
    "PolicyPart",
    "PolicyVersion",
    "PrecheckPolicy",
    "RegistersPolicy",
    "ReportPolicy",
    "SanctionsPolicy",
    "SchedulingPolicy",
    "Severity",
    "Shown",
    "ShownField",
    "TeamPolicy",
    "TransferRoute",
    "content_of",
    "difference",
    "digest_of",
    "figures_of",
    "policy_from",
    "require_reason",
    "typed_reason",
    "with_overrides",
    "worded_reason",
]
