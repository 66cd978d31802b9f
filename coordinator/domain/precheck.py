"""Pre-check comparison 预查比对: what others know of an object, who may see it (2.3 rule 6).

What may be shown to whom is a table of the policy; a kind of fact without an entry is shown to
nobody, and no entry can name the inspected or the public.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coordinator.domain.blacklist import Listing
from coordinator.domain.follow_up import Case, Rectification
from coordinator.domain.policy import CodeName, Policy, PrecheckPolicy
from coordinator.domain.registers import CheckItem, InspectionObject, SupervisionList
from coordinator.domain.registers.conditions import months_before
from coordinator.domain.result_intake import Result
from coordinator.domain.working_days import DayOf

OFFICE, AUDITOR, DEPARTMENTS, SOURCE = "office", "auditor", "departments", "source"
UNDISCLOSED = "undisclosed"
_PHONE_HEAD, _PHONE_TAIL = 3, 4
_BETWEEN = "；"


@dataclass(frozen=True, kw_only=True)
class Known:
    """One thing known of an object.

    `text` may be empty where the kind says it all; `text_en` where tables name it in English;
    `source` is the department that knows it, empty for the register; `parties` are the
    departments of the visit it comes from; `undisclosed`: its result is not published yet.
    """

    object_id: str
    object_name: str
    field: str
    text: str = ""
    text_en: str = ""
    source: str = ""
    day: date | None = None
    parties: frozenset[str] = frozenset()
    undisclosed: bool = False


@dataclass(frozen=True, kw_only=True)
class History:
    """What earlier visits left about objects; `parties` are the departments of each visit.

    What comes from a covert round whose record is closed must not be in it.
    """

    results: Sequence[Result] = ()
    rectifications: Sequence[Rectification] = ()
    cases: Sequence[Case] = ()
    listings: Sequence[Listing] = ()
    parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def about(self, thing: InspectionObject) -> "History":
        """Give what is about one object; cases and listings also where they are its owner's."""
        code, owner = thing.object_id, thing.credit_subject
        return History(
            results=[each for each in self.results if each.object_id == code],
            rectifications=[each for each in self.rectifications if each.object_id == code],
            cases=[each for each in self.cases if code == each.object_id or each.subject == owner],
            listings=[each for each in self.listings if each.subject == owner],
            parties=self.parties,
        )


@dataclass(frozen=True)
class Viewer:
    """Who looks: the office, an auditor, or a department."""

    audience: str
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document asked for once on a visit: by `asked_by`, for all who need it.

    `on_file`: what the registers say of it already; empty: nothing, so it is asked for.
    """

    name: str
    asked_by: str
    departments: tuple[str, ...]
    on_file: str = ""


def known_of(
    thing: InspectionObject, history: History, policy: Policy, today: date, day_of: DayOf
) -> list[Known]:
    """Give everything that registers and earlier visits say of an object, in the table's order."""
    since = months_before(today, policy.precheck.months)
    past = history.about(thing)
    found = [
        *_standing(thing),
        *_graded(thing, policy.grading_schemes),
        *_events(thing, policy.event_kinds, since),
        *_checked(thing, past, since),
        *_found(thing, past, since),
        *_open_matters(thing, past, day_of),
        *_listed(thing, past, policy, day_of),
    ]
    order: dict[str, int] = {
        each.code: number for number, each in enumerate(policy.precheck.fields)
    }
    return sorted(
        (each for each in found if each.field in order), key=lambda each: order[each.field]
    )


def visible(
    facts: Iterable[Known], policy: PrecheckPolicy, viewer: Viewer, taking_part: Collection[str]
) -> list[Known]:
    """Give what somebody may see of a visit's facts; a department that stays away sees nothing."""
    if viewer.department and viewer.department not in taking_part:
        return []
    return [
        each
        for each in facts
        if _may_see(each, each.field, policy, viewer)
        and (not each.undisclosed or _may_see(each, UNDISCLOSED, policy, viewer))
    ]


def documents_of(
    needed: Mapping[str, Collection[CheckItem]], lead: str, things: Iterable[InspectionObject]
) -> list[Document]:
    """Give the documents that the items of a visit need, each once, by name.

    `needed` are the items by department. The lead asks for what it needs itself, else the first
    department by code; a licence of the register that bears a document's name is on file.
    """
    wanted: dict[str, set[str]] = {}
    for department, items in needed.items():
        for name in (name for item in items for name in item.documents):
            wanted.setdefault(name, set()).add(department)
    licences = [licence for thing in things for licence in thing.licences]
    return [
        Document(
            name=name,
            asked_by=lead if lead in who else min(who),
            departments=tuple(sorted(who)),
            on_file=_BETWEEN.join(each for each in licences if name in each),
        )
        for name, who in sorted(wanted.items())
    ]


def _may_see(fact: Known, code: str, policy: PrecheckPolicy, viewer: Viewer) -> bool:
    entry = policy.shown(code)
    if entry is None:
        return False
    if not viewer.department:
        return viewer.audience in entry.audience
    from_own = SOURCE in entry.audience and viewer.department in fact.parties
    return DEPARTMENTS in entry.audience or from_own


def _about(thing: InspectionObject, kind: str, text: str = "", **more: Any) -> Known:
    return Known(object_id=thing.object_id, object_name=thing.name, field=kind, text=text, **more)


def _standing(thing: InspectionObject) -> Iterator[Known]:
    """Give what the register says of an object as it stands today."""
    if thing.responsible_person or thing.phone:
        yield _about(thing, "contact", masked_contact(thing.responsible_person, thing.phone))
    yield from (_about(thing, "licences", licence) for licence in thing.licences)
    flags = {
        "key-unit": thing.key_unit,
        "undisturbed": thing.supervision_list is SupervisionList.UNDISTURBED,
        "focus": thing.supervision_list is SupervisionList.FOCUS,
        "abnormal-list": thing.abnormal_list,
        "serious-list": thing.serious_list,
    }
    yield from (_about(thing, kind) for kind, is_so in flags.items() if is_so)
    if thing.risk_class is not None:
        yield _about(thing, "credit-class", thing.risk_class.value)


def _graded(thing: InspectionObject, schemes: Sequence[CodeName]) -> Iterator[Known]:
    """Give the newest grading of each scheme."""
    names = {each.code: each for each in schemes}
    newest = {each.scheme: each for each in sorted(thing.gradings, key=lambda one: one.date)}
    for scheme, each in sorted(newest.items()):
        zh, en = _named(names.get(scheme), scheme)
        words = {"text_en": f"{en} {each.value}", "source": each.source, "day": each.date}
        yield _about(thing, "gradings", f"{zh} {each.value}", **words)


def _events(thing: InspectionObject, kinds: Sequence[CodeName], since: date) -> Iterator[Known]:
    names = {each.code: each for each in kinds}
    for each in sorted(thing.events, key=lambda one: one.date, reverse=True):
        if each.date >= since:
            zh, en = _named(names.get(each.kind), each.kind)
            yield _about(thing, "events", zh, text_en=en, source=each.source, day=each.date)


def _checked(thing: InspectionObject, past: History, since: date) -> Iterator[Known]:
    """Give when each department checked the object last, by the register or a visit."""
    days: dict[str, date] = {}
    known = [(each.department, each.date) for each in thing.last_checks]
    known += [(each.department, each.visited_date) for each in past.results if each.disclosed]
    for department, day in known:
        days[department] = max(day, days.get(department, day))
    for department, day in sorted(days.items()):
        if day >= since:
            yield _about(thing, "last-checks", source=department, day=day)


def _found(thing: InspectionObject, past: History, since: date) -> Iterator[Known]:
    """Give what each department found at its last visit: problems one by one, the rest together."""
    approved = [each for each in past.results if each.approved and each.visited_date >= since]
    last: dict[tuple[str, bool], date] = {}
    for each in approved:
        key = (each.department, each.disclosed)
        last[key] = max(each.visited_date, last.get(key, each.visited_date))
    for (department, disclosed), day in sorted(last.items()):
        mine = [
            each
            for each in approved
            if (each.department, each.disclosed, each.visited_date) == (department, disclosed, day)
        ]
        more = {"source": department, "day": day, "undisclosed": not disclosed}
        more["parties"] = _parties(past, mine[0])
        for bad in (each for each in mine if each.has_problem):
            text = f"{bad.item_name}：{bad.problem}"
            yield _about(thing, "results", text, text_en=f"{bad.item_name}: {bad.problem}", **more)
        if clean := [each.item_name for each in mine if not each.has_problem and each.checked]:
            names = "、".join(clean)
            en = f"no problem found: {names}"
            yield _about(thing, "results", f"未发现问题：{names}", text_en=en, **more)


def _open_matters(thing: InspectionObject, past: History, day_of: DayOf) -> Iterator[Known]:
    published = {each.result_id for each in past.results if each.disclosed}
    for order in past.rectifications:
        if order.is_open:
            yield _about(
                thing,
                "rectifications",
                f"{order.problem}（{order.due_date.isoformat()} 前改正）",
                text_en=f"{order.problem} (by {order.due_date.isoformat()})",
                source=order.department,
                day=day_of(order.ordered_at),
                parties=_parties(past, order),
                undisclosed=order.result_id not in published,
            )
    for case in past.cases:
        if not case.is_over:
            yield _about(
                thing,
                "cases",
                _BETWEEN.join(filter(None, (case.clue, case.decision_number))),
                source=case.department,
                day=day_of(case.opened_at),
                parties=_parties(past, case),
                undisclosed=case.result_id not in published,
            )


def _listed(
    thing: InspectionObject, past: History, policy: Policy, day_of: DayOf
) -> Iterator[Known]:
    """Give the lists of serious violations that the object's subject is on today."""
    for each in past.listings:
        if each.is_on_list:
            rule = policy.list_rule(each.list_code)
            zh, en = (rule.name, rule.name_en) if rule else (each.list_code, each.list_code)
            day = day_of(each.listed_at) if each.listed_at else None
            yield _about(thing, "serious-list", zh, text_en=en, source=each.organ, day=day)


def _parties(past: History, matter: Result | Rectification | Case) -> frozenset[str]:
    return frozenset((*past.parties.get(matter.visit_id, ()), matter.department))


def _named(entry: CodeName | None, code: str) -> tuple[str, str]:
    return (entry.name, entry.name_en) if entry is not None else (code, code)


def masked_contact(person: str, phone: str) -> str:
    """Give a person's family name and the ends of a telephone number, the rest as stars."""
    name = person[:1] + "*" * (len(person) - 1)
    hidden = len(phone) - _PHONE_HEAD - _PHONE_TAIL
    number = phone[:_PHONE_HEAD] + "*" * hidden + phone[-_PHONE_TAIL:] if hidden > 0 else ""
    return " ".join(filter(None, (name, number)))
