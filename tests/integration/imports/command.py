"""`onevisit import` in a folder of its own, with the database that a test looks into."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from coordinator.commands.main import app
from tests.snapshots import migrated_file

HEADER = ("检查对象编号", "名称", "类型", "行政区划代码", "行业代码", "地址", "登记状态")


@dataclass(frozen=True)
class Console:
    """The command line on one database."""

    folder: Path

    @property
    def database(self) -> str:
        return str(self.folder / "county.db")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ONEVISIT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "ONEVISIT_DATA_FOLDER": str(self.folder),
        }

    def run(self, *argv: object) -> Result:
        return CliRunner().invoke(
            app, ["import", *map(str, argv)], env=self.environment, catch_exceptions=False
        )

    def figures(self, *argv: object) -> dict[str, Any]:
        """Run with --json; give the figures of the only file."""
        [found] = json.loads(self.run(*argv, "--json").stdout)
        return dict(found)

    def count(self, table: str) -> int:
        engine = create_engine(f"sqlite:///{self.database}")
        with engine.connect() as connection:
            found = connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
        engine.dispose()
        return int(found or 0)

    def value(self, query: str) -> Any:
        """Give the first value that a query finds."""
        engine = create_engine(f"sqlite:///{self.database}")
        with engine.connect() as connection:
            found = connection.scalar(text(query))
        engine.dispose()
        return found

    def staged(self) -> int:
        """Count the places of acts that are left."""
        engine = create_engine(f"sqlite:///{self.database}")
        with engine.connect() as connection:
            names = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'staged_%'"
            found = connection.scalar(text(names))
        engine.dispose()
        return int(found or 0)

    def file(self, rows: Iterable[Sequence[object]], name: str = "objects.csv") -> Path:
        """Write a directory of objects."""
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([HEADER, *rows])
        return path


async def new_console(folder: Path) -> Console:
    await migrated_file(folder / "county.db")
    return Console(folder)


def a_row(number: int, **changes: object) -> list[object]:
    """Give a clean row of the directory; changes by the name of the column."""
    values = {
        "检查对象编号": f"premises:640221-{number:07d}",
        "名称": f"第{number}号店",
        "类型": "企业",
        "行政区划代码": "640221",
        "行业代码": "H6210",
        "地址": f"水渠路{number}号",
        "登记状态": "存续",
    }
    return list((values | changes).values())
