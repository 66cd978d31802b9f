"""Every kind of stored value by the name under which a transaction gives it."""

from typing import Protocol

from coordinator.domain.agents import AgentMute, AgentPulse
from coordinator.domain.annual_plan import Amendment, Plan, PlanLine
from coordinator.domain.annual_plan.deciding import MatchDecision
from coordinator.domain.appraisal import AppraisalReport, IssuedReport, ReportText
from coordinator.domain.archive import Package
from coordinator.domain.audit_chain import ChainVerification, Checkpoint
from coordinator.domain.blacklist import (
    Correction,
    Listing,
    ListingAcknowledgement,
    ListingEvent,
)
from coordinator.domain.burden_ledger import BurdenCount, BurdenEntry, CapExemption
from coordinator.domain.burden_warnings import FrequencyAnswer
from coordinator.domain.checklist_merge.recognition import Recognition
from coordinator.domain.complaints import Complaint
from coordinator.domain.credit_file import CreditFile
from coordinator.domain.credit_repair import Repair
from coordinator.domain.disclosure import Disclosure, DisclosureExemption
from coordinator.domain.dispatch import DepartmentTask, TeamMember, Visit, VisitCheck
from coordinator.domain.distribution import ResultSubscription, Share
from coordinator.domain.due_checks import DueCheck, Lead
from coordinator.domain.exchange import (
    ExchangeBatch,
    ExchangeDigest,
    ExchangeRecord,
    PlatformReply,
    Reconciliation,
)
from coordinator.domain.follow_up import (
    AbnormalEntry,
    Case,
    CopyNotice,
    DisposalNote,
    Hazard,
    Rectification,
    Sample,
    Transfer,
)
from coordinator.domain.joint_punishment import MeasureAnswer, MeasureOrder, PunishmentCase
from coordinator.domain.lottery.cancelling import Cancellation
from coordinator.domain.lottery.ceremony import Contributor, OfficeChain, RecordFile, Round
from coordinator.domain.lottery.self_audit import RoundAudit
from coordinator.domain.lottery.silence import SilenceStatement, VoidAttempt
from coordinator.domain.lottery.sources import SourceReading
from coordinator.domain.lottery.verification import Verification
from coordinator.domain.object_replacing import DroppedCheck, ObjectReplacement, ReplacementRequest
from coordinator.domain.overdue import RedClock, ToldClock
from coordinator.domain.own_visits import OwnVisit
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.domain.policy import PolicyVersion
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
from coordinator.domain.result_intake import Report, Result, StoredEvidence
from coordinator.domain.review import Hearing, ReviewDecision
from coordinator.domain.scheduling import Appointment, CalendarFeed, RoundSchedule
from coordinator.domain.signing_keys import DepartmentKey
from coordinator.domain.team_draw import MemberChange
from coordinator.domain.training import Training
from coordinator.domain.unlisted import UnlistedMatter
from coordinator.domain.working_days import CalendarDay, CalendarYear
from coordinator.services.directory import (
    AuditEntry,
    Credential,
    CreditAcknowledgement,
    CreditEvent,
    CreditSystem,
    DeadLetter,
    DutyRun,
    Incoming,
    LoginAttempt,
    LoginSession,
    Outgoing,
    Resend,
)
from coordinator.services.ports.collections import Collection


class StoredCollections(Protocol):
    """The collections of one transaction, one for each kind of stored value."""

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
    login_attempts: Collection[LoginAttempt]
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
    trainings: Collection[Training]
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
    stored_evidence: Collection[StoredEvidence]
    review_decisions: Collection[ReviewDecision]
    hearings: Collection[Hearing]
    red_clocks: Collection[RedClock]
    told_clocks: Collection[ToldClock]
    appraisal_reports: Collection[AppraisalReport]
    report_texts: Collection[ReportText]
    issued_reports: Collection[IssuedReport]
    disclosures: Collection[Disclosure]
    credit_files: Collection[CreditFile]
    penalty_publications: Collection[PenaltyPublication]
    disclosure_exemptions: Collection[DisclosureExemption]
    shares: Collection[Share]
    result_subscriptions: Collection[ResultSubscription]
    exchange_records: Collection[ExchangeRecord]
    exchange_digests: Collection[ExchangeDigest]
    exchange_batches: Collection[ExchangeBatch]
    platform_replies: Collection[PlatformReply]
    reconciliations: Collection[Reconciliation]
    rectifications: Collection[Rectification]
    cases: Collection[Case]
    disposal_notes: Collection[DisposalNote]
    transfers: Collection[Transfer]
    copy_notices: Collection[CopyNotice]
    abnormal_entries: Collection[AbnormalEntry]
    hazards: Collection[Hazard]
    samples: Collection[Sample]
    listings: Collection[Listing]
    corrections: Collection[Correction]
    listing_events: Collection[ListingEvent]
    listing_acknowledgements: Collection[ListingAcknowledgement]
    repairs: Collection[Repair]
    punishments: Collection[PunishmentCase]
    orders: Collection[MeasureOrder]
    measure_answers: Collection[MeasureAnswer]
    packages: Collection[Package]
    complaints: Collection[Complaint]
    unlisted_matters: Collection[UnlistedMatter]
    audit_entries: Collection[AuditEntry]
    audit_checkpoints: Collection[Checkpoint]
    chain_verifications: Collection[ChainVerification]
    credit_events: Collection[CreditEvent]
    credit_acknowledgements: Collection[CreditAcknowledgement]
    agent_pulses: Collection[AgentPulse]
    agent_mutes: Collection[AgentMute]
    dead_letters: Collection[DeadLetter]
    outgoing: Collection[Outgoing]
    incoming: Collection[Incoming]
    resends: Collection[Resend]
