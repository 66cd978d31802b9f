"""The shipped policy profiles: they load, and their codes agree with one another."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from coordinator.adapters.policy_files import PolicyFolder, read_policy, read_working_days
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeEntry, Policy
from coordinator.domain.working_days import WorkingDays
from tests.contract.history import CHECKOUT

FOLDER = CHECKOUT / "deploy" / "policies"
PROFILES = PolicyFolder(FOLDER).names()
LOCALITIES = {
    "qingyang-2016",
    "benxi-2016",
    "shiyan-2016",
    "huaian-2016",
    "dacheng-2019",
    "lianyungang-2016",
    "pingluo-2021",
    "county-emergency",
    "provincial-joint",
}


def known_departments() -> set[str]:
    table = tomllib.loads((FOLDER / "department_aliases.toml").read_text("utf-8"))
    return {row["code"] for row in table["department"]}


@pytest.fixture(params=PROFILES)
def policy(request: pytest.FixtureRequest) -> Policy:
    return profile(request.param)


@cache
def profile(name: str) -> Policy:
    return read_policy(FOLDER, name)


def codes(entries: tuple[CodeEntry, ...]) -> set[str]:
    return {entry.code for entry in entries}


def test_every_reference_locality_has_a_profile_beside_the_sample() -> None:
    assert set(PROFILES) == LOCALITIES | {"sample-county"}


def test_a_profile_is_named_as_its_file(policy: Policy) -> None:
    assert policy.profile in PROFILES
    assert policy.label == f"{policy.profile}@{policy.version}"


def test_no_code_stands_twice_in_a_table(policy: Policy) -> None:
    for entries in (policy.result_codes, policy.follow_up_codes, policy.penalty_kinds):
        assert len(codes(entries)) == len(entries)
    assert len({rule.label for rule in policy.lists}) == len(policy.lists)
    assert len({rule.label for rule in policy.measures}) == len(policy.measures)


def test_result_codes_name_only_codes_of_their_table(policy: Policy) -> None:
    for entry in policy.result_codes:
        named = {*entry.excludes, *filter(None, (entry.same_as, entry.parent))}
        assert named <= codes(policy.result_codes) - {entry.code}, entry.code


def test_a_code_without_a_problem_excludes_no_other_code_without_one(policy: Policy) -> None:
    harmless = {entry.code for entry in policy.result_codes if not entry.problem}

    for entry in policy.result_codes:
        if entry.code in harmless:
            assert not harmless & set(entry.excludes), entry.code


def test_every_list_names_known_departments_and_kinds_of_penalty(policy: Policy) -> None:
    for rule in policy.lists:
        assert set(rule.competent_departments) <= known_departments(), rule.code
        assert set(rule.penalty_kinds) <= codes(policy.penalty_kinds), rule.code
        assert rule.competent_departments
        assert rule.penalty_kinds


def test_every_list_can_be_left_before_its_term_ends(policy: Policy) -> None:
    assert all(0 < rule.earliest_repair_months <= rule.term_months for rule in policy.lists)


def test_every_measure_names_known_lists_and_departments(policy: Policy) -> None:
    for rule in policy.measures:
        assert set(rule.lists) <= {known.code for known in policy.lists}, rule.code
        assert set(rule.departments) <= known_departments(), rule.code
        assert rule.departments


def test_a_task_number_has_year_and_serial(policy: Policy) -> None:
    number = policy.dispatch.task_number.format(year=2026, serial=7)

    assert "2026" in number
    assert "7" in number


def test_the_calendar_names_only_days_of_official_years_that_differ_from_the_week() -> None:
    calendar = read_working_days(FOLDER)
    plain_week = WorkingDays(calendar.official_years, {})

    assert {day.year for day in calendar.exceptions} == calendar.official_years
    assert all(
        works is not plain_week.is_working(day) for day, works in calendar.exceptions.items()
    )


def test_a_profile_with_a_wrong_figure_is_refused_by_file_and_field(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.toml"):
        text = path.read_text("utf-8").replace("reveal_hours = 24", "reveal_hours = 0")
        (tmp_path / path.name).write_text(text, "utf-8")

    with pytest.raises(RuleBrokenError) as caught:
        read_policy(tmp_path, "sample-county")

    assert caught.value.rule is Rule.POLICY_INVALID
    assert caught.value.facts["file"] == "sample-county.toml"
    assert caught.value.facts["field"] == "lottery.reveal_hours"
