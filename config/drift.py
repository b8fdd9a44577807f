"""The settings of drift scans: when they are made, how much at a time, how hard they may ask."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, field_validator
from pydantic_settings import BaseSettings

from config.addresses import is_listening_address

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(none|([01][0-9]|2[0-3]):[0-5][0-9])$")]


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class DriftSettings(BaseSettings):
    """Schedules, sizes, patience and limits of drift scans, and where figures are served."""

    drift_at: Annotated[TimeOfDay, BeforeValidator(_lower)] = Field(
        default="02:30",
        description="When the nightly scan of all accounts begins, as HH:MM in UTC. `none`: never",
    )
    drift_changed_minutes: int = Field(
        default=0,
        ge=0,
        le=1440,
        description="How often the accounts that have changed since are looked at between two"
        " nightly scans, in minutes; 0: never",
    )
    drift_proved_minutes: int = Field(
        default=15,
        ge=0,
        le=1440,
        description="How often it is asked which proved runs are due for their look after an hour,"
        " a day and seven days, in minutes; 0: never",
    )
    drift_page: int = Field(
        default=5_000,
        ge=1,
        le=20_000,
        description="How many ids one page of CustomersDot spans. All of it is held in memory",
    )
    drift_window_rows: int = Field(
        default=40_000,
        ge=2_000,
        description="Rows of one window of Zuora's creation dates; a window with more is halved."
        " All of its pages must come within the 15 minutes that Zuora keeps a query",
    )
    drift_settle_seconds: float | None = Field(
        default=None,
        ge=0,
        description="How long a difference must have lasted before it is looked at again and"
        " reported; not set: as long as HANDOVER_LAG_SECONDS",
    )
    drift_zuora_at_once: int = Field(
        default=4,
        ge=0,
        description="Of the calls to Zuora at the same time, how many may be those of scans; 0: no"
        " limit of their own",
    )
    drift_zuora_per_minute: int = Field(
        default=2_000,
        ge=0,
        description="Of the calls to Zuora a minute, how many may be those of scans; 0: no limit of"
        " their own",
    )
    drift_customersdot_at_once: int = Field(
        default=4,
        ge=0,
        description="Of the calls to CustomersDot at the same time, how many may be those of scans;"
        " 0: no limit of their own",
    )
    drift_customersdot_per_minute: int = Field(
        default=1_200,
        ge=0,
        description="Of the calls to CustomersDot a minute, how many may be those of scans; 0: no"
        " limit of their own",
    )
    drift_max_attempts: int = Field(
        default=12,
        gt=0,
        description="Tries of one piece of a scan before the scan has failed. An account at which a"
        " system that can be reached fails each time is left out instead, and counted",
    )
    drift_most_suspects: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of all active accounts. A full scan in which more of them, and more than"
        " 1,000, seem to differ has failed before it reads each of them live: rather one side was"
        " not read in full; 0: no limit",
    )
    drift_feed: int = Field(
        default=4,
        gt=0,
        description="Pieces of a scan that may wait in the queue at the same time; it also bounds"
        " how many are worked off at the same time",
    )
    metrics_address: str = Field(
        default="127.0.0.1:9464",
        description="Where `handover metrics` serves figures, as HOST:PORT",
    )

    @field_validator("metrics_address")
    @classmethod
    def _can_be_listened_at(cls, value: str) -> str:
        if not is_listening_address(value):
            raise ValueError("is no HOST:PORT to listen at, such as 127.0.0.1:9464")
        return value
