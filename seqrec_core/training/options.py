"""How to fit: budget, seed, batch, learning rate. Frozen, validated, plain JSON."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from seqrec_core.models.protocol import Recommender

Preset = Literal["quick", "balanced", "thorough"]
READING = 1 / 3  # share of a time budget that reading texts gets where another model learns from them


class TrainOptions(BaseModel):
    """Options of one fit. What the caller sets wins over the preset (`training.presets.plan`).

    A budgeted run (`seconds`) decays the learning rate to zero at the end of its time and records each step's rate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = Field(0, ge=0)
    epochs: int = Field(20, ge=1, le=10_000, description="most passes over the training events")
    seconds: float | None = Field(None, gt=0, description="time budget of the fit; None = epochs decide")
    steps: int | None = Field(None, ge=1, description="steps in all, however long they take; they win over epochs and seconds")
    rates: tuple[float, ...] = Field((), description="rate of each step of an earlier fit, which repeats it to the last bit")
    patience: int = Field(3, ge=1, description="epochs without a better validation NDCG@10 before it stops")
    tokens: int = Field(6400, ge=64, description="positions a step; fewer on a log so small that an epoch had under 40 steps")
    learning_rate: float = Field(6e-3, gt=0, le=1)
    weight_decay: float = Field(0.0, ge=0)
    loss: Literal["softmax", "gbce"] = Field("softmax", description="over all items, or calibrated yes and no on a sample (gBCE)")
    average: float = Field(0.0, ge=0, lt=1, description="share of the past in a running mean of the weights; 0 = the last")
    event_dropout: float = Field(0.0, ge=0, lt=1, description="share of the training events left out, others in each epoch")
    valid_users: int = Field(2_000, ge=10, description="most users asked in the validation of each epoch")
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    threads: int = Field(0, ge=0, description="threads on a CPU; 0 = all cores this process may use")


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch gave: 1-based epoch, mean loss (nats), validation NDCG@10 (None without cases), events a second."""

    epoch: int
    loss: float
    ndcg: float | None
    events_per_second: float
    seconds: float


@dataclass(frozen=True)
class Fitted:
    """A fitted model and how the fit went.

    Args:
        model: the recommender of the best epoch.
        epochs: one record an epoch (empty for counting models).
        seconds: wall time of the fit.
        device: where it ran, as people name it: `CPU, 2 threads`, `NVIDIA H100`.
        parameters: number of learnt numbers.
        stopped_early: whether patience ended it.
        notes: sentences about how the fit went.
        learning_rates: rate of each step (empty for counting models).
        weights: share that each part has in a mix, in [0, 1], summing to 1 (empty for a model of one part).
    """

    model: Recommender
    epochs: tuple[EpochRecord, ...]
    seconds: float
    device: str
    parameters: int
    stopped_early: bool = False
    notes: tuple[str, ...] = field(default=())
    learning_rates: tuple[float, ...] = field(default=())
    weights: dict[str, float] = field(default_factory=dict)


# progress(step, total, values): values are finite numbers by name, such as loss, ndcg, events_per_second.
Progress = Callable[[int, int, dict[str, float]], None]
ShouldStop = Callable[[], bool]


def no_progress(step: int, total: int, values: dict[str, float]) -> None:
    """Report nothing."""


def never_stop() -> bool:
    """Go on to the end."""
    return False


def timed(options: TrainOptions, share: float) -> TrainOptions:
    """Return the same options with a share of the time budget, where there is one."""
    return options if options.seconds is None else options.model_copy(update={"seconds": options.seconds * share})


def in_part(options: TrainOptions, share: float) -> TrainOptions:
    """Return options for a part of a larger fit: a share of its time, and no steps or rates that are meant for the whole."""
    return timed(options, share).model_copy(update={"rates": (), "steps": None})
