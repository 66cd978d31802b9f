"""庆阳 2016, quality supervision: one list of 13 categories, its inspectors in public, hot issues.

Registers and plan only (2.13). The list comes as the Excel file of the responsibility list; the
next version is proposed by the bureaus, merged by one person and published by another. What the
public complains about weighs more: the plan carries the weights of its profile, every object has
the tag or event they speak of, and a line of its own draws the complained-about ones; a draw by
these weights belongs to the rounds and is not told here.
"""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.annual_plan import Conditions, PlanLine
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.registers import ItemClass
from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.item_list import ChangeKind, ItemListVersion, ProposalAct
from coordinator.domain.registers.organisation import Level
from coordinator.services import annual_plan, registers
from coordinator.services.policies import policy_of
from coordinator.services.registers import ProposalOrder
from tests.builders import an_item
from tests.play import PLAN, clerk
from tests.scenarios.lists import (
    Seat,
    bring_regions,
    drawn_of,
    look_at,
    number_with,
    organ_at,
    share_of,
    table_of,
    task,
)
from tests.scenarios.localities import (
    CHIEF,
    CLERK,
    ITEM_COLUMNS,
    Locality,
    firm,
    found,
    go_on,
    officer,
)
from tests.snapshots import Snapshot
from tests.unit.imports.files import write_xlsx

PROFILE = "qingyang-2016"
QUALITY, COMMERCE = "quality-supervision", "commerce"
XIFENG, QINGCHENG = "621002", "621021"
SPECIAL, FOOD, CARS = "special-equipment", "food-related-products", "household-car-after-sales"
CATEGORIES = (
    ("特种设备使用", "电梯等特种设备使用管理的检查", "《中华人民共和国特种设备安全法》第五十七条"),
    ("特种设备生产", "特种设备生产许可的检查", "《特种设备安全监察条例》第五十条"),
    ("食品相关产品", "食品包装材料生产的检查", "《中华人民共和国食品安全法》第一百一十条"),
    (
        "家用汽车三包",
        "家用汽车产品售后三包责任的检查",
        "《家用汽车产品修理、更换、退货责任规定》第六条",
    ),
    ("工业产品生产许可", "许可条件保持情况的检查", "《工业产品生产许可证管理条例》第三十六条"),
    ("计量器具", "强制检定计量器具的检查", "《中华人民共和国计量法》第九条"),
    ("定量包装", "定量包装商品净含量的检查", "《定量包装商品计量监督管理办法》第四条"),
    ("能效标识", "能源效率标识的检查", "《中华人民共和国节约能源法》第十九条"),
    ("强制性认证", "强制性产品认证的检查", "《中华人民共和国认证认可条例》第二十八条"),
    ("检验检测机构", "资质认定条件保持情况的检查", "《检验检测机构资质认定管理办法》第三十四条"),
    ("标准实施", "企业执行标准情况的检查", "《中华人民共和国标准化法》第十八条"),
    ("商品条码", "商品条码使用的检查", "《商品条码管理办法》第二十一条"),
    ("产品质量", "产品质量监督抽查", "《中华人民共和国产品质量法》第十五条"),
)
KEY_CATEGORIES = (1, 2, 3, 4, 13)
QUALITY_LAW = "《中华人民共和国产品质量法》第八条"
METHODS_WRITTEN = ("现场检查", "现场检查、书面检查", "抽样检验")
FIRST_DAY = date(2026, 1, 12)  # of the second version of the list
METHODS = (("现场",), ("现场", "书面"), ("检验检测",))
LIFTS, BOTTLERS, DEALERS = range(1, 41), range(41, 61), range(61, 71)
COMPLAINTS = (3, 7, 41, 61, 62, 63)


def write_list(path: Path) -> Path:
    """Write the bureau's list: merged cells for its name and for equal words, several bases.

    Category 1 has two bases in one cell, category 3 its second one in a row of its own below.
    """
    unit = "庆阳市质量技术监督局"
    rows: list[list[str]] = [[f"{unit}随机抽查事项清单"], [*ITEM_COLUMNS, "责任清单条目"]]
    for number, (category, name, basis) in enumerate(CATEGORIES, 1):
        kind = "重点检查事项" if number in KEY_CATEGORIES else "一般检查事项"
        method = METHODS_WRITTEN[(number - 1) // 5]
        bases = f"1.{basis}；2.{QUALITY_LAW}" if number == 1 else basis
        start = [unit, str(number), category, name, "企业", kind, method, "市级质监部门"]
        entry = [f"qs-{number:02d}", f"责任清单第{number}项"]
        rows.append([*start, bases, *entry])
        if number == 3:
            rows.append([*start, QUALITY_LAW, *entry])
    last = len(rows) - 1
    whole = [(2, column, last, column) for column in (0, 4, 7)]
    third = [(4, column, 5, column) for column in (1, 2, 3, 9, 10)]
    classes = [(2, 5, 6, 5), (7, 5, last - 1, 5)]
    methods = [(2, 6, 7, 6), (8, 6, 12, 6), (13, 6, last, 6)]
    return write_xlsx(path, rows, [(0, 0, 0, 10), *whole, *third, *classes, *methods])


def objects() -> list[dict[str, str]]:
    tags = {**dict.fromkeys(LIFTS, SPECIAL), **dict.fromkeys(BOTTLERS, FOOD)}
    tags |= dict.fromkeys(DEALERS, CARS)
    return [
        firm(
            number,
            QINGCHENG if number % 2 else XIFENG,
            tag,
            事件="投诉举报@2025-11-03(12365热线)" if number in COMPLAINTS else "",
        )
        for number, tag in tags.items()
    ]


def officers() -> list[dict[str, str]]:
    staff = [("庆阳市质量技术监督局", "监督科")] * 12 + [("庆阳市商务局", "流通科")] * 4
    return [officer(number, *post) for number, post in enumerate(staff)]


def plan_lines() -> list[PlanLine]:
    """Give three lines by topic, the cars jointly, and one for what people complain about."""
    hot = Conditions(events=("complaint",))
    quarter: dict[str, Any] = {"strata": share_of(1, 4)}
    dealers: dict[str, Any] = {"participants": (COMMERCE,), "strata": share_of(3, 10)}
    return [
        task("QY-1", "特种设备使用", QUALITY, ["qs-01"], conditions=tagged(SPECIAL), **quarter),
        task("QY-2", "食品相关产品", QUALITY, ["qs-03"], conditions=tagged(FOOD), **quarter),
        task("QY-3", "汽车三包", QUALITY, ["qs-04", "co-01"], conditions=tagged(CARS), **dealers),
        task("QY-4", "投诉热点", QUALITY, ["qs-13"], conditions=hot, strata=share_of(1, 2)),
    ]


def tagged(tag: str) -> Conditions:
    return Conditions(tags=(tag,))


async def propose_and_merge(city: Locality) -> ItemListVersion:
    """Let the bureaus propose: a basis more for the cars, bar codes end, commerce comes in."""
    async with city.work() as work:
        cars = await work.items.get("qs-04")
    bases = (*cars.legal_bases, "《中华人民共和国消费者权益保护法》第二十四条")
    dealers = an_item(
        "co-01", COMMERCE, name="汽车经销商备案的检查", item_class=ItemClass.KEY, methods=("现场",)
    )
    orders = (
        (QUALITY, ProposalAct.CHANGE, cars.model_copy(update={"legal_bases": bases}), cars.code),
        (QUALITY, ProposalAct.WITHDRAW, None, "qs-12"),
        (COMMERCE, ProposalAct.ADD, dealers, dealers.code),
    )
    proposals = []
    for department, act, item, code in orders:
        order = ProposalOrder(act=act, code=code, item=item, reason="责任清单调整")
        async with city.work(clerk(department)) as work:
            proposals.append((await registers.propose_item(work, order)).proposal_id)
    async with city.work(CLERK) as work:
        return await registers.merge_proposals(work, proposals)


async def publish(city: Locality, list_id: str) -> ItemListVersion:
    async with city.work(CHIEF) as work:
        return await registers.publish_item_list(work, list_id, "庆质发〔2026〕2号", FIRST_DAY)


async def begin_qingyang(folder: Path) -> Locality:
    """Take in the organs, the first list and both directories."""
    city = await found(folder, PROFILE, date(2026, 1, 5))
    await bring_regions(
        city,
        ("621000", "庆阳市", "市", "620000"),
        (XIFENG, "西峰区", "县", "621000"),
        (QINGCHENG, "庆城县", "县", "621000"),
    )
    seat = Seat("621000", Level.CITY)
    organs = [organ_at(QUALITY, "庆阳市质量技术监督局", seat)]
    organs += [organ_at(COMMERCE, "庆阳市商务局", seat, 2)]
    async with city.work() as work:
        await registers.register_departments(work, organs)
    await city.bring(RegisterKind.ITEM_LIST, write_list(folder / "清单.xlsx"))
    await city.bring_rows(RegisterKind.OBJECTS, objects())
    await city.bring_rows(RegisterKind.INSPECTORS, officers())
    return city


@pytest.fixture(scope="module")
async def begun(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    city = await begin_qingyang(tmp_path_factory.mktemp("qingyang"))
    return await city.keep()


@pytest.fixture
async def registered(begun: Snapshot, tmp_path: Path) -> AsyncIterator[Locality]:
    """The registers under the first version of the list."""
    city = go_on(begun, tmp_path, PROFILE)
    yield city
    await city.play.close()


@pytest.fixture(scope="module")
async def adopted(
    begun: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Locality]:
    """The plan of 2026, adopted under the second version of the list."""
    city = go_on(begun, tmp_path_factory.mktemp("adopted"), PROFILE)
    await publish(city, (await propose_and_merge(city)).list_id)
    city.on(FIRST_DAY)
    await city.draft(PLAN, 2026, "庆阳市2026年度抽查计划", plan_lines())
    await city.adopt(PLAN, "庆双随机办〔2026〕1号")
    yield city
    await city.play.close()


async def test_the_list_of_13_categories_comes_with_basis_and_method_of_each(
    registered: Locality,
) -> None:
    async with registered.work() as work:
        items = {item.code: item for item in await work.items.where()}
        [version] = await registers.published_lists(work)

    again = await look_at(
        registered, RegisterKind.ITEM_LIST, write_list(registered.folder / "x.xlsx")
    )

    assert (again.act.number_of_rows, again.act.number_unchanged) == (14, 13)
    assert (version.number, version.source, version.number_of_items) == (1, "清单.xlsx", 13)
    listed = [items[f"qs-{number:02d}"] for number in range(1, 14)]
    assert [item.category for item in listed] == [category for category, _, _ in CATEGORIES]
    for number, (item, (_, name, basis)) in enumerate(zip(listed, CATEGORIES, strict=True), 1):
        further = (QUALITY_LAW,) if number in (1, 3) else ()
        assert (item.name, item.legal_bases) == (name, (basis, *further))
        assert item.methods == METHODS[(number - 1) // 5]
        assert item.responsibility_list_entry == f"责任清单第{number}项"
        assert (item.item_class is ItemClass.KEY) == (number in KEY_CATEGORIES)
        assert (item.department, item.levels) == (QUALITY, (Level.CITY,))


async def test_the_next_version_is_proposed_merged_and_published_by_another_person(
    registered: Locality,
) -> None:
    draft = await propose_and_merge(registered)

    with pytest.raises(RuleBrokenError) as alone:
        async with registered.work(CLERK) as work:
            await registers.publish_item_list(work, draft.list_id, "庆质发〔2026〕2号", FIRST_DAY)
    version = await publish(registered, draft.list_id)

    assert alone.value.rule is Rule.TWO_PERSONS_NEEDED
    assert (version.number, version.merged_by, version.published_by) == (2, "office-a", "office-b")
    changes = {change.code: change for change in version.changes}
    assert {code: change.kind for code, change in changes.items()} == {
        "co-01": ChangeKind.ADDED,
        "qs-04": ChangeKind.CHANGED,
        "qs-12": ChangeKind.WITHDRAWN,
    }
    assert [field.field for field in changes["qs-04"].fields] == ["legal_bases"]
    async with registered.work() as work:
        first, second = [await registers.content_of(work, number) for number in (1, 2)]
        codes = await work.items.get("qs-12")
    assert (len(first), len(second)) == (13, 13)
    assert len(first["qs-04"].legal_bases) == 1  # what was published stays as it was
    assert (codes.valid_to, codes.is_valid_on(FIRST_DAY)) == (date(2026, 1, 11), False)
    page = (await registered.get("/item-lists/2")).text
    assert all(
        words in page for words in ("庆质发〔2026〕2号", "汽车经销商备案的检查", "消费者权益")
    )


async def test_the_directory_shows_name_unit_and_certificate_and_nothing_else(
    registered: Locality,
) -> None:
    answer = await registered.get("/inspectors")
    objects_page = await registered.get("/objects")

    titles, *rows = table_of(answer.text)
    assert titles == ["姓名", "实施机关", "执法证号"]
    told = {tuple(row) for row in rows}
    assert told <= {(o["姓名"], o["部门"], o["执法证号"]) for o in officers()}
    assert "16 条" in answer.text
    assert not any(secret in answer.text for secret in ("监督科", "流通科", "科员", "2028", "p-0"))
    assert "这份名录不公开" in objects_page.text  # the profile opens this directory only


async def test_each_topic_is_a_line_of_the_plan_with_its_own_objects(adopted: Locality) -> None:
    lines = await adopted.lines(PLAN)
    async with adopted.work() as work:
        plan = await work.plans.get(PLAN)

    drawn = {code: await drawn_of(adopted, line) for code, line in lines.items()}

    assert plan.state is PlanState.ADOPTED
    assert plan.policy.startswith(f"{PROFILE}@")
    assert drawn == {"QY-1": (40, 10), "QY-2": (20, 5), "QY-3": (10, 3), "QY-4": (6, 3)}
    assert plan.figures is not None
    assert (plan.figures.number_of_lines, plan.figures.joint_lines) == (4, 1)
    assert (plan.figures.visits, plan.figures.random_visits) == (21, 21)


async def test_what_people_complain_about_weighs_most_and_is_drawn_more_often(
    adopted: Locality,
) -> None:
    async with adopted.work() as work:
        policy = await policy_of(work, await work.plans.get(PLAN))
        forecast = await annual_plan.forecast(work, PLAN)
    weights = {each.value: each.weight for each in policy.plan.weights}

    concerned = {tag: await number_with(adopted, tagged(tag)) for tag in (SPECIAL, FOOD, CARS)}
    concerned["complaint"] = await number_with(adopted, Conditions(events=("complaint",)))
    shares = {code: line.strata["*"].ratio for code, line in (await adopted.lines(PLAN)).items()}

    assert weights == {SPECIAL: 2, FOOD: 2, CARS: 2, "complaint": 3}
    assert concerned == {SPECIAL: 40, FOOD: 20, CARS: 10, "complaint": len(COMPLAINTS)}
    assert max(shares, key=lambda code: shares[code]) == "QY-4"
    assert {load.department for load in forecast.loads if load.visits} == {QUALITY, COMMERCE}
    assert forecast.visits == 21
