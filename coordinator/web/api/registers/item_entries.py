"""What is entered for items, their checkpoints, versions of the list, and duty lists."""

from datetime import date

from pydantic import Field, JsonValue

from contracts.vocabulary import CheckpointKind
from coordinator.domain.registers import CheckItem, Checkpoint, ItemClass
from coordinator.domain.registers.organisation import Level
from coordinator.web.acts import AREA, Entry
from coordinator.web.item_words import CHECKPOINT_FIELDS, ITEM_FIELDS
from coordinator.web.language import later

LIST: dict[str, JsonValue] = {"widget": "list", "free_text": True}
_ONE_PER_LINE = later("每行一个。")
_LONG, _SHORT = 2000, 200


def _words(name: str) -> str:
    return ITEM_FIELDS[name]


class CheckpointEntry(Entry):
    """One question of an item."""

    code: str = Field(title=later("要点编码"), min_length=1, max_length=63)
    text: str = Field(title=CHECKPOINT_FIELDS["text"], min_length=1, max_length=_LONG)
    kind: CheckpointKind = Field(default=CheckpointKind.YES_NO, title=CHECKPOINT_FIELDS["kind"])
    shared_code: str | None = Field(
        default=None, title=CHECKPOINT_FIELDS["shared_code"], max_length=63
    )
    choices: tuple[str, ...] = Field(
        default=(), title=CHECKPOINT_FIELDS["choices"], json_schema_extra=LIST
    )
    wording_yes: str = Field(default="", title=CHECKPOINT_FIELDS["wording_yes"], max_length=_SHORT)
    wording_no: str = Field(default="", title=CHECKPOINT_FIELDS["wording_no"], max_length=_SHORT)
    law_article: str = Field(default="", title=CHECKPOINT_FIELDS["law_article"], max_length=_SHORT)
    law_text: str = Field(
        default="",
        title=CHECKPOINT_FIELDS["law_text"],
        max_length=_LONG,
        json_schema_extra=AREA,
    )
    law_text_date: date | None = Field(default=None, title=CHECKPOINT_FIELDS["law_text_date"])
    guidance: str = Field(
        default="", title=CHECKPOINT_FIELDS["guidance"], max_length=_LONG, json_schema_extra=AREA
    )


class ItemEntry(Entry):
    """The content of an item as a department wants it, with the reason for the proposal."""

    name: str = Field(title=_words("name"), min_length=1, max_length=_SHORT)
    category: str = Field(title=_words("category"), min_length=1, max_length=_SHORT)
    object_type: str = Field(title=_words("object_type"), min_length=1, max_length=_SHORT)
    risk_grades: tuple[str, ...] = Field(
        default=(),
        title=_words("risk_grades"),
        description=later("每行一个；留空表示不限。"),
        json_schema_extra=LIST,
    )
    item_class: ItemClass = Field(
        title=_words("item_class"),
        description=later("一般事项的抽查比例有上限，重点事项没有。"),
        json_schema_extra={"widget": "select", "choices": "words:item-class"},
    )
    legal_bases: tuple[str, ...] = Field(
        title=_words("legal_bases"),
        description=later("每行一部，写到条款。没有依据的事项不得检查。"),
        min_length=1,
        json_schema_extra=LIST,
    )
    power_list_entry: str = Field(default="", title=_words("power_list_entry"), max_length=_SHORT)
    responsibility_list_entry: str = Field(
        default="", title=_words("responsibility_list_entry"), max_length=_SHORT
    )
    subject_organs: tuple[str, ...] = Field(
        default=(),
        title=_words("subject_organs"),
        description=later(
            "按清单的写法，每行一个，如“县级市场监管部门”。检查层级、检查主体、指定机关至少填一项。"
        ),
        json_schema_extra={**LIST, "needed": True},
    )
    levels: tuple[Level, ...] = Field(
        default=(),
        title=_words("levels"),
        json_schema_extra={"widget": "checks", "choices": "words:level"},
    )
    named_organs: tuple[str, ...] = Field(
        default=(),
        title=_words("named_organs"),
        description=later("只限某几个机关检查时填写，每行一个。"),
        json_schema_extra=LIST,
    )
    delegated: bool = Field(
        default=False,
        title=_words("delegated"),
        description=later("由受委托的组织实施检查。"),
        json_schema_extra={"widget": "check"},
    )
    methods: tuple[str, ...] = Field(
        title=_words("methods"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "methods"},
    )
    competences: tuple[str, ...] = Field(
        default=(),
        title=_words("competences"),
        description=later("检查人员须具备的资质代码，每行一个。"),
        json_schema_extra=LIST,
    )
    expert_field: str | None = Field(
        default=None,
        title=_words("expert_field"),
        description=later("需要专家协助时填写。"),
        max_length=63,
    )
    estimated_minutes: int = Field(
        title=_words("estimated_minutes"), ge=1, json_schema_extra={"widget": "number"}
    )
    valid_from: date = Field(title=_words("valid_from"), description=later("不早于清单生效日期。"))
    valid_to: date | None = Field(
        default=None, title=_words("valid_to"), description=later("留空表示长期有效。")
    )
    documents: tuple[str, ...] = Field(
        default=(),
        title=_words("documents"),
        description=later("每行一种，如“营业执照”。几个部门要的同一种资料只索取一次。"),
        json_schema_extra=LIST,
    )
    section: str = Field(default="", title=_words("section"), max_length=_SHORT)
    checkpoints: tuple[CheckpointEntry, ...] = Field(
        default=(), title=CHECKPOINT_FIELDS["checkpoint"]
    )
    reason: str = Field(
        title=later("提出理由"),
        description=later("写给合并清单的人，如“法律修订，新增条款”。"),
        min_length=1,
        max_length=_LONG,
        json_schema_extra=AREA,
    )

    def item(self, code: str, department: str, source: str) -> CheckItem:
        """Give the item that was entered."""
        content = self.model_dump(exclude={"code", "reason", "checkpoints"})
        points = tuple(Checkpoint(**each.model_dump()) for each in self.checkpoints)
        return CheckItem(
            code=code, department=department, source=source, checkpoints=points, **content
        )


class NewItemEntry(ItemEntry):
    """A new item with its code."""

    code: str = Field(
        title=_words("code"),
        description=later("字母、数字、冒号、横线和下划线，抽签记录中使用。"),
        min_length=1,
        max_length=63,
    )


class EndEntry(Entry):
    """Why an item should leave the list."""

    section: str = Field(default="", title=_words("section"), max_length=_SHORT)
    reason: str = Field(
        title=later("取消理由"), min_length=1, max_length=_LONG, json_schema_extra=AREA
    )


class WhyEntry(Entry):
    """A reason that the others will read."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=_LONG, json_schema_extra=AREA)


class MergeEntry(Entry):
    """The proposals that go into the next version."""

    proposals: tuple[str, ...] = Field(
        title=later("部门提议"),
        min_length=1,
        json_schema_extra={"widget": "checks", "choices": "proposals"},
    )


class PublishEntry(Entry):
    """Number and first day of a version."""

    file_number: str = Field(
        title=later("文号"),
        description=later("发布这一版清单的文件编号。"),
        min_length=1,
        max_length=100,
    )
    effective_date: date = Field(
        title=later("生效日期"),
        description=later("新增事项自这一天起、取消事项到前一天止有效，变更内容在这一天替换。"),
    )


class DutyEntry(Entry):
    """The duties of a post."""

    post: str = Field(title=later("岗位"), min_length=1, max_length=_SHORT)
    duties: tuple[str, ...] = Field(
        title=later("职责"), description=_ONE_PER_LINE, min_length=1, json_schema_extra=LIST
    )
    exemptions: tuple[str, ...] = Field(
        default=(),
        title=later("免责情形"),
        description=later("照单履职后不予追责的情形，每行一个。"),
        json_schema_extra=LIST,
    )
    basis: str = Field(title=later("依据"), min_length=1, max_length=_LONG, json_schema_extra=AREA)


class DutyDateEntry(Entry):
    """The first day of a duty list."""

    effective_date: date = Field(title=later("生效日期"))
