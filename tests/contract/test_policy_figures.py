"""Every number, ratio and deadline of 2-rules.md stands in a profile and is named on the page."""

from functools import cache
from pathlib import Path

import pytest

from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.policy import Policy, figures_of
from coordinator.domain.registers import InspectionObject, Inspector
from coordinator.web.language import LANGUAGES, speaking
from coordinator.web.policy_words import FIGURES, groups_of, labelled_paths
from tests.contract.history import CHECKOUT
from tests.contract.names import attributes_in

FOLDER = PolicyFolder(CHECKOUT / "deploy" / "policies")
CODE = CHECKOUT / "coordinator"
TABLES = (
    "lists",
    "measures",
    "result_codes",
    "follow_up_codes",
    "penalty_kinds",
    "methods",
    "event_kinds",
    "exemption_kinds",
    "grading_schemes",
    "delivery_ways",
    "former_sets",
)
NATIONAL = "sample-county"  # the national figures and nothing else
BAD_RECORDS = "complaint, accident, penalty, serious-record, blacklist"
SEVERITIES = "light 轻微 0 3; ordinary 一般 3 12; serious 严重 12 36"
CLASSES = "credit D 3/10; credit C 1/10; credit B 1/50; credit A 1/100"
ROUTES = "ordinary local-authority; cross-region city; major city; crime public-security 3"
CAP = "complaint, transfer, re-inspection, coverage, special-campaign"

# Other values have fields of these names: that code reads them says nothing of the figure.
SAME_NAMES_ELSEWHERE = {
    "plan.methods",
    "credit_repair.valid_from",
    "credit_repair.founding_text",
    "complaints.unit",
}

# (section of 2-rules.md, figure of the text, path, profile, value)
NUMBERS = (
    ("2.0", "legal bases ≥ 1, else refused", "registers.legal_bases_min", NATIONAL, "1"),
    ("2.0", "A to D reclassified monthly", "registers.credit_class_months", NATIONAL, "1"),
    ("2.0", "registers untouched for 12 months", "registers.stale_months", "dacheng-2019", "12"),
    (
        "2.0",
        "directories public: name, code, district",
        "registers.public_objects",
        "lianyungang-2016",
        "name, object_id, region",
    ),
    (
        "2.0",
        "directories public: name, unit, certificate",
        "registers.public_inspectors",
        "qingyang-2016",
        "name, organ, certificate_number",
    ),
    ("2.1", "a general item's ratio, default 10 %", "plan.general_ratio_max", NATIONAL, "1/10"),
    ("2.1", "objects drawn ≥ 5 %", "plan.section_object_share_min", "pingluo-2021", "1/20"),
    ("2.1", "the section's checks all random", "plan.section_all_random", "pingluo-2021", "true"),
    ("2.1", "≥ 1 joint line a year", "plan.section_joint_lines_min", "pingluo-2021", "1"),
    ("2.1", "random visits ≥ 30 %", "plan.random_share_min", "dacheng-2019", "3/10"),
    (
        "2.1",
        "not below last year",
        "plan.random_share_not_below_last_year",
        "dacheng-2019",
        "true",
    ),
    ("2.1", "joint rate, example 60 %", "plan.joint_rate_min", "shiyan-2016", "3/5"),
    ("2.1", "joint rate, example 80 %", "plan.joint_rate_min", "provincial-joint", "4/5"),
    ("2.1", "key units ≥ a year", "plan.key_unit_visits_per_year", "dacheng-2019", "1"),
    ("2.1", "each half year", "plan.half_yearly_events", "dacheng-2019", BAD_RECORDS),
    ("2.1", "≥ 1 each half year", "plan.event_visits_per_half_year", "dacheng-2019", "1"),
    ("2.1", "a higher ratio", "plan.higher_ratio_for", "shiyan-2016", "blacklist, complaint"),
    ("2.1", "a higher ratio", "plan.higher_ratio_for", "huaian-2016", "blacklist, complaint"),
    ("2.1", "class D 30, C 10, B 2, A 1 %", "plan.class_ratios", "provincial-joint", CLASSES),
    ("2.1", "key periods ≥ 1 directed line", "plan.key_period_lines_min", "dacheng-2019", "1"),
    ("2.1", "amendments ≥ 7 days before", "plan.amendment_days", "pingluo-2021", "7"),
    ("2.1", "cap, example 2 per level", "burden.visits_per_level", "provincial-joint", "2"),
    ("2.1", "cap, example 4 in total", "burden.visits_per_year", "provincial-joint", "4"),
    ("2.1", "typed exemptions", "burden.exemptions", NATIONAL, CAP),
    ("2.3.2", "minutes ≤ the policy's limit", "merge.max_minutes", NATIONAL, "480"),
    ("2.3.4", "within N months (default 12)", "merge.recognition_months", "pingluo-2021", "12"),
    ("2.4", "quota, default 2", "team.quota", "lianyungang-2016", "2"),
    ("2.4", "quota, minimum 2", "team.quota_min", "lianyungang-2016", "2"),
    ("2.4", "cap = days by visits a day", "team.visits_per_day", NATIONAL, "2"),
    ("2.4", "≥ 1 officer from the own group", "team.own_group_members", "dacheng-2019", "1"),
    ("2.4", "a duty, not a lottery", "team.leader_rule", "dacheng-2019", "by-duty"),
    ("2.4", "extra to the quota", "team.leader_extra", "county-emergency", "true"),
    ("2.4", "deputy director", "team.leader_post", "county-emergency", "副局长"),
    ("2.4", "1 to 2 safety experts, least", "team.experts_min", "county-emergency", "1"),
    ("2.4", "1 to 2 safety experts, most", "team.experts_max", "county-emergency", "2"),
    ("2.4", "liaison", "team.liaisons", "county-emergency", "1"),
    ("2.4", "0 experts", "team.experts_min", NATIONAL, "0"),
    ("2.4", "2 experts", "team.experts_max", NATIONAL, "2"),
    ("2.4", "area rule: free", "team.own_area_excluded", NATIONAL, "false"),
    ("2.5", "notice ≥ 1 day before", "dispatch.notice_days", NATIONAL, "1"),
    ("2.5", "training per round", "dispatch.training_required", "shiyan-2016", "true"),
    ("2.5", "second attempt", "dispatch.visit_attempts", NATIONAL, "2"),
    (
        "2.5",
        "task number",
        "dispatch.task_number",
        "pingluo-2021",
        "平市监抽查〔{year}〕{serial:04d}号",
    ),
    ("2.5", "back-entry within 10 days", "dispatch.back_entry_days", NATIONAL, "10"),
    ("2.5", "yellow the same day", "overdue.yellow_days", NATIONAL, "0"),
    ("2.5", "red several days", "overdue.red_days", NATIONAL, "3"),
    ("2.6", "≥ 2 certified officers present", "fieldwork.officers_present_min", NATIONAL, "2"),
    ("2.6", "refusal noted by two", "fieldwork.refusal_witnesses", NATIONAL, "2"),
    ("2.7", "report ≤ 1 working day", "report.report_working_days", "dacheng-2019", "1"),
    ("2.7", "feedback ≤ 1 working day", "report.feedback_working_days", "dacheng-2019", "1"),
    ("2.7", "collective hearing", "report.collective_hearing", "shiyan-2016", "true"),
    ("2.7", "20 working days", "disclosure.days", "pingluo-2021", "20"),
    ("2.7", "20 working days", "disclosure.unit", "pingluo-2021", "working"),
    ("2.7", "after the task", "disclosure.counted_from", "pingluo-2021", "task"),
    ("2.7", "10 working days", "disclosure.days", "shiyan-2016", "10"),
    ("2.7", "10 working days", "disclosure.unit", "shiyan-2016", "working"),
    ("2.7", "after the visit", "disclosure.counted_from", "shiyan-2016", "visit"),
    ("2.7", "10 calendar days", "disclosure.days", "dacheng-2019", "10"),
    ("2.7", "10 calendar days", "disclosure.unit", "dacheng-2019", "calendar"),
    ("2.7", "after the visit", "disclosure.counted_from", "dacheng-2019", "visit"),
    ("2.7", "objection ≤ N days", "disclosure.objection_working_days", NATIONAL, "15"),
    ("2.8", "the policy's hours", "distribution.silence_hours", NATIONAL, "72"),
    ("2.9", "rectification deadline", "follow_up.rectification_days", NATIONAL, "30"),
    ("2.9", "reminders", "follow_up.reminder_days", NATIONAL, "7, 1"),
    ("2.9", "consent to resume", "follow_up.hazard_resume_consent", "dacheng-2019", "true"),
    ("2.9", "listed supervision", "follow_up.hazard_listing", "county-emergency", "true"),
    ("2.9", "transfer by severity", "follow_up.transfers", "shiyan-2016", ROUTES),
    ("2.9", "copy notice deadline", "follow_up.copy_notice_days", NATIONAL, "10"),
    ("2.10", "public exposure", "follow_up.public_exposure", "county-emergency", "true"),
    ("2.10", "term", "lists.market-serious.term_months", NATIONAL, "36"),
    ("2.10", "earliest repair", "lists.market-serious.earliest_repair_months", NATIONAL, "12"),
    ("2.10", "silence of a consumer", "sanctions.acknowledgement_hours", NATIONAL, "72"),
    ("2.10", "reminders", "sanctions.measure_reminder_days", NATIONAL, "3"),
    ("2.10", "clock of lifting", "sanctions.lifting_working_days", NATIONAL, "5"),
    ("2.10", "superior's consent", "lists.market-serious.superior_consent", NATIONAL, "false"),
    ("2.10", "persons where named", "lists.safety-serious.persons", NATIONAL, "true"),
    ("2.10", "since 2026-04-01", "credit_repair.valid_from", NATIONAL, "2026-04-01"),
    ("2.10", "up to 3, 3 to 12, 12 to 36 months", "credit_repair.severities", NATIONAL, SEVERITIES),
    ("2.11", "两个100 %: plan", "appraisal.completion_target", "pingluo-2021", "1"),
    ("2.11", "两个100 %: disclosure", "appraisal.disclosure_target", "pingluo-2021", "1"),
    ("2.11", "before 21 May", "appraisal.half_year_report_day", "pingluo-2021", "05-21"),
    ("2.11", "before 20 November", "appraisal.year_report_day", "pingluo-2021", "11-20"),
    ("2.11", "retention by policy", "archive.retention_years", NATIONAL, "10"),
    (
        "2.13",
        "four methods",
        "plan.methods",
        "pingluo-2021",
        "现场, 书面, 网络监测, 委托专业机构",
    ),
    (
        "2.13",
        "risk weights",
        "plan.weights",
        "huaian-2016",
        "credit D 4; credit C 3; credit B 2",
    ),
    ("2.13", "8 units on 28 and 29 March", "team.visits_per_day", "benxi-2016", "4"),
    ("2.14", "complaint answered ≤ N days", "complaints.answer_days", NATIONAL, "60"),
)


@cache
def profile(name: str) -> Policy:
    found = FOLDER.find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [pytest.param(*each[2:], id=f"{each[0]} {each[1]}, {each[3]}") for each in NUMBERS],
)
def test_a_number_of_the_rules_stands_in_its_profile(path: str, name: str, value: str) -> None:
    assert figures_of(profile(name))[path] == value


def test_hot_issues_weigh_more_than_the_rest_in_qingyang() -> None:
    weights = {each.value: each.weight for each in profile("qingyang-2016").plan.weights}

    assert weights.pop("complaint") > max(weights.values()) > 1


def test_dacheng_has_a_key_period_for_danger_seasons_and_holidays() -> None:
    periods = {each.code for each in profile("dacheng-2019").plan.key_periods}

    assert {"summer", "national-day", "spring-festival"} <= periods


def test_every_figure_has_a_name_on_the_page_and_every_name_a_figure() -> None:
    paths = {p for p in figures_of(profile(NATIONAL)) if p.partition(".")[0] not in TABLES}

    assert set(labelled_paths()) == paths


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOLDER.names())
def test_every_figure_is_worded(name: str, language: str) -> None:
    with speaking(language):
        groups = groups_of(profile(name))

    figures = [figure for group in groups for figure in group.figures]
    assert all(figure.label for figure in figures)
    assert all(figure.off or figure.value for figure in figures)


# What the sample county, which stands for the national figures here, chose for itself.
OWN_OF_THE_SAMPLE = {
    "dispatch.task_number",
    "registers.public_objects",
    "registers.public_inspectors",
}


@pytest.mark.parametrize("name", FOLDER.names())
def test_what_a_profile_sets_beyond_the_national_figures_names_its_source(name: str) -> None:
    national, own = figures_of(profile(NATIONAL)), figures_of(profile(name))
    changed = {path for path in own if own[path] != national.get(path)}

    unsourced = changed - set(profile(name).sources)
    assert unsourced <= OWN_OF_THE_SAMPLE


def test_public_fields_are_fields_of_the_registers() -> None:
    for name in FOLDER.names():
        registers = profile(name).registers
        assert set(registers.public_objects) <= set(InspectionObject.model_fields)
        assert set(registers.public_inspectors) <= set(Inspector.model_fields)


def attributes_read(folder: Path) -> set[str]:
    """Give every attribute name that code of the coordinator reads outside the policy itself."""
    own = {"policies", "policy_words", "policy_files"}
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        if path.stem in own or path.parent.name == "policy":
            continue
        found.update(attributes_in(path))
    return found


def test_what_the_page_says_is_applied_is_what_code_reads() -> None:
    read = attributes_read(CODE)
    said = {
        path: FIGURES[path.partition(".")[0]][path.partition(".")[2]].get("applied", False)
        for path in labelled_paths()
        if path not in SAME_NAMES_ELSEWHERE
    }

    assert {path for path, applied in said.items() if applied} == {
        path for path in said if path.partition(".")[2] in read
    }
