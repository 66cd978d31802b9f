"""Words for schedules: states, and acts of their audit trail."""

from coordinator.web.language import later
from coordinator.web.wording import DONE, WAITS, State

SCHEDULE_STATES: dict[tuple[str, str], State] = {
    ("schedule", "proposed"): State(later("日程待采用"), "warn", WAITS),
    ("schedule", "accepted"): State(later("日程已采用"), "good", DONE),
}

SCHEDULE_ACTS = {
    "dispatch:schedule:proposed": later("排定批次日程"),
    "dispatch:schedule:accepted": later("采用批次日程"),
    "dispatch:schedule:replanned": later("重新调整批次日程"),
    "dispatch:visit:scheduled": later("改定检查时间"),
    "dispatch:calendar:subscribed": later("开通日历订阅"),
    "dispatch:calendar:revoked": later("撤销日历订阅"),
}
