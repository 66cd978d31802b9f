"""What an agent is told from outside: the only reader of the environment in this distribution."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SystemKind(StrEnum):
    """How the back office behind an agent is reached."""

    FILE_DROP = "file_drop"
    MANUAL_DESK = "manual_desk"


class _Rehearsal(BaseSettings):
    """Whether this is a rehearsal (演练), and the file that shifts its business time."""

    rehearsal: bool = Field(
        default=False, validation_alias=AliasChoices("ONEVISIT_REHEARSAL", "rehearsal")
    )
    rehearsal_file: Path | None = Field(
        default=None, validation_alias=AliasChoices("ONEVISIT_REHEARSAL_FILE", "rehearsal_file")
    )


class _Pulse(BaseSettings):
    """How often the office is told that we live, and how much room the disk must have."""

    heartbeat_seconds: float = Field(default=60.0, gt=0)
    log_format: Literal["json", "text"] = "json"
    traces_url: str | None = None
    disk_free_megabytes: int = Field(default=500, ge=0)
    clock_jump_seconds: int = Field(default=5, ge=0)


class _Keeping(BaseSettings):
    """For how many days sent messages are kept, and what was taken in is known.

    The office can send again what is younger than 120 days: such a copy must be recognised.
    """

    sent_days: int = Field(default=120, ge=1)
    taken_in_days: int = Field(default=180, ge=120)


class AgentSettings(_Rehearsal, _Pulse, _Keeping):
    """Settings of one department's agent, from `ONEVISIT_AGENT_…` or from secrets files."""

    model_config = SettingsConfigDict(env_prefix="ONEVISIT_AGENT_", extra="ignore")

    department: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    amqp_url: SecretStr
    data_folder: Path
    key_file: Path
    office_jwks: Path
    system: SystemKind | None = None
    drop_folder: Path | None = None
    desk_host: str = "127.0.0.1"
    desk_port: int = Field(default=0, ge=0, le=65535)
    code_table: Path | None = None
    officers_required: int = Field(default=2, ge=1)
    evidence_megabytes: int = Field(default=50, ge=1)
    poll_seconds: float = Field(default=1.0, gt=0)
    attempts_allowed: int = Field(default=20, ge=1)
    gap_seconds: float = Field(default=600.0, gt=0)

    @property
    def drop(self) -> Path:
        """The folder shared with the back office; in the data folder unless told otherwise."""
        return self.drop_folder or self.data_folder / "drop"


class CreditSettings(_Rehearsal, _Pulse, _Keeping):
    """Settings of the reference consumer of the credit stream, from `ONEVISIT_AGENT_…`."""

    model_config = SettingsConfigDict(env_prefix="ONEVISIT_AGENT_", extra="ignore")

    credit_system: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    amqp_url: SecretStr
    data_folder: Path
    office_jwks: Path
    attempts_allowed: int = Field(default=20, ge=1)
    gap_seconds: float = Field(default=10.0, gt=0)
    log_url: str | None = Field(default=None, pattern=r"^https?://")
    log_token: SecretStr | None = None
    log_poll_seconds: float = Field(default=300.0, gt=0)


class RegisterSettings(_Rehearsal):
    """Whose directories a command sends, and the store through which they leave."""

    model_config = SettingsConfigDict(env_prefix="ONEVISIT_AGENT_", extra="ignore")

    department: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    data_folder: Path


class StoreSettings(BaseSettings):
    """Where the store of an agent or credit consumer is, for commands that only look at it."""

    model_config = SettingsConfigDict(env_prefix="ONEVISIT_AGENT_", extra="ignore")

    data_folder: Path
