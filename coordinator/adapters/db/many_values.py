"""Conditions over any number of values: a statement takes some 32 000 parameters at most."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    String,
    any_,
    bindparam,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

AS_PARAMETERS = 1_000  # beyond, all values travel in one parameter


def any_of(connection: AsyncConnection, chosen: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """Say that a column of texts or numbers has one of these values."""
    if len(values) <= AS_PARAMETERS:
        condition: ColumnElement[bool] = chosen.in_(values)
    else:
        dialect = connection.dialect.name
        all_of_them = in_one_value(dialect, values)
        condition = _among_many(dialect, chosen, bindparam(None, all_of_them, unique=True))
    return condition


def bound_any_of(dialect: str, chosen: Any, *, many: bool) -> ColumnElement[bool]:
    """Say the same of values bound later under the column's name, `many` as `in_one_value`."""
    if many:
        return _among_many(dialect, chosen, bindparam(chosen.name))
    among: ColumnElement[bool] = chosen.in_(bindparam(chosen.name, expanding=True))
    return among


def in_one_value(dialect: str, values: Sequence[Any]) -> Any:
    """Give many values as the one that a database takes: an array, or a JSON text."""
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def _among_many(dialect: str, chosen: Any, bound: BindParameter[Any]) -> ColumnElement[bool]:
    if dialect == "postgresql":
        condition: ColumnElement[bool] = chosen == any_(type_coerce(bound, ARRAY(chosen.type)))
    else:
        text = type_coerce(bound, String)
        each = func.json_each(text).table_valued(column("value", chosen.type))
        condition = chosen.in_(select(each.c.value))
    return condition
