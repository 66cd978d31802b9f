"""Who takes part, on the console and in the API: credentials once, keys by two persons."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from contracts.signing import SigningKey, thumbprint
from contracts.topology import Topology
from coordinator.services.ports import (
    BrokerSeen,
    Credential,
    Credentials,
    QueueSeen,
    Role,
)
from tests.builders import FIRE, MARKET
from tests.integration.web.county_registers import _HASH, PASSWORD
from tests.play import Play, office
from tests.served import app_of

PAGE = f"/console/participants/department/{FIRE}"
NEW = SigningKey.from_seed(FIRE, bytes(range(9, 41)))


@dataclass
class FakeBroker:
    """A broker's administration in memory."""

    passwords: dict[str, str] = field(default_factory=dict)
    queues: dict[str, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)

    async def seen(self) -> BrokerSeen:
        queues = {name: QueueSeen(name, number, 0) for name, number in self.queues.items()}
        return BrokerSeen(frozenset(self.passwords), dict.fromkeys(self.passwords, 1), queues)

    async def provision(self, whole: Topology, credentials: Credentials) -> None:
        self.passwords[credentials.user] = credentials.password
        self.queues |= {queue.name: self.queues.get(queue.name, 0) for queue in whole.queues}

    async def spread_senders(self, number: int) -> int:
        raise AssertionError(f"no page binds senders to {number} queues")

    async def close_connections(self, user: str) -> int:
        self.closed.append(user)
        return 1

    async def remove_user(self, user: str) -> None:
        del self.passwords[user]

    async def remove_queues(self, names: Iterable[str]) -> None:
        for name in names:
            del self.queues[name]


@pytest.fixture
def broker(adopted: Play) -> FakeBroker:
    fake = FakeBroker()
    adopted.around = replace(adopted.around, broker=fake)
    return fake


CHIEF = Credential(
    login="chief", name="主任", password=_HASH, role=Role.OFFICE, department=None, approver=True
)
CLERK = replace(CHIEF, login="clerk", name="甲", approver=False)
OTHER_CLERK = replace(CLERK, login="other", name="乙")
LOOKER = replace(CLERK, login="auditor", role=Role.AUDITOR)
FIRE_CHIEF = replace(CHIEF, login="fire1", role=Role.DEPARTMENT, department=FIRE)


async def logged_in(play: Play, *people: Credential) -> list[AsyncClient]:
    """Give a client for each of these people."""
    app, clients = app_of(play), []
    for person in people:
        async with play.work(office()) as work:
            await work.credentials.save(person)
        client = AsyncClient(transport=ASGITransport(app), base_url="http://office")
        answer = await client.post("/v1/login", json={"login": person.login, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        clients.append(client)
    return clients


async def chief(play: Play) -> AsyncClient:
    [client] = await logged_in(play, CHIEF)
    return client


async def submitted(client: AsyncClient, path: str, entry: Mapping[str, str]) -> Response:
    """Fill in and send the form of an act."""
    form = await client.get(path)
    [csrf] = set(re.findall(r'name="csrf" value="([^"]+)"', form.text)[:1])
    origin = {"Origin": "http://office"}
    return await client.post(path, data={**entry, "csrf": csrf}, headers=origin)


def password_on(page: str) -> str:
    [password] = re.findall(r'id="password">([^<]+)<', page)
    return str(password)


async def test_the_password_is_shown_once_and_kept_nowhere(
    adopted: Play, broker: FakeBroker, tmp_path: Path
) -> None:
    client = await chief(adopted)

    answer = await submitted(client, f"/console/acts/provision-participant/department/{FIRE}", {})

    password = password_on(answer.text)
    assert broker.passwords == {f"dept-{FIRE}": password}
    assert answer.headers["Cache-Control"] == "no-store"
    after = await client.get(PAGE)
    assert "已开通" in after.text
    assert password not in after.text
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"provisioned" in stored
    assert password.encode() not in stored


async def test_a_new_password_comes_once_by_the_api_too(adopted: Play, broker: FakeBroker) -> None:
    client = await chief(adopted)
    where = f"/v1/participants/department/{FIRE}"
    first = (await client.post(f"{where}/provision")).json()["issued"]["credentials"]

    second = (await client.post(f"{where}/rotate")).json()["issued"]["credentials"]

    assert first["user"] == second["user"] == f"dept-{FIRE}"
    assert first["password"] != second["password"] == broker.passwords[first["user"]]
    assert broker.closed == [first["user"]]
    again = await client.post(f"{where}/provision")
    assert (again.status_code, again.json()["title"]) == (409, "participant-provisioned")


async def test_who_is_shut_out_keeps_queues_until_the_number_is_typed(
    adopted: Play, broker: FakeBroker
) -> None:
    client, where = await chief(adopted), f"/v1/participants/department/{FIRE}"
    await client.post(f"{where}/provision")
    broker.queues[f"onevisit.dept.{FIRE}.tasks"] = 3

    await client.post(f"{where}/shut-out", json={"reason": "被盗"})
    page = (await client.get(PAGE)).text
    wrong = await client.post(f"{where}/remove-queues", json={"reason": "不再参与", "number": 2})
    right = await client.post(f"{where}/remove-queues", json={"reason": "不再参与", "number": 3})

    assert f"remove-participant-queues/department/{FIRE}?number=3" in page
    assert (wrong.json()["title"], right.status_code) == ("queues-changed", 200)
    assert not [name for name in broker.queues if FIRE in name]


async def test_only_approvers_of_the_office_touch_broker_users(
    adopted: Play, broker: FakeBroker
) -> None:
    others = await logged_in(adopted, CLERK, LOOKER, FIRE_CHIEF)
    for client in others:
        answer = await client.post(f"/v1/participants/department/{FIRE}/provision")
        assert answer.status_code == 403

    clerk, auditor, department = others
    assert "acts/propose-key" in (await clerk.get(PAGE)).text
    assert "console/acts" not in (await auditor.get(PAGE)).text
    assert (await department.get(PAGE)).status_code == 403
    assert broker.passwords == {}


async def test_without_administration_the_definitions_come_with_the_password(
    adopted: Play,
) -> None:
    client = await chief(adopted)

    issued = (await client.post(f"/v1/participants/department/{FIRE}/provision")).json()["issued"]
    page = await submitted(client, f"/console/acts/provision-participant/department/{MARKET}", {})
    refused = await client.post(f"/v1/participants/department/{FIRE}/rotate")

    assert [user["name"] for user in issued["definitions"]["users"]] == [f"dept-{FIRE}"]
    assert {row["user"] for row in issued["definitions"]["permissions"]} == {f"dept-{FIRE}"}
    assert 'download="definitions.json"' in page.text
    assert refused.json()["title"] == "broker-not-administered"
    assert "不详" in (await client.get("/console/participants")).text


async def test_a_credit_system_takes_part_at_once(adopted: Play, broker: FakeBroker) -> None:
    client = await chief(adopted)
    entry = {"code": "city", "name": "市信用平台", "name_en": "City credit"}

    answer = await client.post("/v1/participants/credit-systems", json=entry)
    bad = await client.post("/v1/participants/credit-systems", json={**entry, "code": "a.b"})

    assert answer.json()["issued"]["credentials"]["user"] == "credit-city"
    assert "onevisit.credit.city.events" in broker.queues
    assert bad.json()["title"] == "participant-code-unusable"
    assert "市信用平台" in (await client.get("/console/participants/credit-system/city")).text


async def test_a_key_waits_for_the_second_person_and_then_stands_in_the_key_set(
    adopted: Play,
) -> None:
    first, second = await logged_in(adopted, CLERK, OTHER_CLERK)
    key_id = thumbprint(NEW.public_jwk())
    path = f"/console/acts/propose-key/{FIRE}"

    await submitted(first, path, {"public_key": json.dumps(NEW.public_jwk()), "old_days": "5"})
    own = await first.post(f"/v1/participants/department/{FIRE}/keys/{key_id}/confirm")
    waiting = (await first.get("/console/participants")).text
    confirmed = await second.post(f"/v1/participants/department/{FIRE}/keys/{key_id}/confirm")

    assert own.json()["title"] == "two-persons-needed"
    assert '<span class="wait">1' in waiting
    assert confirmed.json()["state"] == "registered"
    keys = (await second.get("/.well-known/jwks.json")).json()["keys"]
    ends = [("exp" in jwk, jwk["x"] == NEW.public_jwk()["x"]) for jwk in keys if jwk["kid"] == FIRE]
    assert sorted(ends) == [(False, True), (True, False)]
    page = (await second.get(PAGE)).text
    assert "已更换，到期前仍有效" in page
    assert key_id in page


async def test_the_office_changes_its_own_key_from_the_page(adopted: Play) -> None:
    client = await chief(adopted)
    entry = {"after_hours": "2", "old_days": "30"}

    answer = await submitted(client, "/console/acts/rotate-office-key", entry)

    assert answer.status_code == 303
    page = (await client.get("/console/participants")).text
    assert "已公布，尚未开始签名" in page
    assert "正在签名" in page
