"""Settings of each model: frozen, validated, plain JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ModelConfig(BaseModel):
    """What all models share: a name. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str


class PopularityConfig(ModelConfig):
    """Most used items first."""

    name: Literal["popularity"] = "popularity"


class RecentPopularityConfig(ModelConfig):
    """Most used items of the last stretch of the training log."""

    name: Literal["recent_popularity"] = "recent_popularity"
    share: float = Field(0.1, gt=0, le=1, description="the last share of the training events that counts")


class MarkovConfig(ModelConfig):
    """First-order Markov chain: what followed the last item."""

    name: Literal["markov"] = "markov"
    smoothing: float = Field(1.0, ge=0, description="weight of the popularity that fills unseen transitions")


class CooccurrenceConfig(ModelConfig):
    """Users in whose history j follows i, summed over the history."""

    name: Literal["cooccurrence"] = "cooccurrence"
    window: int | None = Field(None, ge=1, description="largest distance in events; None = the whole history")


class ItemKnnConfig(ModelConfig):
    """Cosine between items over the users who had both."""

    name: Literal["item_knn"] = "item_knn"
    neighbours: int = Field(100, ge=1, description="nearest items kept for each item")
    shrink: float = Field(10.0, ge=0, description="damps similarities that rest on few users")


class NetworkConfig(ModelConfig):
    """What all networks share."""

    width: int = Field(64, ge=4, le=1024, description="width of item vectors and of the state")
    length: int = Field(50, ge=2, le=1000, description="most recent events that the model sees")
    dropout: float = Field(0.0, ge=0, lt=1)
    event_type: bool = Field(False, description="whether it reads the type of each event")
    time_gap: bool = Field(False, description="whether it reads the time since the event before")
    content: bool = Field(False, description="whether it reads the category of each item, where the catalogue has one")


class GruConfig(NetworkConfig):
    """A GRU over the items of a history (GRU4Rec-style), trained on the full softmax."""

    name: Literal["gru"] = "gru"
    layers: int = Field(1, ge=1, le=4)
