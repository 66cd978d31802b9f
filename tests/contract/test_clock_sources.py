"""Every stored due date has a clock, or a reason why it has none; every clock reads real fields."""

import pytest

from coordinator.adapters.db.collections import COLLECTIONS
from coordinator.services.overdue.sources import SOURCES, ClockSource
from coordinator.web.console.overdue import _HREF
from coordinator.web.words import states_of

# (collection, field): why nothing becomes overdue there.
NO_CLOCK = {
    ("disclosures", "due_date"): "what it was due by when it was published: its task has the clock",
    ("rectifications", "first_due"): "the day before an extension",
    ("samples", "retest_due"): "a right of the party that ends, no duty of an organ",
    ("complaints", "answer_due"): "confidential: only the discipline inspection sees its clock",
    ("red_clocks", "due_date"): "the trace of a clock",
}


def _fields(collection: str) -> set[str]:
    value = COLLECTIONS[collection][1]
    return set(getattr(value, "model_fields", None) or value.__dataclass_fields__)


def test_every_stored_due_date_has_a_clock_or_a_reason_why_not() -> None:
    stored = {
        (collection, field)
        for collection in COLLECTIONS
        for field in _fields(collection)
        if field.endswith("_due") or field in ("due_date", "deadline")
    }
    clocks = {(source.collection, source.due) for source in SOURCES}

    assert stored - clocks - NO_CLOCK.keys() == set()
    assert NO_CLOCK.keys() - stored == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_a_clock_reads_fields_that_its_value_has_and_has_words_and_a_page(
    source: ClockSource,
) -> None:
    named = {source.due, source.key, source.subject, source.department, source.name}
    named |= {source.round_id, *source.open_while}

    assert named - {""} <= _fields(source.collection)
    assert source.kind in dict(states_of("clock"))
    assert source.kind in _HREF
