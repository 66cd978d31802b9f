"""What is entered for people of the registers: inspectors, absences, experts, recusals."""

from datetime import date
from typing import Literal

from pydantic import Field, JsonValue

from coordinator.web.acts import AREA, Entry
from coordinator.web.language import later

LIST: dict[str, JsonValue] = {"widget": "list"}
WHY = later("为什么改，写给以后查看变更记录的人。")
ONE_PER_LINE = later("每行一个。")
_ID = r"^[!-~]+$"

# The words of deploy/policies/import_columns.toml: a form takes what a file may say.
Sex = Literal["", "female", "male"]
InspectorStatus = Literal["active", "away", "left"]
DeclaredBy = Literal["person", "object", "office"]


def select(choices: str) -> dict[str, JsonValue]:
    """Declare a select whose choices are read when the form is shown."""
    return {"widget": "select", "choices": choices}


class InspectorFields(Entry):
    """What is entered for an inspector; absences have acts of their own."""

    name: str = Field(title=later("姓名"), min_length=1, max_length=100)
    department: str = Field(title=later("所属部门"), json_schema_extra=select("departments"))
    section: str = Field(default="", title=later("单位科室"), max_length=100)
    sex: Sex = Field(default="", title=later("性别"), json_schema_extra=select("words:sex"))
    certificate_number: str = Field(title=later("执法证号"), min_length=1, max_length=100)
    certificate_from: date = Field(title=later("证件有效期自"))
    certificate_to: date = Field(
        title=later("证件有效期至"), description=later("过期的人员不会被抽到。")
    )
    post: str = Field(default="", title=later("职务"), max_length=100)
    leader: bool = Field(
        default=False, title=later("可带队"), json_schema_extra=select("words:yes")
    )
    group: str = Field(default="", title=later("分组"), max_length=100)
    area: str = Field(default="", title=later("执法区片"), max_length=100)
    staffing: str = Field(default="", title=later("编制"), max_length=100)
    competences: tuple[str, ...] = Field(
        default=(), title=later("资质"), description=ONE_PER_LINE, json_schema_extra=LIST
    )
    status: InspectorStatus = Field(
        default="active", title=later("状态"), json_schema_extra=select("words:inspector-status")
    )
    reason: str = Field(default="", title=later("变更说明"), description=WHY, max_length=500)


class NewInspector(InspectorFields):
    """A new inspector with the id that draw records will show."""

    inspector_id: str = Field(
        title=later("人员编号"),
        description=later("不含姓名的编号，抽签记录中只出现它。"),
        pattern=_ID,
        max_length=50,
    )


class AbsenceEntry(Entry):
    """Days on which an inspector can't be sent, both included."""

    from_date: date = Field(title=later("首日"))
    to_date: date = Field(title=later("末日"))
    reason: str = Field(title=later("理由"), min_length=1, max_length=500)


class AbsenceWithdrawal(Entry):
    """Which absence is taken back, by its first day, and why."""

    from_date: date = Field(title=later("缺勤首日"))
    reason: str = Field(title=later("撤回理由"), min_length=1, max_length=500)


class ExpertFields(Entry):
    """What is entered for an expert."""

    name: str = Field(title=later("姓名"), min_length=1, max_length=100)
    field: str = Field(title=later("领域"), min_length=1, max_length=100)
    organisation: str = Field(title=later("单位"), min_length=1, max_length=200)
    qualifications: tuple[str, ...] = Field(
        default=(), title=later("资格"), description=ONE_PER_LINE, json_schema_extra=LIST
    )
    reason: str = Field(default="", title=later("变更说明"), description=WHY, max_length=500)


class NewExpert(ExpertFields):
    """A new expert with an id."""

    expert_id: str = Field(title=later("专家编号"), pattern=_ID, max_length=50)


class RemovalEntry(Entry):
    """Why an entry leaves the register."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=500)


class RecusalEntry(Entry):
    """Who must not inspect which object, who says so, and why."""

    person_id: str = Field(
        title=later("人员编号"), description=later("执法检查人员或专家的编号。"), min_length=1
    )
    object_id: str = Field(
        title=later("检查对象编号"),
        description=later("连同它名下的其他场所一并回避，如 uscc:统一社会信用代码。"),
        min_length=1,
    )
    declared_by: DeclaredBy = Field(
        title=later("申报人"), json_schema_extra=select("words:declared-by")
    )
    reason: str = Field(
        title=later("回避事由"), min_length=1, max_length=500, json_schema_extra=AREA
    )


class RecusalWithdrawal(Entry):
    """Which recusal is taken back, and why."""

    person_id: str = Field(title=later("人员编号"), min_length=1)
    object_id: str = Field(title=later("检查对象编号"), min_length=1)
    reason: str = Field(title=later("撤回理由"), min_length=1, max_length=500)
