"""A profile from decoded data: every flaw named by field, with what was expected and found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy.profile import Policy

_BOUNDS = {
    "greater_than_equal": ("≥", "ge"),
    "greater_than": (">", "gt"),
    "less_than_equal": ("≤", "le"),
    "less_than": ("<", "lt"),
    "string_pattern_mismatch": ("~", "pattern"),
    "literal_error": ("=", "expected"),
}
_TYPES = {
    "bool": "true | false",
    "date": "YYYY-MM-DD",
    "dict": "table",
    "int": "integer",
    "model": "table",
    "str": "text",
    "string": "text",
    "tuple": "list",
}
_LONGEST = 80


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one figure: dotted field, what was expected, what was found."""

    field: str
    expected: str
    found: str


def policy_from(fields: Mapping[str, Any], file: str) -> Policy:
    """Validate a profile's data; POLICY_INVALID names file, field, expected and found."""
    try:
        return Policy.model_validate(fields)
    except ValidationError as error:
        flaws = tuple(_flaw(each) for each in error.errors(include_url=False))
        first = flaws[0]
        raise RuleBrokenError(
            Rule.POLICY_INVALID,
            file=file,
            field=first.field,
            expected=first.expected,
            found=first.found,
            flaws=[asdict(flaw) for flaw in flaws],
        ) from error


def _flaw(details: ErrorDetails) -> Flaw:
    field = ".".join(str(part) for part in details["loc"]) or "-"
    kind, context = details["type"], details.get("ctx", {})
    if kind == "flaw":
        own = ".".join(filter(None, (field.strip("-"), context["field"])))
        return Flaw(own, context["expected"], context["found"])
    if kind == "missing":
        return Flaw(field, _type_of(details["loc"]), "-")
    if kind == "extra_forbidden":
        return Flaw(field, f"one of: {', '.join(_fields_beside(details['loc']))}", _short(details))
    return Flaw(field, _expected(details), _short(details))


def _expected(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    if details["type"] in _BOUNDS:
        sign, name = _BOUNDS[details["type"]]
        return f"{sign} {context[name]}"
    kind = details["type"].removesuffix("_parsing").removesuffix("_type")
    return _TYPES.get(kind, kind)


def _short(details: ErrorDetails) -> str:
    found = details["input"]
    words = type(found).__name__ if isinstance(found, dict | BaseModel) else str(found)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _type_of(loc: tuple[int | str, ...]) -> str:
    model = _model_at(loc[:-1])
    field = None if model is None else model.model_fields.get(str(loc[-1]))
    name = getattr(field and field.annotation, "__name__", "")
    return "table" if _is_model(field and field.annotation) else _TYPES.get(name, "a value")


def _fields_beside(loc: tuple[int | str, ...]) -> list[str]:
    model = _model_at(loc[:-1])
    return [] if model is None else sorted(model.model_fields)


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Give the part that a place in a profile leads to; a number leads to an entry of a tuple."""
    model: Any = Policy
    for part in loc:
        if isinstance(part, str):
            model = model.model_fields[part].annotation
        inner = [each for each in getattr(model, "__args__", ()) if each not in (Ellipsis, None)]
        model = next((each for each in inner if _is_model(each)), model)
    return model if _is_model(model) else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
