"""Keys, clock, profiles and the command line of the agent."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.signing import import_jwks, sign, verify
from department_agents.agent import build_agent
from department_agents.chance import message_id
from department_agents.clock import RehearsalClock
from department_agents.commands.main import app
from department_agents.keys import KeyFileError, load_key, make_key
from department_agents.profile import profile_of
from department_agents.settings import AgentSettings, SystemKind

runner = CliRunner()


def test_a_new_key_is_private_and_its_public_half_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "key.jwk"

    result = runner.invoke(app, ["new-key", "--out", str(file), "--department", "fire"])

    public = json.loads(result.stdout)
    signature = sign(b"body", load_key("fire", file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "d" not in public
    assert verify(b"body", signature, import_jwks({"keys": [public]})) == "fire"


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "key.jwk"
    make_key("fire", file)
    before = file.read_bytes()

    result = runner.invoke(app, ["new-key", "--out", str(file), "--department", "fire"])

    assert result.exit_code == 2
    assert file.read_bytes() == before


def test_a_key_of_another_department_is_refused(tmp_path: Path) -> None:
    make_key("market", tmp_path / "key.jwk")

    with pytest.raises(KeyFileError, match="expected kid fire, found market"):
        load_key("fire", tmp_path / "key.jwk")


def test_missing_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AMQP_URL", "DATA_FOLDER", "KEY_FILE", "OFFICE_JWKS"):
        monkeypatch.delenv(f"ONEVISIT_AGENT_{name}", raising=False)

    result = runner.invoke(app, ["run", "--department", "fire"])

    assert result.exit_code == 2
    assert "ONEVISIT_AGENT_AMQP_URL: Field required" in result.stderr


def test_status_counts_what_waits(settings: AgentSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_AGENT_DATA_FOLDER", str(settings.data_folder))

    result = runner.invoke(app, ["status"])

    assert result.exit_code == 2
    assert "there is no store" in result.stderr


def test_business_time_follows_the_rehearsal_file(tmp_path: Path) -> None:
    file = tmp_path / "offset.json"
    clock = RehearsalClock(file)
    file.write_text(json.dumps({"offset_seconds": 86400}))

    shift = clock.now() - clock.machine_now()
    replacement = tmp_path / "next.json"
    replacement.write_text(json.dumps({"offset_seconds": 172800}))
    replacement.replace(file)
    later = clock.now() - clock.machine_now()

    assert (round(shift.total_seconds()), round(later.total_seconds())) == (86400, 172800)


def test_message_ids_are_version_7_and_sort_by_time() -> None:
    first = message_id(datetime(2026, 11, 21, 6, 0, tzinfo=UTC))
    later = message_id(datetime(2026, 11, 21, 6, 1, tzinfo=UTC))

    assert first < later
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first
    )


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("market-regulation", SystemKind.FILE_DROP),
        ("fire-rescue", SystemKind.MANUAL_DESK),
        ("ecology-environment", SystemKind.FILE_DROP),
        ("health", SystemKind.MANUAL_DESK),
        ("emergency-management", SystemKind.FILE_DROP),
        ("culture", SystemKind.FILE_DROP),
    ],
)
def test_every_department_has_its_profile_and_a_new_one_a_plain_one(
    code: str, system: SystemKind
) -> None:
    profile = profile_of(code)

    assert (profile.code, profile.system) == (code, system)


def test_an_agent_without_its_key_is_not_built(settings: AgentSettings) -> None:
    with pytest.raises(KeyFileError, match=r"key\.jwk: expected a private Ed25519 JWK"):
        build_agent(settings)
