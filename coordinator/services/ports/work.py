"""One transaction of one actor: all a service may load, decide with, save and announce."""

from datetime import date, datetime
from typing import Protocol

from coordinator.domain.agents import AgentMute, AgentPulse
from coordinator.domain.annual_plan import (
    Amendment,
    Plan,
    PlanLine,
)
from coordinator.domain.annual_plan.deciding import MatchDecision
from coordinator.domain.archive import Package
from coordinator.domain.blacklist import Listing
from coordinator.domain.burden_ledger import BurdenCount, BurdenEntry, CapExemption
from coordinator.domain.burden_warnings import FrequencyAnswer
from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.disclosure import Disclosure
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.distribution import Share
from coordinator.domain.due_checks import DueCheck, Lead
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.joint_punishment import MeasureOrder
from coordinator.domain.lottery.cancelling import Cancellation
from coordinator.domain.lottery.ceremony import Contributor, OfficeChain, RecordFile, Round
from coordinator.domain.lottery.self_audit import RoundAudit
from coordinator.domain.lottery.silence import SilenceStatement, VoidAttempt
from coordinator.domain.lottery.sources import SourceReading
from coordinator.domain.lottery.verification import Verification
from coordinator.domain.object_replacing import (
    DroppedCheck,
    ObjectReplacement,
    ReplacementRequest,
)
from coordinator.domain.own_visits import OwnVisit
from coordinator.domain.policy import Policy, PolicyVersion
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
    Recusal,
)
from coordinator.domain.registers.acts import ImportProblem, RegisterAct, SavedMapping, Version
from coordinator.domain.registers.duties import DutyList
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.item_list import ItemListVersion, ItemProposal, ItemSnapshot
from coordinator.domain.registers.organisation import Department, Designation, Region
from coordinator.domain.registers.sections import Section
from coordinator.domain.registers.uploads import RegisterChunk
from coordinator.domain.result_intake import Report, Result
from coordinator.domain.scheduling import (
    Appointment,
    CalendarFeed,
    RoundSchedule,
    VisitRouting,
)
from coordinator.domain.signing_keys import DepartmentKey
from coordinator.domain.team_draw import FeasibilitySolver, MemberChange
from coordinator.domain.working_days import CalendarDay, CalendarYear, WorkingDays
from coordinator.services.directory import (
    Actor,
    AuditEntry,
    Credential,
    CreditAcknowledgement,
    CreditEvent,
    CreditSystem,
    DeadLetter,
    DutyRun,
    Incoming,
    LoginSession,
    Outgoing,
    Resend,
)
from coordinator.services.ports.broker import MessageBroker
from coordinator.services.ports.collections import Collection
from coordinator.services.ports.messaging import OutgoingQueues, Storage
from coordinator.services.ports.outside import (
    Chance,
    FailedMessages,
    Frames,
    Policies,
    Post,
    RecordShelf,
    Signer,
)
from coordinator.services.ports.traffic import Traffic
from coordinator.services.staging import RowChecks, Stage


class Work(Protocol):
    """One transaction of one actor: all a service may load, decide with, save and announce."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def policy(self) -> Policy:
        """The rules of the whole office; what a plan may choose is `policies.policy_of`'s."""
        ...

    @property
    def policies(self) -> Policies:
        """The profiles to choose from."""
        ...

    @property
    def calendar(self) -> WorkingDays:
        """The working-day calendar."""
        ...

    @property
    def rehearsal(self) -> bool:
        """Whether business time is rehearsal time (演练)."""
        ...

    @property
    def software(self) -> str:
        """Name and version, as records state them."""
        ...

    @property
    def post(self) -> Post:
        """Where messages leave."""
        ...

    @property
    def broker(self) -> MessageBroker | None:
        """The administration of the broker; None where this office has none."""
        ...

    @property
    def failed_messages(self) -> FailedMessages:
        """Messages that a person must see to."""
        ...

    @property
    def queues(self) -> OutgoingQueues:
        """The queues of recipients, by sequence."""
        ...

    @property
    def storage(self) -> Storage:
        """What is kept of messages that are over."""
        ...

    @property
    def traffic(self) -> Traffic:
        """Where every message is."""
        ...

    @property
    def chance(self) -> Chance:
        """Where fresh secrets come from."""
        ...

    @property
    def signer(self) -> Signer:
        """Signatures."""
        ...

    @property
    def stage(self) -> Stage:
        """Where rows of registers wait before they go in."""
        ...

    @property
    def row_checks(self) -> RowChecks:
        """The checks of rows that came as messages."""
        ...

    @property
    def shelf(self) -> RecordShelf:
        """Disclosed records."""
        ...

    @property
    def frames(self) -> Frames:
        """Counts of whom conditions meet."""
        ...

    @property
    def team_solver(self) -> FeasibilitySolver | None:
        """Proof that teams exist or don't, where the draw's own tries leave it open."""
        ...

    @property
    def routing(self) -> VisitRouting | None:
        """The order of travel through coordinates, where a solver is installed."""
        ...

    def now(self) -> datetime:
        """Give business time, aware UTC."""
        ...

    def machine_now(self) -> datetime:
        """Give machine time, aware UTC: what messages, leases and logins go by."""
        ...

    def today(self) -> date:
        """Give today's date where the office is."""
        ...

    def new_id(self) -> str:
        """Give a fresh UUIDv7."""
        ...

    async def audit(self, tag: str, subject: str, /, **facts: object) -> None:
        """Append to the audit chain in this transaction."""
        ...

    async def next_number(self, series: str) -> int:
        """Give the next number of a gap-free series, from 1."""
        ...

    departments: Collection[Department]
    department_keys: Collection[DepartmentKey]
    sections: Collection[Section]
    regions: Collection[Region]
    designations: Collection[Designation]
    calendar_years: Collection[CalendarYear]
    calendar_days: Collection[CalendarDay]
    duty_runs: Collection[DutyRun]
    credit_systems: Collection[CreditSystem]
    credentials: Collection[Credential]
    sessions: Collection[LoginSession]
    items: Collection[CheckItem]
    item_proposals: Collection[ItemProposal]
    item_lists: Collection[ItemListVersion]
    item_versions: Collection[ItemSnapshot]
    duty_lists: Collection[DutyList]
    objects: Collection[InspectionObject]
    inspectors: Collection[Inspector]
    experts: Collection[Expert]
    recusals: Collection[Recusal]
    joint_list: Collection[JointListRow]
    imports: Collection[RegisterAct]
    import_problems: Collection[ImportProblem]
    register_chunks: Collection[RegisterChunk]
    register_versions: Collection[Version]
    industries: Collection[Industry]
    column_mappings: Collection[SavedMapping]
    policy_versions: Collection[PolicyVersion]
    plans: Collection[Plan]
    plan_lines: Collection[PlanLine]
    plan_amendments: Collection[Amendment]
    match_decisions: Collection[MatchDecision]
    rounds: Collection[Round]
    contributors: Collection[Contributor]
    office_chains: Collection[OfficeChain]
    record_files: Collection[RecordFile]
    void_attempts: Collection[VoidAttempt]
    cancellations: Collection[Cancellation]
    silence_statements: Collection[SilenceStatement]
    source_readings: Collection[SourceReading]
    verifications: Collection[Verification]
    round_audits: Collection[RoundAudit]
    visits: Collection[Visit]
    checks: Collection[VisitCheck]
    tasks: Collection[DepartmentTask]
    team: Collection[TeamMember]
    member_changes: Collection[MemberChange]
    round_schedules: Collection[RoundSchedule]
    appointments: Collection[Appointment]
    calendar_feeds: Collection[CalendarFeed]
    burden_counts: Collection[BurdenCount]
    burden_entries: Collection[BurdenEntry]
    own_visits: Collection[OwnVisit]
    frequency_answers: Collection[FrequencyAnswer]
    cap_exemptions: Collection[CapExemption]
    object_replacements: Collection[ObjectReplacement]
    replacement_requests: Collection[ReplacementRequest]
    dropped_checks: Collection[DroppedCheck]
    leads: Collection[Lead]
    due_checks: Collection[DueCheck]
    recognitions: Collection[Recognition]
    reports: Collection[Report]
    results: Collection[Result]
    disclosures: Collection[Disclosure]
    shares: Collection[Share]
    rectifications: Collection[Rectification]
    cases: Collection[Case]
    listings: Collection[Listing]
    orders: Collection[MeasureOrder]
    packages: Collection[Package]
    audit_entries: Collection[AuditEntry]
    credit_events: Collection[CreditEvent]
    credit_acknowledgements: Collection[CreditAcknowledgement]
    agent_pulses: Collection[AgentPulse]
    agent_mutes: Collection[AgentMute]
    dead_letters: Collection[DeadLetter]
    outgoing: Collection[Outgoing]
    incoming: Collection[Incoming]
    resends: Collection[Resend]
