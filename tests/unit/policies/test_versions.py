"""Figures of a profile as text, what two profiles differ in, and what a plan may override."""

from fractions import Fraction

import pytest

from coordinator.adapters.policy_files import read_policy
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import (
    OVERRIDABLE,
    Difference,
    Policy,
    PolicyVersion,
    content_of,
    difference,
    digest_of,
    figures_of,
    with_overrides,
)
from tests.builders import NOW, POLICIES, POLICY

NOT_A_PLANS = (
    "profile",
    "version",
    "name",
    "sources",
    "registers",
    "precheck",
    "lists",
    "measures",
    "archive",
)


def changed(policy: Policy, part: str, **figures: object) -> Policy:
    return policy.model_copy(update={part: getattr(policy, part).model_copy(update=figures)})


def test_two_profiles_differ_in_the_figures_that_differ_and_in_no_title() -> None:
    other = changed(POLICY, "team", quota=3).model_copy(update={"version": "2", "name": "x"})

    assert difference(POLICY, other) == (Difference("team.quota", "2", "3"),)
    assert difference(other, POLICY) == (Difference("team.quota", "3", "2"),)
    assert difference(POLICY, POLICY) == ()


def test_an_entry_that_only_one_profile_has_differs_by_code_and_field() -> None:
    fewer = POLICY.model_copy(update={"lists": POLICY.lists[1:]})

    found = {each.path: (each.before, each.after) for each in difference(POLICY, fewer)}

    assert found["lists.market-serious.term_months"] == ("36", None)
    assert all(path.startswith("lists.market-serious.") for path in found)


def test_figures_are_worded_as_the_files_write_them() -> None:
    figures = figures_of(read_policy(POLICIES, "dacheng-2019"))

    assert figures["plan.random_share_min"] == "3/10"
    assert figures["plan.random_share_not_below_last_year"] == "true"
    assert figures["plan.joint_rate_min"] == "-"
    assert figures["credit_repair.valid_from"] == "2026-04-01"
    assert "summer 汛期高温 06-01 08-31 hazardous-chemicals" in figures["plan.key_periods"]


def test_a_version_stored_with_the_former_name_of_credit_is_the_profile_of_today() -> None:
    policy = read_policy(POLICIES, "huaian-2016")
    content = content_of(policy).replace('"by": "credit"', '"by": "credit-risk"')
    assert content != content_of(policy)
    version = PolicyVersion(
        label=policy.label,
        digest=digest_of(content),
        content=content,
        stored_at=NOW,
        stored_by="office",
    )

    assert version.policy == policy
    assert {each.by for each in version.policy.plan.weights} == {"credit"}


def test_a_stored_version_gives_the_very_profile_back() -> None:
    content = content_of(POLICY)
    version = PolicyVersion(
        label=POLICY.label,
        digest=digest_of(content),
        content=content,
        stored_at=NOW,
        stored_by="office-a",
    )

    assert version.policy == POLICY
    assert content_of(version.policy) == content


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("burden.visits_per_year", "3", 3),
        ("plan.random_share_min", "3/10", Fraction(3, 10)),
        ("plan.random_share_min", "0.3", Fraction(3, 10)),
        ("plan.section_all_random", "true", True),
        ("merge.max_minutes", "null", None),
        ("team.leader_rule", "by-duty", "by-duty"),
        ("team.leader_post", "null", "null"),
        ("plan.half_yearly_events", '["accident"]', ("accident",)),
        ("plan.half_yearly_events", "[]", ()),
        ("dispatch.task_number", "{year}-{serial}", "{year}-{serial}"),
    ],
)
def test_a_plan_overrides_a_figure_by_its_path(path: str, text: str, value: object) -> None:
    part, field = path.split(".")

    own = with_overrides(POLICY, {path: text})

    assert getattr(getattr(own, part), field) == value
    assert {each.path for each in difference(POLICY, own)} <= {path}


def test_a_plan_overrides_records_as_json() -> None:
    period = '[{"code":"fair","name":"庙会","name_en":"Fair","from_day":"02-01","to_day":"02-15"}]'

    own = with_overrides(POLICY, {"plan.key_periods": period})

    assert [each.code for each in own.plan.key_periods] == ["fair"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("burden.visits", "3", "burden.visits_per_year"),
        ("burden", "3", "burden.visits_per_year"),
        ("burden.visits_per_year.x", "3", "burden.visits_per_year"),
        ("moon.phase", "3", "plan"),
        ("", "3", "plan"),
        ("burden.visits_per_year", "many", "integer"),
        ("burden.visits_per_year", "0", "≥ 1"),
        ("burden.visits_per_year", "null", "integer"),
        ("plan.general_ratio_max", "2", "0 … 1"),
        ("plan.general_ratio_max", "", "0 … 1"),
        ("plan.half_yearly_events", "accident", "list"),
        ("plan.half_yearly_events", '["flood"]', "one of: accident"),
        ("plan.key_periods", '[{"code":"a"}]', "plan.key_periods.0.name: text"),
        ("team.quota", "1", "≥ 2"),
        *((f"{part}.x", "1", "plan") for part in NOT_A_PLANS),
    ],
)
def test_an_override_that_does_not_fit_is_refused_with_what_would(
    path: str, text: str, expected: str
) -> None:
    with pytest.raises(RuleBrokenError) as caught:
        with_overrides(POLICY, {path: text})

    assert caught.value.rule is Rule.POLICY_OVERRIDE_INVALID
    assert (caught.value.facts["path"], caught.value.facts["found"]) == (path, text)
    assert expected in str(caught.value.facts["expected"])


def test_what_a_plan_may_override_are_parts_of_a_profile_and_none_is_the_whole_offices() -> None:
    assert set(OVERRIDABLE) <= set(Policy.model_fields)
    assert not set(OVERRIDABLE) & set(NOT_A_PLANS)
