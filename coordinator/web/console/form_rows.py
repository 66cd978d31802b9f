"""Questions that a form asks several times: rows that were filled in, and a few blank ones."""

import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

_BLANK = 2


def row_of(field: FieldInfo) -> type[BaseModel]:
    """Give what one row of a field with the widget `rows` asks for."""
    return next(_models(field.annotation))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in typing.get_args(annotation):
        yield from _models(each)


def filled(name: str, form: FormData) -> list[str]:
    """Give the prefixes of the rows in which something stands, in their order."""
    pattern = re.compile(rf"({re.escape(name)}-([0-9]{{1,4}})-)\w+")
    found = {
        int(match[2]): match[1]
        for key, value in form.multi_items()
        if (match := pattern.fullmatch(key)) and str(value).strip()
    }
    return [found[number] for number in sorted(found)]


def offered(name: str, form: FormData) -> list[str]:
    """Give the prefixes of the rows that a form shows: what is filled in, then blank ones."""
    rows = filled(name, form)
    last = max((int(each.split("-")[-2]) for each in rows), default=-1)
    return [*rows, *(f"{name}-{last + more + 1}-" for more in range(_BLANK))]


def entered(name: str, field: FieldInfo, form: FormData) -> list[dict[str, str]]:
    """Take the rows that were filled in; a blank cell was not entered."""
    return [
        {
            each: written
            for each in row_of(field).model_fields
            if (written := str(form.get(prefix + each, "")).strip())
        }
        for prefix in filled(name, form)
    ]


def fill(name: str, rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Give stored rows as the fields of a form."""
    return [
        (f"{name}-{number}-{each}", str(value))
        for number, row in enumerate(rows)
        for each, value in row.items()
    ]
