"""Words of archive and audit chain: states and acts."""

from coordinator.web.language import _, later
from coordinator.web.wording import BAD, DONE, REST, WAITS, State

ARCHIVE_STATES: dict[tuple[str, str], State] = {
    ("chain", "True"): State(later("全链核验一致"), "good", DONE),
    ("chain", "False"): State(later("有对不上的地方"), "bad", BAD),
    ("flaw", "changed"): State(later("内容被改动"), "bad", BAD),
    ("flaw", "removed"): State(later("被删去"), "bad", BAD),
    ("flaw", "inserted"): State(later("是插入的"), "bad", BAD),
    ("flaw", "unlinked"): State(later("与前一条不衔接"), "bad", BAD),
    ("flaw", "rewritten"): State(later("与检查点不符，链被重算过"), "bad", BAD),
    ("flaw", "end-removed"): State(later("链尾被截去"), "bad", BAD),
    ("flaw", "checkpoint-forged"): State(later("检查点是伪造的"), "bad", BAD),
    ("flaw", "checkpoint-removed"): State(later("检查点被删去"), "bad", BAD),
    ("package", "kept"): State(later("保存中"), "good", DONE),
    ("package", "destruction-proposed"): State(later("待第二人确认销毁"), "warn", WAITS),
    ("package", "destroyed"): State(later("已销毁"), "", REST),
    ("package-kind", "clean"): State(later("未发现问题的任务")),
    ("package-kind", "problem"): State(later("发现问题的任务"), "warn"),
    ("package-kind", "case"): State(later("立案的任务"), "warn"),
    ("archive-flaw", "changed"): State(later("内容与指纹不符"), "bad", BAD),
    ("archive-flaw", "unlinked"): State(later("与前一卷不衔接"), "bad", BAD),
    ("archive-flaw", "unsigned"): State(later("不是办公室签的名"), "bad", BAD),
    ("archive-flaw", "audit-differs"): State(later("审计链与归档时不符"), "bad", BAD),
    ("archive-flaw", "destroyed-unrecorded"): State(later("没有销毁记录"), "bad", BAD),
}
RESPONSIBILITIES: dict[tuple[str, str], State] = {
    ("responsibility", "section"): State(later("科室经办")),
    ("responsibility", "legal"): State(later("法制机构")),
    ("responsibility", "supervision"): State(later("监管科室")),
    ("responsibility", "credit"): State(later("信用科室")),
    ("responsibility", "office"): State(later("联席办")),
}
ARCHIVE_ACTS: dict[str, str] = {
    "audit:chain:verified": later("核验审计链"),
    "organisation:responsibilities:divided": later("分工"),
    "archive:task:supplemented": later("补充归档"),
    "archive:package:taken-out": later("取出归档卷"),
    "archive:destruction:proposed": later("提出销毁归档卷"),
    "archive:destruction:rejected": later("归档卷继续保存"),
    "archive:package:destroyed": later("销毁归档卷"),
}

_SECTIONS: dict[str, str] = {
    "visits": later("任务"),
    "appointments": later("检查时间安排"),
    "checks": later("检查事项"),
    "recognitions": later("结果互认"),
    "due_checks": later("线索和复查"),
    "team": later("检查组"),
    "member_changes": later("人员更换"),
    "tasks": later("部门任务"),
    "reports": later("检查记录（含历次版本）"),
    "stored_evidence": later("证据文件（按指纹）"),
    "results": later("检查结果"),
    "review_decisions": later("审核"),
    "hearings": later("集体讨论"),
    "disclosure_exemptions": later("不予公示"),
    "disclosures": later("公示（含异议和更正）"),
    "shares": later("分送和回执"),
    "rectifications": later("责令改正"),
    "hazards": later("重大隐患"),
    "samples": later("抽样检验"),
    "cases": later("立案查处"),
    "transfers": later("移送"),
    "copy_notices": later("抄告"),
    "abnormal_entries": later("经营异常名录"),
    "disposal_notes": later("处置说明"),
    "listings": later("严重违法失信名单"),
    "listing_events": later("名单经过"),
    "corrections": later("名单更正"),
    "repairs": later("信用修复"),
    "punishments": later("惩戒案件"),
    "orders": later("联合惩戒"),
    "measure_answers": later("惩戒反馈"),
    "duties": later("照单履职"),
}


def section_word(name: str) -> str:
    """Name a part of a package."""
    return _(_SECTIONS.get(name, name))
