"""Scores and classes of credit files: the table's figures, limits, no data, the official class."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from coordinator.adapters.policy_files import PolicyFolder
from coordinator.domain.credit_file import (
    CreditFile,
    CreditFileRules,
    FileEntry,
    FilePart,
    class_of,
    in_file_order,
    require_year,
    score_of,
)
from coordinator.domain.errors import RuleBrokenError
from tests.builders import NOW

RULES = PolicyFolder(Path("deploy/policies")).credit_file_rules()
DAY = date(2026, 5, 8)


def an_entry(kind: str, number: int = 1, *, counts: bool = True) -> FileEntry:
    return FileEntry(
        kind=kind,
        part=FilePart.VIOLATION,
        day=DAY,
        department="market-regulation",
        text="",
        source="case",
        source_id=f"c{number}",
        public=False,
        counts=counts,
    )


def a_file(*entries: FileEntry, official: str | None = None) -> CreditFile:
    score = score_of(entries, RULES)
    return CreditFile(
        file_id="f1",
        subject="uscc:91640221MAED83JT4G",
        subject_name="某公司",
        year=2026,
        version=1,
        made_at=NOW,
        made_by="office",
        table_label=RULES.label,
        entries=entries,
        official_class=official,
        score=score,
        local_class=class_of(score, RULES),
    )


@pytest.mark.parametrize(
    ("kinds", "score", "code"),
    [
        (("clean",), 100, "A"),
        (("problem",) * 5, 90, "A"),
        (("problem",) * 9, 90, "A"),
        (("penalty-ordinary",), 88, "B"),
        (("penalty-serious",), 70, "C"),
        (("serious-list", "penalty-serious"), 10, "D"),
        (("serious-list", "penalty-serious", "penalty-serious"), 0, "D"),
        (("rectified-early", "clean"), 100, "A"),
    ],
)
def test_the_score_follows_the_table_within_its_limits(
    kinds: tuple[str, ...], score: int, code: str
) -> None:
    entries = [an_entry(kind, number) for number, kind in enumerate(kinds)]

    assert score_of(entries, RULES) == score
    assert class_of(score, RULES) == code


def test_no_data_gives_no_score_and_a_repaired_penalty_counts_nothing() -> None:
    nothing = a_file()

    assert (nothing.score, nothing.local_class, nothing.credit_class) == (None, None, None)
    assert score_of([an_entry("penalty-serious", counts=False)], RULES) == 100


def test_an_official_class_wins_over_the_local_one() -> None:
    found = a_file(an_entry("penalty-serious"), official="A")

    assert (found.local_class, found.credit_class) == ("C", "A")


def test_versions_compare_by_content_whatever_order_records_came_in() -> None:
    one, two = an_entry("clean", 1), an_entry("problem", 2)
    first = a_file(*in_file_order([one, two]))
    second = replace(a_file(*in_file_order([two, one])), file_id="f2", version=2, made_by="duty")

    assert second.says_the_same(first)
    assert not a_file(one).says_the_same(first)


@pytest.mark.parametrize("year", [2025, 2028])
def test_a_year_before_the_table_or_not_begun_is_refused(year: int) -> None:
    require_year(2027, date(2027, 1, 1), RULES)

    with pytest.raises(RuleBrokenError):
        require_year(year, date(2027, 1, 1), RULES)


def test_a_table_whose_classes_do_not_fall_to_nothing_is_refused() -> None:
    given = RULES.model_dump(by_alias=True)
    given["class"] = [{"code": "A", "from": 50}, {"code": "B", "from": 90}]

    with pytest.raises(ValidationError):
        CreditFileRules(**given)
