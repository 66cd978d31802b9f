"""Words for messages: their names, those that failed, and what operators do about them."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, WAITS, State

LETTER_STATES: dict[tuple[str, str], State] = {
    ("letter", "parked"): State(later("滞留"), "bad", BAD),
    ("letter", "unroutable"): State(later("无法送达"), "bad", BAD),
    ("letter", "retrying"): State(later("正在重新处理"), "info", GOES),
    ("letter", "retried"): State(later("已重新处理"), "good", DONE),
    ("letter", "archived"): State(later("已归档"), "", REST),
}

AGENT_STATES: dict[tuple[str, str], State] = {
    ("agent", "silent"): State(later("失联"), "bad", BAD),
    ("agent", "failing"): State(later("自检有误"), "bad", BAD),
    ("agent", "muted"): State(later("维护中，不告警"), "warn", REST),
    ("agent", "well"): State(later("正常"), "good", DONE),
    ("agent", "unwatched"): State(later("未接入"), "", REST),
}

FLOW_STATES: dict[tuple[str, str], State] = {
    ("flow", "pending"): State(later("等待发出"), "warn", WAITS),
    ("flow", "sent"): State(later("已送出"), "good", DONE),
    ("flow", "applied"): State(later("已收下"), "good", DONE),
    ("flow", "waiting"): State(later("等待再试"), "warn", WAITS),
    **{("flow", name): state for (_of, name), state in LETTER_STATES.items()},
}

LETTER_ACTS = {
    "messages:agent:muted": later("暂停代理的告警"),
    "messages:agent:unmuted": later("恢复代理的告警"),
    "messages:letter:retrying": later("重新处理滞留消息"),
    "messages:letter:retried": later("重新发送滞留消息"),
    "messages:letter:archived": later("归档滞留消息"),
    "messages:letter:parked": later("从归档恢复消息"),
    "messages:sequences:resent": later("按部门请求补发缺号消息"),
    "messages:retention:forgotten": later("清理已办结的旧消息"),
    "organisation:credit-system:log-token-given": later("发放信用事件日志令牌"),
    "organisation:credit-system:log-token-taken": later("收回信用事件日志令牌"),
    "messages:unroutable:sent-again": later("重新发送无法送达的消息"),
}

MESSAGES = {
    "EntropyRequested": later("请求承诺随机数"),
    "EntropyCommitted": later("提交承诺"),
    "EntropyReminded": later("提醒完成抽签步骤"),
    "SilenceExplained": later("说明未按时完成的原因"),
    "RoundCancelled": later("批次撤销"),
    "RoundFrozen": later("名录冻结"),
    "CommitReceived": later("签名回执"),
    "RevealRequested": later("请求揭示"),
    "EntropyRevealed": later("揭示随机数"),
    "RevealAccepted": later("揭示已接受"),
    "DrawRecordPublished": later("抽签记录定稿"),
    "SeedRevealed": later("种子公开"),
    "TaskPublished": later("检查任务"),
    "TaskOpened": later("开启暗查任务"),
    "TaskAmended": later("检查组人员变动"),
    "PrecheckRefreshed": later("重新预查比对"),
    "TaskWithdrawn": later("撤回任务"),
    "TaskAccepted": later("任务已接收"),
    "TaskDeclined": later("申请更换人员"),
    "FindingsSubmitted": later("报送检查结果"),
    "ResultReturned": later("结果退回"),
    "ResultShared": later("结果分送"),
    "ResultAcknowledged": later("确认收到分送结果"),
    "ResultDisclosed": later("结果公示"),
    "DisclosureWithdrawn": later("撤销公示"),
    "RectificationOrdered": later("责令限期改正"),
    "PenaltyDecided": later("处罚决定"),
    "PenaltyRevoked": later("处罚决定撤销"),
    "RectificationReminded": later("整改提醒"),
    "CopyNoticeSent": later("抄告"),
    "CopyNoticeReminded": later("抄告提醒"),
    "CopyNoticeWithdrawn": later("抄告撤回"),
    "CopyNoticeAnswered": later("抄告反馈"),
    "CaseTransferred": later("移送"),
    "TransferAnswered": later("移送回执"),
    "AbnormalListEntered": later("列入经营异常名录"),
    "AbnormalListRemoved": later("移出经营异常名录"),
    "EntityListed": later("列入名单"),
    "EntityCorrected": later("更正名单"),
    "EntityDelisted": later("移出名单"),
    "MeasureOrdered": later("联合惩戒措施"),
    "MeasureAmended": later("变更惩戒措施"),
    "MeasureReminded": later("催办惩戒反馈"),
    "MeasureLifted": later("解除惩戒措施"),
    "MeasureFeedback": later("惩戒反馈"),
    "CreditEventAcknowledged": later("确认信用事件"),
    "HeartbeatSent": later("代理心跳"),
    "ResendRequested": later("请求补发缺号消息"),
    "SequencesVoided": later("缺号说明"),
    "RegisterChunkSubmitted": later("上报名录"),
    "RegisterImported": later("名录上报回执"),
}
