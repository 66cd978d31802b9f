"""`onevisit provision`: with the broker's administration, and without it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from contracts.amqp.declare import missing, spread_senders
from contracts.signing import SigningKey, import_jwks, thumbprint
from contracts.topology import INBOUND_QUEUES, VHOST
from coordinator.commands.main import app
from tests.builders import MARKET, a_department
from tests.integration.conftest import COUNTY, Broker
from tests.integration.imports.command import Console, new_console
from tests.play import office, start

OLD = SigningKey.from_seed(MARKET, bytes(range(32)))
NEW = SigningKey.from_seed(MARKET, bytes(range(1, 33)))
MODE = 0o777
PRIVATE = 0o600


@pytest.fixture
async def console(tmp_path: Path) -> Console:
    console = await new_console(tmp_path)
    play = start(console.environment["ONEVISIT_DATABASE_URL"], tmp_path)
    async with play.work(office()) as work:
        await work.departments.save(a_department(MARKET))
    await play.close()
    for name, key in (("old.jwk", OLD), ("new.jwk", NEW)):
        (tmp_path / name).write_text(json.dumps(key.public_jwk()))
    return console


def run(console: Console, *argv: str, api: str = "") -> Result:
    environment = {**console.environment, **({"ONEVISIT_RABBITMQ_API_URL": api} if api else {})}
    return CliRunner().invoke(app, ["provision", *argv], env=environment, catch_exceptions=False)


def department(folder: Path) -> tuple[str, ...]:
    options = ("--public-key", str(folder / "old.jwk"), "--credentials", str(folder / "market"))
    return ("department", MARKET, *options)


def keys_now(console: Console, folder: Path) -> list[dict[str, Any]]:
    run(console, "keys", str(folder / "keys.jwks"))
    document = json.loads((folder / "keys.jwks").read_text())
    import_jwks(document)
    return [jwk for jwk in document["keys"] if jwk["kid"] == MARKET]


def test_without_the_api_definitions_gather_and_the_command_ends_with_2(
    console: Console, tmp_path: Path
) -> None:
    first = run(console, "coordinator", "--credentials", str(tmp_path / "coordinator"))
    second = run(console, *department(tmp_path))
    again = run(console, *department(tmp_path))

    assert [each.exit_code for each in (first, second, again)] == [2, 2, 2]
    assert "rabbitmqctl import_definitions" in second.stderr
    [file] = Path(console.environment["ONEVISIT_DATA_FOLDER"]).glob("definitions.json")
    document = json.loads(file.read_text())
    assert [user["name"] for user in document["users"]] == ["coordinator", f"dept-{MARKET}"]
    assert {row["user"] for row in document["permissions"]} == {"coordinator", f"dept-{MARKET}"}
    password = json.loads((tmp_path / "market").read_text())["password"]
    assert password not in file.read_text() + second.output
    assert {path.stat().st_mode & MODE for path in (file, tmp_path / "market")} == {PRIVATE}


def test_with_the_api_a_participant_comes_gets_a_new_password_and_goes(
    console: Console, tmp_path: Path, broker: Broker
) -> None:
    user, password = broker.node.admin
    api = broker.node.management_url.replace("://", f"://{quote(user)}:{quote(password)}@")

    def done(*argv: str) -> Any:
        answer = run(console, *argv, api=api)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    def standing() -> dict[str, Any]:
        [found] = [each for each in done("list") if each["participant"]["code"] == MARKET]
        return dict(found)

    done(*department(tmp_path))
    before = json.loads((tmp_path / "market").read_text())
    assert done(*department(tmp_path)) == {"provisioned": f"dept-{MARKET}", "closed": 0}
    assert json.loads((tmp_path / "market").read_text()) == before
    assert (standing()["provisioned"], len(standing()["queues"])) == (True, 2)

    done("rotate", "department", MARKET, "--credentials", str(tmp_path / "rotated"))
    assert json.loads((tmp_path / "rotated").read_text())["password"] != before["password"]

    done("revoke", "department", MARKET, "--reason", "被盗")
    assert (standing()["provisioned"], len(standing()["queues"])) == (False, 2)
    done("remove-queues", "department", MARKET, "--number", "0", "--reason", "不再参与")
    assert standing()["queues"] == []
    refused = run(console, "revoke", "department", MARKET, "--reason", "再来", api=api)
    assert refused.exit_code == 2
    assert "has no broker user" in refused.stderr


@pytest.fixture
async def one_again(broker: Broker) -> AsyncIterator[Broker]:
    """The broker, which has one inbound queue again afterwards."""
    yield broker
    await spread_senders(broker.management, 1)
    for queue in INBOUND_QUEUES[1:]:
        await broker.management.delete("queues", VHOST, queue)


async def test_senders_are_bound_to_their_own_of_several_inbound_queues(
    console: Console, one_again: Broker
) -> None:
    user, password = one_again.node.admin
    api = one_again.node.management_url.replace("://", f"://{quote(user)}:{quote(password)}@")

    def spread(number: int) -> Result:
        environment = {
            **console.environment,
            "ONEVISIT_RABBITMQ_API_URL": api,
            "ONEVISIT_INBOUND_QUEUES": str(number),
        }
        return CliRunner().invoke(app, ["provision", "inbound-queues"], env=environment)

    first, again, back = [await asyncio.to_thread(spread, number) for number in (3, 3, 1)]

    moved = [json.loads(each.stdout)["moved_senders"] for each in (first, again, back)]
    assert moved[0] == moved[2] > moved[1] == 0
    assert json.loads(first.stdout)["inbound_queues"] == 3
    assert await missing(one_again.management, COUNTY) == []


@pytest.mark.parametrize("number", ["0", "17", "many"])
def test_a_number_of_inbound_queues_that_cannot_be_is_refused(
    console: Console, number: str
) -> None:
    environment = {**console.environment, "ONEVISIT_INBOUND_QUEUES": number}

    with pytest.raises(ValidationError, match="inbound_queues") as refused:
        CliRunner().invoke(
            app, ["provision", "inbound-queues"], env=environment, catch_exceptions=False
        )

    assert f"input_value='{number}'" in str(refused.value)


def test_without_the_api_nobody_is_bound_anew_and_the_command_says_who_can(
    console: Console,
) -> None:
    refused = run(console, "inbound-queues")

    assert refused.exit_code == 2
    assert "Set ONEVISIT_RABBITMQ_API_URL" in refused.stderr


def test_a_process_for_a_queue_that_is_not_there_is_refused(console: Console) -> None:
    environment = {**console.environment, "ONEVISIT_INBOUND_QUEUES": "3"}

    refused = CliRunner().invoke(
        app, ["serve", "inbound", "--queue", "2", "--queue", "4"], env=environment
    )

    assert refused.exit_code == 2
    assert "queue 4: ONEVISIT_INBOUND_QUEUES says 1 to 3" in refused.stderr


def test_a_file_that_holds_no_key_is_refused_whether_or_not_there_was_one_before(
    console: Console, tmp_path: Path
) -> None:
    run(console, *department(tmp_path))
    (tmp_path / "old.jwk").write_text("no key")

    refused = run(console, *department(tmp_path))

    assert refused.exit_code == 2
    assert "no JSON" in refused.stderr


def test_a_key_is_replaced_with_an_overlap_and_revoked(console: Console, tmp_path: Path) -> None:
    run(console, *department(tmp_path))
    assert [thumbprint(jwk) for jwk in keys_now(console, tmp_path)] == [
        thumbprint(OLD.public_jwk())
    ]

    run(console, "key", MARKET, "--public-key", str(tmp_path / "new.jwk"), "--old-days", "9")
    new, old = keys_now(console, tmp_path)
    assert (new["x"], "exp" in new, "exp" in old) == (NEW.public_jwk()["x"], False, True)

    revoked = run(console, "revoke-key", MARKET, thumbprint(old), "--reason", "遗失")
    assert revoked.exit_code == 0
    assert ["revoked" in jwk for jwk in keys_now(console, tmp_path)] == [False, True]


def test_the_offices_key_is_changed_from_the_console(console: Console, tmp_path: Path) -> None:
    made = run(console, "office-key", "--after-hours", "1", "--old-days", "30")

    run(console, "keys", str(tmp_path / "keys.jwks"))
    document = json.loads((tmp_path / "keys.jwks").read_text())
    first, fresh = [jwk for jwk in document["keys"] if jwk["kid"] == "office"]
    assert json.loads(made.stdout) == {"published": thumbprint(fresh)}
    assert first["exp"] > fresh["nbf"]
    still = run(console, "revoke-office-key", thumbprint(first), "--reason", "演练")
    assert still.exit_code == 2
    assert "signs at this moment" in still.stderr
