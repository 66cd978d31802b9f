"""Shortages of a schedule in one Chinese and one English sentence, with what would help."""

from collections.abc import Mapping
from typing import Final

from coordinator.domain.scheduling.shortage import Lack, Remedy, RemedyKind, Shortage

_NAMED: Final = 5
_REMEDIES: Final = {
    RemedyKind.MORE_DAYS: ("检查时间延长 {n} 个工作日", "{n} working days more in the window"),
    RemedyKind.OTHER_PEOPLE: (
        "{n} 次检查按规则 7g 更换人员",
        "other people by rule 7g on {n} visits",
    ),
    RemedyKind.ONE_MORE_VISIT_A_DAY: ("每人每日可检查 {n} 次", "{n} visits of a person a day"),
    RemedyKind.SHORTER_VISIT: (
        "预计时长至少减少 {n} 分钟",
        "at least {n} minutes less per visit",
    ),
}


def sentences(shortage: Shortage, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the shortage in Chinese and in English; `names` words the people's codes."""
    zh, en = _why(shortage, names)
    if not shortage.remedies:
        return f"{zh}。", f"{en}."
    zh_help, en_help = zip(*map(_remedy, shortage.remedies), strict=True)
    return f"{zh}。办法：{'；'.join(zh_help)}。", f"{en}. Remedies: {'; '.join(en_help)}."


def _why(shortage: Shortage, names: Mapping[str, str]) -> tuple[str, str]:
    zh_who, en_who = _people(shortage, names)
    period = f"{shortage.first.isoformat()}..{shortage.last.isoformat()}"
    days = shortage.days
    needed, there = shortage.minutes_needed, shortage.minutes_there
    match shortage.lack:
        case Lack.TOO_LONG:
            return (
                f"检查预计 {needed} 分钟，一天只有 {there} 分钟",
                f"The visit takes {needed} minutes, a day has {there}",
            )
        case Lack.NO_WORKING_DAY:
            return (
                f"{period} 在提前通知之后没有工作日",
                f"No working day is left from {period} after the notice",
            )
        case Lack.SOMEBODY_AWAY:
            return (
                f"{period} 的 {days} 个工作日每天都有人不能到场：{zh_who}",
                f"On each of the {days} working days of {period} somebody is away: {en_who}",
            )
        case Lack.OVERBOOKED:
            return _overbooked(shortage, (zh_who, en_who), period)
        case Lack.ENTANGLED | Lack.NOT_FOUND:
            return _entangled(shortage, period)


def _overbooked(shortage: Shortage, who: tuple[str, str], period: str) -> tuple[str, str]:
    zh, en = who
    needed, there = shortage.minutes_needed, shortage.minutes_there
    zh_text = (
        f"{zh}在 {period} 到岗 {shortage.days} 天，容 {shortage.visits_there} 次 {there} 分钟，"
    )
    zh_text += f"需 {shortage.visits_needed} 次 {needed} 分钟，"
    en_text = (
        f"{en} in {period}: {shortage.days} days present hold {shortage.visits_there} visits or "
        f"{there} minutes; {shortage.visits_needed} visits of {needed} minutes are asked, "
    )
    missing = shortage.minutes_missing
    if missing:
        return f"{zh_text}缺 {missing} 分钟", f"{en_text}{missing} minutes are missing"
    visits = shortage.visits_missing
    return f"{zh_text}多 {visits} 次", f"{en_text}{visits} visits too many"


def _entangled(shortage: Shortage, period: str) -> tuple[str, str]:
    out = shortage.visits_needed - shortage.visits_there
    around, people = shortage.visits_needed, len(shortage.people)
    zh = f"{people} 人在 {period} 的 {around} 次检查不能同时排下，{out} 次排不进"
    en = f"{around} visits of {people} people in {period} can't all stand, {out} find no place"
    if shortage.lack is Lack.NOT_FOUND:
        return f"{zh}（搜索到上限，未证明无解）", f"{en} (search ended, not proven impossible)"
    return f"{zh}（已证明）", f"{en} (proven)"


def _people(shortage: Shortage, names: Mapping[str, str]) -> tuple[str, str]:
    named = [names.get(person, person) for person in shortage.people[:_NAMED]]
    more = len(shortage.people) - len(named)
    zh, en = "、".join(named), ", ".join(named)
    return (f"{zh}等 {more + len(named)} 人", f"{en} and {more} more") if more else (zh, en)


def _remedy(remedy: Remedy) -> tuple[str, str]:
    zh, en = _REMEDIES[remedy.kind]
    zh, en = zh.format(n=remedy.amount), en.format(n=remedy.amount)
    zh, en = f"{zh}（涉及 {remedy.cost} 次检查", f"{en} (touches {remedy.cost} visits"
    return (
        (f"{zh}，已试排可行）", f"{en}, tried: it fits)") if remedy.tried else (f"{zh}）", f"{en})")
    )
