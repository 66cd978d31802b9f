"""How the fields of the registers are called, and how their values read."""

from collections.abc import Mapping
from typing import Any

from coordinator.domain.registers.acts import RegisterKind
from coordinator.domain.registers.completeness import MANDATORY
from coordinator.web.language import _, later
from coordinator.web.lists import Filter
from coordinator.web.names import Names
from coordinator.web.pages import bare_code
from coordinator.web.words import period, state

_OBJECTS = {
    "object_id": later("检查对象编号"),
    "name": later("名称"),
    "place": later("场所"),
    "owner": later("所属主体"),
    "kind": later("种类"),
    "region": later("区划"),
    "area": later("监管片区"),
    "industry": later("行业"),
    "address": later("地址"),
    "scale": later("生产经营规模"),
    "status": later("状态"),
    "tags": later("监管标签"),
    "risk_class": later("信用风险"),
    "key_unit": later("重点单位"),
    "latitude": later("纬度"),
    "longitude": later("经度"),
    "responsible_person": later("负责人"),
    "phone": later("联系电话"),
    "affiliation": later("隶属关系"),
    "licences": later("许可证照"),
    "gradings": later("分级评定"),
    "events": later("事件"),
    "last_checks": later("最近一次检查"),
    "abnormal_list": later("经营异常名录"),
    "serious_list": later("严重违法失信名单"),
    "supervision_list": later("监管名单"),
}
_INSPECTORS = {
    "inspector_id": later("人员编号"),
    "department": later("部门"),
    "organ": later("实施机关"),
    "section": later("单位科室"),
    "name": later("姓名"),
    "sex": later("性别"),
    "certificate_number": later("执法证号"),
    "certificate_from": later("证件有效期自"),
    "certificate_to": later("证件有效期至"),
    "post": later("职务"),
    "leader": later("可带队"),
    "group": later("分组"),
    "area": later("执法区片"),
    "competences": later("资质"),
    "status": later("状态"),
    "absences": later("缺勤"),
    "staffing": later("编制"),
    "item_scope": later("可查事项"),
}
_EXPERTS = {
    "expert_id": later("专家编号"),
    "name": later("姓名"),
    "field": later("领域"),
    "organisation": later("单位"),
    "qualifications": later("资格"),
}
_RECUSALS = {
    "person_id": later("人员编号"),
    "object_id": later("检查对象编号"),
    "reason": later("回避事由"),
    "declared_by": later("申报人"),
}
_CALENDAR = {
    "date": later("日期"),
    "day": later("日期"),
    "kind": later("上班或休息"),
    "working": later("上班"),
    "name": later("节日"),
}
_REGIONS = {
    "code": later("代码"),
    "name": later("名称"),
    "level": later("层级"),
    "parent": later("上级代码"),
    "valid_from": later("启用日期"),
    "valid_to": later("停用日期"),
    "successor": later("接替的代码"),
}
_LISTS = {
    "code": later("代码"),
    "name": later("名称"),
    "name_en": later("英文名称"),
    "level": later("级别"),
    "parent": later("上级"),
    "valid_from": later("有效期自"),
    "valid_to": later("有效期至"),
    "successor": later("接续代码"),
    "day": later("日期"),
    "working": later("上班"),
    "number": later("序号"),
    "domain": later("抽查领域"),
    "item_text": later("抽查事项"),
    "object_type": later("检查对象"),
    "lead_departments": later("发起部门"),
    "participants": later("配合部门"),
    "open_to_all": later("市场监管领域相关部门"),
    "unplaced": later("对照表外的部门"),
    "linked_items": later("关联事项"),
    "source_row": later("文件行号"),
}
LABELS: Mapping[RegisterKind, Mapping[str, str]] = {
    RegisterKind.OBJECTS: _OBJECTS,
    RegisterKind.INSPECTORS: _INSPECTORS,
    RegisterKind.EXPERTS: _EXPERTS,
    RegisterKind.RECUSALS: _RECUSALS,
    RegisterKind.CALENDAR: _CALENDAR,
    RegisterKind.REGIONS: _REGIONS,
}
PERSONAL = frozenset({"responsible_person", "phone"})
"""Fields of objects that stay masked but for an audited look."""

_WORDS = {
    (RegisterKind.OBJECTS, "kind"): "object-kind",
    (RegisterKind.OBJECTS, "status"): "object-status",
    (RegisterKind.OBJECTS, "scale"): "scale",
    (RegisterKind.OBJECTS, "supervision_list"): "supervision-list",
    (RegisterKind.INSPECTORS, "status"): "inspector-status",
    (RegisterKind.INSPECTORS, "sex"): "sex",
    (RegisterKind.RECUSALS, "declared_by"): "declared-by",
}
_CODES = ("object_id", "place", "owner")


def field_label(kind: RegisterKind, field: str) -> str:
    """Name a field of a register; one that has no name shows its code."""
    return _(LABELS.get(kind, _LISTS).get(field, field))


def blank_filter(kind: RegisterKind) -> Filter:
    """Give the filter that selects the entries of a register in which a field is blank."""
    options = [
        (each, _("缺%(field)s") % {"field": field_label(kind, each)}) for each in MANDATORY[kind]
    ]
    return Filter("blank", later("资料齐全与否"), options, "blank")


def field_words(kind: RegisterKind, field: str, value: Any, names: Names) -> str:
    """Word a field's value as a person reads it; nothing in it is a dash."""
    if value in (None, "", [], ()):
        return "—"
    if kind is RegisterKind.OBJECTS and field in PERSONAL:
        return _("（个人信息，不显示）")
    if (kind, field) in _WORDS:
        return state(_WORDS[kind, field], value).word
    if field in ("department", "organ"):
        return names.department(str(value))
    return bare_code(str(value)) if field in _CODES else _plain(value, names)


def _plain(value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return state("yes", value).word
    if isinstance(value, Mapping):
        return _record(value, names)
    if isinstance(value, list | tuple):
        return _("、").join(_plain(each, names) for each in value)
    return str(value)


def _record(value: Mapping[str, Any], names: Names) -> str:
    """Word a grading, an event, a check or an absence."""
    if "from_date" in value:
        days = period(value["from_date"], value["to_date"])
        return _("%(days)s（%(reason)s）") % {"days": days, "reason": value["reason"]}
    if "scheme" in value:
        return f"{value['scheme']} {value['value']} {value['date']}"
    if "kind" in value:
        return f"{state('event-kind', value['kind']).word} {value['date']}"
    if "department" in value:
        return f"{names.department(str(value['department']))} {value['date']}"
    return " ".join(str(each) for each in value.values())
