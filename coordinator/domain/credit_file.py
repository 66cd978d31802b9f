"""The credit file of an enterprise and year: four parts, each entry from a record, and a class."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.domain.policy import CodeName, PolicyPart


class FilePart(StrEnum):
    """The parts of a credit file (2.10)."""

    DUTY = "duty"
    INSPECTION = "inspection"
    VIOLATION = "violation"
    SELF_DISCIPLINE = "self-discipline"


class Mark(CodeName):
    """What one kind of entry counts: points each, at most `most` times."""

    part: FilePart
    points: int
    most: int = Field(default=1000, ge=1)


class ClassBound(PolicyPart):
    """A local class, and the score from which it is given."""

    code: str = Field(pattern="[A-D]")
    from_score: int = Field(alias="from")


class CreditFileRules(PolicyPart):
    """The office's own table: marks by kind of entry, and classes from the best down.

    scheme: the grading under which the register holds a local class; files_a_day: places that the
    yearly duty looks through; source: whose figures these are.
    """

    valid_from: datetime.date
    source: str
    scheme: str
    full_score: int = Field(ge=1)
    files_a_day: int = Field(ge=1)
    mark: tuple[Mark, ...]
    classes: tuple[ClassBound, ...] = Field(alias="class")

    @model_validator(mode="after")
    def _classes_fall(self) -> Self:
        bounds = [each.from_score for each in self.classes]
        if not bounds or bounds != sorted(set(bounds), reverse=True) or bounds[-1] > 0:
            raise ValueError("classes go down, each once, and the last one begins at 0")
        return self

    @property
    def label(self) -> str:
        """By which version of the table a file was scored."""
        return f"credit-file@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One entry: its kind as the table names it, and the record that it comes from.

    `source` and `source_id` name that record; `public` says that anybody may see it on the day
    that the entry is made or read. `counts` is False for what may not be used any more: a penalty
    that was repaired.
    """

    kind: str
    part: FilePart
    day: datetime.date
    department: str
    text: str
    source: str
    source_id: str
    public: bool
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class CreditFile:
    """One version of the file of a year; an official class wins over the local one."""

    file_id: str
    subject: str
    subject_name: str
    year: int
    version: int
    made_at: datetime.datetime
    made_by: str
    table_label: str
    entries: tuple[FileEntry, ...]
    official_class: str | None
    score: int | None
    local_class: str | None

    @property
    def credit_class(self) -> str | None:
        """The class that counts: the official one, else the local one, else none."""
        return self.official_class or self.local_class

    @property
    def public_part(self) -> Self:
        """The file with what anybody may see."""
        return replace(self, entries=tuple(each for each in self.entries if each.public))

    def of_part(self, part: FilePart) -> tuple[FileEntry, ...]:
        """Give the entries of a part, the latest first."""
        return tuple(each for each in self.entries if each.part is part)

    def says_the_same(self, other: "CreditFile") -> bool:
        """Say whether another version holds the same content by the same table."""
        same = replace(
            self,
            file_id=other.file_id,
            version=other.version,
            made_at=other.made_at,
            made_by=other.made_by,
        )
        return same == other


def in_file_order(entries: Iterable[FileEntry]) -> tuple[FileEntry, ...]:
    """Put entries in order: the latest first, then by kind and record, so that files compare."""
    by_key = sorted(entries, key=lambda each: (each.kind, each.source, each.source_id))
    return tuple(sorted(by_key, key=lambda each: each.day, reverse=True))


def score_of(entries: Sequence[FileEntry], rules: CreditFileRules) -> int | None:
    """Give the local score, None where there is no data: nothing is assumed of who is unknown."""
    if not entries:
        return None
    counted = Counter(each.kind for each in entries if each.counts)
    points = sum(
        mark.points * min(counted[mark.code], mark.most)
        for mark in rules.mark
        if mark.code in counted
    )
    return max(0, min(rules.full_score, rules.full_score + points))


def class_of(score: int | None, rules: CreditFileRules) -> str | None:
    """Give the local class of a score."""
    if score is None:
        return None
    return next(each.code for each in rules.classes if score >= each.from_score)


def require_year(year: int, today: datetime.date, rules: CreditFileRules) -> None:
    """Refuse a year that has not begun, or that is older than the table."""
    if not rules.valid_from.year <= year <= today.year:
        raise RuleBrokenError(
            Rule.CREDIT_FILE_YEAR, year=year, least=rules.valid_from.year, most=today.year
        )
