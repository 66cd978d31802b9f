"""Words for messages that failed and what operators do about them."""

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
