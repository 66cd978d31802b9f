"""Items and versions of the list as console and public site both show them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.item_list import (
    ChangeKind,
    FieldChange,
    ItemChange,
    ItemListVersion,
)
from coordinator.services import registers
from coordinator.services.ports import Work
from coordinator.web.item_words import CHECKPOINT_FIELDS, ITEM_FIELDS
from coordinator.web.language import _, choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.names import Names, load_names
from coordinator.web.words import period, state, states_of

_WORDED = {
    "item_class": "item-class",
    "kind": "checkpoint-kind",
    "levels": "level",
    "delegated": "yes",
}


@dataclass(frozen=True)
class FieldWords:
    """One changed field in words; `before` or `after` is empty where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeWords:
    """What a version does to an item, in words."""

    change: ItemChange
    fields: Sequence[FieldWords]


@dataclass(frozen=True)
class ItemVersionWords:
    """One version of the list that touched an item."""

    version: ItemListVersion
    change: ChangeWords


def validity_of(item: CheckItem, today: date) -> str:
    """Tell whether an item is in force, still to come, or ended."""
    if item.is_valid_on(today):
        return "in-force"
    return "upcoming" if today < item.valid_from else "ended"


def validity_words(item: CheckItem) -> str:
    """Word the days on which an item is valid."""
    if item.valid_to is None:
        return _("%(day)s 起长期有效") % {"day": item.valid_from}
    return period(item.valid_from, item.valid_to)


def methods_words(methods: Iterable[str], names: Names) -> str:
    """Name methods in the language of the request; a wording that the table lacks stays."""
    known = {method.name: method for method in names.policy.methods}
    return _("、").join(
        choose(known[each].name, known[each].name_en) if each in known else each for each in methods
    )


def change_words(change: ItemChange, names: Names) -> ChangeWords:
    """Word one change with its fields."""
    return ChangeWords(change, [_field_words(each, names) for each in change.fields])


def _field_words(change: FieldChange, names: Names) -> FieldWords:
    labels = CHECKPOINT_FIELDS if change.checkpoint else ITEM_FIELDS
    label = _(labels[change.field])
    if change.checkpoint:
        label = f"{change.checkpoint} · {label}"
    return FieldWords(
        label,
        value_words(change.field, change.before, names),
        value_words(change.field, change.after, names),
    )


def value_words(field: str, value: Any, names: Names) -> str:
    """Word the plain value of a field of an item or checkpoint."""
    if value is None:
        return ""
    if field == "methods":
        return methods_words(value, names)
    if isinstance(value, list | tuple):
        between = "\n" if field == "legal_bases" else _("、")
        return between.join(value_words(field, each, names) for each in value)
    if field == "department":
        return names.department(str(value))
    return state(_WORDED[field], value).word if field in _WORDED else str(value)


async def versions_of(work: Work, code: str, names: Names) -> list[ItemVersionWords]:
    """Give the published versions that added, changed or withdrew an item, the latest first."""
    return [
        ItemVersionWords(version, change_words(change, names))
        for version in reversed(await registers.published_lists(work))
        for change in version.changes
        if change.code == code
    ]


def _item_columns(today: date, page: str) -> tuple[Column[CheckItem], ...]:
    return (
        Column(
            later("抽查事项"),
            "name",
            "strong",
            href=lambda each: f"{page}/{each.code}",
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
        Column(later("方式"), lambda each, names: methods_words(each.methods, names)),
        Column(later("检查依据"), lambda each, _names: _("；").join(each.legal_bases), kind="long"),
        Column(
            later("状态"),
            lambda each, _names: validity_of(each, today),
            kind="state:item-validity",
            note=lambda each, _names: validity_words(each),
        ),
    )


def item_spec(
    items: Sequence[CheckItem], names: Names, today: date, *, page: str
) -> ListSpec[CheckItem]:
    """Give the list of items; the filters offer the categories and objects that `items` have."""
    return ListSpec(
        title=later("抽查事项清单"),
        columns=_item_columns(today, page),
        filters=(
            Filter("department", later("全部部门"), names.department_options()),
            Filter("item_class", later("全部类别"), states_of("item-class")),
            Filter("category", later("全部抽查类别"), _distinct(items, "category")),
            Filter("object_type", later("全部检查对象"), _distinct(items, "object_type")),
        ),
        empty=later("没有事项。"),
        empty_next=later("清单由各部门提出，办公室合并发布；已发布的清单可用文件导入。"),
        search_label=later("事项名称、编码或类别"),
    )


def version_spec(page: str, **fixed: Any) -> ListSpec[ItemListVersion]:
    """Give the list of versions; `page` leads to one by number or, unpublished, by id."""
    return ListSpec(
        title=later("清单版本"),
        columns=(
            Column(
                later("版本"),
                version_title,
                "link",
                href=lambda each: f"{page}/{each.number or each.list_id}",
                note=lambda each, _names: each.file_number or each.source,
            ),
            Column(later("生效日期"), "effective_date", "date", order="effective_date"),
            Column(later("发布时间"), "published_at", "time", order="published_at"),
            Column(later("来源"), lambda each, _names: state("list-origin", each.origin).word),
            Column(later("事项数"), "number_of_items", "number"),
            Column(later("新增"), _counted(ChangeKind.ADDED), "number"),
            Column(later("变更"), _counted(ChangeKind.CHANGED), "number"),
            Column(later("取消"), _counted(ChangeKind.WITHDRAWN), "number"),
            Column(later("状态"), "state", "state:item-list"),
        ),
        fixed=fixed,
        order="number",
        descending=True,
        searchable=False,
        empty=later("还没有发布过清单。"),
        empty_next=later("部门提出事项，办公室合并后由另一人发布。"),
    )


def _counted(kind: ChangeKind) -> Callable[[ItemListVersion, Names], int]:
    return lambda version, _names: version.count(kind)


def version_title(version: ItemListVersion, _names: Names | None = None) -> str:
    """Name a version by its number; a draft has none yet."""
    return _("第 %(value)s 版") % {"value": version.number} if version.number else _("草稿")


async def load_items(work: Work) -> tuple[Sequence[CheckItem], Names]:
    """Read all items of the register and the names that pages need."""
    return await work.items.where(), await load_names(work)


def _distinct(items: Iterable[CheckItem], field: str) -> list[tuple[str, str]]:
    return [(each, each) for each in sorted({getattr(item, field) for item in items})]
