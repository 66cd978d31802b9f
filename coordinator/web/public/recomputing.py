"""The words of the script that recomputes a record in the browser (web/static/recompute.js)."""

from coordinator.web.language import _


def words_of_recomputing() -> dict[str, object]:
    """Give the script's words in the language of the request."""
    sums, roots = _("文件与校验和一致"), _("承诺的根一致")
    hashes, chains = _("规则与承诺的指纹一致"), _("揭示的随机数与抽签前的指纹一致")
    return {
        "working": _("正在重新计算……"),
        "sums": sums,
        "hashes": hashes,
        "chains": chains,
        "roots": roots,
        "about": {roots: _("%(n)s 个文件")},
        "differs": _("不一致"),
        "equal": _("一致"),
        "unequal": _("不一致"),
        "line": _("%(line)s：重算 %(tickets)s 个随机号，应抽 %(drawn)s 家，记录 %(published)s 家"),
        "notChecked": _("这里没有检查"),
        "unchecked": [
            _("签名与回执：请用 verify_draw.py 和签名公钥核对。"),
            _("上门任务的合并与检查组的抽取：请用 verify_draw.py 核对。"),
            _("名录本身是否真实：它与登记机关的名册是否相符，计算看不出来。"),
        ],
        "allEqual": _("全部重算一致：抽中的对象与公开的算法、抽签前的承诺完全相符。"),
        "someDiffer": _("有不一致：请保存这份记录并向联席会议办公室反映。"),
        "stopped": _("没有算完："),
        "insecure": _("浏览器只在安全连接（https）下提供计算功能。"),
    }
