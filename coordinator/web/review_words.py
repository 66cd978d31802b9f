"""Words of reports and their review: states and acts."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, REST, WAITS, State

REVIEW_STATES: dict[tuple[str, str], State] = {
    ("verdict", "approved"): State(later("审核通过"), "good", DONE),
    ("verdict", "returned"): State(later("审核退回"), "bad", BAD),
    ("verdict", "rejected"): State(later("审核不通过"), "bad", BAD),
    ("verdict", "reopened"): State(later("重新打开以更正"), "warn", WAITS),
    ("verdict", "visit-again"): State(later("再次检查"), "warn", WAITS),
    ("evidence", "photo"): State(later("照片")),
    ("evidence", "video"): State(later("视频")),
    ("evidence", "document"): State(later("材料")),
    ("evidence", "record"): State(later("记录")),
    ("dispute", "none"): State(later("无争议"), "good", DONE),
    ("dispute", "settled"): State(later("有争议，已当场处理"), "info", DONE),
    ("dispute", "unresolved"): State(later("有争议，未达成一致"), "warn", BAD),
    ("expert-draft", "adopted"): State(later("已采纳"), "good", DONE),
    ("expert-draft", "rejected"): State(later("不采纳"), "", REST),
}
REVIEW_ACTS: dict[str, str] = {
    "review:report:approved": later("审核通过"),
    "review:report:returned": later("审核退回"),
    "review:report:rejected": later("审核不通过"),
    "review:report:reopened": later("重新打开以更正"),
    "review:visit:again": later("决定再次检查"),
    "review:hearing:noted": later("录入会商记录"),
    "review:feedback:given": later("向被检查单位反馈"),
    "result-intake:test:awaited": later("样品送检，等待报告"),
    "result-intake:test:settled": later("收到检验报告"),
    "result-intake:evidence:stored": later("上传证据文件"),
}
