"""Data of the papers of a report as the console gives them; all invented."""

from typing import Any


def report_data() -> dict[str, Any]:
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "organ": "平川县消防救援大队",
        "task_number": "平联抽查〔2026〕0007号",
        "place_name": "平川县云溪大酒店有限公司",
        "address": "平川县滨河路 8 号",
        "visited_date": "2026-11-24",
        "people": ["周启明", "沈岚"],
        "items": [
            {
                "object": "平川县云溪大酒店有限公司",
                "item": "消防安全检查",
                "method": "现场检查",
                "result": "发现问题待后续处理",
                "problem": "三层东侧安全出口堆放布草车 2 辆",
                "basis": "《中华人民共和国消防法》第二十八条",
                "disposal": "责令改正",
                "answers": [{"question": "安全出口是否畅通", "answer": "否（三层东侧）"}],
                "evidence": ["安全出口.jpg 10:12 5feceb66ffc86f38…"],
            },
            {
                "object": "平川县云溪大酒店有限公司",
                "item": "消防设施检查",
                "method": "现场检查",
                "result": "未发现问题",
                "disposal": "无需后续处置",
            },
        ],
        "situation": "检查 2 项，其中 1 项发现问题，0 项未能检查。",
        "evaluation": "消防设施完好，疏散管理不到位。",
        "opinion": "责令三十日内改正并复查。",
        "entity_opinion": "无异议",
        "signature": "拒绝签字，由 周启明、沈岚 注明：负责人离开",
        "process_records": ["执法记录仪 07 09:58-11:20 6b86b273ff34fce1…"],
        "standing": "第 2 版，已审核",
        "hearing": "2026-11-25 甲、乙、丙：同意检查组意见",
        "approved_by": "顾行之",
        "approved_date": "2026-11-25",
        "entered_by": "周启明",
        "entered_date": "2026-11-24",
    }
