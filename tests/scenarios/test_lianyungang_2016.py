"""连云港 2016, agricultural inputs: seed, fertiliser and pesticide, two officers or more.

Registers and plan (2.13): who is related to a dealer stays away and it stays on record; both
directories are open to everybody, and what is in them beside name, code and district is not.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.annual_plan import Conditions, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers import Recusal
from coordinator.domain.registers.acts import Channel, RegisterKind
from coordinator.domain.registers.organisation import Level
from coordinator.services import annual_plan, registers
from coordinator.services.policies import policy_of
from coordinator.services.registers.people import declare_recusal, withdraw_recusal
from tests.play import PLAN, clerk
from tests.scenarios.lists import Seat, bring_regions, drawn_of, organ_at, table_of, task
from tests.scenarios.localities import Locality, firm, found, go_on, object_id, officer, told
from tests.snapshots import Snapshot

PROFILE = "lianyungang-2016"
FARMING, MARKET = "agriculture", "market-regulation"
GANYU, DONGHAI = "320707", "320722"
SEEDS, FERTILISERS, PESTICIDES = range(1, 31), range(31, 51), range(51, 61)
TAGS = {
    **dict.fromkeys(SEEDS, "seed"),
    **dict.fromkeys(FERTILISERS, "fertiliser"),
    **dict.fromkeys(PESTICIDES, "pesticide"),
}
ITEMS = (
    (
        "连云港市农业委员会",
        "种子",
        "农作物种子质量与标签的检查",
        "《中华人民共和国种子法》第四十九条",
        "ag-seed",
    ),
    (
        "连云港市农业委员会",
        "肥料",
        "肥料登记与标签的检查",
        "《肥料登记管理办法》第二十五条",
        "ag-fert",
    ),
    (
        "连云港市农业委员会",
        "农药",
        "农药经营许可与台账的检查",
        "《农药管理条例》第四十一条",
        "ag-pest",
    ),
    ("市场监管局", "农资", "农资产品质量的检查", "《中华人民共和国产品质量法》第八条", "mr-farm"),
)
NEPHEW, DEALER = "p-002", object_id(51, GANYU)
REASON, ENDED = "经营者系本人侄子", "该店已转让他人"


def items() -> list[list[str]]:
    kind = ["企业", "重点检查事项", "现场检查、抽样检验"]
    return [
        [unit, "", category, name, *kind, "市级", basis, code]
        for unit, category, name, basis, code in ITEMS
    ]


def objects() -> list[dict[str, str]]:
    return [
        firm(
            number,
            DONGHAI if tag == "seed" else GANYU,
            tag,
            信用风险分类="D",
            法定代表人="沈大田",
            联系电话="13800000000",
        )
        for number, tag in TAGS.items()
    ]


def officers() -> list[dict[str, str]]:
    staff = [
        ("连云港市农业委员会", "种子站"),
        ("连云港市农业委员会", "土肥站"),
        ("连云港市农业委员会", "植保站"),
    ] * 2
    staff += [("市场监管局", "质量科")] * 4
    return [officer(number, *post) for number, post in enumerate(staff)]


def plan_lines() -> list[PlanLine]:
    """Give one line for each kind of input, two officers of agriculture on every visit."""
    two = {FARMING: 2}
    joint: dict[str, Any] = {"participants": (MARKET,), "quotas": {FARMING: 2, MARKET: 2}}
    seed, fertiliser, pesticide = (
        Conditions(tags=(tag,)) for tag in ("seed", "fertiliser", "pesticide")
    )
    return [
        task("LYG-1", "种子", FARMING, ["ag-seed"], conditions=seed, quotas=two),
        task("LYG-2", "肥料", FARMING, ["ag-fert"], conditions=fertiliser, quotas=two),
        task(
            "LYG-3",
            "农药",
            FARMING,
            ["ag-pest", "mr-farm"],
            conditions=pesticide,
            **joint,
        ),
    ]


async def begin_lianyungang(folder: Path) -> Locality:
    """Take in the registers and draft the plan of 2026."""
    city = await found(folder, PROFILE, date(2026, 1, 5))
    await bring_regions(
        city,
        ("320700", "连云港市", "市", "320000"),
        (GANYU, "赣榆区", "县", "320700"),
        (DONGHAI, "东海县", "县", "320700"),
    )
    seat = Seat("320700", Level.CITY)
    organs = [
        organ_at(FARMING, "连云港市农业委员会", seat),
        organ_at(MARKET, "市场监管局", seat, 2),
    ]
    async with city.work() as work:
        await registers.register_departments(work, organs)
    await city.bring_items(items(), "连云港市农资随机抽查事项清单")
    await city.bring_rows(RegisterKind.OBJECTS, objects())
    await city.bring_rows(RegisterKind.INSPECTORS, officers())
    await city.draft(PLAN, 2026, "连云港市2026年度农资抽查计划", plan_lines())
    return city


@pytest.fixture(scope="module")
async def begun(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    city = await begin_lianyungang(tmp_path_factory.mktemp("lianyungang"))
    return await city.keep()


@pytest.fixture
async def city(begun: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    city = go_on(begun, tmp_path, PROFILE)
    yield city
    await city.play.close()


async def test_seed_fertiliser_and_pesticide_are_three_lines_of_the_adopted_plan(
    city: Locality,
) -> None:
    await city.adopt(PLAN, "连农发〔2026〕3号")

    async with city.work() as work:
        plan = await work.plans.get(PLAN)
        policy = await policy_of(work, plan)
        forecast = await annual_plan.forecast(work, PLAN)
    drawn = {code: await drawn_of(city, line) for code, line in (await city.lines(PLAN)).items()}

    assert (plan.state, plan.policy.partition("@")[0]) == (PlanState.ADOPTED, PROFILE)
    assert drawn == {"LYG-1": (30, 15), "LYG-2": (20, 10), "LYG-3": (10, 5)}
    assert (policy.team.quota, policy.team.quota_min) == (2, 2)
    seats = {load.department: 0 for load in forecast.loads}
    for load in forecast.loads:
        seats[load.department] += load.seats
    assert seats == {FARMING: 60, MARKET: 10}  # two officers on each of 30 and of 5 visits


@pytest.mark.parametrize("quota", [1, 0])
async def test_a_line_with_fewer_than_two_officers_is_refused_with_what_to_do(
    city: Locality, quota: int
) -> None:
    lines = await city.lines(PLAN)
    lonely = replace(lines["LYG-3"], quotas={FARMING: quota, MARKET: 2})

    breaches = await city.refusal(PLAN, lonely)

    assert told(breaches, Rule.QUOTA_TOO_SMALL) == [
        {
            "line": "LYG-3",
            "department": FARMING,
            "found": quota,
            "wanted": 2,
            "remedy": {"action": "raise-quota", "by": 2 - quota},
        }
    ]
    assert len(breaches) == 1
    async with city.work() as work:
        assert (await work.plans.get(PLAN)).state is PlanState.DRAFT


async def test_a_recusal_is_declared_and_withdrawn_and_both_stay_in_the_history(
    city: Locality,
) -> None:
    own = Recusal(person_id=NEPHEW, object_id=DEALER, reason=REASON, declared_by="person")
    key = (NEPHEW, DEALER)

    async with city.work(clerk(FARMING)) as work:
        await declare_recusal(work, own, Channel.FORM)
    async with city.work() as work:
        [present] = await registers.history_of(work, RegisterKind.RECUSALS, key)
    async with city.work(clerk(FARMING, "head")) as work:
        await withdraw_recusal(work, NEPHEW, DEALER, ENDED, Channel.FORM)
    async with city.work() as work:
        gone = await work.recusals.find(key)
        [former] = await registers.history_of(work, RegisterKind.RECUSALS, key)
        acts = {act.import_id: act for act in await work.imports.where(kind=RegisterKind.RECUSALS)}

    assert (present.value["reason"], present.replaced_by) == (REASON, None)
    assert gone is None
    assert former.value == present.value
    declared, ended = acts[former.act_id or ""], acts[former.replaced_by or ""]
    assert (declared.imported_by, declared.reason) == (f"{FARMING}-clerk", REASON)
    assert (ended.imported_by, ended.reason) == (f"{FARMING}-head", ENDED)


async def test_another_department_recuses_nobody_and_nothing_is_withdrawn_without_reason(
    city: Locality,
) -> None:
    own = Recusal(person_id=NEPHEW, object_id=DEALER, reason=REASON, declared_by="person")

    with pytest.raises(RuleBrokenError) as foreign:
        async with city.work(clerk(MARKET)) as work:
            await declare_recusal(work, own, Channel.FORM)
    async with city.work() as work:
        await declare_recusal(work, own, Channel.FORM)
    with pytest.raises(RuleBrokenError) as silent:
        async with city.work() as work:
            await withdraw_recusal(work, NEPHEW, DEALER, " ", Channel.FORM)

    assert foreign.value.rule is Rule.NOT_YOUR_DEPARTMENT
    assert silent.value.rule is Rule.REASON_MISSING
    async with city.work() as work:
        assert await work.recusals.find((NEPHEW, DEALER)) == own


async def test_both_directories_are_public_and_say_no_more_than_they_must(
    city: Locality,
) -> None:
    people = await city.get("/inspectors")
    things = await city.get("/objects?q=第51号")

    titles, *rows = table_of(people.text)
    assert titles == ["姓名", "实施机关", "执法证号"]
    assert len(rows) == 10
    assert {row[2] for row in rows} == {o["执法证号"] for o in officers()}
    titles, row = table_of(things.text)
    assert row == ["样例第51号商行有限公司", DEALER.removeprefix("uscc:"), "赣榆区"]
    inside = ("沈大田", "13800000000", "建设街", "信用风险", "植保站", "科员", "pesticide")
    assert not [words for words in inside if words in people.text + things.text]
    everybody = await city.get("/objects")
    assert "60 条" in everybody.text
