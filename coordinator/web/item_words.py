"""Words for the item list: states of proposals and versions, fields of items, kinds of change."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, REST, WAITS, State

ITEM_STATES: dict[tuple[str, str], State] = {
    ("proposal", "proposed"): State(later("待合并"), "warn", WAITS),
    ("proposal", "merged"): State(later("已合并"), "good", DONE),
    ("proposal", "returned"): State(later("已退回"), "bad", BAD),
    ("proposal", "withdrawn"): State(later("已撤回"), "", REST),
    ("proposal-act", "add"): State(later("新增"), "good", "+"),
    ("proposal-act", "change"): State(later("变更"), "info", "±"),
    ("proposal-act", "withdraw"): State(later("取消"), "bad", "✕"),
    ("item-change", "added"): State(later("新增"), "good", "+"),
    ("item-change", "changed"): State(later("变更"), "info", "±"),
    ("item-change", "withdrawn"): State(later("取消"), "bad", "✕"),
    ("item-list", "draft"): State(later("草稿，待发布"), "warn", WAITS),
    ("item-list", "published"): State(later("已发布"), "good", DONE),
    ("list-origin", "proposals"): State(later("部门提出，办公室合并")),
    ("list-origin", "file"): State(later("文件导入")),
    ("item-validity", "in-force"): State(later("现行有效"), "good", DONE),
    ("item-validity", "upcoming"): State(later("尚未生效"), "info", WAITS),
    ("item-validity", "ended"): State(later("已失效"), "", REST),
    ("checkpoint-kind", "yes_no"): State(later("是否")),
    ("checkpoint-kind", "choice"): State(later("选择")),
    ("checkpoint-kind", "number"): State(later("数值")),
    ("checkpoint-kind", "text"): State(later("文字")),
    ("duties", "draft"): State(later("草稿，待发布"), "warn", WAITS),
    ("duties", "published"): State(later("已发布"), "good", DONE),
}

ITEM_ACTS = {
    "registers:item:proposed": later("提出事项"),
    "registers:item-proposal:merged": later("合并事项提议"),
    "registers:item-proposal:returned": later("退回事项提议"),
    "registers:item-proposal:withdrawn": later("撤回事项提议"),
    "registers:item-proposal:proposed": later("事项提议重新等待合并"),
    "registers:item-list:merged": later("合并成清单草稿"),
    "registers:item-list:unmerged": later("放弃清单草稿"),
    "registers:item-list:published": later("发布事项清单"),
    "registers:item-list:enacted": later("清单变更生效"),
    "registers:joint-list:unlinked": later("解除联合清单一行的关联"),
    "registers:duties:drafted": later("起草权责清单"),
    "registers:duties:published": later("发布权责清单"),
}

# Fields of an item, in the order of its page; those of a checkpoint beside them.
ITEM_FIELDS = {
    "code": later("事项编码"),
    "name": later("抽查事项"),
    "category": later("抽查类别"),
    "object_type": later("检查对象"),
    "risk_grades": later("限于风险等级"),
    "item_class": later("事项类别"),
    "department": later("部门"),
    "section": later("提出科室"),
    "methods": later("检查方式"),
    "subject_organs": later("检查主体"),
    "levels": later("检查层级"),
    "named_organs": later("指定机关"),
    "delegated": later("委托实施"),
    "legal_bases": later("检查依据"),
    "power_list_entry": later("权力清单条目"),
    "responsibility_list_entry": later("责任清单条目"),
    "documents": later("需查阅的资料"),
    "competences": later("所需资质"),
    "expert_field": later("专家领域"),
    "estimated_minutes": later("预计分钟"),
    "valid_from": later("有效期自"),
    "valid_to": later("有效期至"),
}
CHECKPOINT_FIELDS = {
    "checkpoint": later("检查要点"),
    "text": later("要点"),
    "kind": later("题型"),
    "shared_code": later("共用要点码"),
    "choices": later("选项"),
    "wording_yes": later("“是”的含义"),
    "wording_no": later("“否”的含义"),
    "law_article": later("法律条款"),
    "law_text": later("条文"),
    "law_text_date": later("条文日期"),
    "guidance": later("检查指引"),
}
