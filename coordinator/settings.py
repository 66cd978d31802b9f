"""The coordinator's configuration, read from the environment once."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.envelope import MAX_BODY_BYTES
from contracts.topology import MOST_INBOUND_QUEUES

_POLICIES = Path(__file__).resolve().parent.parent / "deploy" / "policies"


class Settings(BaseSettings):
    """Every setting as ONEVISIT_<NAME>; secrets may lie in files of ONEVISIT_SECRETS_DIR."""

    model_config = SettingsConfigDict(env_prefix="ONEVISIT_", extra="ignore")

    database_url: str = "sqlite+aiosqlite:///.data/onevisit.db"
    amqp_url: SecretStr = SecretStr("amqp://coordinator@127.0.0.1:5672/onevisit")
    rabbitmq_api_url: SecretStr | None = None
    data_folder: Path = Path(".data")
    policies: Path = _POLICIES
    policy_profile: str = "sample-county"
    office_name: str = "平川县联席会议办公室"
    zone: str = "Asia/Shanghai"
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8080, ge=0, le=65535)
    secure_cookies: bool = False
    public_address: str = ""
    fonts: Path = Path("/usr/share/fonts/opentype/noto")
    rehearsal: bool = False
    rehearsal_file: Path | None = None
    relay_owner: str = "relay"
    log_format: Literal["json", "text"] = "json"
    traces_url: str | None = None
    metrics_token: SecretStr | None = None
    relay_metrics_port: int = Field(default=0, ge=0, le=65535)
    inbound_metrics_port: int = Field(default=0, ge=0, le=65535)
    platform_folder: Path | None = None
    upload_bytes: int = Field(default=2_000_000_000, ge=1)
    message_bytes: int = Field(default=MAX_BODY_BYTES, ge=1)
    inbound_queues: int = Field(default=1, ge=1, le=MOST_INBOUND_QUEUES)

    @property
    def key_file(self) -> Path:
        """Where the office's signing key lies."""
        return self.data_folder / "office.key"

    @property
    def record_folder(self) -> Path:
        """Where disclosed records lie."""
        return self.data_folder / "records"

    @property
    def upload_folder(self) -> Path:
        """Where uploaded files lie while they are read."""
        return self.data_folder / "uploads"

    @property
    def exchange_folder(self) -> Path:
        """Where public platforms find what is sent to them, and put their receipts."""
        return self.platform_folder or self.data_folder / "exchange"

    @property
    def offset_file(self) -> Path | None:
        """The rehearsal's offset file, or None outside a rehearsal."""
        if not self.rehearsal:
            return None
        return self.rehearsal_file or self.data_folder / "rehearsal.json"
