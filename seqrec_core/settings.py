"""Everything that can be set from outside, in one place. Environment variables carry the prefix SEQREC_."""

from functools import cache
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the product reads from its environment, once a process (`settings()`)."""

    model_config = SettingsConfigDict(env_prefix="SEQREC_", frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("seqrec"), description="where datasets, runs and jobs live")
    port: int = Field(8501, description="first port that `make run` tries")
    max_upload_mb: int = Field(200, description="largest file that the uploader of the browser takes")
    max_stream_mb: int = Field(16_384, description="largest file that a browser may send piece by piece")
    max_expanded_mb: int = Field(4096, description="a compressed file is refused beyond this expanded size")
    max_expansion_ratio: float = Field(
        200, description="a compressed file is refused beyond this ratio of expanded to stored bytes"
    )
    max_rows: int = Field(200_000_000, description="a file is refused beyond this count of rows")
    import_dir: Path | None = Field(
        None, description="a folder from which the Data page may import files already on this machine"
    )
    session_gap_minutes: float = Field(30, description="a pause longer than this starts a new session")
    lease_seconds: float = Field(10, description="a running job without a heartbeat for this long is taken over")
    max_attempts: int = Field(3, description="how often a job is tried before it is lost")
    backoff_seconds: float = Field(1, ge=0, description="pause before a job is tried a second time; doubles with each attempt")
    keep_days: float | None = Field(
        None, gt=0, description="the worker deletes runs, datasets and exports not used for longer; unset = never"
    )
    keep_mb: float | None = Field(None, gt=0, description="the worker deletes the oldest of them beyond this size; unset = never")
    executor: Literal["local", "ray"] = Field(
        "local", description="where jobs run: local, or ray (RAY_ADDRESS names the cluster, else one starts on this machine)"
    )
    trainings: int = Field(1, ge=1, description="trainings that a worker lets run at the same time; on a cluster, one a GPU")
    others: int = Field(1, ge=1, description="shorter jobs that a worker lets run at the same time, beside trainings")
    threads: int = Field(0, description="threads of a training job; 0 = all cores this process may use")
    welcome: bool = Field(True, description="prepare the sample and train a small run on it at the first start")


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
