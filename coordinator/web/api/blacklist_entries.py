"""The forms of the acts upon listings: what a person enters at each step."""

from datetime import date

from pydantic import Field, JsonValue

from contracts.vocabulary import DelistingReason
from coordinator.web.acts import AREA, Entry
from coordinator.web.language import later

_LISTS: dict[str, JsonValue] = {"widget": "select", "choices": "lists"}
_WAYS: dict[str, JsonValue] = {"widget": "select", "choices": "delivery_ways"}
_YES_NO: dict[str, JsonValue] = {"widget": "select", "choices": "words:hearing"}


class ProposeEntry(Entry):
    """The list a party is proposed for."""

    list_code: str = Field(title=later("名单"), json_schema_extra=_LISTS)


class CourtEntry(Entry):
    """A court's document that finds what a list's rule demands."""

    subject: str = Field(
        title=later("主体代码"),
        description=later("如 uscc:统一社会信用代码。"),
        min_length=1,
        max_length=60,
    )
    subject_name: str = Field(title=later("主体名称"), min_length=1, max_length=200)
    list_code: str = Field(title=later("名单"), json_schema_extra=_LISTS)
    court: str = Field(title=later("作出文书的法院"), min_length=1, max_length=200)
    number: str = Field(title=later("法院文书案号"), min_length=1, max_length=100)
    dated: date = Field(title=later("文书日期"))
    facts: str = Field(
        title=later("认定的事实"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


class ConsentEntry(Entry):
    """The superior's consent."""

    number: str = Field(title=later("同意文书文号"), min_length=1, max_length=100)
    organ: str = Field(title=later("上级机关"), min_length=1, max_length=200)
    dated: date = Field(title=later("同意日期"))


class NoticeEntry(Entry):
    """The number of the notice, where the organ numbers it."""

    notice_number: str = Field(default="", title=later("告知书文号"), max_length=100)


class DeliveryEntry(Entry):
    """When and how the notice reached the party."""

    day: date = Field(title=later("送达日期"), description=later("以送达回证为准。"))
    way: str = Field(title=later("送达方式"), json_schema_extra=_WAYS)


class TextEntry(Entry):
    """What the party says."""

    text: str = Field(
        title=later("当事人陈述申辩"), min_length=1, max_length=2000, json_schema_extra=AREA
    )
    hearing: bool = Field(default=False, title=later("是否要求听证"), json_schema_extra=_YES_NO)


class HearingEntry(Entry):
    """The hearing and its note."""

    day: date = Field(title=later("听证日期"))
    note: str = Field(
        title=later("听证笔录摘要"), min_length=1, max_length=4000, json_schema_extra=AREA
    )


class ReplyEntry(Entry):
    """What the organ answers."""

    answer: str = Field(title=later("答复"), min_length=1, max_length=2000, json_schema_extra=AREA)


class DecisionEntry(Entry):
    """The number of the listing decision."""

    decision_number: str = Field(title=later("列入决定书文号"), min_length=1, max_length=100)


class ReasonEntry(Entry):
    """Why."""

    reason: str = Field(title=later("理由"), min_length=1, max_length=2000, json_schema_extra=AREA)


class CorrectionEntry(Entry):
    """What a correction says; what is left empty stays."""

    number: str = Field(title=later("更正决定书文号"), min_length=1, max_length=100)
    reason: str = Field(title=later("更正理由"), min_length=1, max_length=2000)
    subject_name: str | None = Field(default=None, title=later("更正后的名称"), max_length=200)
    facts: str | None = Field(
        default=None, title=later("更正后的事实"), max_length=4000, json_schema_extra=AREA
    )
    term_until: date | None = Field(default=None, title=later("更正后的期限"))


class DelistEntry(Entry):
    """Why a party leaves the list, and by which decision."""

    reason: DelistingReason = Field(
        title=later("移出理由"),
        description=later("信用修复须有当事人申请，不在这里办理；期满由系统自动移出。"),
        json_schema_extra={"widget": "select", "choices": "delisting"},
    )
    number: str = Field(title=later("移出决定书文号"), min_length=1, max_length=100)
    note: str = Field(default="", title=later("说明"), max_length=2000, json_schema_extra=AREA)
