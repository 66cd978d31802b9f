"""Words for who takes part: broker users, signing keys, and what was done about them."""

from coordinator.web.language import later
from coordinator.web.wording import BAD, DONE, GOES, REST, WAITS, State

PARTICIPANT_STATES: dict[tuple[str, str], State] = {
    ("participant", "True"): State(later("已开通"), "good", DONE),
    ("participant", "False"): State(later("未开通"), "warn", REST),
    ("participant", "None"): State(later("不详"), "", WAITS),
    ("participant-kind", "department"): State(later("部门")),
    ("participant-kind", "credit-system"): State(later("信用平台"), "info"),
    ("signing-key", "proposed"): State(later("待另一人确认"), "warn", WAITS),
    ("signing-key", "registered"): State(later("有效"), "good", DONE),
    ("signing-key", "signing"): State(later("正在签名"), "good", DONE),
    ("signing-key", "next"): State(later("已公布，尚未开始签名"), "info", WAITS),
    ("signing-key", "replaced"): State(later("已更换，到期前仍有效"), "info", GOES),
    ("signing-key", "expired"): State(later("已过期"), "", REST),
    ("signing-key", "revoked"): State(later("已停用"), "bad", BAD),
    ("signing-key", "rejected"): State(later("不予登记"), "", REST),
}

PARTICIPANT_ACTS = {
    "messages:participant:provisioned": later("开通消息用户和队列"),
    "messages:participant:password-rotated": later("更换消息用户口令"),
    "messages:participant:shut-out": later("停用消息用户"),
    "messages:participant:queues-removed": later("删除队列和其中的消息"),
    "organisation:department:key-proposed": later("提交签名公钥"),
    "organisation:department:key-rejected": later("不予登记签名公钥"),
    "organisation:department:key-revoked": later("停用签名公钥"),
    "organisation:office:key-made": later("更换本办公室密钥"),
    "organisation:office:key-revoked": later("停用本办公室公钥"),
}
