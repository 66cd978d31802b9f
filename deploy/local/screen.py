"""What a person at the terminal sees of a run: steps with progress, then a table."""

import sys
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from deploy.local.recorded_people.stage import Step


class Screen:
    """Writes to standard error; quiet shows nothing but the end."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(file=sys.stderr, quiet=quiet, highlight=False)
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self._console,
        )

    def say(self, text: str) -> None:
        """Write one line."""
        self._console.print(text)

    def step(self, step: Step) -> None:
        """Show how far a step has come."""
        if not self._console.is_terminal:
            self._line(step)
            return
        if step.name not in self._bars:
            self._progress.start()
            self._bars[step.name] = self._progress.add_task(step.name, total=step.of)
        self._progress.update(self._bars[step.name], completed=step.done, total=step.of)

    def table(self, result: dict[str, Any]) -> None:
        """Show what happened."""
        self._progress.stop()
        table = Table(title="演练结果 rehearsal")
        table.add_column("项目 figure")
        table.add_column("值 value", justify="right", overflow="fold")
        for name, value in result.items():
            table.add_row(name, str(value))
        self._console.print(table)

    def where_to_look(self, places: dict[str, str]) -> None:
        """Show addresses and folders."""
        for name, place in places.items():
            self._console.print(f"{name}: {place}", soft_wrap=True)

    def _line(self, step: Step) -> None:
        """Write a line when a step is complete: no terminal, no moving bar."""
        if step.done >= step.of and step.name not in self._bars:
            self._bars[step.name] = TaskID(0)
            self._console.print(f"{step.name}: {step.done}/{step.of}")
