"""A plan keeps the rules it chose; its rounds, visits, deadlines and figures follow them."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services import policies
from tests.builders import MARKET, POLICIES
from tests.fakes import FakeStore
from tests.play import AUDITOR, PLAN, ROUND, Play, office

SAMPLE = "sample-county@2026-4"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def reading(play: Play, folder: Path) -> Play:
    """Give the same play with its profiles in another folder."""
    return replace(play, around=replace(play.around, policies=PolicyFolder(folder)))


async def refusal(play: Play, label: str, overrides: dict[str, str]) -> RuleBrokenError:
    async with play.work(office()) as work:
        with pytest.raises(RuleBrokenError) as caught:
            await policies.choose_policy(work, label, overrides)
    return caught.value


async def test_a_profile_is_stored_when_a_plan_first_chooses_it_and_once(adopted: Play) -> None:
    async with adopted.work(office()) as work:
        first = await policies.choose_policy(work, "dacheng-2019")
        again = await policies.choose_policy(work, "dacheng-2019@2026-4")
        stored = await work.policy_versions.where()

    assert first == again
    assert [each.label for each in stored] == ["dacheng-2019@2026-4", SAMPLE]
    assert first.policy.plan.key_unit_visits_per_year == 1
    assert (first.stored_by, len(first.digest)) == (office().name, 64)


async def test_a_changed_file_needs_a_new_version_once_a_plan_has_used_it(
    adopted: Play, folder: Path
) -> None:
    play = reading(adopted, folder)
    change(folder / "sample-county.toml", "[dispatch]", "[team]\nquota = 3\n\n[dispatch]")

    error = await refusal(play, "sample-county", {})

    assert error.rule is Rule.POLICY_VERSION_CHANGED
    assert error.facts == {
        "label": SAMPLE,
        "path": "team.quota",
        "before": "2",
        "after": "3",
        "number": 1,
    }


async def test_a_new_version_is_chosen_beside_the_one_that_plans_keep(
    adopted: Play, folder: Path
) -> None:
    play = reading(adopted, folder)
    change(folder / "sample-county.toml", "[dispatch]", "[team]\nquota = 3\n\n[dispatch]")
    change(folder / "sample-county.toml", "2026-4", "2026-5")

    async with play.work(office()) as work:
        newer = await policies.choose_policy(work, "sample-county")
        older = await policies.choose_policy(work, SAMPLE)
        kept = await policies.policy_of(work, await work.plans.get(PLAN))

    assert (newer.label, newer.policy.team.quota) == ("sample-county@2026-5", 3)
    assert (older.label, older.policy.team.quota) == (SAMPLE, 2)
    assert (kept.label, kept.team.quota) == (SAMPLE, 2)


async def test_a_plan_keeps_its_rules_when_their_file_is_gone(adopted: Play, folder: Path) -> None:
    (folder / "sample-county.toml").unlink()

    async with reading(adopted, folder).work(AUDITOR) as work:
        kept = await policies.policy_of(work, await work.plans.get(PLAN))

    assert kept.label == SAMPLE


@pytest.mark.parametrize("label", ["nowhere", "sample-county@1999", "../sample-county", ""])
async def test_a_profile_or_version_that_is_not_there_is_refused(adopted: Play, label: str) -> None:
    assert (await refusal(adopted, label, {})).rule is Rule.NOT_FOUND


async def test_an_override_is_checked_when_it_is_chosen(adopted: Play) -> None:
    error = await refusal(adopted, "sample-county", {"team.quota": "1"})

    assert error.rule is Rule.POLICY_OVERRIDE_INVALID
    assert (error.facts["path"], error.facts["expected"]) == ("team.quota", "≥ 2")


async def test_rounds_and_visits_follow_the_profile_and_the_overrides_of_their_plan(
    drawn: Play,
) -> None:
    await drawn.override(disclosure__days=7)

    async with drawn.work(AUDITOR) as work:
        visit = (await work.visits.where(round_id=ROUND))[0]
        by_round = await policies.policy_of_round(work, await work.rounds.get(ROUND))
        by_visit = await policies.policy_of_visit(work, visit)

    assert by_round == by_visit
    assert (by_visit.label, by_visit.disclosure.days) == (SAMPLE, 7)
    assert by_visit.team == drawn.around.policy.team


async def test_a_plan_from_before_profiles_were_stored_finds_its_own_by_label() -> None:
    store = FakeStore()
    async with store.open_work(office()) as work:
        assert (await policies.policy_named(work, SAMPLE)).label == SAMPLE
        assert (await policies.policy_named(work, "shiyan-2016@2026-4")).disclosure.days == 10
        with pytest.raises(RuleBrokenError) as caught:
            await policies.policy_named(work, "sample-county@2025-1")

    assert caught.value.rule is Rule.NOT_FOUND


async def test_days_that_count_from_the_visit_are_calendar_days_where_the_plan_says_so(
    dispatched: Play,
) -> None:
    await dispatched.override(
        disclosure__counted_from="visit", disclosure__unit="calendar", disclosure__days=10
    )
    task = next(each for each in await dispatched.tasks(ROUND) if each.department == MARKET)
    report = await dispatched.findings(task)

    await dispatched.receive(MARKET, report)

    async with dispatched.work(AUDITOR) as work:
        reported = await work.tasks.get(task.task_id)
    assert reported.disclosure_due == report.visited_date + timedelta(days=10)
    assert not reported.disclosure_provisional


async def test_a_visit_is_dispatched_under_the_number_and_notice_of_its_plan(drawn: Play) -> None:
    await drawn.override(dispatch__task_number="大应急抽查〔{year}〕{serial:03d}号")

    await drawn.publish(ROUND)

    async with drawn.work(AUDITOR) as work:
        numbers = {visit.task_number for visit in await work.visits.where(round_id=ROUND)}
    assert "大应急抽查〔2026〕001号" in numbers
