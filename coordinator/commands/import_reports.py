"""What an import says afterwards: figures, examples and problems as plain data and as sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import typer
from pydantic_core import to_jsonable_python

from coordinator.bootstrap.reading import ReadFile
from coordinator.commands.running import in_both_languages
from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import ActState, Difference, ImportProblem, RegisterAct

NOTHING_READ = 2
SOME_REFUSED = 1
SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class FileOutcome:
    """One file after its import, or after looking what it would do."""

    read: ReadFile
    dry_run: bool = False
    differences: Sequence[Difference] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    problems: Sequence[ImportProblem] = ()

    @property
    def act(self) -> RegisterAct:
        """The import's act."""
        return self.read.act

    @property
    def status(self) -> int:
        """Give 0 when all rows are in (or would be), 1 with refused rows, 2 with nothing read."""
        if not self.act.number_accepted or self.act.state in (ActState.FAILED, ActState.CANCELLED):
            return NOTHING_READ
        return SOME_REFUSED if self.act.number_refused else 0


def summary(outcome: FileOutcome) -> dict[str, Any]:
    """Give the figures of one file with its first differences and problems."""
    act = outcome.act
    known: dict[str, Any] = {
        "file": act.source,
        "import_id": None if outcome.dry_run else act.import_id,
        "dry_run": outcome.dry_run,
        **act_figures(act),
        **outcome.read.figures,
        "seconds": outcome.seconds,
        "differences": [vars(each) for each in outcome.differences],
        "problems": [_plain(problem) for problem in outcome.problems],
    }
    plain: dict[str, Any] = to_jsonable_python(known)
    return plain


def act_figures(act: RegisterAct) -> dict[str, Any]:
    """Give how far an act is and what it counted."""
    return {
        "kind": act.kind.value,
        "state": act.state.value,
        "rows": act.number_of_rows,
        "accepted": act.number_accepted,
        "refused": act.number_refused,
        "doubted": act.number_doubted,
        "added": act.number_added,
        "changed": act.number_changed,
        "unchanged": act.number_unchanged,
        "failure": act.failure,
    }


def tell(outcome: FileOutcome) -> None:
    """Say in both languages what became of a file."""
    act = outcome.act
    for line in (_head(outcome), _counts_zh(act), _counts_en(act)):
        typer.echo(line)
    for difference in outcome.differences:
        typer.echo(f"  {_difference(difference)}")
    for problem in outcome.problems:
        chinese, english = in_both_languages(RuleBrokenError(problem.rule, **problem.facts))
        typer.echo(f"  {problem.row}: {chinese}\n      {english}")
    _advise(outcome)


def tell_all(outcomes: Sequence[FileOutcome]) -> None:
    """Say of several files that each was an import of its own, and how many ended in which way."""
    by_status = Counter(outcome.status for outcome in outcomes)
    whole, partly, out = (by_status[status] for status in (0, SOME_REFUSED, NOTHING_READ))
    typer.echo(
        f"共 {len(outcomes)} 个文件，各为一次单独的导入：无拒收 {whole} 个，有拒收行 {partly} 个，"
        f"未能导入 {out} 个。\n"
        f"{len(outcomes)} files, each an import of its own: {whole} without refused rows, "
        f"{partly} with refused rows, {out} that could not be imported."
    )


def failure_of(act: RegisterAct) -> RuleBrokenError:
    """Give the broken rule for which an import failed."""
    facts = dict(act.failure or {})
    return RuleBrokenError(Rule(facts.pop("rule")), **facts)


def _head(outcome: FileOutcome) -> str:
    act = outcome.act
    if outcome.dry_run:
        return f"{act.source}: 试读，登记库没有改动 / dry run, the register was not changed"
    if act.state is ActState.APPLIED:
        return f"{act.source}: 已导入 / imported ({act.import_id})"
    return f"{act.source}: 未导入，登记库没有改动 / not imported, nothing changed ({act.import_id})"


def _counts_zh(act: RegisterAct) -> str:
    return (
        f"  共 {act.number_of_rows} 行：接收 {act.number_accepted}，拒收 {act.number_refused}，"
        f"存疑 {act.number_doubted}；新增 {act.number_added}，变更 {act.number_changed}，"
        f"未变 {act.number_unchanged}"
    )


def _counts_en(act: RegisterAct) -> str:
    return (
        f"  {act.number_of_rows} rows: {act.number_accepted} accepted, {act.number_refused} "
        f"refused, {act.number_doubted} doubted; {act.number_added} new, {act.number_changed} "
        f"changed, {act.number_unchanged} unchanged"
    )


def _difference(difference: Difference) -> str:
    if not difference.former:
        return f"+ {difference.key} {difference.value.get('name', '')}".rstrip()
    changed = (
        f"{name}: {difference.former[name]!s} → {value!s}"
        for name, value in difference.value.items()
    )
    return f"~ {difference.key} {'; '.join(changed)}"


def _advise(outcome: FileOutcome) -> None:
    """Say what can be done about a file that did not go in."""
    act = outcome.act
    if act.state is ActState.FAILED:
        error = failure_of(act)
    elif act.state is ActState.READ and act.number_refused:
        error = RuleBrokenError(
            Rule.IMPORT_ROWS_REFUSED, refused=act.number_refused, accepted=act.number_accepted
        )
    else:
        return
    for sentence in in_both_languages(error):
        typer.echo(sentence, err=True)


def _plain(problem: ImportProblem) -> dict[str, Any]:
    facts: dict[str, Any] = dict(problem.facts)
    return facts | {"rule": problem.rule.value, "severity": problem.severity.value}
