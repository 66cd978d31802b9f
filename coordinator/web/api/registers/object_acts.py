"""Acts upon the directory of objects: added, changed, removed, one at a time."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from coordinator.domain.registers import (
    InspectionObject,
    RiskClass,
    SupervisionList,
    check_object_id,
)
from coordinator.domain.registers.acts import RegisterKind
from coordinator.services.ports import Role, Work
from coordinator.services.registers import people
from coordinator.services.registers.entries import remove_entry
from coordinator.web.acts import Act, Entry, Keys, channel_of
from coordinator.web.api.registers.object_rows import (
    MOST_ROWS,
    ROWS,
    EventRow,
    GradingRow,
    LastCheckRow,
    kept_rows,
)
from coordinator.web.api.registers.people_acts import require_free
from coordinator.web.api.registers.people_entries import (
    LIST,
    ONE_PER_LINE,
    WHY,
    RemovalEntry,
    select,
)
from coordinator.web.language import later

_PERSONAL = ("responsible_person", "phone")
_UNCHANGED = later("个人信息不在此显示；留空则保持不变。")
_REGION = r"^[1-9][0-9]{5}([0-9]{3}|[0-9]{6})?$"
Kind = Literal["enterprise", "individual", "premises", "product", "project", "behaviour"]
Status = Literal["active", "suspended", "closed", "moved"]
Scale = Literal["", "large", "medium", "small", "micro"]
_INDUSTRY = r"^[A-T]([0-9]{2,4})?$"


class ObjectFields(Entry):
    """What is entered for an object; rows that are not given stay as they are."""

    name: str = Field(title=later("名称"), min_length=1, max_length=300)
    kind: Kind = Field(title=later("种类"), json_schema_extra=select("words:object-kind"))
    owner: str | None = Field(
        default=None,
        title=later("所属主体"),
        description=later("经营场所必填：它属于哪个企业，写企业的编号。"),
        max_length=100,
    )
    place: str | None = Field(
        default=None, title=later("场所"), description=later("留空则为它自己。"), max_length=100
    )
    region: str = Field(
        title=later("区划"), description=later("6、9 或 12 位区划代码。"), pattern=_REGION
    )
    area: str | None = Field(default=None, title=later("监管片区"), max_length=100)
    industry: str = Field(
        title=later("行业"), description=later("国民经济行业代码，如 F5211。"), pattern=_INDUSTRY
    )
    address: str = Field(title=later("地址"), min_length=1, max_length=500)
    scale: Scale = Field(
        default="", title=later("生产经营规模"), json_schema_extra=select("words:scale")
    )
    status: Status = Field(title=later("状态"), json_schema_extra=select("words:object-status"))
    tags: tuple[str, ...] = Field(
        default=(), title=later("监管标签"), description=ONE_PER_LINE, json_schema_extra=LIST
    )
    risk_class: RiskClass | None = Field(
        default=None, title=later("信用风险"), json_schema_extra=select("words:risk-class")
    )
    key_unit: bool = Field(
        default=False, title=later("重点单位"), json_schema_extra=select("words:yes")
    )
    supervision_list: SupervisionList | None = Field(
        default=None, title=later("监管名单"), json_schema_extra=select("words:supervision-list")
    )
    abnormal_list: bool = Field(
        default=False, title=later("经营异常名录"), json_schema_extra=select("words:yes")
    )
    serious_list: bool = Field(
        default=False, title=later("严重违法失信名单"), json_schema_extra=select("words:yes")
    )
    affiliation: str = Field(default="", title=later("隶属关系"), max_length=100)
    licences: tuple[str, ...] = Field(
        default=(), title=later("许可证照"), description=ONE_PER_LINE, json_schema_extra=LIST
    )
    gradings: tuple[GradingRow, ...] | None = Field(
        default=None,
        title=later("分级评定"),
        description=later("内部参考，从不公开。整行清空即删去。"),
        max_length=MOST_ROWS,
        json_schema_extra=ROWS,
    )
    events: tuple[EventRow, ...] | None = Field(
        default=None,
        title=later("事件"),
        description=later("整行清空即删去。"),
        max_length=MOST_ROWS,
        json_schema_extra=ROWS,
    )
    last_checks: tuple[LastCheckRow, ...] | None = Field(
        default=None,
        title=later("各部门最近一次检查"),
        description=later("每个部门一行，留最近的一次。"),
        max_length=MOST_ROWS,
        json_schema_extra=ROWS,
    )
    responsible_person: str = Field(
        default="", title=later("负责人"), description=_UNCHANGED, max_length=100
    )
    phone: str = Field(default="", title=later("联系电话"), description=_UNCHANGED, max_length=50)
    reason: str = Field(default="", title=later("变更说明"), description=WHY, max_length=500)


class NewObject(ObjectFields):
    """A new object with its id."""

    object_id: str = Field(
        title=later("检查对象编号"),
        description=later("如 uscc:统一社会信用代码、regno:注册号、premises:场所编号。"),
        max_length=100,
    )


async def _add(work: Work, keys: Keys, entry: NewObject) -> object:
    object_id = check_object_id(entry.object_id)
    await require_free(work.objects, "object", object_id)
    fields = entry.model_dump(exclude={"reason"})
    rows = await kept_rows(work, fields)
    value = InspectionObject(**{**fields, **rows, "place": entry.place or object_id})
    return await people.save_object(work, value, channel_of(keys), entry.reason)


async def _edit(work: Work, keys: Keys, entry: ObjectFields) -> object:
    known = await work.objects.get(keys["object_id"])
    fields = entry.model_dump(exclude={"reason"})
    kept = {name: getattr(known, name) for name in _PERSONAL if not fields[name]}
    kept |= await kept_rows(work, fields, known) | {"place": entry.place or known.object_id}
    renewed = InspectionObject(**{**known.model_dump(), **fields, **kept})
    return await people.save_object(work, renewed, channel_of(keys), entry.reason)


async def _now(work: Work, keys: Keys) -> Mapping[str, Any]:
    known = await work.objects.get(keys["object_id"])
    return known.model_dump(exclude=set(_PERSONAL), mode="json")


async def _nothing_special(_work: Work, _keys: Keys) -> Mapping[str, Any]:
    return {"key_unit": False, "abnormal_list": False, "serious_list": False, "status": "active"}


async def _remove(work: Work, keys: Keys, entry: RemovalEntry) -> object:
    kind, channel = RegisterKind.OBJECTS, channel_of(keys)
    return await remove_entry(work, kind, keys["object_id"], entry.reason, channel)


_PAGE = "/console/registers/objects/{object_id}"

ACTS: tuple[Act, ...] = (
    Act(
        name="add-object",
        path="/objects",
        label=later("添加检查对象"),
        consequence=later("从下一批次冻结起，它可被抽到。"),
        role=Role.OFFICE,
        entry=NewObject,
        start=_nothing_special,
        run=_add,
        back="/console/registers/objects/{subject}",
        origin="/console/registers/objects",
    ),
    Act(
        name="edit-object",
        path="/objects/{object_id}",
        label=later("修改检查对象资料"),
        consequence=later("旧内容留在变更记录里，不会丢失。"),
        role=Role.OFFICE,
        entry=ObjectFields,
        start=_now,
        run=_edit,
        back=_PAGE,
    ),
    Act(
        name="remove-object",
        path="/objects/{object_id}/remove",
        label=later("移出检查对象名录库"),
        consequence=later(
            "不再抽取；已冻结批次不受影响，变更记录保留。注销的对象改状态即可，不必移出。"
        ),
        role=Role.OFFICE,
        entry=RemovalEntry,
        run=_remove,
        danger=True,
        back="/console/registers/objects",
        origin=_PAGE,
    ),
)
