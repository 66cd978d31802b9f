"""Inspectors, experts and recusals; a few certificates have expired, a few people are on leave."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from deploy.local.sample_county.numbers import Numbers
from deploy.local.sample_county.objects import jointly_checked_subjects, person_name
from deploy.local.sample_county.source import load, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.sample_county.source import Request

INSPECTOR_HEADER = (
    "人员编号",
    "部门",
    "实施机关",
    "科室",
    "姓名",
    "性别",
    "执法证号",
    "证件有效期自",
    "证件有效期至",
    "职务",
    "可带队",
    "分组",
    "执法区片",
    "资质",
    "状态",
    "缺勤",
)
EXPERT_HEADER = ("专家编号", "姓名", "专业领域", "单位", "职称资质")
RECUSAL_HEADER = ("人员编号", "检查对象编号", "回避事由", "申报人")
LEADERS_EVERY = 4
UNAVAILABLE_EVERY = 20
"""One inspector in so many has an expired certificate or is on leave, in turns."""
OBJECTS_PER_RECUSAL = 40
LARGEST_NUMBER_OF_RECUSALS = 15
EXPERT_RECUSALS = (6, 13)
"""Which of the recusals concern an expert instead of an inspector."""


def write_inspectors(request: Request) -> int:
    """Write inspectors.csv: equal numbers per department, every fourth may lead."""
    rows = (_inspector(request, index) for index in range(request.inspectors))
    return write_csv(request.folder / "inspectors.csv", INSPECTOR_HEADER, rows)


def write_experts(request: Request) -> int:
    """Write experts.csv: the fields in turns."""
    rows = (_expert(request.seed, index) for index in range(request.experts))
    return write_csv(request.folder / "experts.csv", EXPERT_HEADER, rows)


def write_recusals(request: Request) -> int:
    """Write recusals.csv: inspectors and two experts against objects that joint lines draw from."""
    wanted = min(LARGEST_NUMBER_OF_RECUSALS, request.objects // OBJECTS_PER_RECUSAL)
    subjects = islice(jointly_checked_subjects(request.seed, request.objects), wanted)
    rows = [_recusal(request, index, known.object_id) for index, known in enumerate(subjects)]
    return write_csv(request.folder / "recusals.csv", RECUSAL_HEADER, rows)


def inspector_id(department: Mapping[str, Any], position: int) -> str:
    """Give the opaque code of the inspector at a position of its department, counted from 0."""
    return f"{department['certificate_prefix'].removeprefix('PC-').lower()}-{position + 1:04d}"


def _inspector(request: Request, index: int) -> tuple[object, ...]:
    departments = load("county")["department"]
    position, department_index = divmod(index, len(departments))
    department = departments[department_index]
    numbers = Numbers(request.seed, f"inspector:{index}")
    certificate_to, absence = _availability(request.year, index, numbers)
    leads = position % LEADERS_EVERY == 0
    return (
        inspector_id(department, position),
        department["name_zh"],
        department["organ_zh"],
        numbers.pick([section["name"] for section in department["sections"]]),
        person_name(numbers),
        numbers.pick(("女", "男")),
        f"{department['certificate_prefix']}-{request.year - 2}-{position + 1:04d}",
        f"{request.year - 2}-01-01",
        certificate_to,
        numbers.pick(load("county")["names"]["leader_posts" if leads else "posts"]),
        "是" if leads else "否",
        f"第{'一二三四'[position % 4]}组",
        load("county")["area"][position % len(load("county")["area"])]["code"],
        ";".join(_competences(department, position)),
        "在岗",
        absence,
    )


def _competences(department: Mapping[str, Any], position: int) -> list[str]:
    """Give two neighbouring competences, and every leader all of them: each pair meets any need."""
    competences: list[str] = department["competences"]
    if position % LEADERS_EVERY == 0:
        return competences
    return sorted({competences[(position + step) % len(competences)] for step in range(2)})


def _availability(year: int, index: int, numbers: Numbers) -> tuple[str, str]:
    turn, place = divmod(index, UNAVAILABLE_EVERY)
    # 7 is no multiple of the number of departments: those concerned belong to different ones.
    if place != (turn * 7 + 6) % UNAVAILABLE_EVERY:
        return f"{year + 3}-12-31", ""
    if turn % 2 == 0:
        return f"{year - 1}-12-31", ""
    reason = numbers.pick(load("county")["names"]["leave_reasons"])
    return f"{year + 3}-12-31", f"{year}-04-01~{year}-06-30:{reason}"


def _expert(seed: int, index: int) -> tuple[str, ...]:
    fields = load("county")["expert_field"]
    field = fields[index % len(fields)]
    name = person_name(Numbers(seed, f"expert:{index}"))
    return (
        f"expert-{index + 1:03d}",
        name,
        field["code"],
        field["organisation"],
        field["qualification"],
    )


def _recusal(request: Request, index: int, object_id: str) -> tuple[str, ...]:
    numbers = Numbers(request.seed, f"recusal:{index}")
    departments = load("county")["department"]
    per_department = max(1, request.inspectors // len(departments))
    is_expert = index in EXPERT_RECUSALS and request.experts > 0
    person = (
        f"expert-{numbers.below(request.experts) + 1:03d}"
        if is_expert
        else inspector_id(departments[index % len(departments)], numbers.below(per_department))
    )
    reason = numbers.pick(load("county")["names"]["recusal_reasons"])
    return person, object_id, reason, numbers.pick(("本人", "本人", "检查对象", "办公室"))
