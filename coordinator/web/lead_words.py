"""Words for leads and for checks that no lot asked for."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, WAITS, State

LEAD_STATES: dict[tuple[str, str], State] = {
    ("lead", "received"): State(later("待受理"), "warn", WAITS),
    ("lead", "accepted"): State(later("已受理，待查"), "info", GOES),
    ("lead", "rejected"): State(later("不予受理"), "", REST),
    ("lead", "handled"): State(later("已办结"), "good", DONE),
    ("due-check", "waiting"): State(later("待并入"), "warn", WAITS),
    ("due-check", "joined"): State(later("已并入上门任务"), "info", GOES),
    ("due-check", "alone"): State(later("已安排单独上门"), "info", GOES),
    ("due-check", "done"): State(later("已检查"), "good", DONE),
    ("due-check", "cancelled"): State(later("无须再查"), "", REST),
    ("due-source", "lead"): State(later("线索")),
    ("due-source", "re-inspection"): State(later("整改复查")),
    ("prospect", "may-join"): State(later("可等待并入"), "", WAITS),
    ("prospect", "due-alone"): State(later("须单独上门"), "warn", BAD),
    ("prospect", "overdue"): State(later("已超期"), "bad", BAD),
}

LEAD_ACTS = {
    "leads:lead:registered": later("登记线索"),
    "leads:lead:accepted": later("受理线索"),
    "leads:lead:rejected": later("不予受理线索"),
    "leads:lead:handled": later("线索办结"),
    "leads:re-inspection:due": later("安排整改复查"),
    "burden:frequency:answered": later("说明高频检查的理由"),
    "leads:own-visit:arranged": later("安排单独上门"),
    "checklist-merge:due-check:joined": later("并入上门任务"),
    "checklist-merge:due-check:waiting": later("重新等待并入"),
    "checklist-merge:due-check:ended": later("待查事项了结"),
}
