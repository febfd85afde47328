"""Names of the recommenders. A class is named by string and imported on demand, so that listing them costs nothing."""

import importlib
from dataclasses import dataclass
from typing import Literal

from seqrec_core.errors import NotFound
from seqrec_core.models import config as configs
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.protocol import Arrays, Recommender


@dataclass(frozen=True)
class ModelSpec:
    """One registered recommender.

    Args:
        name: what people type.
        config: its settings class.
        module, cls: where its class lives.
        learns: `counts` (one pass over the training events) or `gradients` (a network).
        is_mix: whether it is made of other registered models, which are fitted in turn.
        reads_text: whether it knows items by what is written about them, also items that nobody has used.
        title: key of its name in the catalogue.
    """

    name: str
    config: type[ModelConfig]
    module: str
    cls: str
    learns: Literal["counts", "gradients"]
    is_mix: bool = False
    reads_text: bool = False

    @property
    def title(self) -> str:
        """Key of the name shown to people."""
        return f"models.{self.name}"


_SPECS = (
    ModelSpec("popularity", configs.PopularityConfig, "popularity", "Popularity", "counts"),
    ModelSpec("recent_popularity", configs.RecentPopularityConfig, "popularity", "RecentPopularity", "counts"),
    ModelSpec("markov", configs.MarkovConfig, "markov", "Markov", "counts"),
    ModelSpec("cooccurrence", configs.CooccurrenceConfig, "cooccurrence", "Cooccurrence", "counts"),
    ModelSpec("item_knn", configs.ItemKnnConfig, "item_knn", "ItemKnn", "counts"),
    ModelSpec("session_knn", configs.SessionKnnConfig, "session_knn", "SessionKnn", "counts"),
    ModelSpec("rules", configs.RulesConfig, "rules", "Rules", "counts"),
    ModelSpec("gru", configs.GruConfig, "gru", "Gru", "gradients"),
    ModelSpec("lstm", configs.LstmConfig, "lstm", "Lstm", "gradients"),
    ModelSpec("sasrec", configs.SasrecConfig, "sasrec", "Sasrec", "gradients"),
    ModelSpec("hstu", configs.HstuConfig, "hstu", "Hstu", "gradients"),
    ModelSpec("content", configs.ContentConfig, "content", "Content", "gradients", reads_text=True),
    ModelSpec("hybrid", configs.HybridConfig, "hybrid", "Hybrid", "gradients", is_mix=True),
)
REGISTRY = {spec.name: spec for spec in _SPECS}
BASELINES = ("popularity", "markov", "item_knn")


def model_spec(name: str) -> ModelSpec:
    """Return the registered model of this name.

    Raises:
        NotFound: no such model.
    """
    try:
        return REGISTRY[name]
    except KeyError:
        raise NotFound("models", "unknown_model", found=name, known=", ".join(REGISTRY)) from None


def model_class(name: str) -> type[Recommender]:
    """Import and return the class of a registered model."""
    spec = model_spec(name)
    module = importlib.import_module(f"seqrec_core.models.{spec.module}")
    return getattr(module, spec.cls)


def load_model(config: ModelConfig, n_items: int, arrays: Arrays) -> Recommender:
    """Rebuild a fitted model from its settings and arrays."""
    return model_class(config.name).from_arrays(config, n_items, arrays)
