"""Words for messages that failed and what operators do about them."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, State

LETTER_STATES: dict[tuple[str, str], State] = {
    ("letter", "parked"): State(later("滞留"), "bad", BAD),
    ("letter", "unroutable"): State(later("无法送达"), "bad", BAD),
    ("letter", "retrying"): State(later("正在重新处理"), "info", GOES),
    ("letter", "retried"): State(later("已重新处理"), "good", DONE),
    ("letter", "archived"): State(later("已归档"), "", REST),
}

LETTER_ACTS = {
    "messages:letter:retrying": later("重新处理滞留消息"),
    "messages:letter:retried": later("重新发送滞留消息"),
    "messages:letter:archived": later("归档滞留消息"),
    "messages:letter:parked": later("从归档恢复消息"),
    "messages:unroutable:sent-again": later("重新发送无法送达的消息"),
}
