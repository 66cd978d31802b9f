"""Words of complaints: states, channels, outcomes and acts."""

from coordinator.web.language import later
from coordinator.web.wording import DONE, GOES, REST, WAITS, State

COMPLAINT_STATES: dict[tuple[str, str], State] = {
    ("complaint", "received"): State(later("已收到，待核查"), "warn", WAITS),
    ("complaint", "examined"): State(later("核查中"), "info", GOES),
    ("complaint", "answered"): State(later("已答复"), "good", DONE),
    ("complaint", "withdrawn"): State(later("已撤回"), "", REST),
    ("complaint-channel", "online"): State(later("网上")),
    ("complaint-channel", "letter"): State(later("信函")),
    ("complaint-channel", "phone"): State(later("电话")),
    ("complaint-channel", "in-person"): State(later("当面")),
    ("paper-channel", "letter"): State(later("信函")),
    ("paper-channel", "phone"): State(later("电话")),
    ("paper-channel", "in-person"): State(later("当面")),
    ("complaint-outcome", "founded"): State(later("属实"), "bad"),
    ("complaint-outcome", "partly-founded"): State(later("部分属实"), "warn"),
    ("complaint-outcome", "unfounded"): State(later("不属实"), "good"),
    ("complaint-outcome", "forwarded"): State(later("转有权机关"), "info"),
    ("complaint-outcome", "not-accepted"): State(later("不属受理范围"), ""),
}
UNLISTED_STATES: dict[tuple[str, str], State] = {
    ("unlisted", "proposed"): State(later("待审批"), "warn", WAITS),
    ("unlisted", "approved"): State(later("已同意，待检查"), "info", GOES),
    ("unlisted", "refused"): State(later("不同意"), "", REST),
    ("unlisted", "reported"): State(later("已检查"), "good", DONE),
}
COMPLAINT_ACTS: dict[str, str] = {
    "unlisted:matter:proposed": later("提出清单外事项"),
    "unlisted:matter:approved": later("同意清单外检查"),
    "unlisted:matter:refused": later("不同意清单外检查"),
    "unlisted:matter:reported": later("记录清单外检查"),
    "complaints:complaint:received": later("收到投诉"),
    "complaints:complaint:examined": later("受理投诉，开始核查"),
    "complaints:complaint:extended": later("投诉答复延期"),
    "complaints:complaint:answered": later("答复投诉"),
    "complaints:complaint:withdrawn": later("投诉人撤回投诉"),
}
