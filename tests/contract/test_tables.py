"""Every module of tables is known to the migrations, or its tables would be left out of them."""

import ast
from pathlib import Path

import coordinator.adapters.db

DB = Path(coordinator.adapters.db.__path__[0])


def test_the_migrations_know_every_module_of_tables() -> None:
    tree = ast.parse((DB / "migration_environment" / "env.py").read_text("utf-8"))

    [listed] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TABLES"
    ]

    assert isinstance(listed, ast.Tuple)
    names = [ast.unparse(each) for each in listed.elts]
    assert sorted(names) == sorted(path.stem for path in DB.glob("tables_*.py"))
