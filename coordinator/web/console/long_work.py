"""Long work on the console: whoever began it sees how far it is instead of a page that hangs."""

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.lottery.progress import LongStep, Progress
from coordinator.web.acts import Act, Call, Done, perform
from coordinator.web.console.frame import Console
from coordinator.web.errors import sentence
from coordinator.web.going_on import PATIENCE_SECONDS, finished
from coordinator.web.language import _, later
from coordinator.web.names import Names

_STEPS = {
    LongStep.FREEZE: later("正在冻结名录"),
    LongStep.OBJECTS: later("正在抽取对象"),
    LongStep.MERGE: later("正在合并任务"),
    LongStep.TEAMS: later("正在抽取检查组"),
}


async def performed(act: Act, console: Console, call: Call) -> Done | None:
    """Do an act; None when it takes so long that it goes on without anybody waiting for it."""
    patience = PATIENCE_SECONDS if act.long else None
    return await finished(perform(act, console.parts, console.person, call), patience)


def progress_words(progress: Progress, names: Names) -> str:
    """Say how far long work is, or why it did not end well."""
    if not progress.is_running:
        return _not_done(progress, names)
    words = _(_STEPS[progress.step])
    if progress.of:
        words += _("：第 %(number)s 项，共 %(of)s 项任务，已读 %(rows)s 行") % {
            "number": progress.number,
            "of": progress.of,
            "rows": f"{progress.rows:,}",
        }
    return words + _("。期间其他改动会等它完成；离开本页不影响它。")


def _not_done(progress: Progress, names: Names) -> str:
    person = names.person(progress.begun_by)
    if progress.rule is None:
        return _("%s 开始的操作中途断了，什么也没有改变；可以再次确认。") % person
    error = RuleBrokenError(Rule(progress.rule), **progress.facts)
    return _("%(person)s 开始的操作没有完成，什么也没有改变：%(why)s") % {
        "person": person,
        "why": sentence(error.rule, error.facts),
    }
