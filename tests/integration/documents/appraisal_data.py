"""Sample data of the half-year report."""

from typing import Any


def appraisal_report_data() -> dict[str, Any]:
    """Give a half-year report of an invented county."""
    return {
        "office": "平川县联席会议办公室",
        "title": "2026 年上半年联合抽查工作总结",
        "number": "平联办〔2026〕9号 · 第 1 版",
        "paragraph": "计划完成率 83.3 %（5 / 6）；公示率 23.0 %（3 / 13）。",
        "summary": "上半年组织一批联合抽查。",
        "figures": [
            {
                "name": "计划完成率",
                "shown": "83.3 %",
                "counts": "5 / 6",
                "formula": "已完成的任务 ÷ 应完成的任务。",
            },
            {"name": "减少入企", "shown": "10", "counts": "", "formula": "分头检查减去合并后。"},
        ],
        "organs": [["县市场监督管理局", "任务完成率", "83.3 %", "5 / 6"]],
        "texts": [["县市场监督管理局", "两户企业已搬离", "提前一天电话确认"]],
        "next_steps": "补齐未检查的一户。",
        "reason": "",
        "counted_at": "2026-05-15 09:30",
        "day": "2026-05-18",
        "source": "平川县联席会议办公室 https://onevisit.example/console/reports/2026.half-year",
    }
