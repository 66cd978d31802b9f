"""The form of an item: proposed as new, or as a change of what is published."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

from coordinator.domain.errors import RuleBrokenError
from coordinator.domain.registers import CheckItem
from coordinator.domain.registers.acts import Channel
from coordinator.services import registers
from coordinator.services.ports import Work
from coordinator.web.acts import Call, Entry, perform
from coordinator.web.api.registers.item_entries import CheckpointEntry, ItemEntry, NewItemEntry
from coordinator.web.console.act_options import Pairs
from coordinator.web.console.acting import FormField
from coordinator.web.console.frame import ACTS, Console, InConsole
from coordinator.web.errors import field_problems, sentences
from coordinator.web.identity import require_same_site, require_token
from coordinator.web.language import _, choose, later
from coordinator.web.rule_texts import RULE_TEXTS
from coordinator.web.words import states_of

router = APIRouter()
FORM = "/console/registers/item-form"
_BLANK_CHECKPOINTS = 2
_POINT = re.compile(r"checkpoint-([0-9]{1,3})-([a-z_]+)")
_GROUPS = (
    (later("事项"), ("code", "name", "category", "object_type", "item_class", "risk_grades")),
    (later("依据"), ("legal_bases", "power_list_entry", "responsibility_list_entry")),
    (later("由谁检查"), ("levels", "subject_organs", "named_organs", "delegated")),
    (
        later("怎样检查"),
        ("methods", "estimated_minutes", "competences", "expert_field", "documents"),
    ),
    (later("有效期"), ("valid_from", "valid_to")),
)
_LAST = (later("提交"), ("section", "reason"))
_Fields = Mapping[str, Any]
_LINE_BREAK = re.compile(r"[\r\n]+")


@router.get(FORM)
async def new_item(console: InConsole) -> Response:
    """Show the form of a new item."""
    ACTS["propose-item"].require(console.actor, {})
    return await _form(console, "", {}, [])


@router.get(FORM + "/{code:path}")
async def change_item(code: str, console: InConsole) -> Response:
    """Show the form of an item with what is published."""
    ACTS["propose-item-change"].require(console.actor, {})
    async with console.reading() as work:
        listed = await registers.list_as_published(work)
        item = listed.get(code) or await work.items.get(code)
    return await _form(console, code, _plain(item), [])


@router.post(FORM)
async def propose_new(request: Request, console: InConsole) -> Response:
    """Hand in a new item."""
    return await _propose(request, console, "")


@router.post(FORM + "/{code:path}")
async def propose_change(code: str, request: Request, console: InConsole) -> Response:
    """Hand in a change."""
    return await _propose(request, console, code)


async def _propose(request: Request, console: Console, code: str) -> Response:
    form = await request.form()
    require_same_site(request)
    require_token(console.person, str(form.get("csrf", "")))
    entered = _entered(_entry(code), form)
    if "more" in form:
        return await _form(console, code, entered, [])
    act = ACTS["propose-item-change" if code else "propose-item"]
    keys = {"code": code} if code else {}
    try:
        call = Call(keys, _entry(code).model_validate(entered), Channel.FORM)
        done = await perform(act, console.parts, console.person, call)
    except ValidationError as error:
        problems = field_problems([dict(each) for each in error.errors()])
        return await _form(console, code, entered, _labelled(problems), 422)
    except RuleBrokenError as error:
        status = RULE_TEXTS[error.rule].status
        return await _form(console, code, entered, sentences(error), status)
    return RedirectResponse(
        f"/console/registers/item-proposals/{done.subject}?done={act.name}", 303
    )


async def _form(
    console: Console, code: str, values: _Fields, problems: Pairs, status: int = 200
) -> Response:
    async with console.reading() as work:
        fields = _fields(_entry(code), values, work)
        points = [*values.get("checkpoints", ()), *[{}] * _BLANK_CHECKPOINTS]
        return await console.show(
            work,
            "registers/item_form.html",
            code=code,
            groups=[_group(group, fields) for group in _GROUPS],
            last=_group(_LAST, fields),
            points=[list(_fields(CheckpointEntry, point, work).values()) for point in points],
            problems=problems,
            wrong={name for name, _text in problems},
            status=status,
        )


def _entry(code: str) -> type[ItemEntry]:
    return ItemEntry if code else NewItemEntry


def _group(
    group: tuple[str, Sequence[str]], fields: Mapping[str, FormField]
) -> tuple[str, list[FormField]]:
    title, names = group
    return _(title), [fields[name] for name in names if name in fields]


def _fields(entry: type[Entry], values: _Fields, work: Work) -> dict[str, FormField]:
    return {
        name: _field(name, field, values.get(name), work)
        for name, field in entry.model_fields.items()
        if name != "checkpoints"
    }


def _field(name: str, field: FieldInfo, value: Any, work: Work) -> FormField:
    several = tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()
    return FormField(
        name=name,
        label=_(field.title or name),
        hint=_(field.description) if field.description else "",
        widget=_widget(name, field),
        options=_options(name, field, work),
        required=field.is_required() or _is_needed(field),
        value="\n".join(several) if several else str(value or ""),
        chosen=several or ((str(value),) if value else ()),
    )


def _is_needed(field: FieldInfo) -> bool:
    """Say whether a field must not be called optional: one of several has to be filled in."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("needed"))


def _widget(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "widget" in extra:
        return str(extra["widget"])
    if name == "kind":
        return "select"
    return "date" if name in ("valid_from", "valid_to", "law_text_date") else "text"


def _options(name: str, field: FieldInfo, work: Work) -> Pairs:
    extra = field.json_schema_extra
    source = str(extra.get("choices", "")) if isinstance(extra, dict) else ""
    if name == "kind":
        source = "words:checkpoint-kind"
    if source == "methods":
        return [(each.name, choose(each.name, each.name_en)) for each in work.policy.methods]
    return states_of(source.removeprefix("words:")) if source else []


def _entered(entry: type[ItemEntry], form: FormData) -> dict[str, Any]:
    """Take what was entered; checkpoints that are blank all over were not entered."""
    found = _plain_fields(entry, form, "")
    numbers = {int(match[1]) for name in form if (match := _POINT.fullmatch(name))}
    points = [
        _plain_fields(CheckpointEntry, form, f"checkpoint-{number}-") for number in sorted(numbers)
    ]
    found["checkpoints"] = [
        point for point in points if any(each for name, each in point.items() if name != "kind")
    ]
    return found


def _plain_fields(entry: type[Entry], form: FormData, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in entry.model_fields.items():
        widget, written = _widget(name, field), str(form.get(prefix + name, "")).strip()
        if widget == "checks":
            found[name] = [str(each) for each in form.getlist(prefix + name)]
        elif widget == "list":
            found[name] = [each.strip() for each in _LINE_BREAK.split(written) if each.strip()]
        elif widget == "check":
            found[name] = bool(written)
        elif name != "checkpoints" and (written or field.is_required()):
            found[name] = written
    return found


def _plain(item: CheckItem) -> dict[str, Any]:
    return item.model_dump(mode="json", exclude={"source", "department"})


def _labelled(problems: Pairs) -> Pairs:
    """Name the field in each sentence: the summary on top stands away from it."""
    names = {**NewItemEntry.model_fields, **CheckpointEntry.model_fields}
    found = []
    for field, text in problems:
        first, *rest = field.split(".")
        label = _(names[first].title or first) if first in names else first
        if rest and rest[0].isdecimal() and first == "checkpoints":
            label = _("第 %(value)s 个要点") % {"value": int(rest[0]) + 1}
            if len(rest) > 1 and rest[1] in names:
                label += " " + _(names[rest[1]].title or rest[1])
        found.append((first, _("：").join((label, text))))
    return found
