"""Data of the papers of follow-up as the console gives them; all invented."""

from typing import Any

_PAPER: dict[str, Any] = {
    "office": "平川县联席会议办公室",
    "rehearsal": False,
    "organ": "平川县应急管理局",
    "number": "平应急责改〔2026〕12号",
    "issued_date": "2026-11-21",
    "addressee": "平川云溪新材料有限公司",
    "subject": "uscc:91640221MA0000000X",
}


def order_data() -> dict[str, Any]:
    return _PAPER | {
        "item": "危险化学品安全管理检查",
        "problem": "甲类仓库与乙类物品混存，未设置防火分隔。",
        "article": "《危险化学品安全管理条例》第二十四条",
        "due_date": "2026-12-21",
        "first_due": "2026-12-01",
        "visited_date": "2026-11-20",
    }


def transfer_data() -> dict[str, Any]:
    return _PAPER | {
        "subject_name": "平川云溪新材料有限公司",
        "severity": "涉嫌犯罪",
        "matter": "非法储存危险物质。",
        "reason": "数量达到立案追诉标准。",
        "materials": ["现场检查笔录", "检验报告"],
        "answer_due": "2026-11-26",
    }


def copy_data() -> dict[str, Any]:
    return _PAPER | {
        "object_name": "平川云溪新材料有限公司",
        "matter": "疏散通道堆放杂物。",
        "basis": "《消防法》第二十八条",
        "answer_due": "2026-12-05",
    }


def stop_data() -> dict[str, Any]:
    return _PAPER | {
        "matter": "储罐泄漏报警失效。",
        "basis": "《安全生产法》第四十一条",
        "scope": "2 号罐区的装卸作业",
        "removal_due": "2026-12-21",
    }


def listing_data() -> dict[str, Any]:
    return _PAPER | {
        "matter": "储罐泄漏报警失效。",
        "stop_number": "平应急停〔2026〕1号",
        "requirements": "每周报告进展，由分管负责人督办。",
        "removal_due": "2026-12-21",
    }


def consent_data() -> dict[str, Any]:
    return _PAPER | {
        "matter": "储罐泄漏报警失效。",
        "stop_number": "平应急停〔2026〕1号",
        "evidence": "报警装置已更换并经检测合格。",
        "opinion": "现场复核，隐患已消除。",
        "reviewed_date": "2026-11-20",
    }


def case_data() -> dict[str, Any]:
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "organ": "平川县应急管理局",
        "case_number": "平应急立〔2026〕1号",
        "subject": "uscc:91640221MA0000000X",
        "subject_name": "平川云溪新材料有限公司",
        "state": "已结案",
        "facts": [["案由", "混存危险化学品"], ["处罚决定", "平应急罚〔2026〕3号"]],
        "course": [["2026-11-20 09:30", "登记案件线索"], ["2026-11-21 10:00", "立案"]],
        "pieces": [
            {"number": 1, "title": "检查结果", "dated": "2026-11-20", "sha256": "ab" * 32},
            {"number": 2, "title": "照片", "dated": "", "sha256": ""},
        ],
        "printed_at": "2026-11-22T10:00:00+08:00",
    }


def enterprise_data() -> dict[str, Any]:
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "subject": "uscc:91640221MA0000000X",
        "subject_name": "平川云溪新材料有限公司",
        "facts": [["名下场所", "2"]],
        "years": [{"year": 2026, "rows": [["2026-11-20", "检查结果", "未发现问题", "市场监管局"]]}],
        "reader": "平川县应急管理局",
        "printed_at": "2026-11-22T10:00:00+08:00",
    }


def credit_file_data() -> dict[str, Any]:
    row = ["2026-11-20", "检查未发现问题", "食品经营许可", "市场监管局", "0"]
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "subject": "uscc:91640221MA0000000X",
        "subject_name": "平川云溪新材料有限公司",
        "facts": [["年份", "2026"], ["分类", "A（本地评分）"]],
        "parts": [{"title": "履行义务", "rows": []}, {"title": "接受检查", "rows": [row]}],
        "reader": "平川县联席会议办公室",
        "printed_at": "2026-11-22T10:00:00+08:00",
    }
