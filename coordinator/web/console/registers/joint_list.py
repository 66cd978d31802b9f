"""The joint list: what several departments check together, and which items its rows mean."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.joint_list import MatchingPolicy
from coordinator.services import registers
from coordinator.services.ports import Role
from coordinator.web.console.frame import InConsole
from coordinator.web.items import validity_of
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names

if TYPE_CHECKING:
    from coordinator.domain.registers import JointListRow

router = APIRouter()
JOINT_LIST = "/console/registers/joint-list"
# A person chooses: the nearest are shown, however little alike they are.
_SHOWN = MatchingPolicy(near_score=1, number_of_suggestions=12)
_MOST_DIGITS = 9


@router.get(JOINT_LIST)
async def joint_list(console: InConsole) -> Response:
    """List the rows of the joint list with what each is linked to."""
    spec: ListSpec[JointListRow] = ListSpec(
        title=later("部门联合抽查事项清单"),
        columns=(
            Column(later("序号"), "number", "number", order="number"),
            Column(
                later("事项"),
                "item_text",
                "strong",
                href=lambda each: f"{JOINT_LIST}/{each.source_row}",
                note=lambda each, _names: each.domain,
            ),
            Column(later("检查对象"), "object_type"),
            Column(later("发起部门"), "lead_departments", "departments"),
            Column(later("对照表外的部门"), lambda each, _names: _("、").join(each.unplaced)),
            Column(later("关联事项"), lambda each, _names: _("、").join(each.linked_items)),
            Column(
                later("状态"), lambda each, _names: bool(each.linked_items), kind="state:linked"
            ),
        ),
        filters=(Filter("missing", later("全部行"), [("linked_items", _("未关联的行"))], "blank"),),
        order="source_row",
        empty=later("还没有联合抽查事项清单。"),
        empty_next=later("用 onevisit import joint-list 导入。"),
        search_label=later("事项、领域或检查对象"),
    )
    async with console.reading() as work:
        rows = await work.joint_list.where()
        unlinked = sum(not row.linked_items for row in rows)
        intro = _(
            "共 %(all)s 行，其中 %(unlinked)s 行未关联到已发布事项：保留、显示，但不能列入计划。"
        )
        return await console.show_list(
            work,
            work.joint_list,
            spec,
            intro=intro % {"all": len(rows), "unlinked": unlinked},
        )


@router.get(JOINT_LIST + "/{row}")
async def one_row(row: str, console: InConsole) -> Response:
    """Show a row with its links, and the items in force that it may mean."""
    if not row.isdecimal() or len(row) > _MOST_DIGITS:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="joint_list_row", key=row)
    async with console.reading() as work:
        found = await work.joint_list.get(int(row))
        links = await work.items.where(code=found.linked_items)
        may_link = console.actor.role is Role.OFFICE
        return await console.show(
            work,
            "registers/joint_row.html",
            names=await load_names(work),
            row=found,
            links=[(item, validity_of(item, work.today())) for item in links],
            suggestions=await registers.suggested_items(work, found, _SHOWN) if may_link else [],
            may_link=may_link,
            log=[
                entry
                for entry in await work.audit_entries.where(subject=row)
                if entry.tag.startswith("registers:joint-list:")
            ],
        )
