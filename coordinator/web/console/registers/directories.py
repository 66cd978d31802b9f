"""Registers: objects, inspectors, experts, items, the joint list and what imports reported."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response

from coordinator.domain.errors import Rule
from coordinator.domain.registers import (
    CheckItem,
    Expert,
    InspectionObject,
    Inspector,
    JointListRow,
)
from coordinator.web.console.frame import InConsole
from coordinator.web.errors import sentence
from coordinator.web.language import _, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import load_names
from coordinator.web.pages import bare_code
from coordinator.web.reach import own_matters
from coordinator.web.rule_texts import RULE_TEXTS
from coordinator.web.words import states_of

if TYPE_CHECKING:
    from coordinator.services.ports import ImportReport

router = APIRouter()


@router.get("/console/registers")
async def registers(console: InConsole) -> Response:
    """Show the registers and how much each holds."""
    async with console.reading() as work:
        counts = (
            (_("检查对象名录库"), "objects", await work.objects.count()),
            (
                _("执法检查人员名录库"),
                "inspectors",
                await work.inspectors.count(**own_matters(console.actor)),
            ),
            (_("专家库"), "experts", await work.experts.count()),
            (_("抽查事项清单"), "items", await work.items.count()),
            (_("部门联合抽查事项清单"), "joint-list", await work.joint_list.count()),
            (_("导入报告"), "imports", await work.imports.count()),
        )
        return await console.show(work, "registers/registers.html", counts=counts)


@router.get("/console/registers/objects")
async def objects(console: InConsole) -> Response:
    """List the inspection objects; persons and phones stay in notices."""
    spec: ListSpec[InspectionObject] = ListSpec(
        title=later("检查对象名录库"),
        columns=(
            Column(
                later("检查对象"),
                "name",
                "strong",
                note=lambda each, _names: bare_code(each.object_id),
                order="name",
            ),
            Column(later("地址"), "address"),
            Column(later("区划"), "region", "code"),
            Column(later("行业"), "industry", "code"),
            Column(later("监管标签"), lambda each, _names: _("、").join(each.tags)),
            Column(
                later("信用风险"), lambda each, _names: each.risk_class or "—", order="risk_class"
            ),
            Column(later("场所"), lambda each, _names: bare_code(each.place), kind="code"),
        ),
        filters=(
            Filter("risk_class", later("全部信用风险"), [(each, each) for each in "ABCD"]),
            Filter("key_unit", later("重点与一般单位"), [("true", _("重点单位"))]),
        ),
        empty=later("还没有检查对象。"),
        empty_next=later("用 onevisit import objects 导入名录。"),
        search_label=later("名称、代码或地址"),
    )
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.objects,
            spec,
            intro=_("信用风险分类只供内部参考，从不公开。联系人和电话只出现在通知书上。"),
        )


@router.get("/console/registers/inspectors")
async def inspectors(console: InConsole) -> Response:
    """List the inspectors; a department sees its own."""
    async with console.reading() as work:
        names = await load_names(work)
        spec: ListSpec[Inspector] = ListSpec(
            title=later("执法检查人员名录库"),
            columns=(
                Column(
                    later("姓名"),
                    "name",
                    "strong",
                    note=lambda each, _names: each.post,
                    order="name",
                ),
                Column(
                    later("部门"),
                    lambda each, _names: (each.department,),
                    kind="departments",
                    order="department",
                ),
                Column(later("单位科室"), "section"),
                Column(later("执法证号"), "certificate_number", "code"),
                Column(later("证件有效至"), "certificate_to", "date", order="certificate_to"),
                Column(later("资质"), lambda each, _names: _("、").join(each.competences)),
                Column(later("可带队"), lambda each, _names: _("是") if each.leader else _("否")),
            ),
            filters=(Filter("department", later("全部部门"), names.department_options()),),
            fixed=own_matters(console.actor),
            empty=later("还没有执法检查人员。"),
            empty_next=later("用 onevisit import inspectors 导入名录。"),
            search_label=later("姓名、证号或资质"),
        )
        return await console.show_list(work, work.inspectors, spec, names=names)


@router.get("/console/registers/experts")
async def experts(console: InConsole) -> Response:
    """List the experts."""
    spec: ListSpec[Expert] = ListSpec(
        title=later("专家库"),
        columns=(
            Column(later("姓名"), "name", "strong"),
            Column(later("领域"), "field", order="field"),
            Column(later("单位"), "organisation"),
            Column(later("资格"), lambda each, _names: _("、").join(each.qualifications)),
        ),
        empty=later("还没有专家。"),
        search_label=later("姓名、领域或单位"),
    )
    async with console.reading() as work:
        return await console.show_list(
            work,
            work.experts,
            spec,
            intro=_("专家随机抽取，只协助检查，不计入执法人数，也不作决定。"),
        )


@router.get("/console/registers/items")
async def items(console: InConsole) -> Response:
    """List the published items."""
    async with console.reading() as work:
        names = await load_names(work)
        return await console.show_list(
            work, work.items, item_spec(names.department_options()), names=names
        )


def item_spec(departments: list[tuple[str, str]]) -> ListSpec[CheckItem]:
    """Give the list of items, as console and public site show it."""
    return ListSpec(
        title=later("抽查事项清单"),
        columns=(
            Column(
                later("抽查事项"),
                "name",
                "strong",
                note=lambda each, _names: f"{each.code} · {each.category}",
                order="name",
            ),
            Column(
                later("部门"),
                lambda each, _names: (each.department,),
                kind="departments",
                order="department",
            ),
            Column(later("检查对象"), "object_type"),
            Column(later("类别"), "item_class", "state:item-class"),
            Column(later("方式"), lambda each, _names: _("、").join(each.methods)),
            Column(
                later("检查依据"), lambda each, _names: _("；").join(each.legal_bases), kind="long"
            ),
        ),
        filters=(
            Filter("department", later("全部部门"), departments),
            Filter("item_class", later("全部类别"), states_of("item-class")),
        ),
        empty=later("没有事项。"),
        empty_next=later("用 onevisit import item-list 导入已发布的清单。"),
        search_label=later("事项名称或代码"),
    )


@router.get("/console/registers/joint-list")
async def joint_list(console: InConsole) -> Response:
    """List the rows of the joint list with what each is linked to."""
    spec: ListSpec[JointListRow] = ListSpec(
        title=later("部门联合抽查事项清单"),
        columns=(
            Column(later("序号"), "number", "number", order="number"),
            Column(later("事项"), "item_text", "strong", note=lambda each, _names: each.domain),
            Column(later("检查对象"), "object_type"),
            Column(later("发起部门"), "lead_departments", "departments"),
            Column(later("对照表外的部门"), lambda each, _names: _("、").join(each.unplaced)),
            Column(
                later("关联事项"), lambda each, _names: _("、").join(each.linked_items), kind="code"
            ),
            Column(
                later("状态"), lambda each, _names: bool(each.linked_items), kind="state:linked"
            ),
        ),
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


@router.get("/console/registers/imports")
async def imports(console: InConsole) -> Response:
    """List the import reports."""
    spec: ListSpec[ImportReport] = ListSpec(
        title=later("导入报告"),
        columns=(
            Column(
                later("文件"),
                "source",
                "link",
                href=lambda each: f"/console/registers/imports/{each.import_id}",
            ),
            Column(later("种类"), "kind", order="kind"),
            Column(later("时间"), "imported_at", "time", order="imported_at"),
            Column(later("经手人"), lambda each, names: names.person(each.imported_by)),
            Column(later("行数"), "number_of_rows", "number"),
            Column(later("接收"), "number_accepted", "number"),
            Column(later("问题"), lambda each, _names: len(each.problems), kind="number"),
        ),
        order="imported_at",
        descending=True,
        empty=later("还没有导入过文件。"),
        search_label=later("文件或种类"),
    )
    async with console.reading() as work:
        return await console.show_list(work, work.imports, spec)


@router.get("/console/registers/imports/{import_id}")
async def one_import(import_id: str, console: InConsole) -> Response:
    """Show what an import could not place, row by row."""
    async with console.reading() as work:
        report = await work.imports.get(import_id)
        return await console.show(
            work,
            "registers/import.html",
            report=report,
            problems=[_problem_words(each) for each in report.problems],
        )


_KNOWN = {rule.value for rule in RULE_TEXTS}


def _problem_words(problem: Mapping[str, object]) -> tuple[str, str]:
    """Give the row and the sentence of one problem of an import."""
    code = str(problem.get("rule", ""))
    words = sentence(Rule(code), problem) if code in _KNOWN else str(dict(problem))
    return str(problem.get("row", "")), words
