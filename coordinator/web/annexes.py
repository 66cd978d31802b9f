"""Annexes 附件 as data, for their PDF and their xlsx alike; documents speak Chinese.

Annex 1 is the item list in the nine columns of the official lists, annex 2 the annual plan; annexes
3 to 5 tell what was drawn and found (record_annexes.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import Response

from coordinator.domain.annual_plan import Plan, PlanLine, item_draw_of
from coordinator.domain.policy import DrawWeight
from coordinator.domain.registers import CheckItem
from coordinator.services.ports import Documents
from coordinator.web.language import CHINESE, _, speaking
from coordinator.web.names import Names
from coordinator.web.parts import WebParts
from coordinator.web.plan_wording import (
    remarks,
    share_words,
    uneven_words,
    whom_sentence,
    windows_words,
)
from coordinator.web.words import state

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Printing:
    """Who prints, from where, and when; `at` is the time where the office is."""

    office: str
    rehearsal: bool
    source: str
    at: datetime


def item_list_annex(
    items: Sequence[CheckItem], names: Names, printing: Printing, subtitle: str
) -> dict[str, Any]:
    """Give annex 1 事项清单: numbered inside each unit, categories together."""
    with speaking(CHINESE):
        return {
            **frame_of(printing),
            "label": "附件1",
            "title": "随机抽查事项清单",
            "subtitle": subtitle,
            "columns": _ITEM_COLUMNS,
            "rows": list(_item_rows(items, names)),
        }


def plan_annex(
    plan: Plan,
    lines: Sequence[PlanLine],
    items: Mapping[str, CheckItem],
    names: Names,
    printing: Printing,
    weights: Sequence[DrawWeight] = (),
) -> dict[str, Any]:
    """Give annex 2 年度计划: one row per line, in the order of their codes.

    `weights` are those of the plan's rules.
    """
    with speaking(CHINESE):
        return {
            **frame_of(printing),
            "label": "附件2",
            "title": plan.title,
            "subtitle": _standing(plan),
            "columns": _PLAN_COLUMNS,
            "rows": [
                (number, *_plan_row(line, items, names, weights))
                for number, line in enumerate(sorted(lines, key=lambda each: each.code), start=1)
            ],
            "notes": _notes(plan),
        }


def send_annex(documents: Documents, data: Mapping[str, Any], name: str, ending: str) -> Response:
    """Send an annex as `pdf` to be read in the browser, or as `xlsx` to be kept."""
    if ending == "pdf":
        body, media, how = documents.pdf("annex", data), "application/pdf", "inline"
    else:
        body, media, how = documents.annex(data), _XLSX, "attachment"
    header = {"Content-Disposition": f'{how}; filename="{name}.{ending}"'}
    return Response(body, media_type=media, headers=header)


def printing_by(parts: WebParts, base_url: str, path: str) -> Printing:
    """Say who prints what from where and when, as an annex states it."""
    address = parts.public_address.rstrip("/") or base_url.rstrip("/")
    return Printing(
        office=parts.office_name,
        rehearsal=parts.rehearsal,
        source=f"{parts.office_name} {address}{path}",
        at=parts.machine_now().astimezone(ZoneInfo(parts.zone)),
    )


def frame_of(printing: Printing) -> dict[str, Any]:
    """Give what stands around every annex: office, source, time of printing, rehearsal."""
    return {
        "office": printing.office,
        "rehearsal": printing.rehearsal,
        "source": printing.source,
        "printed_at": printing.at.isoformat(),
    }


def column(title: str, share: int, **more: Any) -> dict[str, Any]:
    """Give a column of an annex; `share` is its part of the width."""
    return {"title": title, "share": share, **more}


_ITEM_COLUMNS = [
    column("编制单位名称", 8, merged=True),
    column("序号", 3, centred=True),
    column("抽查类别", 9, group="抽查项目", merged=True),
    column("抽查事项", 16, group="抽查项目"),
    column("检查对象", 8),
    column("事项类别", 6, centred=True),
    column("检查方式", 9),
    column("检查主体", 9),
    column("检查依据", 26),
]

_PLAN_COLUMNS = [
    column("序号", 3, centred=True),
    column("任务编号", 6),
    column("抽查任务", 10),
    column("任务类型", 5, centred=True),
    column("抽查事项", 16),
    column("抽查对象", 13),
    column("抽查比例（数量）", 8),
    column("每年次数", 4, centred=True),
    column("发起部门", 7, group="检查部门"),
    column("配合部门", 9, group="检查部门"),
    column("检查方式", 6),
    column("检查时间", 8, centred=True),
    column("备注", 10),
]


def _item_rows(items: Sequence[CheckItem], names: Names) -> Iterable[tuple[int | str, ...]]:
    position = {code: place for place, (code, _name) in enumerate(names.department_options())}
    ordered = sorted(
        items,
        key=lambda each: (position.get(each.department, len(position)), each.category, each.code),
    )
    number, unit = 0, ""
    for item in ordered:
        number, unit = (number + 1 if item.department == unit else 1), item.department
        yield (
            names.department(item.department),
            number,
            item.category,
            item.name,
            item.object_type,
            state("item-class", item.item_class).word + "检查事项",
            "、".join(item.methods),
            _who_checks(item, names),
            "\n".join(item.legal_bases),
        )


def _who_checks(item: CheckItem, names: Names) -> str:
    """Say who checks in the list's own wording, else by level and by name: one of them is known."""
    levels = [state("level", each).word for each in item.levels]
    named = [names.department(each) for each in item.named_organs]
    return "、".join(item.subject_organs or (*levels, *named))


def _plan_row(
    line: PlanLine,
    items: Mapping[str, CheckItem],
    names: Names,
    weights: Sequence[DrawWeight],
) -> tuple[int | str, ...]:
    others = [code for code in line.departments if code != line.lead]
    checked = _checked(line, items)
    return (
        line.code,
        line.name,
        state("kind", line.kind).word,
        "；".join(checked),
        whom_sentence(line.conditions, names),
        "；".join(filter(None, (share_words(line), uneven_words(line, names, weights)))),
        line.times_a_year,
        names.department(line.lead),
        "、".join(names.department(code) for code in others) or "—",
        line.method or "、".join(_methods(line, items)),
        windows_words(line),
        "；".join([state("mode", line.mode).word, *remarks(line)]),
    )


def _checked(line: PlanLine, items: Mapping[str, CheckItem]) -> list[str]:
    """Name the items: first those of every object, then those of which some are drawn."""

    def named(codes: Iterable[str]) -> list[str]:
        return [items[code].name if code in items else code for code in codes]

    draw = item_draw_of(line)
    if not draw.candidates:
        return named(line.items)
    always = [f"必查：{'；'.join(named(draw.always))}"] if draw.always else []
    return [*always, f"随机抽取 {draw.choose} 项：{'；'.join(named(draw.candidates))}"]


def _methods(line: PlanLine, items: Mapping[str, CheckItem]) -> list[str]:
    known = [method for code in line.items if code in items for method in items[code].methods]
    return list(dict.fromkeys(known))


def _standing(plan: Plan) -> str:
    """Say under which number a plan stands, or that it is no more than a draft."""
    if plan.number is None:
        return _("%(year)s 年度 · 未发布，仅供审核") % {"year": plan.year}
    return _("%(number)s · 第 %(version)s 版") % {"number": plan.number, "version": plan.version}


def _notes(plan: Plan) -> list[str]:
    return [
        _("说明：随机抽取的检查对象和检查人员按公开的方法产生，任何人可以核验；适用规则 %s。")
        % plan.policy
    ]
