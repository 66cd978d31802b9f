"""Weights and drawn items of a line: kept in copies, told field by field when they change."""

from types import SimpleNamespace
from typing import Any

from coordinator.domain.annual_plan import Weighting
from coordinator.domain.annual_plan.amending import differences
from coordinator.domain.annual_plan.copying import copied_line
from coordinator.domain.policy import DrawWeight
from coordinator.web.console.annual_plan.changes import field_word, value_words
from coordinator.web.plan_wording import chance_words, items_words, remarks
from tests.builders import POLICY, a_line

NAMES: Any = SimpleNamespace(policy=POLICY, department=lambda code: code)
CLASS_D = DrawWeight(by="credit", value="D", weight=4)
COMPLAINT = DrawWeight(by="event", value="complaint", weight=3)
NEW: dict[str, Any] = {
    "items": ("mr-1", "fr-1", "he-1"),
    "items_drawn": 1,
    "items_always": ("fr-1",),
    "weighting": Weighting.OWN,
    "weights": (CLASS_D, COMPLAINT),
    "weight_months": 6,
    "fresh_months": 12,
}


def test_a_copy_weighs_and_draws_items_as_its_original() -> None:
    copy = copied_line(a_line("L1", **NEW), "plan-2027", 2027, set())

    assert {name: getattr(copy, name) for name in NEW} == NEW


def test_an_amendment_tells_every_changed_weight_and_item_in_words() -> None:
    found = differences([a_line("L1")], [a_line("L1", **NEW)])

    said = {
        field_word(each.field): (
            value_words(each.field, each.before, NAMES),
            value_words(each.field, each.after, NAMES),
        )
        for each in found
    }
    assert said["抽中的机会"] == ("机会均等", "按本任务的权数加权")
    assert said["权数"] == ("—", "信用风险分类 D 权数 4、投诉举报较多 权数 3")
    assert said["权数所看事件的月数"] == ("—", "6")
    assert said["每户必查的事项"] == ("—", "fr-1")
    assert said["近期查过不抽的月数"] == ("—", "12")


def test_a_line_says_how_it_draws_objects_and_items() -> None:
    line = a_line("L1", **NEW)

    assert items_words(line) == "1 个必查事项，另从 2 个事项中随机抽取 1 个"
    weights = "信用风险分类 D 权数 4、投诉举报较多 权数 3"
    assert chance_words(line, NAMES) == f"加权抽取（{weights}，其余权数 1）"
    assert "本部门 12 个月内查过且没有问题的不抽" in remarks(line)
    profile = a_line("L1", weighting=Weighting.PROFILE)
    assert (
        chance_words(profile, NAMES, [CLASS_D]) == "加权抽取（信用风险分类 D 权数 4，其余权数 1）"
    )
    assert chance_words(profile, NAMES) == "按规则的权数加权抽取"
