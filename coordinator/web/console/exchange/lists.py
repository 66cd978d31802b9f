"""The lists of the exchange: records, batches, receipts and reconciliations."""

from collections.abc import Sequence

from coordinator.domain.exchange import (
    ExchangeBatch,
    ExchangeRecord,
    PlatformReply,
    Reconciliation,
)
from coordinator.domain.policy import Platform
from coordinator.services.ports import Work
from coordinator.web.language import _, choose, later
from coordinator.web.lists import Column, Filter, ListSpec
from coordinator.web.words import states_of

TABS = (
    ("/console/exchange", later("交换数据")),
    ("/console/exchange/batches", later("批次")),
    ("/console/exchange/replies", later("回执")),
    ("/console/exchange/reconciliations", later("对账")),
)


def platforms_of(work: Work) -> dict[str, str]:
    """Name the platforms by code."""
    return {each.code: choose(each.name, each.name_en) for each in work.policies.platforms()}


def batch_alarms(silent: Sequence[ExchangeBatch]) -> list[str]:
    """Word what has waited for too long: platforms that don't answer, folders that can't be had."""
    unanswered = sum(each.written_at is not None for each in silent)
    unwritten = len(silent) - unanswered
    found = []
    if unanswered:
        found.append(_("%(n)s 批逾时没有回执，请与平台联系。") % {"n": unanswered})
    if unwritten:
        found.append(_("%(n)s 批一直没能写进平台的文件夹，请检查文件夹。") % {"n": unwritten})
    return found


def list_alarms(work: Work, silent: Sequence[Platform]) -> list[str]:
    """Word which platforms have sent no list of the day for too long."""
    names = platforms_of(work)
    return [
        _("%(name)s 已超过 %(n)s 小时没有每日清单，无法对账，请与平台联系。")
        % {"name": names[each.code], "n": each.list_hours}
        for each in silent
    ]


def records_spec(platforms: dict[str, str]) -> ListSpec[ExchangeRecord]:
    """Say how records are listed."""
    return ListSpec(
        title=later("平台交换"),
        columns=(
            Column(
                later("数据"),
                "title",
                "link",
                href=lambda each: f"/console/exchange/records/{each.record_id}",
                order="title",
            ),
            Column(later("种类"), "kind", "state:exchange-kind"),
            Column(later("平台"), lambda each, _n: platforms.get(each.platform, each.platform)),
            Column(
                later("状态"),
                "state",
                "state:exchange",
                note=lambda each, _n: each.reason or "",
                order="state",
            ),
            Column(later("批次"), "batch", "number"),
            Column(later("生成"), "made_at", "time", order="made_at"),
            Column(later("发送"), "sent_at", "time", order="sent_at"),
            Column(later("回执"), "answered_at", "time"),
        ),
        filters=(
            Filter("platform", later("全部平台"), list(platforms.items())),
            Filter("kind", later("全部种类"), states_of("exchange-kind")),
            Filter("state", later("全部状态"), states_of("exchange")),
        ),
        order="made_at",
        descending=True,
        empty=later("还没有要交换的数据。"),
        empty_next=later(
            "事项清单、年度计划、公开的抽取记录和公示的结果会自动列在这里并发给平台。"
        ),
        search_label=later("名称或编号"),
        search_in=("title", "record_id", "reason"),
    )


def batches_spec(platforms: dict[str, str]) -> ListSpec[ExchangeBatch]:
    """Say how batches are listed."""
    return ListSpec(
        title=later("批次"),
        columns=(
            Column(later("文件"), "file_name", "code", note=lambda each, _n: each.digest[:16]),
            Column(later("平台"), lambda each, _n: platforms.get(each.platform, each.platform)),
            Column(later("条数"), "number_of_records", "number"),
            Column(later("生成"), "made_at", "time", order="made_at"),
            Column(later("发送"), "written_at", "time"),
            Column(later("回执"), "answered_at", "time", order="answered_at"),
        ),
        filters=(Filter("platform", later("全部平台"), list(platforms.items())),),
        searchable=False,
        order="made_at",
        descending=True,
        empty=later("还没有发送过批次。"),
    )


def replies_spec(platforms: dict[str, str]) -> ListSpec[PlatformReply]:
    """Say how receipts are listed."""
    return ListSpec(
        title=later("回执"),
        columns=(
            Column(later("文件"), "file_name", "code", note=lambda each, _n: each.problem or ""),
            Column(later("平台"), lambda each, _n: platforms.get(each.platform, each.platform)),
            Column(later("接收"), "accepted", "number"),
            Column(later("退回"), "refused", "number"),
            Column(later("我方没有"), lambda each, _n: len(each.unknown), "number"),
            Column(later("收到"), "received_at", "time", order="received_at"),
        ),
        filters=(Filter("platform", later("全部平台"), list(platforms.items())),),
        searchable=False,
        order="received_at",
        descending=True,
        empty=later("还没有收到回执。"),
        empty_next=later("平台把回执文件放进约定的文件夹后，自动读入。"),
    )


def reconciliations_spec(platforms: dict[str, str]) -> ListSpec[Reconciliation]:
    """Say how reconciliations are listed."""
    return ListSpec(
        title=later("对账"),
        columns=(
            Column(
                later("日期"),
                lambda each, _n: each.day.isoformat(),
                "link",
                href=lambda each: f"/console/exchange/reconciliations/{each.reconciliation_id}",
                note=lambda each, _n: each.file_name,
                order="day",
            ),
            Column(later("平台"), lambda each, _n: platforms.get(each.platform, each.platform)),
            Column(later("我方"), "ours", "number"),
            Column(later("平台方"), "theirs", "number"),
            Column(later("平台缺少"), lambda each, _n: len(each.missing), "number"),
            Column(later("我方没有"), lambda each, _n: len(each.unknown), "number"),
            Column(later("内容不同"), lambda each, _n: len(each.different), "number"),
            Column(later("结果"), "is_clean", "state:reconciled"),
            Column(later("办理"), "made_at", "time", order="made_at"),
        ),
        filters=(Filter("platform", later("全部平台"), list(platforms.items())),),
        searchable=False,
        order="made_at",
        descending=True,
        empty=later("还没有对过账。"),
        empty_next=later(
            "平台每天的清单（CSV，列为 record,digest）上传或放进文件夹后，在这里比对。"
        ),
    )
