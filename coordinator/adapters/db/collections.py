"""Which table holds which kind of stored value, by the name under which a transaction gives it."""

from typing import Any

from coordinator.adapters.db import tables_agents, tables_policies, tables_publication, tables_teams
from coordinator.adapters.db import tables_appraisal as appraisal_rows
from coordinator.adapters.db import tables_archive as archived
from coordinator.adapters.db import tables_burden as burden
from coordinator.adapters.db import tables_draw as draw
from coordinator.adapters.db import tables_due as due
from coordinator.adapters.db import tables_exchange as exchanged
from coordinator.adapters.db import tables_follow_up as following
from coordinator.adapters.db import tables_hazards as hazard_rows
from coordinator.adapters.db import tables_imports as imports
from coordinator.adapters.db import tables_items as item_rows
from coordinator.adapters.db import tables_keys as key_rows
from coordinator.adapters.db import tables_letters as letter_rows
from coordinator.adapters.db import tables_messaging as messaging
from coordinator.adapters.db import tables_organisation as organisation_rows
from coordinator.adapters.db import tables_overdue as overdue_rows
from coordinator.adapters.db import tables_plan as plan
from coordinator.adapters.db import tables_recognition as recognition_rows
from coordinator.adapters.db import tables_registers as registers
from coordinator.adapters.db import tables_results as results
from coordinator.adapters.db import tables_sanctions as sanctions
from coordinator.adapters.db import tables_scheduling as schedule_rows
from coordinator.adapters.db import tables_uploads as uploads
from coordinator.adapters.db.directory_tallies import TalliedDirectory
from coordinator.adapters.db.outbox_rows import OutgoingRow
from coordinator.adapters.db.repositories import StoredCollection
from coordinator.adapters.db.result_tallies import TalliedResults
from coordinator.domain import (
    agents,
    annual_plan,
    appraisal,
    archive,
    audit_chain,
    blacklist,
    burden_ledger,
    burden_warnings,
    complaints,
    credit_file,
    credit_repair,
    disclosure,
    dispatch,
    distribution,
    due_checks,
    exchange,
    follow_up,
    joint_punishment,
    object_replacing,
    overdue,
    own_visits,
    result_intake,
    review,
    scheduling,
    signing_keys,
    unlisted,
    working_days,
)
from coordinator.domain import registers as register_values
from coordinator.domain.annual_plan import deciding
from coordinator.domain.checklist_merge import recognition
from coordinator.domain.lottery import cancelling, ceremony, silence, sources
from coordinator.domain.lottery.self_audit import RoundAudit
from coordinator.domain.lottery.verification import Verification
from coordinator.domain.penalty_publication import PenaltyPublication
from coordinator.domain.policy import PolicyVersion
from coordinator.domain.registers import acts, duties, item_list, organisation, sections
from coordinator.domain.registers.industries import Industry
from coordinator.domain.registers.uploads import RegisterChunk
from coordinator.domain.team_draw import MemberChange
from coordinator.domain.training import Training
from coordinator.services import ports

COLLECTIONS: dict[str, tuple[type[Any], type[Any]]] = {
    "departments": (registers.DepartmentRow, ports.Department),
    "department_keys": (key_rows.DepartmentKeyRow, signing_keys.DepartmentKey),
    "sections": (organisation_rows.SectionRow, sections.Section),
    "regions": (organisation_rows.RegionRow, organisation.Region),
    "designations": (organisation_rows.DesignationRow, organisation.Designation),
    "calendar_years": (organisation_rows.CalendarYearRow, working_days.CalendarYear),
    "calendar_days": (organisation_rows.CalendarDayRow, working_days.CalendarDay),
    "duty_runs": (organisation_rows.DutyRunRow, ports.DutyRun),
    "credit_systems": (registers.CreditSystemRow, ports.CreditSystem),
    "credentials": (registers.CredentialRow, ports.Credential),
    "sessions": (registers.LoginSessionRow, ports.LoginSession),
    "login_attempts": (registers.LoginAttemptRow, ports.LoginAttempt),
    "items": (registers.CheckItemRow, register_values.CheckItem),
    "item_proposals": (item_rows.ItemProposalRow, item_list.ItemProposal),
    "item_lists": (item_rows.ItemListVersionRow, item_list.ItemListVersion),
    "item_versions": (item_rows.ItemVersionRow, item_list.ItemSnapshot),
    "duty_lists": (item_rows.DutyListRow, duties.DutyList),
    "objects": (registers.InspectionObjectRow, register_values.InspectionObject),
    "inspectors": (registers.InspectorRow, register_values.Inspector),
    "experts": (registers.ExpertRow, register_values.Expert),
    "recusals": (registers.RecusalRow, register_values.Recusal),
    "joint_list": (registers.JointListRowRow, register_values.JointListRow),
    "imports": (imports.RegisterActRow, acts.RegisterAct),
    "import_problems": (imports.ImportProblemRow, acts.ImportProblem),
    "register_chunks": (uploads.RegisterChunkRow, RegisterChunk),
    "register_versions": (imports.RegisterVersionRow, acts.Version),
    "industries": (imports.IndustryRow, Industry),
    "column_mappings": (imports.ColumnMappingRow, acts.SavedMapping),
    "policy_versions": (tables_policies.PolicyVersionRow, PolicyVersion),
    "plans": (plan.PlanRow, annual_plan.Plan),
    "plan_lines": (plan.PlanLineRow, annual_plan.PlanLine),
    "plan_amendments": (plan.PlanAmendmentRow, annual_plan.Amendment),
    "match_decisions": (plan.MatchDecisionRow, deciding.MatchDecision),
    "rounds": (draw.RoundRow, ceremony.Round),
    "contributors": (draw.ContributorRow, ceremony.Contributor),
    "office_chains": (draw.OfficeChainRow, ceremony.OfficeChain),
    "record_files": (draw.RecordFileRow, ceremony.RecordFile),
    "void_attempts": (draw.VoidAttemptRow, silence.VoidAttempt),
    "cancellations": (draw.CancellationRow, cancelling.Cancellation),
    "silence_statements": (draw.SilenceStatementRow, silence.SilenceStatement),
    "source_readings": (draw.SourceReadingRow, sources.SourceReading),
    "verifications": (tables_publication.VerificationRow, Verification),
    "round_audits": (tables_publication.RoundAuditRow, RoundAudit),
    "visits": (draw.VisitRow, dispatch.Visit),
    "checks": (draw.VisitCheckRow, dispatch.VisitCheck),
    "tasks": (draw.DepartmentTaskRow, dispatch.DepartmentTask),
    "team": (draw.TeamMemberRow, dispatch.TeamMember),
    "member_changes": (tables_teams.MemberChangeRow, MemberChange),
    "trainings": (tables_teams.TrainingRow, Training),
    "round_schedules": (schedule_rows.RoundScheduleRow, scheduling.RoundSchedule),
    "appointments": (schedule_rows.AppointmentRow, scheduling.Appointment),
    "calendar_feeds": (schedule_rows.CalendarFeedRow, scheduling.CalendarFeed),
    "burden_counts": (burden.BurdenCountRow, burden_ledger.BurdenCount),
    "burden_entries": (burden.BurdenEntryRow, burden_ledger.BurdenEntry),
    "frequency_answers": (burden.FrequencyAnswerRow, burden_warnings.FrequencyAnswer),
    "own_visits": (due.OwnVisitRow, own_visits.OwnVisit),
    "cap_exemptions": (burden.CapExemptionRow, burden_ledger.CapExemption),
    "object_replacements": (burden.ObjectReplacementRow, object_replacing.ObjectReplacement),
    "replacement_requests": (burden.ReplacementRequestRow, object_replacing.ReplacementRequest),
    "dropped_checks": (burden.DroppedCheckRow, object_replacing.DroppedCheck),
    "leads": (due.LeadRow, due_checks.Lead),
    "due_checks": (due.DueCheckRow, due_checks.DueCheck),
    "recognitions": (recognition_rows.RecognitionRow, recognition.Recognition),
    "reports": (results.ReportRow, result_intake.Report),
    "appraisal_reports": (appraisal_rows.AppraisalReportRow, appraisal.AppraisalReport),
    "report_texts": (appraisal_rows.ReportTextRow, appraisal.ReportText),
    "issued_reports": (appraisal_rows.IssuedReportRow, appraisal.IssuedReport),
    "red_clocks": (overdue_rows.RedClockRow, overdue.RedClock),
    "told_clocks": (overdue_rows.ToldClockRow, overdue.ToldClock),
    "results": (results.ResultRow, result_intake.Result),
    "stored_evidence": (results.StoredEvidenceRow, result_intake.StoredEvidence),
    "review_decisions": (results.ReviewDecisionRow, review.ReviewDecision),
    "hearings": (results.HearingRow, review.Hearing),
    "disclosures": (results.DisclosureRow, disclosure.Disclosure),
    "credit_files": (tables_publication.CreditFileRow, credit_file.CreditFile),
    "penalty_publications": (tables_publication.PenaltyPublicationRow, PenaltyPublication),
    "disclosure_exemptions": (results.DisclosureExemptionRow, disclosure.DisclosureExemption),
    "shares": (results.ShareRow, distribution.Share),
    "result_subscriptions": (results.ResultSubscriptionRow, distribution.ResultSubscription),
    "exchange_records": (exchanged.ExchangeRecordRow, exchange.ExchangeRecord),
    "exchange_digests": (exchanged.ExchangeRecordRow, exchange.ExchangeDigest),
    "exchange_batches": (exchanged.ExchangeBatchRow, exchange.ExchangeBatch),
    "platform_replies": (exchanged.PlatformReplyRow, exchange.PlatformReply),
    "reconciliations": (exchanged.ReconciliationRow, exchange.Reconciliation),
    "rectifications": (following.RectificationRow, follow_up.Rectification),
    "cases": (following.CaseRow, follow_up.Case),
    "disposal_notes": (following.DisposalNoteRow, follow_up.DisposalNote),
    "transfers": (letter_rows.TransferRow, follow_up.Transfer),
    "copy_notices": (letter_rows.CopyNoticeRow, follow_up.CopyNotice),
    "abnormal_entries": (letter_rows.AbnormalEntryRow, follow_up.AbnormalEntry),
    "hazards": (hazard_rows.HazardRow, follow_up.Hazard),
    "samples": (hazard_rows.SampleRow, follow_up.Sample),
    "listings": (sanctions.ListingRow, blacklist.Listing),
    "corrections": (sanctions.ListingCorrectionRow, blacklist.Correction),
    "listing_events": (sanctions.ListingEventRow, blacklist.ListingEvent),
    "listing_acknowledgements": (
        sanctions.ListingAcknowledgementRow,
        blacklist.ListingAcknowledgement,
    ),
    "repairs": (sanctions.CreditRepairRow, credit_repair.Repair),
    "punishments": (sanctions.PunishmentCaseRow, joint_punishment.PunishmentCase),
    "orders": (sanctions.MeasureOrderRow, joint_punishment.MeasureOrder),
    "measure_answers": (sanctions.MeasureAnswerRow, joint_punishment.MeasureAnswer),
    "packages": (archived.PackageRow, archive.Package),
    "complaints": (archived.ComplaintRow, complaints.Complaint),
    "unlisted_matters": (archived.UnlistedMatterRow, unlisted.UnlistedMatter),
    "audit_entries": (messaging.AuditEntryRow, ports.AuditEntry),
    "audit_checkpoints": (archived.AuditCheckpointRow, audit_chain.Checkpoint),
    "chain_verifications": (archived.ChainVerificationRow, audit_chain.ChainVerification),
    "credit_events": (messaging.CreditEventRow, ports.CreditEvent),
    "credit_acknowledgements": (
        messaging.CreditAcknowledgementRow,
        ports.CreditAcknowledgement,
    ),
    "agent_pulses": (tables_agents.AgentPulseRow, agents.AgentPulse),
    "agent_mutes": (tables_agents.AgentMuteRow, agents.AgentMute),
    "dead_letters": (messaging.DeadLetterRow, ports.DeadLetter),
    "outgoing": (OutgoingRow, ports.Outgoing),
    "incoming": (messaging.InboxRow, ports.Incoming),
    "resends": (messaging.ResendRow, ports.Resend),
}

TALLIED: dict[str, type[StoredCollection[Any]]] = {
    "results": TalliedResults,
    "objects": TalliedDirectory,
    "inspectors": TalliedDirectory,
    "experts": TalliedDirectory,
    "recusals": TalliedDirectory,
}
