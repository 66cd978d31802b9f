"""Every rule as status and sentence in Chinese and English, and the answers made from them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.web.language import _, choose, current_language, later
from coordinator.web.rule_texts import RULE_TEXTS
from coordinator.web.words import role_word, state

PROBLEM_JSON = "application/problem+json"
_UNNAMED = "—"
# Facts whose values are codes, and the kind that words them.
_WORDED = {
    "level": "level",
    "needed_level": "level",
    "draw_level": "draw_level",
    "basis": "basis",
    "held": "archive-hold",
    "measured": "measured",
    "first_kind": "day",
    "then_kind": "day",
}
_STATE_KINDS = ("round", "visit", "task", "plan", "case", "rectification", "listing", "order")


# What a field fails in a request, worded by the kind of failure.
_FIELD_PROBLEMS = {
    "missing": later("没有填写"),
    "string_too_short": later("不能为空"),
    "string_too_long": later("太长"),
    "string_pattern_mismatch": later("含有不允许的字符"),
    "int_parsing": later("应为整数"),
    "date_from_datetime_parsing": later("应为日期，如 2026-11-21"),
    "date_parsing": later("应为日期，如 2026-11-21"),
    "json_invalid": later("不是有效的 JSON"),
    "extra_forbidden": later("不认识这一项"),
    "too_short": later("至少选择一项"),
    "enum": later("不在允许的取值中"),
    "literal_error": later("不在允许的取值中"),
    "tuple_type": later("应为列表"),
    "bool_parsing": later("不在允许的取值中"),
}


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _UNNAMED


def sentence(rule: Rule, facts: Mapping[str, object]) -> str:
    """Word a broken rule in the language of the request."""
    text = RULE_TEXTS[rule]
    words = _Facts({name: _word(name, value) for name, value in _with_counts(facts).items()})
    return choose(text.zh, text.en).format_map(words)


def sentences(error: RuleBrokenError) -> list[tuple[str, str]]:
    """Give (line, sentence) of a broken rule; a plan's breaches each get their own."""
    first = [("", sentence(error.rule, error.facts))]
    breaches = error.facts.get("breaches")
    return first + (_breach_sentences(breaches) if isinstance(breaches, Sequence) else [])


def field_problems(problems: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Give (field, what is wrong) of each failed field of a request."""
    found = []
    for problem in problems:
        place = [str(step) for step in problem["loc"] if step not in ("body", "query", "path")]
        words = _FIELD_PROBLEMS.get(problem["type"])
        found.append((".".join(place), _(words) if words else str(problem["msg"])))
    return found


def problem_details(error: RuleBrokenError, instance: str) -> dict[str, Any]:
    """Give the RFC 9457 document of a broken rule, with its facts."""
    status = RULE_TEXTS[error.rule].status
    facts = {k: to_jsonable_python(v, fallback=str) for k, v in error.facts.items()}
    if "breaches" in facts:
        said = [text for _, text in sentences(error)[1:]]
        facts["breaches"] = [
            {**breach, "detail": text} for breach, text in zip(facts["breaches"], said, strict=True)
        ]
    return {
        "type": f"urn:onevisit:rule:{error.rule.value}",
        "title": error.rule.value,
        "status": status,
        "detail": sentence(error.rule, error.facts),
        "instance": instance,
        **{name: value for name, value in facts.items() if name not in _RESERVED},
    }


_RESERVED = {"type", "title", "status", "detail", "instance"}


async def on_rule_broken(request: Request, error: Exception) -> Response:
    """Answer a broken rule: problem details for programs, a page with the sentence for people."""
    assert isinstance(error, RuleBrokenError)  # noqa: S101 - registered for this type only
    if wants_json(request):
        return problem_response(problem_details(error, request.url.path))
    if error.rule is Rule.LOGIN_NEEDED:
        return RedirectResponse(f"/login?next={request.url.path}", 303)
    return error_page(request, RULE_TEXTS[error.rule].status, sentences(error))


async def on_request_invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose fields do not fit, naming each."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    found = field_problems(error.errors())
    broken = RuleBrokenError(
        Rule.REQUEST_INVALID,
        number=len(found),
        problems=[{"field": field, "detail": text} for field, text in found],
    )
    if wants_json(request):
        return problem_response(problem_details(broken, request.url.path))
    return error_page(request, 422, [("", _("：").join((field, text))) for field, text in found])


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: unknown addresses and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    if error.status_code == 404:  # noqa: PLR2004 - HTTP
        return await on_rule_broken(request, RuleBrokenError(Rule.NOT_FOUND, key=request.url.path))
    if wants_json(request):
        body = {"type": "about:blank", "title": error.detail, "status": error.status_code}
        return problem_response(body)
    return error_page(request, error.status_code, [("", error.detail)])


def wants_json(request: Request) -> bool:
    """Say whether the caller is a program: the API, or anybody who asks for JSON."""
    return request.url.path.startswith("/v1/") or "html" not in request.headers.get(
        "accept", "html"
    )


def problem_response(body: dict[str, Any]) -> JSONResponse:
    """Send problem details."""
    headers = {"Content-Language": "zh-CN" if current_language() == "zh" else "en"}
    return JSONResponse(body, body["status"], headers=headers, media_type=PROBLEM_JSON)


def error_page(request: Request, status: int, found: Sequence[tuple[str, str]]) -> Response:
    """Show what happened, what it means and what to do."""
    pages = request.app.state.pages
    response: Response = pages.show(request, "errors/error.html", status=status, found=found)
    return response


def _breach_sentences(breaches: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [
        (
            str(breach["line"]),
            sentence(
                Rule(breach["rule"]),
                {"line": breach["line"], **breach.get("facts", {}), **breach.get("remedy", {})},
            ),
        )
        for breach in breaches
    ]


def _with_counts(facts: Mapping[str, object]) -> dict[str, object]:
    breaches = facts.get("breaches")
    if isinstance(breaches, Sequence):
        return {"number": len(breaches), **facts}
    return dict(facts)


def _word(name: str, value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return _("、").join(_word(name, each) for each in value)
    if isinstance(value, Mapping):
        return " ".join(str(each) for each in value.values())
    if name in ("role", "needed"):
        return _("审批人") if value == "approver" else role_word(str(value))
    return _UNNAMED if value is None else _plain_word(name, str(value))


def _plain_word(name: str, value: str) -> str:
    if name in _WORDED:
        return state(_WORDED[name], value).word
    if name in ("now", "wanted", "allowed", "state"):
        return _state_word(value)
    return value


def _state_word(value: str) -> str:
    """Word a state whose kind the fact does not name: the first kind that knows it."""
    for kind in _STATE_KINDS:
        found = state(kind, value)
        if found.icon:
            return found.word
    return value
