"""Inspected objects: of ten, six enterprises, three individual businesses, one premises.

The kinds come in blocks of twenty rows (12 enterprises, 6 individual businesses, 2 premises of an
enterprise of the block); the first eight premises belong to the first enterprise: one chain. Every
row follows from the seed and its own index, so files of any size are written in constant memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deploy.local.sample_county.credit_codes import credit_code, registration_number
from deploy.local.sample_county.numbers import Numbers
from deploy.local.sample_county.source import load, write_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.local.sample_county.source import Request

BLOCK, ENTERPRISES, INDIVIDUALS = 20, 12, 6
PREMISES = BLOCK - ENTERPRISES - INDIVIDUALS
SHOPS_OF_THE_CHAIN = 8
HEADER = (
    "检查对象编号",
    "名称",
    "类型",
    "场所编号",
    "所属主体编号",
    "行政区划代码",
    "监管片区",
    "行业代码",
    "地址",
    "经营规模",
    "登记状态",
    "监管标签",
    "信用风险分类",
    "重点单位",
    "纬度",
    "经度",
    "负责人",
    "联系电话",
)
_CLASSES, _CLASS_WEIGHTS = ("A", "B", "C", "D", ""), (39, 35, 17, 7, 2)
_STATES, _STATE_WEIGHTS = ("存续", "歇业", "注销", "迁出"), (96, 2, 1, 1)
_SCALES = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
_OLD_NUMBERS = 40
"""One individual business in so many still has only its 15-digit registration number."""


@dataclass(frozen=True)
class Subject:
    """What several rows must agree on: id, name, trade and class of an enterprise or business."""

    object_id: str
    name: str
    kind: str
    trade: Mapping[str, Any]
    risk_class: str


def write_objects(request: Request) -> int:
    """Write objects.csv."""
    rows = (_row(request.seed, index) for index in range(request.objects))
    return write_csv(request.folder / "objects.csv", HEADER, rows)


def subject(seed: int, index: int) -> Subject:
    """Give the enterprise or individual business number `index`."""
    numbers = Numbers(seed, f"subject:{index}")
    county = load("county")
    is_enterprise = index % BLOCK < ENTERPRISES
    kind = "enterprise" if is_enterprise else "individual"
    trade = county["trade"][0] if index == 0 else _trade(numbers)
    return Subject(
        object_id=_object_id(numbers, index, is_enterprise=is_enterprise),
        name=county["county"]["name_zh"] + _brand(index) + trade[kind],
        kind=kind,
        trade=trade,
        risk_class=numbers.weighted(_CLASSES, _CLASS_WEIGHTS),
    )


def jointly_checked_subjects(seed: int, objects: int) -> Iterator[Subject]:
    """Give the subjects that joint plan lines draw from, premises left out, in file order."""
    joint = (line for line in load("plan")["line"] if line["kind"] == "joint")
    tags = {tag for line in joint for tag in line["tags"]}
    subjects = (
        subject(seed, index)
        for index in range(objects)
        if index % BLOCK < ENTERPRISES + INDIVIDUALS
    )
    return (known for known in subjects if tags & set(known.trade["tags"]))


def _row(seed: int, index: int) -> tuple[object, ...]:
    if index % BLOCK < ENTERPRISES + INDIVIDUALS:
        known = subject(seed, index)
        kind = "企业" if known.kind == "enterprise" else "个体工商户"
        return _described(seed, index, (known.object_id, known.name, kind, "", ""), known)
    shop = index // BLOCK * PREMISES + index % BLOCK - ENTERPRISES - INDIVIDUALS
    first = 0 if shop < SHOPS_OF_THE_CHAIN else index // BLOCK * BLOCK
    owner = subject(seed, first + (0 if first == 0 else shop % ENTERPRISES))
    shop_id = f"premises:{load('county')['county']['code']}-{shop + 1:07d}"
    name = f"{owner.name}（{_brand(index)}{owner.trade['shop']}）"
    return _described(seed, index, (shop_id, name, "场所", shop_id, owner.object_id), owner)


def _described(
    seed: int, index: int, identity: tuple[str, ...], known: Subject
) -> tuple[object, ...]:
    numbers = Numbers(seed, f"object:{index}")
    county = load("county")
    area = numbers.pick(county["area"])
    place = county["county"]
    street = numbers.pick(area["streets"])
    return (
        *identity,
        place["code"],
        area["code"],
        known.trade["industry"],
        f"{place['name_zh']}{area['name_zh']}{street}{numbers.below(380) + 1}号",
        _SCALES[numbers.pick(known.trade["scales"])],
        numbers.weighted(_STATES, _STATE_WEIGHTS),
        ";".join(known.trade["tags"]),
        known.risk_class,
        "是" if "chemical" in known.trade["tags"] or numbers.below(50) == 0 else "否",
        f"{place['latitude'] + (numbers.below(8000) - 4000) / 100000:.5f}",
        f"{place['longitude'] + (numbers.below(8000) - 4000) / 100000:.5f}",
        person_name(numbers),
        f"100{numbers.below(10**8):08d}",  # no such mobile prefix is ever assigned
    )


def person_name(numbers: Numbers) -> str:
    """Make an invented person's name of two or three characters."""
    names = load("county")["names"]
    second = numbers.pick(names["given"]) if numbers.below(3) else ""
    return f"{numbers.pick(names['surnames'])}{numbers.pick(names['given'])}{second}"


def _trade(numbers: Numbers) -> Mapping[str, Any]:
    trades = load("county")["trade"]
    chosen: Mapping[str, Any] = numbers.weighted(trades, [trade["weight"] for trade in trades])
    return chosen


def _object_id(numbers: Numbers, index: int, *, is_enterprise: bool) -> str:
    region = load("county")["county"]["code"]
    if not is_enterprise and numbers.below(_OLD_NUMBERS) == 0:
        return f"regno:{registration_number(region, index)}"
    return f"uscc:{credit_code('91' if is_enterprise else '92', region, index)}"


def _brand(index: int) -> str:
    """Give a firm's name of two characters, three once all pairs are used."""
    names = load("county")["names"]
    first, second = names["first"], names["second"]
    number = index * 619 + 1000
    rest, position = divmod(number, len(first) * len(second))
    brand: str = first[position % len(first)] + second[position // len(first)]
    return brand if index < len(first) * len(second) else brand + second[rest % len(second)]
