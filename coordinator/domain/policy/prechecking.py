"""The pre-check comparison 预查比对: which kind of fact is shown to whom (2.3 rule 6)."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from coordinator.domain.policy.figures import CodeName, PolicyPart, once

KnownField = Literal[
    "contact",
    "licences",
    "key-unit",
    "undisturbed",
    "focus",
    "credit-class",
    "gradings",
    "events",
    "abnormal-list",
    "serious-list",
    "last-checks",
    "results",
    "rectifications",
    "cases",
    "undisclosed",
]
"""What may be known of an object; `undisclosed` are results nobody has published yet, and what
followed from them."""

Audience = Literal["office", "auditor", "departments", "source"]
"""Who may see a fact: departments of the visit, or of these only those it comes from (2.8)."""


class ShownField(CodeName):
    """A kind of fact with its name, and who may see it; a kind without entry is shown to nobody."""

    code: KnownField
    audience: Annotated[tuple[Audience, ...], AfterValidator(once)]


class PrecheckPolicy(PolicyPart):
    """The pre-check comparison of a visit (2.3 rule 6).

    fields: kinds of facts with who may see them; none = nothing is compared. The inspected and
    the public are no audience.
    months: how far back events, results and checks are told.
    """

    months: int = Field(default=24, ge=1)
    fields: tuple[ShownField, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        once((each.code for each in self.fields), "fields")
        return self

    def shown(self, code: str) -> ShownField | None:
        """Give the entry of a kind of fact, or None: it is shown to nobody."""
        return next((each for each in self.fields if each.code == code), None)
