"""Why an answer of the back office or the desk is refused: codes and facts, worded from data."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import ValidationError


class Flaw(StrEnum):
    """A rule that an answer breaks; `wording.toml` words each in Chinese and English."""

    MALFORMED = "malformed"
    VISIT_UNKNOWN = "visit-unknown"
    ORDER_UNKNOWN = "order-unknown"
    ROUND_UNKNOWN = "round-unknown"
    LETTER_UNKNOWN = "letter-unknown"
    OTHER_DEPARTMENT = "other-department"
    STATE_WRONG = "state-wrong"
    NOT_OPENED = "not-opened"
    TEXT_MISSING = "text-missing"
    NUL_CHARACTER = "nul-character"
    NOT_IN_TEAM = "not-in-team"
    TOO_FEW_OFFICERS = "too-few-officers"
    OUTSIDE_WINDOW = "outside-window"
    IN_FUTURE = "in-future"
    VERSION_WRONG = "version-wrong"
    FINDING_NOT_ASKED = "finding-not-asked"
    FINDING_MISSING = "finding-missing"
    FINDING_REPEATED = "finding-repeated"
    METHOD_UNKNOWN = "method-unknown"
    CODE_MISSING = "code-missing"
    CODE_UNKNOWN = "code-unknown"
    CODE_AMBIGUOUS = "code-ambiguous"
    CODES_CONTRADICT = "codes-contradict"
    PROBLEM_WITHOUT_WORDS = "problem-without-words"
    PROBLEM_WITHOUT_BASIS = "problem-without-basis"
    WORDS_WITHOUT_PROBLEM = "words-without-problem"
    FOLLOW_UP_CONTRADICTS = "follow-up-contradicts"
    UNCHECKED_AS_CLEAN = "unchecked-as-clean"
    UNCHECKED_WITHOUT_REASON = "unchecked-without-reason"
    ANSWER_MISSING = "answer-missing"
    ANSWER_NOT_ASKED = "answer-not-asked"
    ANSWER_REPEATED = "answer-repeated"
    ANSWER_INVALID = "answer-invalid"
    REOPENED_WITHOUT_REASON = "reopened-without-reason"
    OBJECT_CODES_CONTRADICT = "object-codes-contradict"
    LATE_WITHOUT_REASON = "late-without-reason"
    EVIDENCE_REPEATED = "evidence-repeated"
    EVIDENCE_TAKEN_BY = "evidence-taken-by"
    EVIDENCE_OTHER_DAY = "evidence-other-day"
    PROCESS_RECORD_MISSING = "process-record-missing"
    PROCESS_RECORD_TIMES = "process-record-times"
    SIGNATURE_MISSING = "signature-missing"
    REFUSAL_WITNESSES = "refusal-witnesses"
    SUPPLEMENT_CHANGES = "supplement-changes"
    SUPPLEMENT_EMPTY = "supplement-empty"
    NOT_AN_EXPERT = "not-an-expert"
    DRAFT_UNKNOWN = "draft-unknown"
    DRAFT_WITHOUT_PROOF = "draft-without-proof"
    DRAFT_UNACCOMPANIED = "draft-unaccompanied"
    DRAFT_UNDECIDED = "draft-undecided"
    DRAFT_NOT_A_FINDING = "draft-not-a-finding"
    DISPUTE_UNANSWERED = "dispute-unanswered"
    DISPUTE_CONTRADICTS = "dispute-contradicts"
    DISPUTE_WITHOUT_PROBLEM = "dispute-without-problem"
    DISPUTE_OTHER_DAY = "dispute-other-day"
    ITEM_LAPSED = "item-lapsed"
    FILE_TOO_LARGE = "file-too-large"
    OUTCOME_WRONG = "outcome-wrong"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One broken rule: the field (dotted path), what was expected there and what was found."""

    field: str
    flaw: Flaw
    expected: str = ""
    found: str = ""

    def as_json(self) -> dict[str, str]:
        """Give field, rule, facts and both sentences, for a file or an API."""
        return {
            "field": self.field,
            "rule": self.flaw.value,
            "expected": self.expected,
            "found": self.found,
            "zh": self.sentence("zh"),
            "en": self.sentence("en"),
        }

    def sentence(self, language: str) -> str:
        """Say it in `zh` or `en`."""
        template = _wording()[self.flaw.value][language]
        field = _wording()["fields"].get(self._last_name(), self.field)
        named = field if language == "zh" else self.field
        return template.format(field=named, expected=self.expected, found=self.found)

    def _last_name(self) -> str:
        names = [step for step in self.field.split(".") if not step.isdigit()]
        return names[-1] if names else ""


class AnswerRefusedError(Exception):
    """An answer was refused whole: nothing was stored, nothing was sent; all reasons at once."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(f"{one.field}: {one.flaw}" for one in self.refusals))


def refuse(field: str, flaw: Flaw, expected: str = "", found: str = "") -> AnswerRefusedError:
    """Make the error of a single reason."""
    return AnswerRefusedError([Refusal(field, flaw, expected, found)])


def malformed(error: ValidationError) -> AnswerRefusedError:
    """Turn the validator's findings into refusals that name each field."""
    return AnswerRefusedError(
        Refusal(
            ".".join(str(step) for step in flaw["loc"]) or "data",
            Flaw.MALFORMED,
            expected=_expected(flaw["type"], flaw["msg"]),
            found="" if flaw["type"] == "missing" else repr(flaw["input"])[:80],
        )
        for flaw in error.errors(include_url=False)
    )


def _expected(kind: str, message: str) -> str:
    """Say what a field of this kind should be: `date_from_datetime_parsing` is about a date."""
    return _wording()["kinds"].get(kind.split("_", maxsplit=1)[0], message)


@cache
def _wording() -> dict[str, dict[str, str]]:
    text = (files("department_agents") / "wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
