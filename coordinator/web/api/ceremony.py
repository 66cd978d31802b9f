"""Acts of the ceremony besides freeze and draw: reminders, voids, new freezes, sources."""

from fastapi import APIRouter
from pydantic import Field

from coordinator.services import lottery
from coordinator.services.ports import Role, Work
from coordinator.web.acts import AREA, Act, Entry, Keys, add_acts
from coordinator.web.api.lottery import SOURCES, TAG
from coordinator.web.language import later

router = APIRouter(tags=[TAG])


class RefreezeEntry(Entry):
    """Why the registers are frozen anew."""

    reason: str = Field(
        title=later("理由"),
        description=later("一行文字，写入公开记录，如“消防 2 名检查人员调离”。"),
        min_length=1,
        max_length=500,
    )


class SourcesEntry(Entry):
    """The external sources of the next attempt."""

    sources: tuple[str, ...] = SOURCES


class SourceValueEntry(Entry):
    """The value of an external source as its publisher gives it."""

    name: str = Field(title=later("外部随机源"), min_length=1, max_length=200)
    value: str = Field(
        title=later("公布的值"),
        description=later(
            "粘贴发布方文件的全文（JSON），或键入值：drand 为“随机值 签名”，NIST 为"
            " 128 位十六进制数，彩票为按公布顺序的号码。"
        ),
        min_length=1,
        max_length=20_000,
        json_schema_extra=AREA,
    )


class CancellationEntry(Entry):
    """Why a round is given up."""

    reason: str = Field(
        title=later("原因"), json_schema_extra={"widget": "select", "choices": "cancel_reasons"}
    )
    note: str = Field(
        default="",
        title=later("说明"),
        description=later("一行文字，写入公开记录；部分原因必须说明。不要写出任何对象。"),
        max_length=500,
    )


async def _note_silence(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.note_silence(work, keys["round_id"])


async def _request_cancellation(work: Work, keys: Keys, entry: CancellationEntry) -> object:
    return await lottery.request_cancellation(work, keys["round_id"], entry.reason, entry.note)


async def _cancel(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.cancel_round(work, keys["round_id"])


async def _remind(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.remind_now(work, keys["round_id"])


async def _void(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.void_attempt(work, keys["round_id"])


async def _leave_out(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.leave_out(work, keys["round_id"], keys["code"])


async def _request_refreeze(work: Work, keys: Keys, entry: RefreezeEntry) -> object:
    return await lottery.request_refreeze(work, keys["round_id"], entry.reason)


async def _refreeze(work: Work, keys: Keys, _entry: None) -> object:
    return await lottery.refreeze(work, keys["round_id"])


async def _name_sources(work: Work, keys: Keys, entry: SourcesEntry) -> object:
    return await lottery.name_sources(work, keys["round_id"], entry.sources)


async def _enter_source(work: Work, keys: Keys, entry: SourceValueEntry) -> object:
    return await lottery.enter_source(work, keys["round_id"], entry.name, entry.value)


_BACK = "/console/rounds/{round_id}"

ACTS = (
    Act(
        name="remind-contributors",
        path="/rounds/{round_id}/remind",
        label=later("立即提醒"),
        consequence=later("向尚未完成的每一方发送一次提醒；次数和时间记录在案。"),
        role=Role.OFFICE,
        run=_remind,
        back=_BACK,
    ),
    Act(
        name="void-attempt",
        path="/rounds/{round_id}/void",
        label=later("作废本次抽签"),
        consequence=later(
            "期限已过仍有一方沉默时才可作废。沉默方的名称和它签名的说明（没有说明则记为“有争议”）"
            "永久写入公开记录，随后用下一组随机数重新开始。"
        ),
        role=Role.OFFICE,
        run=_void,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="note-silence",
        path="/rounds/{round_id}/note-silence",
        label=later("记下沉默，另定期限"),
        consequence=later(
            "期限已过仍未提交承诺的各方记一次沉默，公开显示；期限重新起算。沉默达到规则次数的，可以不再等它。"
        ),
        role=Role.OFFICE,
        run=_note_silence,
        back=_BACK,
    ),
    Act(
        name="request-cancellation",
        path="/rounds/{round_id}/request-cancellation",
        label=later("提出撤销批次"),
        consequence=later(
            "您作为第一人提出在抽取前撤销这个批次；须由另一人确认。已有部门在本次揭示后不再允许。"
        ),
        role=Role.OFFICE,
        run=_request_cancellation,
        entry=CancellationEntry,
        back=_BACK,
    ),
    Act(
        name="cancel-round",
        path="/rounds/{round_id}/cancel",
        label=later("确认撤销批次"),
        consequence=later(
            "您作为第二人确认：这个批次不再抽取，原因和未答复的各方永久公开，已冻结的这次抽签记为作废。"
            "各方为它准备的随机数不能再用；任务可以另开批次。"
        ),
        role=Role.OFFICE,
        run=_cancel,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="leave-out",
        path="/rounds/{round_id}/contributors/{code}/leave-out",
        label=later("不再等它"),
        consequence=later(
            "这一方多次沉默：以后的承诺里不再有它的随机数，它的名录和任务不受影响。须仍有两个部门或一个"
            "外部随机源；已提出的冻结须重新提出，由两人确认。"
        ),
        role=Role.OFFICE,
        run=_leave_out,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="request-refreeze",
        path="/rounds/{round_id}/request-refreeze",
        label=later("提出重新冻结"),
        consequence=later(
            "冻结后名录有变动时，您作为第一人提出作废本次、重新冻结；须由另一人确认。"
            "已有部门揭示后不再允许。"
        ),
        role=Role.OFFICE,
        run=_request_refreeze,
        entry=RefreezeEntry,
        back=_BACK,
    ),
    Act(
        name="refreeze-round",
        path="/rounds/{round_id}/refreeze",
        label=later("确认重新冻结"),
        consequence=later(
            "您作为第二人确认：本次抽签作废并永久留在记录里，名录按现状重新冻结，公布新的指纹，"
            "各方用下一组随机数。"
        ),
        role=Role.OFFICE,
        run=_refreeze,
        long=True,
        danger=True,
        back=_BACK,
    ),
    Act(
        name="name-sources",
        path="/rounds/{round_id}/sources",
        label=later("指定外部随机源"),
        consequence=later("写进下一份承诺的外部随机源由此确定；已提出的冻结须重新提出。"),
        role=Role.OFFICE,
        run=_name_sources,
        entry=SourcesEntry,
        back=_BACK,
    ),
    Act(
        name="enter-source",
        path="/rounds/{round_id}/source-value",
        label=later("录入外部随机源的值"),
        consequence=later("核对通过后显示在批次页；抽取前可以更正，每次录入都记录在案。"),
        role=Role.OFFICE,
        run=_enter_source,
        entry=SourceValueEntry,
        back=_BACK,
    ),
)
add_acts(router, ACTS, TAG)
