"""The page of one act: what follows from it, what it asks for, and the button."""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData, UploadFile

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.registers.acts import Channel
from coordinator.services.ports import Work
from coordinator.web.acts import Act, Call
from coordinator.web.console import form_rows
from coordinator.web.console.act_options import Pairs, options_of
from coordinator.web.console.frame import ACTS, Console, InConsole
from coordinator.web.console.long_work import performed
from coordinator.web.console.participants import answered
from coordinator.web.errors import field_problems, sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _
from coordinator.web.rule_texts import RULE_TEXTS

router = APIRouter()


@dataclass(frozen=True)
class FormField:
    """One question of a form, with what was entered."""

    name: str
    label: str
    hint: str
    widget: str
    options: Pairs
    required: bool
    value: str
    chosen: tuple[str, ...]
    rows: tuple[tuple["FormField", ...], ...] = ()


@router.get("/console/acts/{name}{keys:path}")
async def ask(name: str, keys: str, console: InConsole) -> Response:
    """Show the form of an act."""
    act, found = _act(name, keys)
    act.require(console.actor, found)
    return await _form(console, act, found, await _start(console, act, found), [])


@router.post("/console/acts/{name}{keys:path}")
async def do(name: str, keys: str, request: Request, console: InConsole) -> Response:
    """Do an act; what is wrong is said on the form, above and beside the field."""
    act, found = _act(name, keys)
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    if "more" in form:
        act.require(console.actor, found)
        return await _form(console, act, found, form, [])
    try:
        entry = act.entry.model_validate(_entered(act, form))
        call = Call(found, entry, Channel.FORM)
        done = await performed(act, console, call)
    except ValidationError as error:
        problems = _in_rows(act, field_problems([dict(each) for each in error.errors()]))
        return await _form(console, act, found, form, problems, 422)
    except RuleBrokenError as error:
        status = RULE_TEXTS[error.rule].status
        return await _form(console, act, found, form, sentences(error), status)
    if done is None:  # it goes on, and the page it leads back to says how far it is
        return RedirectResponse(act.back.format(**_quoted(found), subject=""), 303)
    back = act.back.format(**_quoted(found), subject=quote(done.subject, safe=":"))
    return await answered(console, act, done, back)


async def _start(console: Console, act: Act, keys: dict[str, str]) -> FormData:
    """Give what the form begins with: what is stored now, and what the link to it names."""
    stored: Mapping[str, Any] = {}
    if act.start is not None:
        async with console.reading() as work:
            stored = await act.start(work, keys)
    asked = console.request.query_params
    fields: list[tuple[str, str | UploadFile]] = []
    for name, field in act.entry.model_fields.items():
        if _widget(field) == "rows":
            fields += form_rows.fill(name, stored.get(name) or ())
        elif _widget(field) == "checks" and name not in asked:
            fields += [(name, str(each)) for each in stored.get(name) or ()]
        elif name in asked or stored.get(name) is not None:
            fields.append((name, _shown(asked.get(name, stored.get(name)))))
    return FormData(fields)


def _shown(value: Any) -> str:
    """Give a stored value as a form shows it: lists by lines, yes and no as in its selects."""
    if isinstance(value, list | tuple):
        return "\n".join(str(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _act(name: str, keys: str) -> tuple[Act, dict[str, str]]:
    act = ACTS.get(name)
    if act is None or not act.on_console:
        raise RuleBrokenError(Rule.NOT_FOUND, kind="act", key=name)
    # Ids of objects may hold slashes: what is left over belongs to the last key.
    values = [part for part in keys.strip("/").split("/", len(act.keys) - 1) if part]
    if len(values) != len(act.keys):
        raise RuleBrokenError(Rule.NOT_FOUND, kind="act", key=name)
    return act, dict(zip(act.keys, values, strict=True))


def _quoted(keys: Mapping[str, str]) -> dict[str, str]:
    return {name: quote(value, safe=":") for name, value in keys.items()}


def _entered(act: Act, form: FormData) -> dict[str, Any]:
    """Take the fields of the entry from the form; an empty field was not entered."""
    entered: dict[str, Any] = {}
    for name, field in act.entry.model_fields.items():
        if _widget(field) == "checks":
            entered[name] = form.getlist(name)
        elif _widget(field) == "rows":
            entered[name] = form_rows.entered(name, field, form)
        elif _widget(field) == "list":
            entered[name] = _listed(field, str(form.get(name) or ""))
        elif form.get(name):
            entered[name] = form[name]
    return entered


def _listed(field: FieldInfo, text: str) -> list[str]:
    """Take an entry from each line; codes may share a line, free text keeps its signs."""
    extra = field.json_schema_extra
    is_free = isinstance(extra, dict) and bool(extra.get("free_text"))
    parts = re.split(r"[\r\n]+" if is_free else r"[\r\n;；、]+", text)
    return [part.strip() for part in parts if part.strip()]


async def _form(
    console: Console,
    act: Act,
    keys: dict[str, str],
    form: FormData,
    problems: Pairs,
    status: int = 200,
) -> Response:
    async with console.reading() as work:
        shown = _Shown(work, keys, form)
        fields = [
            await _field(shown, name, field) for name, field in act.entry.model_fields.items()
        ]
        return await console.show(
            work,
            "acts/act.html",
            act=act,
            keys=keys,
            fields=fields,
            problems=problems,
            wrong={name for name, _text in problems},
            origin=(act.origin or act.back).format(**_quoted(keys)),
            status=status,
        )


@dataclass(frozen=True)
class _Shown:
    """What a form is shown from: the store, what the act is done to, and what was entered."""

    work: Work
    keys: Mapping[str, str]
    form: FormData


async def _field(shown: _Shown, name: str, field: FieldInfo) -> FormField:
    extra = field.json_schema_extra
    source = str(extra.get("choices", "")) if isinstance(extra, dict) else ""
    chosen = tuple(str(value) for value in shown.form.getlist(name))
    return FormField(
        name=name,
        label=_(field.title or name),
        hint=_(field.description) if field.description else "",
        widget=_widget(field),
        options=await options_of(shown.work, source, shown.keys),
        required=field.is_required(),
        value=chosen[0] if chosen else "",
        chosen=chosen,
        rows=await _rows(shown, name, field) if _widget(field) == "rows" else (),
    )


async def _rows(shown: _Shown, name: str, field: FieldInfo) -> tuple[tuple[FormField, ...], ...]:
    asked, form = form_rows.row_of(field).model_fields, shown.form
    blank = replace(shown, form=FormData())
    columns = [await _field(blank, each, cell) for each, cell in asked.items()]
    return tuple(
        tuple(
            replace(each, name=prefix + each.name, value=str(form.get(prefix + each.name, "")))
            for each in columns
        )
        for prefix in form_rows.offered(name, form)
    )


def _in_rows(act: Act, problems: Pairs) -> Pairs:
    """Name row and column of what is wrong inside a field's rows."""
    found = []
    for place, text in problems:
        name, *inside = place.split(".")
        field = act.entry.model_fields.get(name)
        if field is not None and len(inside) > 1 and _widget(field) == "rows":
            found.append((name, _("：").join((_cell(field, inside), text))))
        else:
            found.append((name, text))
    return found


def _cell(field: FieldInfo, inside: list[str]) -> str:
    number, column, *_rest = inside
    title = form_rows.row_of(field).model_fields[column].title or column
    words = {"title": _(field.title or column), "n": int(number) + 1, "column": _(title)}
    return _("%(title)s第 %(n)s 行，%(column)s") % words


def _widget(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "widget" in extra:
        return str(extra["widget"])
    return "date" if date in _types(field.annotation) else "text"


def _types(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)
