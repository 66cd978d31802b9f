"""Words for organs, registers, calendar and profiles: levels, capacities, acts."""

from coordinator.web.language import later
from coordinator.web.wording import State

ORGANISATION_STATES: dict[tuple[str, str], State] = {
    ("day", "working"): State(later("上班"), "info"),
    ("day", "resting"): State(later("休息"), "good"),
    ("level", "province"): State(later("省级")),
    ("level", "city"): State(later("市级")),
    ("level", "county"): State(later("县级")),
    ("draw_level", "province-province"): State(later("省抽省查")),
    ("draw_level", "province-city"): State(later("省抽市查")),
    ("draw_level", "province-county"): State(later("省抽县查")),
    ("draw_level", "city-city"): State(later("市抽市查")),
    ("draw_level", "city-county"): State(later("市抽县查")),
    ("draw_level", "county-county"): State(later("县抽县查")),
    ("capacity", "own"): State(later("行政机关")),
    ("capacity", "authorised"): State(later("法律法规授权的组织")),
    ("capacity", "delegated"): State(later("受委托的组织"), "info"),
}

ORGANISATION_ACTS = {
    "policies:version:stored": later("规则定稿"),
    "registers:departments:saved": later("登记部门"),
    "registers:joint-list:linked": later("关联联合清单的一行"),
    "identity:session:opened": later("登录"),
    "identity:session:closed": later("退出"),
    "archive:task:archived": later("归档"),
    "organisation:credit-system:registered": later("登记信用平台"),
    "organisation:department:key-registered": later("登记部门签名公钥"),
    "organisation:people:added": later("登记人员"),
    "organisation:department:saved": later("登记机关或更改机关资料"),
    "organisation:section:saved": later("登记科室或更改职责"),
    "organisation:section:removed": later("撤销科室"),
    "organisation:designation:registered": later("登记指定管辖文书"),
    "organisation:designation:ended": later("指定管辖终止"),
    "registers:directory:stale": later("登记库久未更新"),
    "registers:calendar:imported": later("导入放假安排"),
    "registers:regions:imported": later("导入区划表"),
    "registers:calendar:seeded": later("带入随系统提供的放假安排"),
    "registers:deadline:recomputed": later("按新放假安排重算期限"),
}
