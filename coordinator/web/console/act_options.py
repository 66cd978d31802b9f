"""The choices of selects on the forms of acts: code tables, words, plans and lines."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

from coordinator.domain.annual_plan import PlanLine
from coordinator.domain.lifecycle import PlanState
from coordinator.domain.policy import CodeEntry, CodeName
from coordinator.services.dispatch import trainings_of
from coordinator.services.ports import Work
from coordinator.web.language import _, choose
from coordinator.web.names import load_names
from coordinator.web.words import period, states_of

Pairs = list[tuple[str, str]]
_WORDS = "words:"


async def options_of(work: Work, source: str, keys: Mapping[str, str]) -> Pairs:
    """Give the choices of a select by the name of their source: code and label.

    `keys` name what the act is done to, for choices that depend on it.
    """
    if source.startswith(_WORDS):
        words = states_of(source.removeprefix(_WORDS))
        return [({"True": "true", "False": "false"}.get(code, code), word) for code, word in words]
    if source == "drawn-officers":
        return await _drawn_officers(work, keys)
    if source in _STORED:
        return await _STORED[source](work)
    return _tables(work).get(source, list)()


def _tables(work: Work) -> dict[str, Callable[[], Pairs]]:
    """Give what reads each code table of the office, by name."""
    policy, kinds = work.policy, work.policy.exemption_kinds
    return {
        "penalty_kinds": lambda: _coded(policy.penalty_kinds),
        "lists": lambda: list({e.code: choose(e.name, e.name_en) for e in policy.lists}.items()),
        "delisting": lambda: [each for each in states_of("delisting") if each[0] == "revoked"],
        "delivery_ways": lambda: _named(policy.delivery_ways),
        "result_codes": lambda: _coded(policy.result_codes),
        "follow_up_codes": lambda: _coded(policy.follow_up_codes),
        "departure_reasons": lambda: _named(work.policies.departure_reasons()),
        "cancel_reasons": lambda: _named(work.policies.cancel_reasons()),
        "exemption_kinds": lambda: _named(e for e in kinds if e.code in policy.burden.exemptions),
        "contact_kinds": lambda: [
            (each.code, choose(each.name, each.name_en))
            for each in policy.exemption_kinds
            if not each.unlisted
        ],
        "unlisted_kinds": lambda: [
            (each.code, choose(each.name, each.name_en))
            for each in policy.exemption_kinds
            if each.unlisted
        ],
        "lead_kinds": lambda: _named(e for e in kinds if e.lead),
        "slots": lambda: [
            (each.code, f"{choose(each.name, each.name_en)} {each.starts}")
            for each in policy.scheduling.slots
        ],
        "object_reasons": lambda: _named(work.policies.object_reasons()),
        "credit_severities": lambda: _severities(work),
        "disclosure_exemptions": lambda: _reasons(work, "exemption"),
        "disclosure_withdrawals": lambda: _reasons(work, "withdrawal"),
        "upheld": lambda: [("true", _("异议成立")), ("false", _("异议不成立"))],
        "filed": lambda: [("true", _("立案")), ("false", _("不予立案"))],
    }


async def _object_types(work: Work) -> Pairs:
    """Give the kinds of objects, then the supervision tags that sections look after."""
    tags = {tag for each in await work.sections.where() for tag in each.supervises.tags}
    return [*states_of("object-kind"), *((tag, tag) for tag in sorted(tags))]


async def _colleagues(work: Work) -> Pairs:
    """Give the people of the actor's own organ."""
    actor = work.actor
    people = await work.credentials.where(role=actor.role, department=actor.department)
    return [(each.login, f"{each.name} {each.login}") for each in people]


def _severities(work: Work) -> Pairs:
    """Give the severities of credit repair with their bounds in months."""
    rules = work.policy.credit_repair
    return [
        (
            each.code,
            _("%(name)s（%(least)s 至 %(most)s 个月）")
            % {
                "name": choose(each.name, each.name_en),
                "least": each.min_months,
                "most": each.max_months,
            },
        )
        for each in (rules.severities if rules else ())
    ]


def _reasons(work: Work, kind: str) -> Pairs:
    return _named(work.policies.disclosure_reasons(kind))


def _named(table: Iterable[CodeName]) -> Pairs:
    return [(each.code, choose(each.name, each.name_en)) for each in table]


def _coded(table: Iterable[CodeEntry]) -> Pairs:
    return [(each.code, choose(each.name_zh, each.name_en)) for each in table]


async def _plan_options(work: Work, source: str) -> Pairs:
    plans = await work.plans.where(state=PlanState.ADOPTED)
    if source == "plans":
        return [(plan.plan_id, plan.title) for plan in plans]
    drawn = {code for each in await work.rounds.where() for code in each.lines}
    lines = await work.plan_lines.where(plan_id=tuple(plan.plan_id for plan in plans))
    return [
        (line.code, f"{line.code} {line.name}" + _("（%(note)s）") % {"note": _window(line)})
        for line in lines
        if line.code not in drawn
    ]


def _window(line: PlanLine) -> str:
    return period(line.window_from, line.window_to)


async def _departments(work: Work) -> Pairs:
    return (await load_names(work)).department_options()


async def _drawn_officers(work: Work, keys: Mapping[str, str]) -> Pairs:
    """Give the officers of one organ in the teams of a round who are not trained yet."""
    organs = await trainings_of(work, keys["round_id"])
    drawn = {code for each in organs if each.department == keys["organ"] for code in each.untrained}
    people = await work.inspectors.where(inspector_id=drawn)
    return [(each.inspector_id, f"{each.name} {each.inspector_id}") for each in people]


_STORED: Mapping[str, Callable[[Work], Awaitable[Pairs]]] = {
    "departments": _departments,
    "colleagues": _colleagues,
    "object_types": _object_types,
    "plans": partial(_plan_options, source="plans"),
    "lines": partial(_plan_options, source="lines"),
}
