"""Every verb that a person can reach, asked past the edge: its service refuses by itself.

The table is the list of acts, so that none is forgotten; each is tried by every role that 2.14 does
not give it to, by a foreign organ, and by a person of the right organ with another responsibility.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from typing_extensions import override

from coordinator.domain.errors import Rule, RuleBrokenError
from coordinator.services.ports import DIVIDED, Actor, Responsibility, Role
from coordinator.web import api
from coordinator.web.acts import Act
from tests.integration.web.county import a_store
from tests.integration.web.fake_work import FakeCollection
from tests.integration.web.test_access import KEYS, _entry

MARKET = "market-regulation"
STRANGERS = {
    Role.OFFICE: Actor(name="office9", role=Role.OFFICE, approver=True),
    Role.DEPARTMENT: Actor(name="x9", role=Role.DEPARTMENT, department="nowhere", approver=True),
    Role.AUDITOR: Actor(name="auditor9", role=Role.AUDITOR),
    Role.DISCIPLINE: Actor(name="discipline9", role=Role.DISCIPLINE),
}
KEYS_OF = {"propose-item-end": {"code": "MA-01"}, "propose-item-change": {"code": "MA-01"}}
ENTRY_OF = {"add-object": {"object_id": "other:county:1"}}

# What every department may do, each for itself; the value is who it is done for.
FOR_ITSELF = {
    "propose-item": "an item of its own",
    "draft-duties": "a post of its own",
    "subscribe-calendar": "its own visits",
    "propose-unlisted": "a matter of its own",
    "propose-by-court": "a subject that a court's document names",
}
# A foreign subscription is as if it were not there.
UNSEEN = {"revoke-calendar"}
# Where 2.14 names another section than the organ's ordinary one.
NAMED = {
    Responsibility.LEGAL: (
        "add-inspector edit-inspector record-absence withdraw-absence declare-recusal "
        "withdraw-recusal add-expert edit-expert remove-expert return-item-proposal "
        "merge-item-proposals unmerge-item-list link-joint-row unlink-joint-row draft-duties"
    ),
    Responsibility.SUPERVISION: "apply-import cancel-import add-object edit-object remove-object",
    Responsibility.CREDIT: (
        "draft-plan copy-plan submit-plan save-line remove-line amend-plan add-temporary-line "
        "cancel-line accept-match refuse-match reconsider-match undo-match answer-plan-frequency "
        "choose-rules make-credit-file"
    ),
}
# Whoever made a subscription ends it.
ANYBODY = {"revoke-calendar"}


class Thing:
    """Anything that was asked for by its id: whatever of it is an organ's is the market's."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return KEYS.get(name, MARKET)


class Willing(FakeCollection[Any]):
    """Gives a thing under every id, so that only who asks can be at fault."""

    @override
    async def get(self, key: object) -> Any:
        found = await super().find(key)
        return Thing() if found is None else found


@cache
def willing_store() -> Any:
    """Fill one store for all: whatever is refused leaves nothing behind."""
    store = a_store()
    for name, each in store.collections.items():
        willing = Willing(name, each._key)
        willing.values = each.values
        store.collections[name] = willing
    disclosures = store.collections["disclosures"].values
    asked = replace(disclosures[("d0001",)], withdrawal_asked_by="somebody")
    disclosures[("d0001",)] = asked
    return store


async def refusal(act: Act, actor: Actor) -> Any:
    """Give the rule by which the service refused, or what came instead."""
    store = willing_store()
    keys = {**{key: KEYS[key] for key in act.keys}, **KEYS_OF.get(act.name, {}), "channel": "api"}
    entry = act.entry.model_validate({**_entry(act), **ENTRY_OF.get(act.name, {})})
    before = {name: dict(each.values) for name, each in store.collections.items()}
    try:
        async with store.open_work(actor) as work:
            await act.run(work, keys, entry)
    except RuleBrokenError as error:
        assert {name: dict(each.values) for name, each in store.collections.items()} == before
        return error.rule
    except Exception as error:
        return repr(error)
    return "done"


def named(case: Any) -> str:
    return str(getattr(case, "name", case)).lower()


OF_ORGANS = [act for act in api.ACTS if act.role is Role.DEPARTMENT and act.name not in FOR_ITSELF]
DIVIDED_ACTS = [
    act for act in api.ACTS if act.role in DIVIDED and not act.approver and act.name not in ANYBODY
]
ORGANS = ("market-regulation", "fire-rescue", "health")


@pytest.mark.parametrize("act", api.ACTS, ids=named)
async def test_a_service_refuses_roles_that_2_14_does_not_give_it_to(act: Act) -> None:
    expected = Rule.NOT_FOUND if act.name in UNSEEN else Rule.ROLE_NOT_ALLOWED
    strangers = [role for role in STRANGERS if role not in (act.role, *act.also)]

    found = {role: await refusal(act, STRANGERS[role]) for role in strangers}

    assert found == dict.fromkeys(strangers, expected)


@pytest.mark.parametrize("act", OF_ORGANS, ids=named)
async def test_a_service_refuses_a_foreign_organ(act: Act) -> None:
    found = await refusal(act, STRANGERS[Role.DEPARTMENT])

    assert found in (Rule.NOT_YOUR_DEPARTMENT, Rule.ROLE_NOT_ALLOWED)


@pytest.mark.parametrize("act", DIVIDED_ACTS, ids=named)
async def test_a_service_refuses_whoever_of_the_organ_is_responsible_for_something_else(
    act: Act,
) -> None:
    own = Responsibility.OFFICE if act.role is Role.OFFICE else Responsibility.SECTION
    needed = next((each for each, acts in NAMED.items() if act.name in acts.split()), own)
    others = tuple(each for each in DIVIDED[act.role] if each is not needed)
    organs = ORGANS if act.role is Role.DEPARTMENT else (None,)
    actors = [
        Actor(name="clerk9", role=act.role, department=organ, responsibilities=others)
        for organ in organs
    ]

    found = {await refusal(act, actor) for actor in actors}  # the thing may be any organ's

    assert Rule.NOT_YOUR_RESPONSIBILITY in found
    assert found <= {Rule.NOT_YOUR_RESPONSIBILITY, Rule.NOT_YOUR_DEPARTMENT}
