"""The tabs of what is published."""

from coordinator.web.language import later

TABS = (
    ("/console/disclosures", later("已公示")),
    ("/console/disclosures/due", later("待公示")),
    ("/console/disclosures/exemptions", later("不予公示")),
    ("/console/penalties", later("处罚公示")),
    ("/console/disclosures/export", later("导出公示数据")),
)
