"""Data of the forms as the console gives them; firm, people and numbers are invented."""
# ruff: noqa: RUF001 - document numbers stand in tortoise shell brackets

from typing import Any

COMPANY = (
    "平川县云溪新材料科技创新产业园投资建设运营管理服务有限责任公司第三分公司（城东工业集中区二期）"
)
TASK_NUMBER = "平联抽查〔2026〕0007号"


def notice_data() -> dict[str, Any]:
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "task_number": TASK_NUMBER,
        "place_name": COMPANY,
        "address": "平川县城东工业集中区创业大道与云溪北路交叉口东北侧 118 号 3 幢",
        "date_from": "2026-11-24",
        "date_to": "2026-11-27",
        "departments": ["市场监管局", "消防救援大队", "生态环境局"],
        "visit_code": "K7QM-3F9D",
        "verify_url": "http://127.0.0.1:8080/v/K7QM-3F9D",
        "published_date": "2026-11-21",
        "openings": [
            _opening("餐饮单位食品安全与消防联合检查", 10),
            _opening("特种设备安全联合检查", 20),
        ],
        "checks": [
            _check("市场监管局", "登记事项检查"),
            _check("市场监管局", "公示信息检查（年度报告公示信息、即时公示信息）"),
            _check("消防救援大队", "消防安全责任制和消防安全管理制度落实情况的检查"),
            _check("生态环境局", "建设项目环境影响评价文件和“三同时”制度执行情况"),
        ],
        "team": [
            _member("林知远", "市场监管局", "宁A20260011", "组长"),
            _member("苏映雪", "市场监管局", "宁A20260012", "组员"),
            _member("顾长河", "消防救援大队", "宁X20260031", "组员"),
            _member("程立冬", "消防救援大队", "宁X20260032", "组员"),
            _member("何秋白", "生态环境局", "宁E20260051", "组员"),
            _member("孟晚晴", "生态环境局", "宁E20260052", "组员"),
            _member("叶青", "专家", "–", "专家"),
        ],
    }


def _opening(line: str, height: int) -> dict[str, str]:
    """Give an opening whose audit path is so long."""
    path = ",".join(f'["right","{number:064x}"]' for number in range(height))
    fields = ",".join(f'"{name}":"{0:064x}"' for name in ("root", "salt", "ticket"))
    document = f'{{"line":"L1","path":[{path}],{fields}}}'
    return {"line": line, "object": COMPANY, "document": document}


def listing_data() -> dict[str, Any]:
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "organ": "平川县市场监督管理局",
        "decision_number": "平市监列〔2026〕3号",
        "decision_date": "2026-11-21",
        "subject": "uscc:91640221MA0000000X",
        "subject_name": COMPANY,
        "list_name": "市场监督管理严重违法失信名单",
        "founding_text": "《市场监督管理严重违法失信名单管理办法》（国家市场监督管理总局令第44号）",
        "penalty_decision": "平市监罚〔2026〕18号",
        "facts": "当事人于2026年3月至6月生产不符合强制性国家标准的产品，已依法吊销其生产许可证。",
        "basis": "《市场监督管理严重违法失信名单管理办法》（国家市场监督管理总局令第44号）",
        "term_until": "2029-11-21",
        "objection": "",
        "objection_answer": "",
        "measures": ["限制参与政府采购活动", "提高抽查比例和频次"],
    }


def delisting_data() -> dict[str, Any]:
    listing = listing_data()
    return {
        **{name: listing[name] for name in _KEPT},
        "delisting_number": "平市监移〔2027〕1号",
        "delisting_date": "2027-12-01",
        "reason": "repaired",
    }


_KEPT = (
    "office",
    "rehearsal",
    "organ",
    "decision_number",
    "decision_date",
    "subject",
    "subject_name",
    "list_name",
    "founding_text",
    "term_until",
    "measures",
)


def _check(department: str, item: str) -> dict[str, str]:
    return {"department": department, "object": COMPANY, "item": item, "method": "现场"}


def _member(name: str, department: str, certificate: str, part: str) -> dict[str, str]:
    return {"name": name, "department": department, "certificate": certificate, "part": part}


def annex_data() -> dict[str, Any]:
    """Annex 1 of an invented county: nine columns, two of them in a group, units merged."""
    bases = "《企业信息公示暂行条例》（国务院令第654号）第十四条、第十五条；《公司法》第二百五十条"
    rows = [
        (
            "平川县市场监督管理局",
            number,
            category,
            item,
            "企业",
            "一般检查事项",
            "现场检查、书面检查",
        )
        for number, (category, item) in enumerate(_ITEMS, start=1)
    ]
    return {
        "office": "平川县联席会议办公室",
        "rehearsal": False,
        "label": "附件1",
        "title": "平川县随机抽查事项清单",
        "subtitle": "2026年第1版，自2026年1月1日起施行",
        "columns": [
            {"title": "编制单位名称", "share": 8, "merged": True},
            {"title": "序号", "share": 3, "centred": True},
            {"title": "抽查类别", "share": 9, "group": "抽查项目", "merged": True},
            {"title": "抽查事项", "share": 16, "group": "抽查项目"},
            {"title": "检查对象", "share": 8},
            {"title": "事项类别", "share": 6, "centred": True},
            {"title": "检查方式", "share": 9},
            {"title": "检查主体", "share": 8},
            {"title": "检查依据", "share": 26},
        ],
        "rows": [(*row, "县级市场监督管理部门", bases) for row in rows],
        "notes": ["说明：本清单由各部门提出，经联席会议办公室合并后发布。"],
        "source": "平川县联席会议办公室 http://127.0.0.1:8080/items",
        "printed_at": "2026-11-21T14:05:00+08:00",
    }


_ITEMS = (
    ("登记事项检查", "营业执照（登记证）规范使用情况的检查"),
    ("登记事项检查", "名称规范使用情况的检查"),
    ("登记事项检查", "经营（驻在）期限的检查"),
    ("公示信息检查", "年度报告公示信息的检查"),
    ("公示信息检查", "即时公示信息的检查"),
)


_PARTY = (
    "office",
    "rehearsal",
    "organ",
    "subject",
    "subject_name",
    "list_name",
    "founding_text",
)


def notice_of_listing_data() -> dict[str, Any]:
    listing = listing_data()
    return {
        **{name: listing[name] for name in (*_PARTY, "penalty_decision", "facts")},
        "notice_number": "平市监列告〔2026〕3号",
        "notice_date": "2026-11-02",
        "conditions": ["被市场监督管理部门作出较重行政处罚"],
        "objection_working_days": 5,
        "term_months": 36,
    }


def correction_data() -> dict[str, Any]:
    listing = listing_data()
    kept = (*_PARTY, "decision_number", "decision_date", "term_until")
    return {
        **{name: listing[name] for name in kept},
        "correction_number": "平市监更〔2026〕1号",
        "correction_date": "2026-12-01",
        "reason": "原决定书所载数量与处罚决定书不一致",
        "changes": [
            {"field": "事实", "before": "不合格产品100件", "after": "不合格产品10件"},
            {"field": "期限至", "before": "2029-11-21", "after": "2028-11-21"},
        ],
    }


def repair_data() -> dict[str, Any]:
    listing = listing_data()
    return {
        **{name: listing[name] for name in _PARTY},
        "listing_number": listing["decision_number"],
        "listing_date": listing["decision_date"],
        "applied_date": "2027-11-25",
        "statement": "已停止生产并召回，缴清罚款，公开说明",
        "verification": "现场核实召回完毕，罚款已缴清",
        "granted": True,
        "decision_number": "平市监修〔2027〕1号",
        "decision_date": "2027-12-01",
        "reason": "符合修复条件。",
        "repair_text": "国家发展改革委令第36号",
    }


def repair_proof_data() -> dict[str, Any]:
    repair = repair_data()
    kept = (*_PARTY, "listing_number", "listing_date", "decision_number", "decision_date")
    return {
        **{name: repair[name] for name in kept},
        "proof_date": "2027-12-08",
        "receipts": [
            {"receiver": "平川县信用信息平台", "at": "2027-12-01"},
            {"receiver": "平川县卫生健康局（提高抽查比例和频次）", "at": "2027-12-06"},
        ],
    }
