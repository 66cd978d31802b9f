"""The one list of all pages: columns, filters that mirror the URL, pages of 50, export."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import Documents, Page, Query
from coordinator.web.downloads import csv_file, xlsx_file
from coordinator.web.language import _
from coordinator.web.names import Names
from coordinator.web.words import state

V = TypeVar("V")

PAGE_SIZE = 50
_EXPORT_STEP = 1000
_MOST_EXPORTED = 100_000  # rows are kept in memory, and every page of them is counted anew
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,6}")  # beyond that databases can't count


class Paged(Protocol[V]):
    """What can be listed: anything that gives pages."""

    async def page(self, query: Query) -> Page[V]:
        """Give one page of the values that a query selects."""
        ...


@dataclass(frozen=True)
class Column(Generic[V]):
    """One column; `kind` says how a value is shown, e.g. `state:visit`, `departments`, `code`.

    `of` is the field that the cell holds, or gives it (codes where `kind` names them); `href` is
    where it leads, `note` a smaller second line, `order` the field to sort by.
    """

    title: str
    of: str | Callable[[V, Names], Any]
    kind: str = "text"
    _: KW_ONLY
    href: Callable[[V], str] | None = None
    note: Callable[[V, Names], str] | None = None
    order: str = ""

    def value(self, of: V, names: Names) -> Any:
        """Give what the cell holds."""
        return getattr(of, self.of) if isinstance(self.of, str) else self.of(of, names)


@dataclass(frozen=True)
class Filter:
    """One select above a list: a field of the value, its label, and the choices.

    `how`: the field `equals` what is chosen, a list field `contains` it, a date field counts
    `until` it; `blank` takes the name of a field with nothing in it, `given` a `field=value`.
    `typed`: a text box instead of a select; `aside`: shown only where a link has set it.
    """

    field: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    how: Literal["equals", "contains", "until", "blank", "given"] = "equals"
    _: KW_ONLY
    typed: bool = False
    aside: bool = False

    def allows(self, value: str) -> bool:
        """Say whether a value of the URL is one to ask a database for."""
        if self.how == "until":
            return _day(value) is not None
        chosen = {code for code, _label in self.options}
        closed = self.how in ("blank", "given") or chosen <= {"true", "false"}
        return self.typed or not closed or value in chosen


@dataclass(frozen=True, kw_only=True)
class ListSpec(Generic[V]):
    """What a list shows and how; `fixed` are conditions that the URL can't change.

    `search_in` are the fields that a text is looked for in, all of them where none is named.
    """

    title: str
    columns: Sequence[Column[V]]
    filters: Sequence[Filter] = ()
    searchable: bool = True
    order: str = ""
    descending: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    empty: str = ""
    empty_next: str = ""
    search_label: str = ""
    search_in: tuple[str, ...] = ()
    exports: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell as the template shows it."""

    kind: str
    value: Any
    title: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A page of a list, ready to show; `chosen` holds the filters of the URL."""

    spec: ListSpec[Any]
    rows: Sequence[Sequence[Cell]]
    total: int
    page: int
    text: str
    chosen: Mapping[str, str]
    order: str

    @property
    def number_of_pages(self) -> int:
        """Pages in all, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def filtered(self) -> bool:
        """Whether the URL narrows the list."""
        return bool(self.text or any(self.chosen.values()))

    def url(self, **changes: object) -> str:
        """Give this list's query string with some parts changed."""
        parts = {**self.chosen, "q": self.text, "sort": self.order, "page": self.page, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, kw_only=True)
class Listed(Generic[V]):
    """A collection with how to list it, the names to show and the maker of spreadsheets."""

    collection: Paged[V]
    spec: ListSpec[V]
    names: Names
    documents: Documents


async def answer(listed: Listed[V], request: Request) -> ListView | Response:
    """Give the page of the list that the URL asks for, or the file when it asks for one."""
    if listed.spec.exports and request.query_params.get("format") in ("csv", "xlsx"):
        return await _export(listed, request)
    query = _query(listed.spec, request)
    found: Page[V] = await listed.collection.page(query)
    return ListView(
        spec=listed.spec,
        rows=[_cells(listed, value) for value in found.values],
        total=found.total,
        page=query.offset // PAGE_SIZE + 1,
        text=query.text,
        chosen={f.field: request.query_params.get(f.field, "") for f in listed.spec.filters},
        order=request.query_params.get("sort", ""),
    )


def _query(spec: ListSpec[V], request: Request) -> Query:
    asked = request.query_params
    narrowed = _filtered(spec.filters, asked)
    order, descending = spec.order, spec.descending
    wanted = asked.get("sort", "")
    if wanted.lstrip("-") in {column.order for column in spec.columns if column.order}:
        order, descending = wanted.lstrip("-"), wanted.startswith("-")
    page = asked.get("page", "1")
    number = int(page) if _PAGE_NUMBER.fullmatch(page) else 1
    return replace(
        narrowed,
        equals={**narrowed.equals, **_narrowed(spec.fixed, narrowed.equals)},
        text=asked.get("q", "").strip() if spec.searchable else "",
        within=spec.search_in,
        order=order,
        descending=descending,
        offset=(number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )


def _filtered(filters: Sequence[Filter], asked: Mapping[str, str]) -> Query:
    """Take from the URL what the filters know; what they don't allow is left alone."""
    found = Query()
    for each in filters:
        value = asked.get(each.field, "").strip()
        if value and each.allows(value):
            found = _with(found, each, value)
    return found


def _with(query: Query, chosen: Filter, value: str) -> Query:
    if chosen.how == "contains":
        return replace(query, contains={**query.contains, chosen.field: value})
    if chosen.how == "until":
        return replace(query, until={**query.until, chosen.field: _day(value)})
    if chosen.how == "blank":
        return replace(query, blank=(*query.blank, value))
    field, plain = value.split("=", 1) if chosen.how == "given" else (chosen.field, value)
    wanted = {"true": True, "false": False}.get(plain, plain)
    return replace(query, equals={**query.equals, field: wanted})


def _day(written: str) -> Any:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _narrowed(fixed: Mapping[str, Any], equals: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is fixed; a filter on the same field may narrow it, never widen it."""
    narrowed: dict[str, Any] = {}
    for name, allowed in fixed.items():
        several = isinstance(allowed, tuple | list | set | frozenset)
        chosen = equals.get(name)
        fits = several and chosen in allowed
        narrowed[name] = chosen if fits else allowed
        if chosen is not None and not fits and chosen != allowed:
            narrowed[name] = ()
    return narrowed


def _cells(listed: Listed[V], value: V) -> list[Cell]:
    return [
        Cell(
            kind=column.kind,
            value=column.value(value, listed.names),
            title=column.title,
            href=column.href(value) if column.href else "",
            note=column.note(value, listed.names) if column.note else "",
        )
        for column in listed.spec.columns
    ]


async def _export(listed: Listed[V], request: Request) -> Response:
    headings = [_(column.title) for column in listed.spec.columns]
    rows = [row async for row in _plain_rows(listed, request)]
    title = _(listed.spec.title)
    if request.query_params["format"] == "xlsx":
        body = await asyncio.to_thread(listed.documents.workbook, title, headings, rows)
        return xlsx_file(body, "onevisit")
    return csv_file(headings, rows, "onevisit")


async def _plain_rows(listed: Listed[V], request: Request) -> AsyncIterator[list[object]]:
    query = _query(listed.spec, request)
    offset = 0
    while True:
        step = replace(query, offset=offset, limit=_EXPORT_STEP)
        found = await listed.collection.page(step)
        if found.total > _MOST_EXPORTED:
            raise RuleBrokenError(Rule.EXPORT_TOO_LARGE, number=found.total, maximum=_MOST_EXPORTED)
        for value in found.values:
            yield [_plain(cell, listed.names) for cell in _cells(listed, value)]
        offset += _EXPORT_STEP
        if offset >= found.total:
            return


def _plain(cell: Cell, names: Names) -> object:
    """Give a cell's value as a spreadsheet holds it: words instead of codes."""
    kind, _colon, of = cell.kind.partition(":")
    if kind == "state":
        return state(of, cell.value).word
    if kind == "departments":
        return _("、").join(names.department(code) for code in cell.value)
    if isinstance(cell.value, datetime):
        return cell.value.isoformat()
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    return "" if cell.value is None else cell.value
