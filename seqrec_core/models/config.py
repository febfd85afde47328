"""Settings of each model: frozen, validated, plain JSON."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from seqrec_core.text import say

GAPS = 32  # buckets of time, doubling from one second to 68 years; bucket 0 = not known


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
    """Markov chain: what followed the last item, or the last few."""

    name: Literal["markov"] = "markov"
    order: int = Field(1, ge=1, le=3, description="most recent items that it looks at; unknown ones are answered by fewer")
    smoothing: float = Field(1.0, ge=0, description="weight of the popularity that fills unseen transitions")


class CooccurrenceConfig(ModelConfig):
    """Users in whose history j follows i, summed over the history; by wish nearer pairs and newer events count more."""

    name: Literal["cooccurrence"] = "cooccurrence"
    window: int | None = Field(None, ge=1, description="largest distance in events; None = the whole history")
    closeness: float = Field(
        0.0, ge=0, le=4, description="a pair d events apart counts 1 / d^closeness, each time; 0 = each user once a pair"
    )
    normalise: bool = Field(False, description="whether a pair is divided by √(count of i · count of j)")
    recent: int | None = Field(None, ge=1, description="most recent events that are summed over; None = the whole history")
    decay: float = Field(1.0, gt=0, le=1, description="weight of an event over that of the one after it")


class ItemKnnConfig(ModelConfig):
    """Cosine between items over the users who had both."""

    name: Literal["item_knn"] = "item_knn"
    neighbours: int = Field(100, ge=1, description="nearest items kept for each item")
    shrink: float = Field(10.0, ge=0, description="damps similarities that rest on few users")


class SessionKnnConfig(ModelConfig):
    """What people (or visits) with the same recent items had besides."""

    name: Literal["session_knn"] = "session_knn"
    of: Literal["user", "session"] = Field("user", description="whether neighbours are whole histories or single sessions")
    neighbours: int = Field(200, ge=1, description="nearest sequences that vote")
    sample: int = Field(1_000, ge=1, description="most recent sequences of each item that are looked at")
    recent: int = Field(20, ge=1, le=1000, description="most recent items of the history that are compared")
    decay: float = Field(0.8, gt=0, le=1, description="weight of an item over that of the one after it")


class RulesConfig(ModelConfig):
    """Sequential rules from the log's frequent patterns."""

    name: Literal["rules"] = "rules"
    min_count: int = Field(3, ge=1, description="how often something has to have come next to be a rule")
    max_length: int = Field(3, ge=2, le=4, description="longest rule in events, the predicted one included")
    max_gap: int = Field(3, ge=1, le=20, description="how many events later counts as near, where no rule says more")
    gap_decay: float = Field(0.6, gt=0, le=1, description="weight of what came an event later than another")
    recent: int = Field(10, ge=1, le=200, description="most recent events whose neighbours count")
    decay: float = Field(0.7, gt=0, le=1, description="weight of a recent event over that of the one after it")
    shrinkage: float = Field(20.0, gt=0, description="how many cases it takes to believe a rule as much as the shorter one")


class NetworkConfig(ModelConfig):
    """What all networks share."""

    width: int = Field(64, ge=4, le=1024, description="width of item vectors and of the state")
    length: int = Field(50, ge=2, le=1000, description="most recent events that the model sees")
    dropout: float = Field(0.0, ge=0, lt=1)
    input_dropout: float | None = Field(None, ge=0, lt=1, description="drop-out of the input alone; empty = as the rest")
    event_type: bool = Field(False, description="whether it reads the type of each event")
    time_gap: bool = Field(False, description="whether it reads the time since the event before")
    content: bool = Field(False, description="whether it reads category and text of each item, where the catalogue has them")
    prior: Literal["auto", "off"] = Field(
        "auto", description="whether counted patterns are added to its scores: auto = as much as helps on validation cases"
    )

    @property
    def dropped_input(self) -> float:
        """Share of the entries of the input that are dropped while training."""
        return self.dropout if self.input_dropout is None else self.input_dropout

    @property
    def body_weights(self) -> int:
        """Learnt numbers between the input and the last state: about as many products an event."""
        raise NotImplementedError

    def event_rows(self, n_event_types: int, n_categories: int) -> int:
        """Rows of width D that describe an event besides its item; each kind has one row for what is not known."""
        parts = ((self.event_type, n_event_types), (self.time_gap, GAPS), (self.content and n_categories > 0, n_categories))
        return sum(rows + 1 for is_on, rows in parts if is_on)


class RecurrentConfig(NetworkConfig):
    """What recurrent networks share."""

    layers: int = Field(1, ge=1, le=4)

    gates: ClassVar[int]

    @property
    def body_weights(self) -> int:
        """For each layer its gates from input and from state, with two biases each; a layer norm."""
        return self.layers * self.gates * (2 * self.width**2 + 2 * self.width) + 2 * self.width


class GruConfig(RecurrentConfig):
    """A GRU over the events of a history (GRU4Rec-style), trained on the full softmax."""

    gates: ClassVar[int] = 3
    name: Literal["gru"] = "gru"


class LstmConfig(RecurrentConfig):
    """An LSTM over the events of a history."""

    gates: ClassVar[int] = 4
    name: Literal["lstm"] = "lstm"


class AttentionConfig(NetworkConfig):
    """What networks of attention share."""

    layers: int = Field(2, ge=1, le=12)
    heads: int = Field(2, ge=1, le=16, description="parts of the width that look for different things")
    position: bool = Field(True, description="whether it sees the place of each event in the history")
    event_type: bool = Field(True, description="whether it reads the type of each event")
    time_gap: bool = Field(True, description="whether it reads the time since the event before")

    @field_validator("heads")
    @classmethod
    def _divide_the_width(cls, heads: int, info: ValidationInfo) -> int:
        if info.data.get("width", heads) % heads:
            raise ValueError(say("models.heads", width=info.data["width"]))
        return heads


class SasrecConfig(AttentionConfig):
    """A Transformer over the events of a history (SASRec), trained on the full softmax."""

    name: Literal["sasrec"] = "sasrec"

    @property
    def body_weights(self) -> int:
        """For each layer queries, keys, values, output, an inner layer of 4 D and two norms; places; a layer norm."""
        places = (1 + self.length) * self.width if self.position else 0
        return self.layers * (12 * self.width**2 + 13 * self.width) + places + 2 * self.width


class HstuConfig(AttentionConfig):
    """Attention without a softmax, with biases of place and time (HSTU)."""

    name: Literal["hstu"] = "hstu"

    @property
    def body_weights(self) -> int:
        """For each layer u, v, q, k, output, two norms, and for each head a bias a place and a bucket; a layer norm."""
        biases = self.heads * ((1 + self.length) * self.position + (1 + GAPS) * self.time_gap)
        return self.layers * (5 * self.width**2 + 9 * self.width + biases) + 2 * self.width


class ContentConfig(ModelConfig):
    """What is written about the items: titles, descriptions, categories and tags, read by a small network."""

    name: Literal["content"] = "content"
    width: int = Field(64, ge=4, le=1024, description="width of word and item vectors, and filters of each width")
    length: int = Field(50, ge=1, le=1000, description="most recent events that make up the vector of a history")
    dropout: float = Field(0.2, ge=0, lt=1)
    words: int = Field(64, ge=4, le=1024, description="words of an item that are read, category and tags first, then the title")
    vocabulary: int = Field(30_000, ge=1, description="most known words, those of the most items first")
    popularity: float = Field(
        1.0, ge=0, le=1, description="how far it learns what is used much: 0 = likeness alone, 1 = as in the log"
    )


class HybridConfig(ModelConfig):
    """People like you, items like those you viewed, and what comes next in your sequence, in one list."""

    name: Literal["hybrid"] = "hybrid"
    sequence: Literal["sasrec", "gru", "lstm", "hstu"] = Field("sasrec", description="the network that reads the sequence")
    width: int = Field(64, ge=4, le=1024, multiple_of=2, description="width of the network")
    length: int = Field(50, ge=2, le=1000, description="most recent events that the network sees")
    dropout: float = Field(0.0, ge=0, lt=1)
    neighbours: int = Field(200, ge=1, description="nearest people that vote")
    content: Literal["auto", "off"] = Field("auto", description="whether items are also near by their text, where they have any")

    def parts(self) -> dict[str, ModelConfig]:
        """Return the settings of each part by its name: people, items, content unless it is off, sequence."""
        networks: dict[str, type[NetworkConfig]] = {
            "sasrec": SasrecConfig,
            "gru": GruConfig,
            "lstm": LstmConfig,
            "hstu": HstuConfig,
        }
        network = networks[self.sequence](name=self.sequence, width=self.width, length=self.length, dropout=self.dropout)
        reader = {"content": ContentConfig()} if self.content == "auto" else {}
        return {
            "people": SessionKnnConfig(neighbours=self.neighbours),
            "items": CooccurrenceConfig(window=20, closeness=0.5, normalise=True, recent=30, decay=0.9),
            **reader,
            "sequence": network,
        }
