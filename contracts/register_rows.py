"""Rows of registers as they travel: one model per directory, with the headers of its columns.

`title` of a field is the header that the office's exports use.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from contracts.vocabulary import Wire

Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
"""What a field may hold: databases can't keep a NUL, and a chunk stays small."""


class Directory(StrEnum):
    """The registers whose rows travel as messages, by the words of `onevisit import`."""

    INSPECTORS = "inspectors"
    EXPERTS = "experts"
    RECUSALS = "recusals"
    OBJECTS = "objects"


class RegisterRow(Wire):
    """One entry of a register; `row` is where the sender keeps it, as receipts name it."""

    row: int = Field(ge=1, le=2**31 - 1)


class AbsenceCard(Wire):
    """Days on which an inspector can't be sent, both included."""

    from_date: date
    to_date: date
    reason: Text


class GradingCard(Wire):
    """A grading of an object by a scheme, such as `food-risk` D."""

    scheme: Text
    value: Text
    date: date
    source: Text = ""


class EventCard(Wire):
    """What happened to an object: complaint, accident, penalty, serious-record, hazard."""

    kind: Text
    date: date
    source: Text = ""


class LastCheckCard(Wire):
    """When a department last checked an object."""

    department: Text
    date: date


class InspectorRow(RegisterRow):
    """A certified officer, of the sending department only."""

    inspector_id: Text = Field(title="人员编号")
    department: Text = Field(title="部门")
    name: Text = Field(title="姓名")
    certificate_number: Text = Field(title="执法证号")
    certificate_from: date = Field(title="证件有效期自")
    certificate_to: date = Field(title="证件有效期至")
    competences: tuple[Text, ...] = Field(title="资质")
    organ: Text = Field(default="", title="实施机关")
    section: Text = Field(default="", title="科室")
    sex: Text = Field(default="", title="性别")
    post: Text = Field(default="", title="职务")
    leader: bool = Field(default=False, title="可带队")
    group: Text = Field(default="", title="分组")
    area: Text = Field(default="", title="执法区片")
    staffing: Text = Field(default="", title="编制")
    item_scope: tuple[Text, ...] = Field(default=(), title="检查事项范围")
    status: Text = Field(default="active", title="状态")
    absences: tuple[AbsenceCard, ...] = Field(default=(), title="缺勤")


class ExpertRow(RegisterRow):
    """An adviser who is drawn by field."""

    expert_id: Text = Field(title="专家编号")
    name: Text = Field(title="姓名")
    field: Text = Field(title="专业领域")
    organisation: Text = Field(title="单位")
    qualifications: tuple[Text, ...] = Field(default=(), title="职称资质")


class RecusalRow(RegisterRow):
    """A person of the sending department who must not check an object."""

    person_id: Text = Field(title="人员编号")
    object_id: Text = Field(title="检查对象编号")
    reason: Text = Field(title="回避事由")
    declared_by: Text = Field(title="申报人")


class ObjectRow(RegisterRow):
    """An inspected object without persons: who is responsible never travels in messages."""

    object_id: Text = Field(title="检查对象编号")
    name: Text = Field(title="名称")
    kind: Text = Field(title="类型")
    region: Text = Field(title="行政区划代码")
    industry: Text = Field(title="行业代码")
    address: Text = Field(title="地址")
    status: Text = Field(title="登记状态")
    place: Text | None = Field(default=None, title="场所编号")
    owner: Text | None = Field(default=None, title="所属主体编号")
    area: Text | None = Field(default=None, title="监管片区")
    scale: Text = Field(default="", title="经营规模")
    tags: tuple[Text, ...] = Field(default=(), title="监管标签")
    risk_class: Text | None = Field(default=None, title="信用风险分类")
    key_unit: bool = Field(default=False, title="重点单位")
    latitude: float | None = Field(default=None, title="纬度")
    longitude: float | None = Field(default=None, title="经度")
    affiliation: Text = Field(default="", title="隶属关系")
    licences: tuple[Text, ...] = Field(default=(), title="许可证件")
    gradings: tuple[GradingCard, ...] = Field(default=(), title="分级分类")
    events: tuple[EventCard, ...] = Field(default=(), title="事件")
    last_checks: tuple[LastCheckCard, ...] = Field(default=(), title="最近检查")
    abnormal_list: bool = Field(default=False, title="经营异常名录")
    serious_list: bool = Field(default=False, title="严重违法失信名单")
    supervision_list: Text | None = Field(default=None, title="监管名单")


_ROW: Final[Mapping[Directory, type[RegisterRow]]] = {
    Directory.INSPECTORS: InspectorRow,
    Directory.EXPERTS: ExpertRow,
    Directory.RECUSALS: RecusalRow,
    Directory.OBJECTS: ObjectRow,
}


def row_of(directory: Directory) -> type[RegisterRow]:
    """Give the model of a directory's rows."""
    return _ROW[directory]


def columns_of(directory: Directory) -> Mapping[str, str]:
    """Give the fields of a directory's rows, each with the header of its column."""
    fields = _ROW[directory].model_fields
    return {name: field.title or name for name, field in fields.items() if name != "row"}
