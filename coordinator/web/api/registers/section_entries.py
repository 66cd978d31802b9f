"""What the office enters about a section: its name, duties, and whom it supervises."""

from typing import Any

from pydantic import Field

from coordinator.web.acts import Entry
from coordinator.web.api.registers.people_entries import LIST, ONE_PER_LINE
from coordinator.web.language import later

SUPERVISED = {"tags", "kinds", "industries", "regions"}
_CODE = r"^[A-Za-z0-9][A-Za-z0-9:_-]{0,62}$"


class SectionFields(Entry):
    """A section's name, duties, and the tags, kinds, industries and regions it supervises."""

    name: str = Field(title=later("科室名称"), min_length=1, max_length=100)
    duties: tuple[str, ...] = Field(
        default=(), title=later("职责"), description=ONE_PER_LINE, json_schema_extra=LIST
    )
    tags: tuple[str, ...] = Field(
        default=(),
        title=later("监管对象的标签"),
        description=later("每行一个，有其中之一即是。全部不填，计划按该科室的任务推算。"),
        json_schema_extra=LIST,
    )
    kinds: tuple[str, ...] = Field(
        default=(),
        title=later("监管对象的类型"),
        description=ONE_PER_LINE,
        json_schema_extra=LIST,
    )
    industries: tuple[str, ...] = Field(
        default=(),
        title=later("监管的行业"),
        description=later("每行一个行业代码的开头，如 H62。"),
        json_schema_extra=LIST,
    )
    regions: tuple[str, ...] = Field(
        default=(),
        title=later("监管的区域"),
        description=later("每行一个行政区划代码的开头，如 640221。"),
        json_schema_extra=LIST,
    )

    def named(self) -> dict[str, Any]:
        """Give the fields that are the section's own."""
        return self.model_dump(exclude=SUPERVISED)

    def supervised(self) -> dict[str, Any]:
        """Give the conditions that say whom it supervises."""
        return self.model_dump(include=SUPERVISED)


class NewSection(SectionFields):
    """A new section with its code."""

    code: str = Field(title=later("科室代码"), description=later("登记后不再改变。"), pattern=_CODE)
