"""What a package holds: one line a collection, in the order of the flow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic_core import to_jsonable_python

from coordinator.domain.archive import plain
from coordinator.services.ports import Collection, Work

_OF_VISIT: Mapping[str, str] = MappingProxyType({"visit_id": "visits.visit_id"})


@dataclass(frozen=True)
class Section:
    """Values of one collection that belong to a task; `key` is the field that names each.

    `by`: fields of theirs, and the section and field whose values they hold.
    """

    collection: str
    key: str
    by: Mapping[str, str] = field(default_factory=lambda: _OF_VISIT)


_OF_CASE = {"case_id": "cases.case_id"}
_OF_LISTING = {"listing_id": "listings.listing_id"}

SECTIONS: tuple[Section, ...] = (
    Section("visits", "visit_id"),
    Section("appointments", "visit_id"),
    Section("checks", "check_id"),
    Section(
        "recognitions",
        "recognition_id",
        {"round_id": "visits.round_id", "object_id": "checks.object_id"},
    ),
    Section("due_checks", "due_id"),
    Section("team", "member_id"),
    # Trainings are told of under their round, and so found by it.
    Section("trainings", "round_id", {"round_id": "visits.round_id"}),
    Section("member_changes", "change_id"),
    Section("tasks", "task_id"),
    Section("reports", "report_id"),
    Section("stored_evidence", "evidence_id"),
    Section("results", "result_id"),
    Section("review_decisions", "decision_id"),
    Section("hearings", "hearing_id"),
    Section("disclosure_exemptions", "exemption_id"),
    Section("disclosures", "disclosure_id"),
    Section("shares", "share_id"),
    Section("rectifications", "rectification_id"),
    Section("hazards", "hazard_id"),
    Section("samples", "sample_id"),
    Section("cases", "case_id"),
    Section("penalty_publications", "publication_id"),
    Section("transfers", "transfer_id"),
    Section("copy_notices", "notice_id"),
    Section("abnormal_entries", "entry_id"),
    Section("disposal_notes", "note_id"),
    Section("listings", "listing_id", _OF_CASE),
    Section("listing_events", "event_id", _OF_LISTING),
    Section("listing_acknowledgements", "acknowledgement_id", _OF_LISTING),
    Section("corrections", "correction_id", _OF_LISTING),
    Section("repairs", "repair_id", _OF_LISTING),
    Section("punishments", "punishment_id", _OF_LISTING),
    Section("orders", "order_id", _OF_LISTING),
    Section("measure_answers", "answer_id", _OF_LISTING),
)

EXCLUDED: Mapping[str, str] = MappingProxyType(
    {
        "packages": "the archive itself",
        "replacement_requests": "about an object that gave way before anybody visited it",
        "complaints": "for the discipline inspection's eyes only, never beside the organ's papers",
    }
)
"""Stored collections about visits or listings that no package holds, and why."""

Contents = dict[str, list[dict[str, Any]]]


async def contents_of(work: Work, visit_id: str) -> Contents:
    """Give everything on record of a task, by collection; lists in the order of their keys."""
    contents: Contents = {"visits": _plain([await work.visits.get(visit_id)])}
    for section in SECTIONS[1:]:
        wanted = {name: _values(contents, of) for name, of in section.by.items()}
        collection: Collection[Any] = getattr(work, section.collection)
        found = await collection.where(**wanted) if all(wanted.values()) else ()
        contents[section.collection] = _plain(found)
    return contents


async def visits_touched(work: Work, subjects: Iterable[str]) -> set[str]:
    """Give the visits of whose sections something is among the subjects of acts."""
    named = {part for subject in subjects for part in (subject, subject.rpartition("/")[2])}
    touched: set[str] = set()
    for section in SECTIONS:
        if len(section.by) == 1:
            collection: Collection[Any] = getattr(work, section.collection)
            found = await collection.where(**{section.key: named})
            touched |= await _led_back(work, section, found)
    return touched


async def _led_back(work: Work, section: Section, values: Iterable[Any]) -> set[str]:
    """Follow values to their visits, over the sections that they hang on."""
    own, of = next(iter(section.by.items()))
    pointed = {getattr(each, own) for each in values} - {None, ""}
    name, _, attribute = of.partition(".")
    if not pointed:
        return set()
    if name == "visits":
        return pointed if attribute == "visit_id" else await _visits_by(work, attribute, pointed)
    before = next(each for each in SECTIONS if each.collection == name)
    collection: Collection[Any] = getattr(work, name)
    return await _led_back(work, before, await collection.where(**{attribute: pointed}))


async def _visits_by(work: Work, attribute: str, values: Iterable[str]) -> set[str]:
    """Give the visits of which an attribute, such as the round, is among these."""
    return {visit.visit_id for visit in await work.visits.where(**{attribute: set(values)})}


def _values(contents: Contents, of: str) -> set[Any]:
    name, _, attribute = of.partition(".")
    return {each[attribute] for each in contents[name]} - {None, ""}


def _plain(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [plain(to_jsonable_python(each, bytes_mode="base64")) for each in values]
