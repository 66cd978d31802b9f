"""Conditions over any number of values: a statement takes some 32 000 parameters at most."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, column, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

_AS_PARAMETERS = 1_000  # beyond, all values travel in one parameter


def any_of(connection: AsyncConnection, chosen: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """Say that a column of texts or numbers has one of these values."""
    if len(values) <= _AS_PARAMETERS:
        condition: ColumnElement[bool] = chosen.in_(values)
    elif connection.dialect.name == "postgresql":
        condition = chosen == any_(literal(values, ARRAY(chosen.type)))
    else:
        each = func.json_each(json.dumps(values)).table_valued(column("value", chosen.type))
        condition = chosen.in_(select(each.c.value))
    return condition
