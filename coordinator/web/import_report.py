"""The row-level report of an import as a spreadsheet: every problem, whatever their number."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final

from coordinator.domain.registers.acts import ImportProblem, Severity
from coordinator.services.ports import Work
from coordinator.web.rule_texts import RULE_TEXTS

HEADINGS: Final = (
    "行 row",
    "列 column",
    "值 value",
    "规则 rule",
    "处理 outcome",
    "说明",
    "explanation",
    "应为 hint",
)
_OUTCOMES: Final = {Severity.REFUSED: "拒收 refused", Severity.DOUBTED: "存疑 doubted"}
_AT_ONCE: Final = 1_000
_SHEET_ROWS: Final = 1_048_000  # a sheet holds 1 048 576

Row = Sequence[object]
Make = Callable[[str, Sequence[str], Iterable[Row]], bytes]


async def problem_report(work: Work, import_id: str, make: Make) -> bytes:
    """Make the report of an import; problems are fetched a thousand at a time while it grows."""
    act = await work.imports.get(import_id)
    total = await work.import_problems.count(import_id=import_id)
    loop = asyncio.get_running_loop()

    def fetched(first: int) -> Sequence[ImportProblem]:
        numbers = tuple(range(first, first + _AT_ONCE))
        page: Awaitable[Sequence[ImportProblem]] = work.import_problems.where(
            import_id=import_id, number=numbers
        )
        return asyncio.run_coroutine_threadsafe(_awaited(page), loop).result()

    def rows() -> Iterator[Row]:
        shown = min(total, _SHEET_ROWS)
        for first in range(1, shown + 1, _AT_ONCE):
            yield from (report_row(problem) for problem in fetched(first))
        if total > shown:
            yield ("…", "", f"{total - shown} more", "", "", "", "", "")

    return await asyncio.to_thread(make, act.kind.value, HEADINGS, rows())


def report_row(problem: ImportProblem) -> Row:
    """Give one problem as the report shows it, worded in both languages."""
    text = RULE_TEXTS[problem.rule]
    facts = _Facts({name: str(value) for name, value in problem.facts.items()})
    return (
        problem.row,
        problem.column,
        problem.value,
        problem.rule.value,
        _OUTCOMES[problem.severity],
        text.zh.format_map(facts),
        text.en.format_map(facts),
        problem.expected,
    )


class _Facts(dict[str, str]):
    """Facts of a rule; one that a sentence names and nobody gave is a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


async def _awaited(page: Awaitable[Sequence[ImportProblem]]) -> Sequence[ImportProblem]:
    return await page
