"""All settings, read once from the environment.

Two files in the state folder stand behind the environment: `up.env`, which `handover up` writes
while its embedded parts run, and `keys.env`, which holds the keys that were made on first use.
A variable that is set always wins over both.
"""

import getpass
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from config.addresses import is_database, is_dsn, is_redis, with_verified_server
from config.drift import DriftSettings
from config.lists import split
from config.neighbours import NeighbourSettings
from config.policy import PolicySettings

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class SettingsError(Exception):
    """The environment can't be used as it is. `problems` names every variable that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("The settings are invalid:\n" + "\n".join(f"- {p}" for p in problems))


def state_dir() -> Path:
    """The folder for everything that a single machine keeps: journal, keys, logs, sockets."""
    try:
        return Path(os.environ.get("HANDOVER_STATE_DIR") or ".handover").absolute()
    except FileNotFoundError:
        raise SettingsError(
            ["the working folder was deleted; change to another, or set HANDOVER_STATE_DIR"]
        ) from None


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(DriftSettings, PolicySettings, NeighbourSettings):
    """Where the parts are, how long things may take, who acts and where errors go."""

    model_config = SettingsConfigDict(
        env_prefix="HANDOVER_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    state_dir: Path = Field(default_factory=state_dir, description="Folder for journal, keys, logs")

    database_url: str = Field(
        default="",
        validation_alias=AliasChoices("DATABASE_URL", "HANDOVER_DATABASE_URL"),
        description="The journal. Empty: SQLite in the state folder. PostgreSQL for several hosts",
    )
    redis_url: str = Field(
        default="redis://127.0.0.1:6379/0",
        validation_alias=AliasChoices("REDIS_URL", "HANDOVER_REDIS_URL"),
        description="Celery's broker. rediss:// for TLS; ?ssl_ca_certs=FILE names the authority to"
        " trust, ssl_certfile and ssl_keyfile our own certificate",
    )
    queue: str = Field(default="handover", description="Name of the Celery queue for runs")

    zuora_url: str = Field(
        default="", validation_alias="ZUORA_URL", description="Base address of Zuora's REST service"
    )
    zuora_client_id: str = Field(
        default="", validation_alias="ZUORA_CLIENT_ID", description="OAuth client, read-only role"
    )
    zuora_client_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias="ZUORA_CLIENT_SECRET", description="Its secret"
    )
    customersdot_url: str = Field(
        default="",
        validation_alias="CUSTOMERSDOT_URL",
        description="Base address of CustomersDot, without /admin",
    )
    customersdot_email: str = Field(
        default="",
        validation_alias="CUSTOMERSDOT_EMAIL",
        description="The operator account that signs in to the admin pages",
    )
    customersdot_password: SecretStr = Field(
        default=SecretStr(""), validation_alias="CUSTOMERSDOT_PASSWORD", description="Its password"
    )

    master_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(split)] = Field(
        default_factory=list,
        description="Fernet keys that wrap each run's key, newest first, separated by commas",
    )
    lookup_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the HMAC by which people are looked up"
    )

    lease_seconds: float = Field(default=30, gt=0, description="How long a claimed step is held")
    scan_seconds: float = Field(default=2, gt=0, description="Pause between two recovery scans")
    feed_limit: int = Field(
        default=4, gt=0, description="Recovery re-sends only while fewer messages than this wait"
    )
    orphan_seconds: float = Field(
        default=5, gt=0, description="A run this long without a message in flight is sent again"
    )
    step_limit_seconds: float = Field(
        default=300, gt=0, description="A step that hangs this long is killed; recovery goes on"
    )
    heads_seconds: float = Field(
        default=3600, gt=0, description="How often the heads of the event chains are exported"
    )
    max_attempts: int = Field(
        default=6, gt=0, description="Tries of one step before a person is asked"
    )
    retry_seconds: float = Field(
        default=2, gt=0, description="Pause before a step's second try; it doubles with each"
    )
    connect_seconds: float = Field(default=5, gt=0, description="Time limit for a connection")
    read_seconds: float = Field(default=15, gt=0, description="Time limit between two bytes read")
    write_seconds: float = Field(
        default=20, gt=0, description="Total time limit of one write; must be less than the lease"
    )
    zuora_at_once: int = Field(
        default=32,
        ge=0,
        description="Calls to Zuora at the same time, of all workers; 0: no limit. Zuora allows 40"
        " for the whole tenant",
    )
    zuora_per_minute: int = Field(
        default=25_000,
        ge=0,
        description="Calls to Zuora a minute, of all workers; 0: no limit. Zuora allows 50,000, a"
        " developer sandbox 12,500, an API sandbox 2,500",
    )
    customersdot_at_once: int = Field(
        default=8,
        ge=0,
        description="Calls to CustomersDot at the same time, of all workers; 0: no limit",
    )
    customersdot_per_minute: int = Field(
        default=12_000,
        ge=0,
        description="Calls to CustomersDot a minute, of all workers; 0: no limit. It says nothing"
        " about limits of its own: this one stops what has run wild",
    )
    quiet_seconds: float = Field(
        default=15,
        ge=0,
        description="Quiet time between the last write and the proof; longer than the sync lag",
    )
    lag_seconds: float = Field(
        default=60,
        gt=0,
        description="How long a change may take to arrive before it counts as lost",
    )

    mail_seconds: float = Field(
        default=600,
        ge=0,
        description="How long the mail log may take to show that a licence mail was delivered;"
        " then a person is asked",
    )
    question_seconds: float = Field(
        default=7 * 24 * 3600,
        ge=0,
        description="How long a question waits for its answer; then a run that has written nothing"
        " ends, and any other is reported as overdue. 0: for ever",
    )
    self_service_seconds: float = Field(
        default=14 * 24 * 3600,
        ge=0,
        description="How long a self-service run waits for the customer's own change; then it ends"
        " and says what was not done. 0: for ever",
    )
    self_service_look_seconds: float = Field(
        default=900,
        gt=0,
        description="How often a waiting self-service run looks whether the customer did it",
    )
    operator: str = Field(default="", description="Who acts; the login name when empty")
    sentry_dsn: str = Field(
        default="",
        validation_alias="SENTRY_DSN",
        description="Where errors are reported; empty: off",
    )
    sentry_environment: str = Field(
        default="production",
        validation_alias="SENTRY_ENVIRONMENT",
        description="The environment that error reports name",
    )
    log_level: Annotated[LogLevel, BeforeValidator(_upper)] = Field(
        default="INFO", description="Level of the structured logs"
    )

    # What is wrong with an address is not quoted: a password may stand in it.

    @field_validator("database_url")
    @classmethod
    def _names_a_database(cls, value: str) -> str:
        if value and not is_database(value):
            raise ValueError(
                "is no address of a PostgreSQL, such as postgresql://user@host:5432/handover"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _names_a_redis(cls, value: str) -> str:
        if not is_redis(value):
            raise ValueError("is no address of a Redis, such as redis://host:6379/0")
        return with_verified_server(value)

    @field_validator("sentry_dsn")
    @classmethod
    def _names_a_tracker(cls, value: str) -> str:
        if value and not is_dsn(value):
            raise ValueError("is no address of a Sentry project, such as https://key@host/42")
        return value

    @model_validator(mode="after")
    def _limits_fit(self) -> "Settings":
        if self.write_seconds >= self.lease_seconds:
            raise ValueError(
                f"HANDOVER_WRITE_SECONDS ({self.write_seconds:g}) must be less than"
                f" HANDOVER_LEASE_SECONDS ({self.lease_seconds:g}): a write must end before its"
                " step can pass to another worker"
            )
        return self

    @property
    def drift_queue(self) -> str:
        """The Celery queue of scans: a backlog of theirs is never before a run."""
        return f"{self.queue}.drift"

    @property
    def drift_settle(self) -> float:
        """Seconds that a difference must have lasted before it is reported (D3)."""
        settle = self.drift_settle_seconds
        return self.lag_seconds if settle is None else settle

    @property
    def who(self) -> str:
        """The handle of whoever acts: the setting, or the login name."""
        return self.operator or getpass.getuser()

    @property
    def journal_url(self) -> str:
        """The journal's SQLAlchemy address, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{self.state_dir / 'journal.db'}"
        for scheme in ("postgres://", "postgresql://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings. Raises SettingsError naming every variable that is wrong."""
    folder = state_dir()
    try:
        return Settings(_env_file=(folder / "keys.env", folder / "up.env"))
    except ValidationError as error:
        problems = [
            f"{_variable(e['loc'])}{e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        ]
        raise SettingsError(problems) from None
    except UnreadableSetting as error:
        field = str(error).partition('"')[2].partition('"')[0]
        raise SettingsError([f"{_variable((field,))}is not the JSON it must be"]) from None


def _variable(place: tuple[str | int, ...]) -> str:
    """The name of the environment variable behind a field, for messages."""
    name = str(place[0]) if place else ""
    if name not in Settings.model_fields:
        return f"{name}: " if name else ""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return f"{alias.choices[0]}: "
    return f"{alias or 'HANDOVER_' + name.upper()}: "
