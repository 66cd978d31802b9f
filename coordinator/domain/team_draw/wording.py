"""A shortage of inspectors in one Chinese and one English sentence (3.2.8)."""

from typing import Final

from coordinator.domain.team_draw.shortage import Explanation, Remedy, RemedyKind
from coordinator.domain.team_draw.values import FREE_BLOCK

_REMEDY_WORDS: Final = {
    RemedyKind.ONE_MORE_INSPECTOR: ("增加 1 名执法人员", "one more inspector"),
    RemedyKind.CAP_PLUS_ONE: ("每人上限加 1", "cap + 1"),
    RemedyKind.QUOTA_MINUS_ONE: ("名额大于 2 的减 1", "quota - 1 where it is above 2"),
    RemedyKind.OTHER_ORGAN: (
        "依文件请本部门上级或指定相邻机关派员",
        "officers of the superior or a designated neighbour organ, by document",
    ),
}


def sentences(explanation: Explanation, *, places: bool = True) -> tuple[str, str]:
    """Return the explanation in Chinese and in English; without `places` no district is named."""
    zh_needed, en_needed = _tags_needed(explanation.block)
    zh_sum, en_sum = _capacity_words(explanation)
    zh_remedies, en_remedies = zip(*map(_remedy_words, explanation.remedies), strict=True)
    zh_place, en_place = _district_words(explanation.districts if places else ())
    zh_out, en_out = _out_words(explanation)
    department, slots = explanation.department, explanation.slots_needed
    missing = explanation.missing
    zh_why = f"{department}{zh_place}: {slots} 个岗位{zh_needed}, {zh_sum}，缺 {missing}。{zh_out}"
    en_why = (
        f"{department}{en_place}: {slots} slots {en_needed}, {en_sum}, {missing} missing.{en_out}"
    )
    return (
        f"{zh_why}办法: {'；'.join(zh_remedies)}。",
        f"{en_why} Remedies: {'; '.join(en_remedies)}.",
    )


def _out_words(explanation: Explanation) -> tuple[str, str]:
    """Say what keeps people out of these slots who would be free for them."""
    bars, absences = len(explanation.bars), len(explanation.absences)
    zh, en = [], []
    if bars:
        zh.append(f"{bars} 项回避等限制")
        en.append(f"{bars} recusals or other bars")
    if absences:
        zh.append(f"{absences} 人停派（证件、请假等）")
        en.append(f"{absences} people off (certificate, leave)")
    if not zh:
        return "", ""
    return f"另有{'、'.join(zh)}。", f" Kept out: {', '.join(en)}."


def _tags_needed(block: str) -> tuple[str, str]:
    tag_sets = block.split("|")
    if FREE_BLOCK in tag_sets:
        return "（不限资质）", "(any competence)"
    return f"需要 {' 或 '.join(tag_sets)} 号资质", f"need competence {' or '.join(tag_sets)}"


def _capacity_words(explanation: Explanation) -> tuple[str, str]:
    people, capacity = len(explanation.people), explanation.capacity
    if explanation.per_person is None:
        return f"{people} 人，容量合计 {capacity}", f"people {people}, capacity {capacity}"
    per_person = explanation.per_person
    return (
        f"{people} 人 × 上限 {per_person} = {capacity}",  # noqa: RUF001 (the sign of 3.2.8)
        f"people {people} times limit {per_person} = {capacity}",
    )


def _district_words(districts: tuple[str, ...]) -> tuple[str, str]:
    if not districts:
        return "", ""
    return f"（片区 {'、'.join(districts)}）", f" (districts {', '.join(districts)})"


def _remedy_words(remedy: Remedy) -> tuple[str, str]:
    zh, en = _REMEDY_WORDS[remedy.kind]
    if remedy.kind is RemedyKind.ONE_MORE_INSPECTOR and remedy.block != FREE_BLOCK:
        zh, en = f"{zh}（{remedy.block} 号资质）", f"{en} (competence {remedy.block})"
    if remedy.missing_after:
        zh += f"（仍至少缺 {remedy.missing_after}）"
        en += f" (still missing at least {remedy.missing_after})"
    return zh, en
