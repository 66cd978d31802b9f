"""Bodies that fit the acts of follow-up, so that only the person is at fault."""

from typing import Any

_LABORATORY = {
    "laboratory": "检验所",
    "qualification": "CMA-1",
    "qualified_until": "2027-01-01",
}
_REPORT = {
    "number": "R1",
    "report_date": "2026-06-01",
    "conclusion": "qualified",
    "sha256": "ab" * 32,
}
_TRANSFER = {
    "severity": "ordinary",
    "receiver": "",
    "receiver_name": "县局",
    "reason": "管辖",
    "materials": [],
}
FOLLOW_UP_ENTRIES: dict[str, dict[str, Any]] = {
    "report-rectification": {"evidence": "照片", "files": []},
    "request-extension": {"until": "2026-07-01", "reason": "理由"},
    "decide-extension": {"granted": True, "note": "同意"},
    "decide-penalty": {
        "fine_yuan": "5000.00",
        "certificate_number": None,
        "severity": "ordinary",
        "publication_months": 6,
    },
    "revoke-decision": {
        "undone_by": "court",
        "document": "判决",
        "document_date": "2026-06-01",
        "reason": "程序",
    },
    "transfer-case": _TRANSFER,
    "transfer-clue": _TRANSFER,
    "answer-transfer": {"accepted": True, "person": "李", "reason": ""},
    "send-copy-notice": {"receivers": ["health"], "matter": "事项"},
    "answer-copy-notice": {"outcome": "handled", "answer": "已办", "person": "李"},
    "confirm-hazard": {"scope": "罐区", "removal_due": None},
    "report-hazard-removal": {"evidence": "已消除", "files": []},
    "refuse-hazard-removal": {"reason": "理由", "removal_due": "2026-07-01"},
    "take-sample": {
        **_LABORATORY,
        "sheet_number": "S1",
        "product": "面粉",
        "quantity": "2袋",
        "taken_date": "2026-06-01",
    },
    "report-sample": {**_REPORT, "final": True},
    "request-retest": {**_LABORATORY, "reason": "理由"},
    "report-retest": _REPORT,
}
