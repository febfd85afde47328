"""What a job is asked to do and what it gives back: enumerated kinds, validated JSON. A row never names code."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.steps.types import Step
from seqrec_core.training.options import Preset

Kind = Literal["import", "clean", "train", "evaluate", "recommend", "faithfulness", "welcome"]
Seen = Literal["auto", "exclude", "include"]


class Request(BaseModel):
    """Base of all requests: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CleanRequest(Request):
    """Make a dataset of a stored one, with other steps of cleaning or other sessions."""

    dataset: str
    name: str | None = None
    steps: tuple[Step, ...] | None = Field(None, description="all of them, in order; None = those of its recipe")
    add: tuple[Step, ...] = Field((), description="each takes the place of the step of its name")
    without: tuple[str, ...] = Field((), description="names of steps that are left out")
    sessions: Literal["gap", "id", "user"] | None = Field(None, description="None = as in its recipe")
    session_gap_minutes: float | None = Field(None, gt=0, description="of sessions by a gap; None = the usual one")


class TrainRequest(Request):
    """Train one model on a dataset, baselines beside it, and evaluate all of them under one protocol."""

    dataset: str
    model: str = "gru"
    preset: Preset = "balanced"
    set: dict[str, str] = Field(default_factory=dict, description="single settings of model or options that win over the preset")
    split: Literal["leave_one_out", "temporal", "session", "none"] = "leave_one_out"
    seen: Seen = "auto"
    seed: int = Field(0, ge=0)
    budget: float | None = Field(None, gt=0, description="seconds")
    baselines: tuple[str, ...] = ("popularity", "markov", "item_knn")
    repeat: str | None = Field(
        None, description="a run: its settings and its very steps, in place of model, preset, set and budget"
    )


class EvaluateRequest(Request):
    """Evaluate a run again, under another k, split or rule for seen items, or with other behaviour replayed."""

    run: str
    k: tuple[int, ...] = (10,)
    split: str | None = None
    seen: Seen = "auto"
    clicks: tuple[str, ...] = Field((), description="event types that count as clicks; none = their names decide")
    conversions: tuple[str, ...] = Field((), description="event types that count as conversions; none = their names decide")
    window: float | None = Field(7 * 86_400.0, gt=0, description="seconds after a list in which they count; None = all")
    exposure: str | None = Field(None, description="column of positions or chances; None = what is named like one")


class RecommendRequest(Request):
    """Write the top k for every user of the run's dataset to a file inside the home."""

    run: str
    k: int = Field(10, ge=1, le=1000)
    seen: Seen = "auto"
    format: Literal["csv", "parquet"] = "csv"


class FaithfulnessRequest(Request):
    """Measure how far the explanations of a run can be trusted, over many of its users."""

    run: str
    model: str | None = Field(None, description="one of the run's models; None = its own")
    users: int = Field(200, ge=1, le=100_000)
    k: int = Field(10, ge=1, le=1000)
    seed: int = Field(0, ge=0)


class WelcomeRequest(Request):
    """Prepare the bundled sample and train a small run on it."""

    sample: str = "shop"


REQUESTS: dict[str, type[BaseModel]] = {
    "import": ImportRequest,
    "clean": CleanRequest,
    "train": TrainRequest,
    "evaluate": EvaluateRequest,
    "recommend": RecommendRequest,
    "faithfulness": FaithfulnessRequest,
    "welcome": WelcomeRequest,
}
